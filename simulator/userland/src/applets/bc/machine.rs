//! Runs compiled programs.

use super::super::context::{Context, Fail};
use super::super::decimal::{self, Column, Number};
use super::code::{Code, Instruction, Local, LocalKind, Operator, Place};
use super::compiler::{Compiler, Program, limits};
use super::token::Tokens;
use super::variables::Variables;
use crate::kernel::List;
use std::cmp::Ordering;
use std::sync::Arc;

const MAX_INPUT_BASE: usize = 36;
const MAX_OUTPUT_BASE: usize = 999;

/// What stands on the stack.
#[derive(Debug)]
enum Value {
    Number(Number),
    /// Where an array is kept.
    Array(usize),
}

/// A call, and how to go on behind it.
#[derive(Debug)]
struct Frame {
    code: Arc<Code>,
    at: usize,
    locals: Vec<Saved>,
    /// Values on the stack below the call.
    height: usize,
}

/// What a local variable hides.
#[derive(Debug)]
enum Saved {
    Number(usize, Number),
    /// The array's name, where it was kept, and whether what replaces it is the call's own.
    Array(usize, usize, bool),
}

/// The state of a calculator.
#[derive(Debug)]
pub(super) struct Machine {
    stack: List<Value>,
    frames: List<Frame>,
    variables: Variables,
    pub(super) scale: usize,
    input_base: usize,
    output_base: usize,
    last: Number,
    column: Column,
}

/// Whether the program goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ran {
    On,
    Halted,
}

impl Machine {
    /// Lines of output have at most so many characters.
    pub(super) fn new(width: Option<usize>) -> Self {
        Self {
            stack: List::new(),
            frames: List::new(),
            variables: Variables::default(),
            scale: 0,
            input_base: 10,
            output_base: 10,
            last: Number::default(),
            column: Column::new(width),
        }
    }

    /// Leaves every call, after an error.
    pub(super) fn unwind(&mut self) {
        while let Some(frame) = self.frames.pop() {
            self.restore(frame.locals);
        }
        self.stack.clear();
    }

    fn push(&mut self, number: Number) {
        let bytes = number.small_bytes();
        self.stack.push_owner(Value::Number(number), bytes);
    }

    fn pop(&mut self) -> Result<Number, Fail> {
        match self.stack.pop() {
            Some(Value::Number(number)) => Ok(number),
            _ => Err(Fail::new("variable is wrong type")),
        }
    }

    fn pop_index(&mut self) -> Result<u64, Fail> {
        const MOST: u64 = 2_147_483_647;
        let number = self.pop()?;
        if number.is_negative() {
            return Err(Fail::new("negative number"));
        }
        let index = number.to_u64().filter(|index| *index < MOST);
        index.ok_or_else(|| Fail::new(format!("array too long; must be [1,{MOST}]")))
    }

    /// Runs a statement.
    pub(super) async fn run<'a>(
        &mut self,
        cx: &mut Context<'a>,
        tokens: &mut Tokens<'a>,
        program: &mut Program,
        code: Code,
    ) -> Result<Ran, Fail> {
        self.frames.push(Frame {
            code: Arc::new(code),
            at: 0,
            locals: Vec::new(),
            height: 0,
        });
        loop {
            cx.sys.burn(30).await;
            let Some(frame) = self.frames.last_mut() else {
                return Ok(Ran::On);
            };
            let Some(instruction) = frame.code.get(frame.at).cloned() else {
                self.frames.pop();
                continue;
            };
            frame.at += 1;
            match instruction {
                Instruction::Halt => return Ok(Ran::Halted),
                Instruction::Jump(to) => frame.at = to,
                Instruction::JumpIfZero(to) => {
                    if self.pop()?.is_zero()
                        && let Some(frame) = self.frames.last_mut()
                    {
                        frame.at = to;
                    }
                }
                Instruction::Call {
                    function,
                    arguments,
                } => self.call(cx, program, function, arguments).await?,
                Instruction::Return => self.leave()?,
                Instruction::Read => {
                    let line = tokens.read_input(cx).await?;
                    let mut words = Tokens::of_line(&line, tokens.strictness);
                    let compiler = Compiler::new(&mut words, program);
                    let code = compiler.only_expression(cx).await?;
                    self.enter(Arc::new(code), Vec::new());
                }
                other => self.step(cx, other).await?,
            }
        }
    }

    async fn step(&mut self, cx: &mut Context<'_>, instruction: Instruction) -> Result<(), Fail> {
        match instruction {
            Instruction::Number(digits) => {
                let number = decimal::read_digits(cx.sys, &digits, self.input_base as u32).await;
                self.push(number);
            }
            Instruction::Array(array) => {
                let kept = self.variables.array(array);
                self.stack.push(Value::Array(kept));
            }
            Instruction::Load(place) => {
                let index = self.index_of(place)?;
                let number = self.load(cx, place, index).await;
                self.push(number);
            }
            Instruction::Peek(array) => {
                let index = self.pop_index()?;
                let number = self.load(cx, Place::Element(array), index).await;
                self.push(Number::from(index));
                self.push(number);
            }
            Instruction::Store(place) => {
                let number = self.pop()?;
                let index = self.index_of(place)?;
                self.store(place, index, number.clone())?;
                self.push(number);
            }
            Instruction::Step { place, up, after } => {
                let index = self.index_of(place)?;
                let old = self.load(cx, place, index).await;
                let one = Number::from(true);
                let new = match up {
                    true => old.plus(cx.sys, &one).await,
                    false => old.minus(cx.sys, &one).await,
                };
                self.store(place, index, new.clone())?;
                self.push(if after { old } else { new });
            }
            Instruction::Binary(operator) => {
                let right = self.pop()?;
                let left = self.pop()?;
                let result = binary(cx, operator, left, right, self.scale).await?;
                self.push(result);
            }
            Instruction::Negate => {
                let number = self.pop()?;
                self.push(number.negated());
            }
            Instruction::Not => {
                let number = self.pop()?;
                self.push(Number::from(number.is_zero()));
            }
            Instruction::Length => {
                let length = match self.stack.pop() {
                    Some(Value::Array(kept)) => self.variables.length(kept),
                    Some(Value::Number(number)) => number.length() as u64,
                    None => 0,
                };
                self.push(Number::from(length));
            }
            Instruction::ScaleOf => {
                let number = self.pop()?;
                self.push(Number::from(number.scale()));
            }
            Instruction::Root => {
                let number = self.pop()?;
                let root = number.root(cx.sys, self.scale).await?;
                self.push(root);
            }
            Instruction::Drop => {
                self.stack.pop();
            }
            Instruction::Show => {
                let number = self.pop()?;
                self.print(cx, &number).await?;
                self.write(cx, b"\n").await?;
                self.last = number;
            }
            Instruction::Print => {
                let number = self.pop()?;
                self.print(cx, &number).await?;
                self.last = number;
            }
            Instruction::Text(text) => self.write(cx, &text).await?,
            Instruction::Escaped(text) => self.write(cx, &unescape(&text)).await?,
            Instruction::Limits => self.write(cx, &limits()).await?,
            // Those that change where the program goes on are done where it is known.
            _ => {}
        }
        Ok(())
    }

    async fn print(&mut self, cx: &mut Context<'_>, number: &Number) -> Result<(), Fail> {
        let base = self.output_base as u32;
        decimal::print(cx, &mut self.column, number, base).await
    }

    async fn write(&mut self, cx: &mut Context<'_>, text: &[u8]) -> Result<(), Fail> {
        self.column.pass(text);
        cx.out.write(text).await
    }

    fn index_of(&mut self, place: Place) -> Result<u64, Fail> {
        match place {
            Place::Element(_) => self.pop_index(),
            _ => Ok(0),
        }
    }

    async fn load(&mut self, cx: &Context<'_>, place: Place, index: u64) -> Number {
        let number = match place {
            Place::Variable(name) => self.variables.number(name),
            Place::Element(name) => self.variables.element(name, index),
            Place::Scale => Number::from(self.scale),
            Place::InputBase => Number::from(self.input_base),
            Place::OutputBase => Number::from(self.output_base),
            Place::Last => self.last.clone(),
        };
        cx.sys.burn(number.small_bytes() as u64).await;
        number
    }

    fn store(&mut self, place: Place, index: u64, number: Number) -> Result<(), Fail> {
        match place {
            Place::Variable(name) => self.variables.set_number(name, number),
            Place::Element(name) => self.variables.set_element(name, index, number),
            Place::Last => self.last = number,
            Place::Scale => self.scale = scale(&number)?,
            Place::InputBase => self.input_base = input_base(&number)?,
            Place::OutputBase => self.output_base = output_base(&number)?,
        }
        Ok(())
    }

    fn enter(&mut self, code: Arc<Code>, locals: Vec<Saved>) {
        let height = self.stack.len();
        let bytes = locals.len() * size_of::<Saved>();
        let frame = Frame {
            code,
            at: 0,
            locals,
            height,
        };
        self.frames.push_owner(frame, bytes);
    }

    async fn call(
        &mut self,
        cx: &Context<'_>,
        program: &Program,
        function: usize,
        arguments: usize,
    ) -> Result<(), Fail> {
        let function = program.defined.get(function).and_then(Option::as_ref);
        let function = function.ok_or_else(|| Fail::new("undefined function"))?;
        let wanted = function.parameters.len();
        if wanted != arguments {
            return Err(Fail::new(format!(
                "function has {wanted} parameters, but called with {arguments}"
            )));
        }
        let mut locals = Vec::new();
        for parameter in function.parameters.iter().rev() {
            let saved = match (self.stack.pop(), parameter.kind) {
                (Some(Value::Number(number)), LocalKind::Number) => {
                    let hidden = self.variables.replace_number(parameter.name, number);
                    Saved::Number(parameter.name, hidden)
                }
                (Some(Value::Array(kept)), LocalKind::Array) => {
                    let copy = self.variables.copy(cx.sys, kept).await;
                    let hidden = self.variables.replace_array(parameter.name, copy);
                    Saved::Array(parameter.name, hidden, true)
                }
                (Some(Value::Array(kept)), LocalKind::Reference) => {
                    let hidden = self.variables.replace_array(parameter.name, kept);
                    Saved::Array(parameter.name, hidden, false)
                }
                _ => {
                    self.restore(locals);
                    return Err(Fail::new("variable is wrong type"));
                }
            };
            locals.push(saved);
        }
        for auto in &function.autos {
            let saved = self.hide(*auto);
            locals.push(saved);
        }
        cx.sys.burn(50 * (1 + locals.len() as u64)).await;
        self.enter(function.code.clone(), locals);
        Ok(())
    }

    /// A fresh variable for a name.
    fn hide(&mut self, auto: Local) -> Saved {
        if auto.kind == LocalKind::Number {
            let zero = Number::default();
            return Saved::Number(auto.name, self.variables.replace_number(auto.name, zero));
        }
        let fresh = self.variables.new_array();
        Saved::Array(
            auto.name,
            self.variables.replace_array(auto.name, fresh),
            true,
        )
    }

    /// Brings back what local variables have hidden.
    fn restore(&mut self, locals: Vec<Saved>) {
        for saved in locals.into_iter().rev() {
            match saved {
                Saved::Number(name, hidden) => self.variables.set_number(name, hidden),
                Saved::Array(name, hidden, is_own) => {
                    let used = self.variables.replace_array(name, hidden);
                    if is_own {
                        self.variables.free(used);
                    }
                }
            }
        }
    }

    /// Ends a call with the value on top of the stack.
    fn leave(&mut self) -> Result<(), Fail> {
        let result = self.pop()?;
        if let Some(frame) = self.frames.pop() {
            while self.stack.len() > frame.height {
                self.stack.pop();
            }
            self.restore(frame.locals);
        }
        self.push(result);
        Ok(())
    }
}

/// A number as a scale.
pub(in super::super) fn scale(number: &Number) -> Result<usize, Fail> {
    let scale = number.to_size()?;
    match u32::try_from(scale) {
        Ok(_) => Ok(scale),
        Err(_) => Err(Fail::new("bad scale; must be [0,4294967295]")),
    }
}

/// A number as the base of input.
pub(in super::super) fn input_base(number: &Number) -> Result<usize, Fail> {
    match number.to_size()? {
        base @ 2..=MAX_INPUT_BASE => Ok(base),
        _ => Err(Fail::new("bad ibase; must be [2,16]")),
    }
}

/// A number as the base of output.
pub(in super::super) fn output_base(number: &Number) -> Result<usize, Fail> {
    match number.to_size()? {
        base @ 2..=MAX_OUTPUT_BASE => Ok(base),
        _ => Err(Fail::new("bad obase; must be [2,999]")),
    }
}

async fn binary(
    cx: &Context<'_>,
    operator: Operator,
    left: Number,
    right: Number,
    scale: usize,
) -> Result<Number, Fail> {
    let holds = |wanted: &[Ordering]| Number::from(wanted.contains(&left.compare(&right)));
    Ok(match operator {
        Operator::Or => Number::from(!left.is_zero() || !right.is_zero()),
        Operator::And => Number::from(!left.is_zero() && !right.is_zero()),
        Operator::Less => holds(&[Ordering::Less]),
        Operator::LessEqual => holds(&[Ordering::Less, Ordering::Equal]),
        Operator::Equal => holds(&[Ordering::Equal]),
        Operator::NotEqual => holds(&[Ordering::Less, Ordering::Greater]),
        Operator::GreaterEqual => holds(&[Ordering::Greater, Ordering::Equal]),
        Operator::Greater => holds(&[Ordering::Greater]),
        Operator::Add => left.plus(cx.sys, &right).await,
        Operator::Subtract => left.minus(cx.sys, &right).await,
        Operator::Multiply => left.times(cx.sys, &right, scale).await,
        Operator::Divide => left.divided(cx.sys, &right, scale).await?,
        Operator::Remainder => left.divided_with_rest(cx.sys, &right, scale).await?.1,
        Operator::Power => left.to_the(cx.sys, &right, scale).await?,
    })
}

/// The text of `print` with its escapes replaced; unknown ones stay.
fn unescape(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    let mut bytes = text.iter().copied();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            plain.push(byte);
            continue;
        }
        match bytes.next() {
            Some(b'a') => plain.push(7),
            Some(b'b') => plain.push(8),
            Some(b'e' | b'\\') => plain.push(b'\\'),
            Some(b'f') => plain.push(12),
            Some(b'n') => plain.push(b'\n'),
            Some(b'r') => plain.push(b'\r'),
            Some(b't') => plain.push(b'\t'),
            Some(other) => plain.extend([b'\\', other]),
            None => plain.push(b'\\'),
        }
    }
    plain
}
