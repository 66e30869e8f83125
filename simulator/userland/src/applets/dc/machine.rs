//! Runs commands on a stack.

use super::super::bc;
use super::super::context::{Context, Fail, text};
use super::super::decimal::{self, Column, Number};
use super::super::io::Reader;
use super::registers::Registers;
use super::text::{Position, Text};
use super::value::Value;
use crate::kernel::{Buffer, List};
use bytes::Bytes;
use std::cmp::Ordering;

/// The state of a calculator.
pub(super) struct Machine<'a> {
    stack: List<Value>,
    registers: Registers,
    /// What is run, the innermost macro last.
    running: List<Position>,
    /// Macros that have not been left, with those that ended in the call of another.
    depth: usize,
    input: Reader<'a>,
    scale: usize,
    input_base: usize,
    output_base: usize,
    column: Column,
    /// Registers may have long names.
    has_long_names: bool,
}

/// Whether the program goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ran {
    On,
    Quit,
}

fn too_few() -> Fail {
    Fail::new("stack has too few elements")
}

impl<'a> Machine<'a> {
    pub(super) fn new(cx: &Context<'a>, width: Option<usize>, has_long_names: bool) -> Self {
        Self {
            stack: List::new(),
            registers: Registers::default(),
            running: List::new(),
            depth: 0,
            input: Reader::borrowed(cx.sys, 0),
            scale: 0,
            input_base: 10,
            output_base: 10,
            column: Column::new(width),
            has_long_names,
        }
    }

    /// Forgets what is run, after an error.
    pub(super) fn unwind(&mut self) {
        self.running.clear();
        self.depth = 0;
    }

    /// The next line of standard input, with more of them while a string is open; `None` at the end.
    pub(super) async fn read_program(
        &mut self,
        cx: &mut Context<'a>,
    ) -> Result<Option<Bytes>, Fail> {
        let mut program = Buffer::new();
        let mut line = Vec::new();
        let mut depth = 0i64;
        loop {
            cx.out.flush().await?;
            let read = self.input.read_until(b'\n', &mut line).await;
            if !read.map_err(|error| Fail::new(error.message()))? {
                return Ok((!program.is_empty()).then(|| program.into_bytes()));
            }
            cx.sys.burn(line.len() as u64).await;
            for byte in &line {
                match byte {
                    b'[' => depth += 1,
                    b']' => depth = (depth - 1).max(0),
                    b'#' if depth == 0 => break,
                    _ => {}
                }
            }
            program.extend_from_slice(&line);
            if depth == 0 {
                return Ok(Some(program.into_bytes()));
            }
        }
    }

    /// Runs a text to its end.
    pub(super) async fn run(&mut self, cx: &mut Context<'a>, text: Bytes) -> Result<Ran, Fail> {
        self.enter(text);
        loop {
            cx.sys.burn(50).await;
            let Some(position) = self.running.last_mut() else {
                return Ok(Ran::On);
            };
            let Some(byte) = position.next() else {
                self.exit();
                continue;
            };
            if self.command(cx, byte).await? == Ran::Quit {
                return Ok(Ran::Quit);
            }
        }
    }

    /// Begins a macro. One that ends in the call of another makes room for it.
    fn enter(&mut self, text: Bytes) {
        self.depth += 1;
        match self.running.last_mut() {
            Some(caller) if caller.peek().is_none() => caller.become_macro(text),
            _ => self.running.push(Position::new(text)),
        }
    }

    /// Leaves the innermost macro, and those that ended in its call; says how many.
    fn exit(&mut self) -> usize {
        let levels = self.running.pop().map_or(0, |position| position.levels());
        self.depth -= levels;
        levels
    }

    /// Where the innermost text is read.
    fn position(&mut self) -> Result<&mut Position, Fail> {
        self.running
            .last_mut()
            .ok_or_else(|| Fail::new("bad token at ''"))
    }

    fn push(&mut self, value: impl Into<Value>) {
        let value = value.into();
        let bytes = value.small_bytes();
        self.stack.push_owner(value, bytes);
    }

    fn pop(&mut self) -> Result<Value, Fail> {
        self.stack.pop().ok_or_else(too_few)
    }

    fn pop_number(&mut self) -> Result<Number, Fail> {
        self.pop()?.number()
    }

    /// The topmost numbers, the lowest first. They stay when there are too few.
    fn pop_numbers<const COUNT: usize>(&mut self) -> Result<[Number; COUNT], Fail> {
        if self.stack.len() < COUNT {
            return Err(too_few());
        }
        let mut numbers = [const { None }; COUNT];
        for number in numbers.iter_mut().rev() {
            *number = Some(self.pop_number()?);
        }
        Ok(numbers.map(Option::unwrap_or_default))
    }

    async fn command(&mut self, cx: &mut Context<'a>, byte: u8) -> Result<Ran, Fail> {
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c => {}
            b'0'..=b'9' | b'A'..=b'F' | b'.' | b'_' => self.read_number(cx, byte).await?,
            b'[' => {
                let text = self.position()?.string()?;
                cx.sys.burn(text.len() as u64).await;
                self.push(Text::new(text));
            }
            b'#' => self.position()?.skip_line(),
            b'+' | b'-' | b'*' | b'/' | b'%' | b'^' => self.compute(cx, byte).await?,
            b'~' => {
                let [left, right] = self.pop_numbers()?;
                let scale = self.scale;
                let (quotient, rest) = left.divided_with_rest(cx.sys, &right, scale).await?;
                self.push(quotient);
                self.push(rest);
            }
            b'|' => {
                let [base, exponent, modulus] = self.pop_numbers()?;
                let power = base.to_the_modulo(cx.sys, &exponent, &modulus).await?;
                self.push(power);
            }
            b'v' => {
                let number = self.pop_number()?;
                let root = number.root(cx.sys, self.scale).await?;
                self.push(root);
            }
            b'(' | b'{' | b'G' => {
                let [left, right] = self.pop_numbers()?;
                let order = right.compare(&left);
                self.push(Number::from(match byte {
                    b'(' => order.is_lt(),
                    b'{' => order.is_le(),
                    _ => order.is_eq(),
                }));
            }
            b'N' => {
                let number = self.pop_number()?;
                self.push(Number::from(number.is_zero()));
            }
            b'p' | b'n' => {
                let value = self.stack.last().cloned().ok_or_else(too_few)?;
                self.show(cx, &value).await?;
            }
            b'f' => {
                for at in (0..self.stack.len()).rev() {
                    let value = self.stack[at].clone();
                    self.show(cx, &value).await?;
                }
            }
            b'P' => self.print_bytes(cx).await?,
            b'c' => self.stack.clear(),
            b'd' => {
                let value = self.stack.last().cloned().ok_or_else(too_few)?;
                cx.sys.burn(value.small_bytes() as u64).await;
                self.push(value);
            }
            b'r' => {
                let len = self.stack.len();
                if len < 2 {
                    return Err(too_few());
                }
                self.stack.swap(len - 1, len - 2);
            }
            b'R' => {
                self.pop()?;
            }
            b'z' => self.push(Number::from(self.stack.len())),
            b'Z' => {
                let length = match self.pop()? {
                    Value::Number(number) => number.length(),
                    Value::Text(text) => text.bytes().len(),
                };
                self.push(Number::from(length));
            }
            b'X' => {
                let number = self.pop_number()?;
                self.push(Number::from(number.scale()));
            }
            b'a' => self.letter(cx).await?,
            b'i' => self.input_base = bc::input_base(&self.pop_number()?)?,
            b'o' => self.output_base = bc::output_base(&self.pop_number()?)?,
            b'k' => self.scale = bc::scale(&self.pop_number()?)?,
            b'I' => self.push(Number::from(self.input_base)),
            b'O' => self.push(Number::from(self.output_base)),
            b'K' => self.push(Number::from(self.scale)),
            b's' | b'S' | b'l' | b'L' | b':' | b';' => self.register(cx, byte).await?,
            b'x' => match self.pop()? {
                Value::Text(text) => self.enter(text.bytes()),
                number => self.push(number),
            },
            b'?' => {
                if let Some(program) = self.read_program(cx).await? {
                    self.enter(program);
                }
            }
            b'<' | b'>' | b'=' => self.branch(byte, false)?,
            b'!' => match self.position()?.peek() {
                Some(byte @ (b'<' | b'>' | b'=')) => {
                    self.position()?.next();
                    self.branch(byte, true)?;
                }
                _ => return Err(Fail::new("bad character '!'")),
            },
            b'q' => return Ok(self.leave(2)),
            b'Q' => {
                let levels = self.pop_number()?.to_size()?;
                return Ok(self.leave(levels));
            }
            _ if byte.is_ascii_graphic() => {
                return Err(Fail::new(text!("bad character '", [byte], "'")));
            }
            _ => return Err(Fail::new(format!("illegal character 0x{byte:02x}"))),
        }
        Ok(Ran::On)
    }

    /// Leaves so many macros, or the program when it is not in that many.
    fn leave(&mut self, levels: usize) -> Ran {
        if levels >= self.depth {
            return Ran::Quit;
        }
        let mut left = 0;
        while left < levels {
            left += self.exit();
        }
        Ran::On
    }

    async fn read_number(&mut self, cx: &mut Context<'a>, first: u8) -> Result<(), Fail> {
        let position = self.position()?;
        let is_negative = first == b'_';
        let digits = match is_negative {
            true => {
                position.skip_blanks();
                position.digits(None)
            }
            false => position.digits(Some(first)),
        };
        let Some(digits) = digits else {
            if !is_negative {
                return Err(Fail::new("bad character '.'"));
            }
            let rest = match position.rest() {
                b"" => b"_",
                rest => rest,
            };
            return Err(Fail::new(text!("bad token at '", rest, "'")));
        };
        let number = decimal::read_digits(cx.sys, &digits, self.input_base as u32).await;
        self.push(if is_negative {
            number.negated()
        } else {
            number
        });
        Ok(())
    }

    async fn compute(&mut self, cx: &Context<'a>, operator: u8) -> Result<(), Fail> {
        let [left, right] = self.pop_numbers()?;
        let scale = self.scale;
        let result = match operator {
            b'+' => left.plus(cx.sys, &right).await,
            b'-' => left.minus(cx.sys, &right).await,
            b'*' => left.times(cx.sys, &right, scale).await,
            b'/' => left.divided(cx.sys, &right, scale).await?,
            b'%' => left.divided_with_rest(cx.sys, &right, scale).await?.1,
            _ => left.to_the(cx.sys, &right, scale).await?,
        };
        self.push(result);
        Ok(())
    }

    async fn show(&mut self, cx: &mut Context<'a>, value: &Value) -> Result<(), Fail> {
        match value {
            Value::Number(number) => {
                let base = self.output_base as u32;
                decimal::print(cx, &mut self.column, number, base).await?;
            }
            Value::Text(text) => {
                self.column.pass(&text.bytes());
                cx.out.write(text.bytes()).await?;
            }
        }
        self.column.pass(b"\n");
        cx.out.write("\n").await
    }

    /// `P`: a text as it is, a number as the bytes that are its digits in base 256.
    async fn print_bytes(&mut self, cx: &mut Context<'a>) -> Result<(), Fail> {
        let bytes: Vec<u8> = match self.pop()? {
            Value::Text(text) => text.bytes().to_vec(),
            Value::Number(number) if number.is_negative() => {
                return Err(Fail::new("negative number"));
            }
            Value::Number(number) => {
                let base = Number::from(256usize);
                let mut rest = number.truncated(0);
                let mut digits = Buffer::new();
                while !rest.is_zero() {
                    let (more, digit) = rest.divided_with_rest(cx.sys, &base, 0).await?;
                    digits.push(digit.to_u64().unwrap_or(0) as u8);
                    rest = more;
                }
                digits.iter().rev().copied().collect()
            }
        };
        self.column.pass(&bytes);
        cx.out.write(bytes).await
    }

    /// `a`: the text of one byte, a text's first or the one whose number is given.
    async fn letter(&mut self, cx: &Context<'a>) -> Result<(), Fail> {
        let byte = match self.pop()? {
            Value::Text(text) => text.bytes().first().copied().unwrap_or(0),
            Value::Number(number) => {
                let base = Number::from(256usize);
                let number = number.truncated(0);
                let rest = number.divided_with_rest(cx.sys, &base, 0).await?.1;
                rest.to_u64().unwrap_or(0) as u8
            }
        };
        self.push(Text::new(Bytes::copy_from_slice(&[byte])));
        Ok(())
    }

    /// The name of a register.
    fn name(&mut self, command: &[u8]) -> Result<Bytes, Fail> {
        let has_long_names = self.has_long_names;
        let name = self.position()?.name(has_long_names);
        name.ok_or_else(|| Fail::new(text!("bad token at '", command, "'")))
    }

    async fn register(&mut self, cx: &Context<'a>, command: u8) -> Result<(), Fail> {
        let name = self.name(&[command])?;
        match command {
            b's' => {
                let value = self.pop()?;
                self.registers.set(&name, value);
            }
            b'S' => {
                let value = self.pop()?;
                self.registers.push(&name, value);
            }
            b'l' => {
                let value = self.registers.top(&name);
                cx.sys.burn(value.small_bytes() as u64).await;
                self.push(value);
            }
            b'L' => {
                let value = self.registers.pop(&name).ok_or_else(too_few)?;
                self.push(value);
            }
            b':' => {
                let index = self.pop_number()?.to_size()?;
                let number = self.pop_number()?;
                self.registers.set_element(&name, index, number);
            }
            _ => {
                let index = self.pop_number()?.to_size()?;
                let number = self.registers.element(&name, index);
                self.push(number);
            }
        }
        Ok(())
    }

    /// Compares the two topmost numbers and runs a register's text, or that of another behind `e`.
    fn branch(&mut self, command: u8, negated: bool) -> Result<(), Fail> {
        let shown = [b'!', command];
        let name = self.name(if negated { &shown } else { &shown[1..] })?;
        let otherwise = match self.position()?.peek() {
            Some(b'e') => {
                self.position()?.next();
                Some(self.name(b"e")?)
            }
            _ => None,
        };
        let [second, top] = self.pop_numbers()?;
        let order = top.compare(&second);
        let holds = match command {
            b'<' => order == Ordering::Less,
            b'>' => order == Ordering::Greater,
            _ => order == Ordering::Equal,
        };
        let name = match (holds != negated, otherwise) {
            (true, _) => name,
            (false, Some(otherwise)) => otherwise,
            (false, None) => return Ok(()),
        };
        match self.registers.top(&name) {
            Value::Text(text) => {
                self.enter(text.bytes());
                Ok(())
            }
            Value::Number(_) => Err(Fail::new("variable is wrong type")),
        }
    }
}
