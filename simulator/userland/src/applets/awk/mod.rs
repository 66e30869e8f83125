//! awk.

mod array;
mod builtin;
mod code;
mod format;
mod input;
mod machine;
mod parse;
mod random;
mod record;
mod regexes;
mod streams;
mod token;
mod value;
mod whole_input;

use super::context::{Context, Fail, Outcome, text};
use bytes::Bytes;
use code::{ArrayName, Target, special};
use machine::{Flow, Machine, as_input};
use value::Value;

/// Runs a program over records.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("+F:v:f:e:")?;
    let mut operands = options.operands.clone().into_iter();
    let mut source = Vec::new();
    let mut source_name = b"cmd. line".to_vec();
    for path in options.values(b'f') {
        let Some(mut reader) = cx.open_or_complain(path).await else {
            return Ok(1);
        };
        let all = reader.read_all().await;
        let all = all.map_err(|error| Fail::new(text!(path, ": ", error.message())))?;
        source.extend_from_slice(&all);
        source.push(b'\n');
        source_name = path.to_vec();
    }
    for text in options.values(b'e') {
        source.extend_from_slice(text);
        source.push(b'\n');
    }
    if !options.has(b'f') && !options.has(b'e') {
        source = operands.next().ok_or_else(Fail::usage)?.to_vec();
    }
    let program = parse::compile(&source)
        .map_err(|(error, line)| Fail::new(text!(source_name, format!(":{line}: {error}"))))?;
    let mut machine = Machine::new(cx, program, source_name);
    machine.prepare(operands.collect()).await?;
    if let Some(separator) = options.value(b'F') {
        let separator = as_input(token::unescape_all(separator).into());
        machine
            .store(Target::Global(special::FS), separator)
            .await?;
    }
    for assignment in options.values(b'v') {
        if !machine.assign(assignment).await? {
            return Err(Fail::usage());
        }
    }
    let result = machine.sections().await;
    let closed = machine.streams.close_all(machine.cx).await;
    result?;
    closed?;
    Ok(machine.status)
}

impl Machine<'_, '_> {
    /// Gives the special variables their first values.
    async fn prepare(&mut self, arguments: Vec<Bytes>) -> Result<(), Fail> {
        for (variable, text) in [
            (special::FS, " "),
            (special::OFS, " "),
            (special::RS, "\n"),
            (special::ORS, "\n"),
            (special::SUBSEP, "\x1c"),
            (special::CONVFMT, "%.6g"),
            (special::OFMT, "%.6g"),
        ] {
            self.globals[variable] = Value::text(text);
        }
        for variable in [special::NR, special::FNR] {
            self.globals[variable] = Value::Number(0.0);
        }
        self.globals[special::RLENGTH] = Value::Number(-1.0);
        self.globals[special::ARGC] = Value::Number(arguments.len() as f64 + 1.0);
        let list = self.array(ArrayName::Global(special::ARGV))?;
        let all = std::iter::once(Bytes::from_static(b"awk")).chain(arguments);
        for (index, argument) in all.enumerate() {
            self.set_element(list, &Bytes::from(index.to_string()), as_input(argument));
        }
        let list = self.array(ArrayName::Global(special::ENVIRON))?;
        for entry in self.cx.sys.environ() {
            if let Some(equals) = entry.iter().position(|byte| *byte == b'=') {
                let value = as_input(entry.slice(equals + 1..));
                self.set_element(list, &entry.slice(..equals), value);
            }
        }
        Ok(())
    }

    /// BEGIN, the records, END.
    async fn sections(&mut self) -> Result<(), Fail> {
        let mut flow = self.run(self.program.begin).await?;
        if flow != Flow::Exit && self.program.reads_input {
            while self.read_record().await? {
                flow = self.run(self.program.main).await?;
                match flow {
                    Flow::Exit => break,
                    Flow::NextFile => self.next_file(),
                    Flow::End => {}
                }
            }
        }
        self.run(self.program.end).await?;
        Ok(())
    }
}
