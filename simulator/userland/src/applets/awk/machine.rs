//! Runs compiled programs.

use super::super::context::{Context, Fail, text};
use super::array::Array;
use super::code::{Arithmetic, ArrayName, Comparison, Op, Program, Redirect, Target, special};
use super::format;
use super::random::Random;
use super::record::{Record, Separator, split};
use super::regexes::{Regexes, search};
use super::streams::Streams;
use super::value::{Place, Value};
use super::whole_input::WholeInput;
use crate::kernel::{Buffer, Charge};
use bytes::Bytes;

/// Deepest calls of functions.
const CALLS_MAX: usize = 200_000;
/// What an element costs beside its texts: its place, the key of a walk over the array, and what is to spare.
const ELEMENT_BYTES: usize = 224;
/// What of a text an element pays for; a longer one is charged where it was made.
const TEXT_BYTES: usize = 256;
/// Fuel of an instruction.
const OP_FUEL: u64 = 30;

/// A function's call.
#[derive(Debug)]
struct Frame {
    return_to: usize,
    /// Where its parameters begin on the stack.
    base: usize,
    walks: usize,
    /// Arrays that were made in it.
    arrays: Vec<usize>,
}

/// How a section ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    End,
    NextFile,
    Exit,
}

/// A program with its state.
pub(super) struct Machine<'c, 'a> {
    pub(super) cx: &'c mut Context<'a>,
    pub(super) program: Program,
    pub(super) globals: Vec<Value>,
    pub(super) arrays: Vec<Array>,
    free_arrays: Vec<usize>,
    pub(super) stack: Vec<Value>,
    frames: Vec<Frame>,
    walks: Vec<std::vec::IntoIter<Bytes>>,
    ranges: Vec<bool>,
    pub(super) record: Record,
    pub(super) regexes: Regexes,
    pub(super) streams: Streams<'a>,
    pub(super) input: WholeInput<'a>,
    pub(super) random: Random,
    pub(super) seed: f64,
    pub(super) status: u8,
    heap_bytes: usize,
    /// For the elements of all arrays.
    heap: Charge,
    /// For the stack and the calls.
    calls: Charge,
    fuel: u64,
    at: usize,
    source_name: Vec<u8>,
}

impl<'c, 'a> Machine<'c, 'a> {
    pub(super) fn new(cx: &'c mut Context<'a>, program: Program, source_name: Vec<u8>) -> Self {
        Self {
            globals: vec![Value::Unset; program.globals.len()],
            arrays: Vec::new(),
            free_arrays: Vec::new(),
            stack: Vec::new(),
            frames: Vec::new(),
            walks: Vec::new(),
            ranges: vec![false; program.ranges],
            record: Record::default(),
            regexes: Regexes::default(),
            streams: Streams::default(),
            input: WholeInput::default(),
            random: Random::new(1),
            seed: 1.0,
            status: 0,
            heap_bytes: 0,
            heap: Charge::new(),
            calls: Charge::new(),
            fuel: 0,
            at: 0,
            source_name,
            program,
            cx,
        }
    }

    /// A fault of the running program, with its place.
    pub(super) fn fault(&self, message: &str) -> Fail {
        let line = self.program.lines.get(self.at).copied().unwrap_or(1);
        Fail::new(text!(self.source_name, format!(":{line}: {message}")))
    }

    pub(super) async fn pay(&mut self, fuel: u64) {
        self.fuel += fuel;
        if self.fuel >= 6_000 {
            self.cx.sys.burn(std::mem::take(&mut self.fuel)).await;
        }
    }

    /// Runs a section from its start.
    pub(super) async fn run(&mut self, start: usize) -> Result<Flow, Fail> {
        self.stack.clear();
        self.frames.clear();
        self.walks.clear();
        self.at = start;
        loop {
            self.pay(OP_FUEL).await;
            let op = self.program.ops[self.at];
            let next = self.at + 1;
            self.at = match op {
                Op::Jump(to) => to,
                Op::JumpIfFalse(to) if !self.pop().truth() => to,
                Op::JumpIfFalse(_) => next,
                Op::JumpIfTrue(to) if self.pop().truth() => to,
                Op::JumpIfTrue(_) => next,
                Op::RangeGate(range, to) if self.ranges[range] => to,
                Op::RangeGate(..) => next,
                Op::RangeSet(range, open) => {
                    self.ranges[range] = open;
                    next
                }
                Op::EachNext(to) => match self.walks.last_mut().and_then(Iterator::next) {
                    Some(key) => {
                        self.stack.push(Value::Input(key));
                        next
                    }
                    None => to,
                },
                Op::Call {
                    function,
                    arguments,
                } => self.call(function, arguments, next)?,
                Op::Return => self.return_value()?,
                Op::Next | Op::End => return Ok(Flow::End),
                Op::NextFile => return Ok(Flow::NextFile),
                Op::Exit(with_status) => {
                    if with_status {
                        self.status = super::value::to_i32(self.pop().number()) as u8;
                    }
                    return Ok(Flow::Exit);
                }
                op => {
                    self.perform(op).await?;
                    next
                }
            };
        }
    }

    pub(super) fn pop(&mut self) -> Value {
        debug_assert!(!self.stack.is_empty(), "every pop has its push");
        self.stack.pop().unwrap_or_default()
    }

    pub(super) fn pop_number(&mut self) -> f64 {
        self.pop().number()
    }

    pub(super) fn pop_text(&mut self) -> Bytes {
        let value = self.pop();
        self.to_text(&value)
    }

    /// A value as a text, by CONVFMT.
    pub(super) fn to_text(&self, value: &Value) -> Bytes {
        match value {
            Value::Number(_) => {
                let format = self.globals[special::CONVFMT].to_text(b"%.6g");
                value.to_text(&format)
            }
            value => value.to_text(b""),
        }
    }

    pub(super) fn ignores_case(&self) -> bool {
        self.globals[special::IGNORECASE].truth()
    }

    /// Everything that stays in the flow of instructions.
    async fn perform(&mut self, op: Op) -> Result<(), Fail> {
        match op {
            Op::Constant(number) => self.stack.push(self.program.constants[number].clone()),
            Op::Load(target) => {
                let value = self.load(target).await?;
                self.stack.push(value);
            }
            Op::Store(target) => {
                let value = plain(self.pop());
                self.store(target, value.clone()).await?;
                self.stack.push(value);
            }
            Op::Increment { target, by, old } => self.increment(target, by, old).await?,
            Op::Reference(name) => {
                let value = self.reference(name);
                self.stack.push(value);
            }
            Op::Duplicate => {
                let value = self.stack.last().cloned().unwrap_or_default();
                self.stack.push(value);
            }
            Op::Pop => {
                self.pop();
            }
            Op::Arithmetic(arithmetic) => self.arithmetic(arithmetic)?,
            Op::Compare(comparison) => self.compare(comparison),
            Op::Negate => {
                let number = self.pop_number();
                self.stack.push(Value::Number(-number));
            }
            Op::Plus => {
                let number = self.pop_number();
                self.stack.push(Value::Number(number));
            }
            Op::Not => {
                let truth = self.pop().truth();
                self.stack.push(Value::bool(!truth));
            }
            Op::Truth => {
                let truth = self.pop().truth();
                self.stack.push(Value::bool(truth));
            }
            Op::Concatenate => self.concatenate().await?,
            Op::Join(count) => self.join(count),
            Op::Match { negated } => {
                let pattern = self.pop();
                let subject = self.pop_text();
                let found = self.matches(&pattern, &subject).await?;
                self.stack.push(Value::bool(found != negated));
            }
            Op::MatchRecord(number) => {
                let record = self.load_field(0).await?;
                let subject = self.to_text(&record);
                let found = self.matches(&Value::Regex(number), &subject).await?;
                self.stack.push(Value::bool(found));
            }
            Op::In(name) => {
                let key = self.pop_text();
                let array = self.array(name)?;
                let found = self.arrays[array].contains(&key);
                self.stack.push(Value::bool(found));
            }
            Op::Delete(name) => {
                let key = self.pop_text();
                let array = self.array(name)?;
                if let Some(value) = self.arrays[array].remove(&key) {
                    self.release(ELEMENT_BYTES + key.len() + size_of_value(&value));
                }
            }
            Op::DeleteAll(name) => {
                let array = self.array(name)?;
                self.clear_array(array).await;
            }
            Op::EachStart(name) => {
                let array = self.array(name)?;
                let keys = self.arrays[array].keys();
                self.pay(keys.len() as u64 * 10).await;
                self.walks.push(keys.into_iter());
            }
            Op::EachEnd => {
                self.walks.pop();
            }
            Op::Builtin(function, count) => self.builtin(function, count).await?,
            Op::Substitute { all, target } => self.substitute(all, target).await?,
            Op::Split { array, separator } => self.split(array, separator).await?,
            Op::LengthOf(name) => self.length_of(name),
            Op::Print(count, redirect) => self.print(count, redirect).await?,
            Op::Printf(count, redirect) => self.printf(count, redirect).await?,
            Op::Getline(source, target) => self.getline(source, target).await?,
            _ => debug_assert!(false, "handled where the flow is"),
        }
        Ok(())
    }

    fn call(&mut self, function: usize, arguments: usize, return_to: usize) -> Result<usize, Fail> {
        let function = self.program.functions[function].clone();
        if self.frames.len() >= CALLS_MAX {
            return Err(self.fault("Too many calls"));
        }
        let base = self.stack.len() - arguments;
        self.calls.reserve(&mut self.stack, function.parameters);
        self.calls.reserve(&mut self.frames, 1);
        // Surplus arguments are dropped, missing ones are unset.
        self.stack.resize(base + function.parameters, Value::Unset);
        self.frames.push(Frame {
            return_to,
            base,
            walks: self.walks.len(),
            arrays: Vec::new(),
        });
        // Every function that is called was defined: the parser checked.
        function
            .start
            .ok_or_else(|| self.fault("Call to undefined function"))
    }

    /// Leaves a function. Outside of one, return ends the section.
    fn return_value(&mut self) -> Result<usize, Fail> {
        let value = plain(self.pop());
        let Some(frame) = self.frames.pop() else {
            let end = self.program.ops.len() - 1;
            debug_assert_eq!(self.program.ops[end], Op::End);
            return Ok(end);
        };
        self.stack.truncate(frame.base);
        self.walks.truncate(frame.walks);
        for array in frame.arrays {
            let bytes = array_bytes(&self.arrays[array]);
            self.release(bytes);
            self.arrays[array].clear();
            self.free_arrays.push(array);
        }
        self.stack.push(value);
        Ok(frame.return_to)
    }

    fn place(&self, name: ArrayName) -> Place {
        match name {
            ArrayName::Global(global) => Place::Global(global),
            ArrayName::Local(local) => {
                let base = self.frames.last().map_or(0, |frame| frame.base);
                Place::Stack(base + local)
            }
        }
    }

    fn at_place(&mut self, place: Place) -> &mut Value {
        match place {
            Place::Global(global) => &mut self.globals[global],
            Place::Stack(index) => &mut self.stack[index],
        }
    }

    /// The array that a name means; what is none becomes one.
    pub(super) fn array(&mut self, name: ArrayName) -> Result<usize, Fail> {
        let mut place = self.place(name);
        let mut passed = Vec::new();
        let array = loop {
            match self.at_place(place) {
                Value::Array(array) => break *array,
                Value::Unborn(origin) => {
                    let origin = *origin;
                    passed.push(place);
                    place = origin;
                }
                _ => break self.make_array(place),
            }
        };
        for place in passed {
            *self.at_place(place) = Value::Array(array);
        }
        Ok(array)
    }

    fn make_array(&mut self, place: Place) -> usize {
        let array = match self.free_arrays.pop() {
            Some(array) => array,
            None => {
                self.arrays.push(Array::default());
                self.arrays.len() - 1
            }
        };
        if let Place::Stack(index) = place {
            let owner = self
                .frames
                .iter_mut()
                .rev()
                .find(|frame| frame.base <= index);
            if let Some(frame) = owner {
                frame.arrays.push(array);
            }
        }
        *self.at_place(place) = Value::Array(array);
        array
    }

    /// A variable as an argument: an array by its number, an unset one by its place.
    fn reference(&mut self, name: ArrayName) -> Value {
        if name == ArrayName::Global(special::NF) {
            return self.record_count();
        }
        let place = self.place(name);
        match self.at_place(place) {
            Value::Unset => Value::Unborn(place),
            value => value.clone(),
        }
    }

    pub(super) fn length_of_variable(&mut self, name: ArrayName) -> Value {
        self.reference(name)
    }

    fn charge(&mut self, bytes: usize) {
        self.heap_bytes += bytes;
        self.heap.cover_steps(self.heap_bytes);
    }

    fn release(&mut self, bytes: usize) {
        self.heap_bytes = self.heap_bytes.saturating_sub(bytes);
    }

    pub(super) async fn clear_array(&mut self, array: usize) {
        let bytes = array_bytes(&self.arrays[array]);
        self.pay(self.arrays[array].len() as u64 * 10).await;
        self.release(bytes);
        self.arrays[array].clear();
    }

    /// Sets an element.
    pub(super) fn set_element(&mut self, array: usize, key: &Bytes, value: Value) {
        let size = size_of_value(&value);
        let (place, is_new) = self.arrays[array].entry(key);
        let old = std::mem::replace(place, value);
        self.release(size_of_value(&old));
        let key_bytes = if is_new { ELEMENT_BYTES + key.len() } else { 0 };
        self.charge(size + key_bytes);
    }

    fn field_number(&self, value: &Value) -> Result<usize, Fail> {
        let number = super::value::to_i32(value.number());
        usize::try_from(number).map_err(|_| self.fault("Access to negative field"))
    }

    pub(super) async fn load(&mut self, target: Target) -> Result<Value, Fail> {
        match target {
            Target::Global(special::NF) => {
                self.split_record().await?;
                Ok(self.record_count())
            }
            Target::Global(global) => Ok(plain(self.globals[global].clone())),
            Target::Local(local) => {
                let base = self.frames.last().map_or(0, |frame| frame.base);
                Ok(plain(self.stack[base + local].clone()))
            }
            Target::Field => {
                let index = self.pop();
                let number = self.field_number(&index)?;
                self.load_field(number).await
            }
            Target::Element(name) => {
                let key = self.pop_text();
                let array = self.array(name)?;
                let (value, is_new) = self.arrays[array].entry(&key);
                let value = value.clone();
                if is_new {
                    self.charge(ELEMENT_BYTES + key.len());
                }
                Ok(value)
            }
        }
    }

    fn record_count(&self) -> Value {
        Value::Number(self.record.count() as f64)
    }

    /// Stores a value; the index of the target is popped.
    pub(super) async fn store(&mut self, target: Target, value: Value) -> Result<(), Fail> {
        match target {
            Target::Global(special::NF) => {
                self.split_record().await?;
                let count = value.number().clamp(0.0, 1e9) as usize;
                self.record.resize(count);
            }
            Target::Global(global) => {
                if global == special::FS {
                    // The record that is there was read with the old separator.
                    self.split_record().await?;
                }
                self.globals[global] = value;
            }
            Target::Local(local) => {
                let base = self.frames.last().map_or(0, |frame| frame.base);
                self.stack[base + local] = value;
            }
            Target::Field => {
                let index = self.pop();
                let number = self.field_number(&index)?;
                if number == 0 {
                    self.record.set(as_input(self.to_text(&value)));
                } else {
                    self.split_record().await?;
                    self.record.set_field(number, value);
                }
            }
            Target::Element(name) => {
                let key = self.pop_text();
                let array = self.array(name)?;
                self.set_element(array, &key, value);
            }
        }
        Ok(())
    }

    async fn increment(&mut self, target: Target, by: f64, old: bool) -> Result<(), Fail> {
        if target.has_index() {
            let index = self.stack.last().cloned().unwrap_or_default();
            self.stack.push(index);
        }
        let before = self.load(target).await?.number();
        self.store(target, Value::Number(before + by)).await?;
        self.stack
            .push(Value::Number(if old { before } else { before + by }));
        Ok(())
    }

    /// `$N`.
    pub(super) async fn load_field(&mut self, number: usize) -> Result<Value, Fail> {
        if number > 0 {
            self.split_record().await?;
            return Ok(self.record.field(number));
        }
        if !self.record.is_joined() {
            let separator = self.globals[special::OFS].to_text(b"%.6g");
            let format = self.globals[special::CONVFMT].to_text(b"%.6g");
            self.record.join(&separator, &format);
            self.pay(self.record.count() as u64 * 10).await;
        }
        Ok(self.record.whole().clone())
    }

    /// Takes the record apart if that was not done.
    pub(super) async fn split_record(&mut self) -> Result<(), Fail> {
        let Some(whole) = self.record.unsplit() else {
            return Ok(());
        };
        let whole = whole.to_text(b"%.6g");
        let by_paragraph = self.globals[special::RS].to_text(b"").is_empty();
        let separator = self.globals[special::FS].to_text(b"%.6g");
        let separator = Separator::parse(&separator, by_paragraph);
        let ignore_case = self.ignores_case();
        let fields = split(
            self.cx.sys,
            &mut self.regexes,
            &whole,
            &separator,
            ignore_case,
        )
        .await?;
        self.record.set_fields(fields);
        Ok(())
    }

    /// Whether a text matches a pattern: a literal or any value.
    async fn matches(&mut self, pattern: &Value, subject: &Bytes) -> Result<bool, Fail> {
        let source = self.pattern_source(pattern);
        let ignore_case = self.ignores_case();
        let regex = self.regexes.find(&source, ignore_case)?;
        let found = search(regex, self.cx.sys, subject, false, false).await?;
        Ok(found.is_some())
    }

    /// The source of a regular expression.
    pub(super) fn pattern_source(&self, pattern: &Value) -> Bytes {
        match pattern {
            Value::Regex(number) => Bytes::copy_from_slice(&self.program.regexes[*number]),
            value => self.to_text(value),
        }
    }

    fn arithmetic(&mut self, arithmetic: Arithmetic) -> Result<(), Fail> {
        let right = self.pop_number();
        let left = self.pop_number();
        let divides = matches!(arithmetic, Arithmetic::Divide | Arithmetic::Remainder);
        if divides && right == 0.0 {
            return Err(self.fault("Division by zero"));
        }
        self.stack.push(Value::Number(match arithmetic {
            Arithmetic::Add => left + right,
            Arithmetic::Subtract => left - right,
            Arithmetic::Multiply => left * right,
            Arithmetic::Divide => left / right,
            Arithmetic::Remainder => left % right,
            Arithmetic::Power => left.powf(right),
        }));
        Ok(())
    }

    fn compare(&mut self, comparison: Comparison) {
        let right = self.pop();
        let left = self.pop();
        let order = if left.is_numeric() && right.is_numeric() {
            left.number().partial_cmp(&right.number())
        } else {
            let (left, right) = (self.to_text(&left), self.to_text(&right));
            Some(if self.ignores_case() {
                left.to_ascii_lowercase().cmp(&right.to_ascii_lowercase())
            } else {
                left.cmp(&right)
            })
        };
        let holds = match comparison {
            Comparison::Less => order.is_some_and(std::cmp::Ordering::is_lt),
            Comparison::LessEqual => order.is_some_and(std::cmp::Ordering::is_le),
            Comparison::Equal => order.is_some_and(std::cmp::Ordering::is_eq),
            Comparison::NotEqual => !order.is_some_and(std::cmp::Ordering::is_eq),
            Comparison::Greater => order.is_some_and(std::cmp::Ordering::is_gt),
            Comparison::GreaterEqual => order.is_some_and(std::cmp::Ordering::is_ge),
        };
        self.stack.push(Value::bool(holds));
    }

    async fn concatenate(&mut self) -> Result<(), Fail> {
        let right = self.pop_text();
        let left = self.pop_text();
        let mut joined = Buffer::new();
        joined.reserve(left.len() + right.len());
        joined.extend_from_slice(&left);
        joined.extend_from_slice(&right);
        self.pay(joined.len() as u64 / 4).await;
        self.stack.push(Value::Text(joined.into_bytes()));
        Ok(())
    }

    /// Makes one index of several.
    fn join(&mut self, count: usize) {
        let separator = self.globals[special::SUBSEP].to_text(b"%.6g");
        let parts = self.stack.split_off(self.stack.len() - count);
        let mut joined = Buffer::new();
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                joined.extend_from_slice(&separator);
            }
            joined.extend_from_slice(&self.to_text(part));
        }
        self.stack.push(Value::Text(joined.into_bytes()));
    }

    async fn print(&mut self, count: usize, redirect: Redirect) -> Result<(), Fail> {
        let name = self.output_name(redirect);
        let mut line = Buffer::new();
        if count == 0 {
            let record = self.load_field(0).await?;
            line.extend_from_slice(&self.to_text(&record));
        }
        let number_format = self.globals[special::OFMT].to_text(b"%.6g");
        let separator = self.globals[special::OFS].to_text(b"%.6g");
        let values = self.stack.split_off(self.stack.len() - count);
        for (index, value) in values.iter().enumerate() {
            if index > 0 {
                line.extend_from_slice(&separator);
            }
            line.extend_from_slice(&value.to_text(&number_format));
        }
        line.extend_from_slice(&self.globals[special::ORS].to_text(b"%.6g"));
        self.put(&line, name, redirect).await
    }

    async fn printf(&mut self, count: usize, redirect: Redirect) -> Result<(), Fail> {
        let name = self.output_name(redirect);
        let text = self.sprintf(count)?;
        self.put(&text, name, redirect).await
    }

    /// Lays out the top values, the first of which is the format.
    pub(super) fn sprintf(&mut self, count: usize) -> Result<Buffer, Fail> {
        let values = self.stack.split_off(self.stack.len() - count);
        let (source, values) = values.split_first().unwrap_or((&Value::Unset, &[]));
        let number_format = self.globals[special::CONVFMT].to_text(b"%.6g");
        let source = self.to_text(source);
        format::format(&source, values, &number_format).map_err(|error| self.fault(error.text()))
    }

    fn output_name(&mut self, redirect: Redirect) -> Option<Bytes> {
        (redirect != Redirect::None).then(|| self.pop_text())
    }

    async fn put(
        &mut self,
        bytes: &[u8],
        name: Option<Bytes>,
        redirect: Redirect,
    ) -> Result<(), Fail> {
        self.pay(50 + bytes.len() as u64 / 4).await;
        let Some(name) = name else {
            return self.cx.out.write(bytes).await;
        };
        match self.streams.output(self.cx, &name, redirect).await? {
            Some(writer) => writer.write(bytes).await,
            None => self.cx.out.write(bytes).await,
        }
    }
}

/// A value that can be kept: no reference.
pub(super) fn plain(value: Value) -> Value {
    match value {
        Value::Array(_) | Value::Unborn(_) | Value::Regex(_) => Value::Unset,
        value => value,
    }
}

pub(super) fn as_input(text: Bytes) -> Value {
    Value::Input(text)
}

fn size_of_value(value: &Value) -> usize {
    value.text_len().min(TEXT_BYTES)
}

fn array_bytes(array: &Array) -> usize {
    let values: usize = array.values().map(size_of_value).sum();
    values + array.len() * ELEMENT_BYTES
}
