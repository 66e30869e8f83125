//! The main input: the files among the arguments, one after the other, and getline.

use super::super::context::{Fail, text};
use super::code::{Source, Target, special};
use super::input::{InputRecord, ReadError, RecordReader, Terminator};
use super::machine::{Machine, as_input};
use super::token::unescape_all;
use super::value::Value;
use crate::kernel::Errno;
use bytes::Bytes;

/// How far the main input has come.
pub(super) struct WholeInput<'a> {
    reader: Option<RecordReader<'a>>,
    /// Next entry of ARGV.
    next_argument: usize,
    any_file: bool,
    at_end: bool,
}

impl Default for WholeInput<'_> {
    fn default() -> Self {
        Self {
            reader: None,
            // ARGV[0] is the program.
            next_argument: 1,
            any_file: false,
            at_end: false,
        }
    }
}

impl<'a> Machine<'_, 'a> {
    fn terminator(&self) -> Terminator {
        Terminator::parse(&self.globals[special::RS].to_text(b"%.6g"))
    }

    /// The next record of the main input.
    async fn next_main(&mut self) -> Result<Option<InputRecord>, Fail> {
        loop {
            if self.input.reader.is_none() && !self.open_next().await? {
                return Ok(None);
            }
            let terminator = self.terminator();
            let ignore_case = self.ignores_case();
            let Some(reader) = &mut self.input.reader else {
                return Ok(None);
            };
            let record = reader
                .next(self.cx.sys, &mut self.regexes, &terminator, ignore_case)
                .await;
            match record {
                Ok(Some(record)) => return Ok(Some(record)),
                Ok(None) => self.input.reader = None,
                Err(ReadError::Fail(fail)) => return Err(fail),
                // A directory reads as nothing.
                Err(ReadError::Read(Errno::EISDIR)) => self.input.reader = None,
                Err(ReadError::Read(error)) => return Err(Fail::new(error.message())),
            }
        }
    }

    /// Opens the next file; standard input when no argument names one.
    async fn open_next(&mut self) -> Result<bool, Fail> {
        loop {
            if self.input.at_end {
                return Ok(false);
            }
            let count = self.globals[special::ARGC].number();
            if (self.input.next_argument as f64) < count {
                let key = Bytes::from(self.input.next_argument.to_string());
                self.input.next_argument += 1;
                let arguments = self.array(super::code::ArrayName::Global(special::ARGV))?;
                if !self.arrays[arguments].contains(&key) {
                    continue;
                }
                let value = self.arrays[arguments].entry(&key).0.clone();
                let argument = self.to_text(&value);
                if argument.is_empty() || self.assign(&argument).await? {
                    continue;
                }
                self.open_file(argument).await?;
                return Ok(true);
            }
            if self.input.any_file {
                self.input.at_end = true;
                return Ok(false);
            }
            self.open_file(Bytes::from_static(b"-")).await?;
            return Ok(true);
        }
    }

    async fn open_file(&mut self, path: Bytes) -> Result<(), Fail> {
        self.input.any_file = true;
        let reader = self.cx.open_input(&path).await;
        let reader = reader.map_err(|error| Fail::new(text!(path, ": ", error.message())))?;
        self.input.reader = Some(RecordReader::new(reader));
        self.globals[special::FILENAME] = as_input(path);
        self.globals[special::FNR] = Value::Number(0.0);
        Ok(())
    }

    /// Carries out `NAME=VALUE`; false when it is no assignment.
    pub(super) async fn assign(&mut self, argument: &[u8]) -> Result<bool, Fail> {
        let Some(equals) = argument.iter().position(|byte| *byte == b'=') else {
            return Ok(false);
        };
        let (name, value) = (&argument[..equals], &argument[equals + 1..]);
        let is_name = !name.is_empty()
            && !name[0].is_ascii_digit()
            && name
                .iter()
                .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        if !is_name {
            return Ok(false);
        }
        let value = as_input(unescape_all(value).into());
        let name = String::from_utf8_lossy(name).into_owned();
        // A variable that the program does not know matters to nobody.
        if let Some(global) = self.program.globals.get(&name).copied() {
            self.store(Target::Global(global), value).await?;
        }
        Ok(true)
    }

    /// Skips what is left of the present file.
    pub(super) fn next_file(&mut self) {
        self.input.reader = None;
    }

    /// Reads the next record of the main input into `$0`; false at the end.
    pub(super) async fn read_record(&mut self) -> Result<bool, Fail> {
        let Some(record) = self.next_main().await? else {
            return Ok(false);
        };
        self.count_record();
        self.globals[special::RT] = as_input(record.terminator);
        self.record.set(as_input(record.text));
        Ok(true)
    }

    fn count_record(&mut self) {
        for counter in [special::NR, special::FNR] {
            let count = self.globals[counter].number();
            self.globals[counter] = Value::Number(count + 1.0);
        }
    }

    /// getline in all its forms: pushes 1, 0 at the end, -1 when there is nothing to read.
    pub(super) async fn getline(
        &mut self,
        source: Source,
        target: Option<Target>,
    ) -> Result<(), Fail> {
        let name = (source != Source::Main).then(|| self.pop_text());
        // A command was named before the variable, so its name is under the index.
        let name = match (source, target) {
            (Source::Command, Some(target)) if target.has_index() => {
                let index = name.unwrap_or_default();
                let command = self.pop_text();
                self.stack.push(Value::Text(index));
                Some(command)
            }
            _ => name,
        };
        let read = match name {
            None => self.next_main().await?,
            Some(name) => match self.next_named(&name, source).await? {
                Ok(record) => record,
                Err(()) => {
                    self.drop_index(target);
                    self.stack.push(Value::Number(-1.0));
                    return Ok(());
                }
            },
        };
        let Some(record) = read else {
            self.drop_index(target);
            self.stack.push(Value::Number(0.0));
            return Ok(());
        };
        if source == Source::Main {
            self.count_record();
        }
        let text = as_input(record.text);
        match target {
            Some(target) => self.store(target, text).await?,
            None => self.record.set(text),
        }
        self.stack.push(Value::Number(1.0));
        Ok(())
    }

    fn drop_index(&mut self, target: Option<Target>) {
        if target.is_some_and(Target::has_index) {
            self.pop();
        }
    }

    async fn next_named(
        &mut self,
        name: &Bytes,
        source: Source,
    ) -> Result<Result<Option<InputRecord>, ()>, Fail> {
        let terminator = self.terminator();
        let ignore_case = self.ignores_case();
        let is_command = source == Source::Command;
        let Some(reader) = self.streams.input(self.cx, name, is_command).await? else {
            return Ok(Err(()));
        };
        let sys = self.cx.sys;
        match reader
            .next(sys, &mut self.regexes, &terminator, ignore_case)
            .await
        {
            Ok(record) => Ok(Ok(record)),
            Err(ReadError::Fail(fail)) => Err(fail),
            Err(ReadError::Read(_)) => Ok(Err(())),
        }
    }
}
