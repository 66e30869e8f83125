//! Runs compiled programs.

mod arrays;
mod operators;
mod output;
mod targets;

use super::super::context::{Context, Fail, text};
use super::array::Array;
use super::code::{Op, Program, Target, special};
use super::random::Random;
use super::record::Record;
use super::regexes::Regexes;
use super::streams::Streams;
use super::value::Value;
use super::whole_input::WholeInput;
use crate::kernel::Charge;
use bytes::Bytes;

/// Deepest calls of functions.
const CALLS_MAX: usize = 200_000;
/// What an element costs beside its texts: its place, the key of a walk over the array, and what is to spare.
const ELEMENT_BYTES: usize = 224;
/// What of a text an element pays for; a longer one is charged where it was made.
const TEXT_BYTES: usize = 256;
/// Fuel that is paid for at once.
const PAID_TOGETHER: u64 = 6_000;
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
        if self.fuel >= PAID_TOGETHER {
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
            self.fuel += OP_FUEL;
            if self.fuel >= PAID_TOGETHER {
                self.pay(0).await;
            }
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
                    if let Op::Load(target) | Op::Store(target) | Op::Increment { target, .. } = op
                        && !self.is_ready(op, target)
                    {
                        self.make_ready(op, target).await?;
                    }
                    match self.perform_now(op) {
                        Some(result) => result?,
                        None => self.perform(op).await?,
                    }
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

    /// The value that is stored is above the index of where it goes.
    fn is_ready(&mut self, op: Op, target: Target) -> bool {
        let value = match op {
            Op::Store(_) => self.stack.pop(),
            _ => None,
        };
        let ready = self.is_prepared(target);
        self.stack.extend(value);
        ready
    }

    async fn make_ready(&mut self, op: Op, target: Target) -> Result<(), Fail> {
        let value = match op {
            Op::Store(_) => self.stack.pop(),
            _ => None,
        };
        self.prepare_target(target).await?;
        self.stack.extend(value);
        Ok(())
    }

    /// What waits for nothing; `None`: it is for [`Self::perform`]. Targets are prepared.
    fn perform_now(&mut self, op: Op) -> Option<Result<(), Fail>> {
        match op {
            Op::Constant(number) => self.stack.push(self.program.constants[number].clone()),
            Op::Load(target) => match self.load_now(target) {
                Ok(value) => self.stack.push(value),
                Err(fail) => return Some(Err(fail)),
            },
            Op::Store(target) => {
                let value = plain(self.pop());
                if let Err(fail) = self.store_now(target, value.clone()) {
                    return Some(Err(fail));
                }
                self.stack.push(value);
            }
            Op::Increment { target, by, old } => return Some(self.increment(target, by, old)),
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
            Op::Arithmetic(arithmetic) => return Some(self.arithmetic(arithmetic)),
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
            Op::Join(count) => self.join(count),
            _ => return None,
        }
        Some(Ok(()))
    }

    /// Everything else that stays in the flow of instructions.
    async fn perform(&mut self, op: Op) -> Result<(), Fail> {
        match op {
            Op::Concatenate => self.concatenate().await?,
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
                let mut keys = Vec::with_capacity(self.arrays[array].len());
                let mut bucket = Some(0);
                while let Some(first) = bucket {
                    let known = keys.len();
                    bucket = self.arrays[array].add_keys(first, &mut keys);
                    self.pay((keys.len() - known) as u64 * 10 + 100).await;
                }
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
