//! What containers print.

use runtime::console::{Console, Cursor, Log, Stream, StreamSet};
use runtime::{ExecId, InstanceId};
use std::collections::BTreeMap;

/// Bytes that were written to one stream, one write after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Printed {
    /// The container.
    pub(crate) instance: InstanceId,
    /// Written by an exec, not by the container's first process and its children.
    pub(crate) by_exec: bool,
    /// Where to.
    pub(crate) stream: Stream,
    /// What.
    pub(crate) bytes: Vec<u8>,
}

/// A console and the place up to which it has been read.
#[derive(Debug)]
struct Read {
    console: Console,
    cursor: Cursor,
}

impl Read {
    fn fresh(log: Option<Log>) -> Self {
        let console = Console::new(log);
        let cursor = console.attach(StreamSet::BOTH);
        Self { console, cursor }
    }

    fn take(&mut self, instance: InstanceId, by_exec: bool, printed: &mut Vec<Printed>) {
        while let Some(chunk) = self.cursor.next_now() {
            match printed.last_mut() {
                Some(last)
                    if (last.instance, last.by_exec, last.stream)
                        == (instance, by_exec, chunk.stream) =>
                {
                    last.bytes.extend_from_slice(&chunk.bytes);
                }
                _ => printed.push(Printed {
                    instance,
                    by_exec,
                    stream: chunk.stream,
                    bytes: chunk.bytes.to_vec(),
                }),
            }
        }
    }
}

/// The consoles of containers and execs, and what was printed on them and has not been taken.
#[derive(Debug, Default)]
pub(super) struct Consoles {
    instances: BTreeMap<InstanceId, Read>,
    logs: BTreeMap<InstanceId, Log>,
    execs: BTreeMap<ExecId, (InstanceId, Read)>,
    printed: Vec<Printed>,
}

impl Consoles {
    /// That of a container's current or next run.
    pub(super) fn of_instance(&mut self, instance: InstanceId) -> Console {
        let log = self.logs.get(&instance);
        let read = self.instances.entry(instance);
        let read = read.or_insert_with(|| Read::fresh(log.cloned()));
        read.console.clone()
    }

    /// That of an exec.
    pub(super) fn of_exec(&mut self, instance: InstanceId, exec: ExecId) -> Console {
        let of_exec = self.execs.entry(exec);
        let (_, read) = of_exec.or_insert_with(|| (instance, Read::fresh(None)));
        read.console.clone()
    }

    /// What the runs of a container print goes to its log, too.
    pub(super) fn keep_log(&mut self, instance: InstanceId, log: Option<Log>) {
        self.logs.extend(log.map(|log| (instance, log)));
    }

    /// Its container is gone.
    pub(super) fn forget_instance(&mut self, instance: InstanceId) {
        self.end_instance(instance);
        self.logs.remove(&instance);
    }

    /// A run is over: the next run gets a fresh one.
    pub(super) fn end_instance(&mut self, instance: InstanceId) {
        if let Some(mut read) = self.instances.remove(&instance) {
            read.take(instance, false, &mut self.printed);
            read.console.finish();
        }
    }

    /// An exec is over.
    pub(super) fn end_exec(&mut self, exec: ExecId) {
        if let Some((instance, mut read)) = self.execs.remove(&exec) {
            read.take(instance, true, &mut self.printed);
            read.console.finish();
        }
    }

    /// Reads everything that is there, so that no writer has to wait.
    pub(super) fn read(&mut self) {
        for (instance, read) in &mut self.instances {
            read.take(*instance, false, &mut self.printed);
        }
        for (instance, read) in self.execs.values_mut() {
            read.take(*instance, true, &mut self.printed);
        }
    }

    /// What was printed since the last call.
    pub(super) fn take_printed(&mut self) -> Vec<Printed> {
        std::mem::take(&mut self.printed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use runtime::Timestamp;

    #[test]
    fn what_one_stream_gets_in_a_row_is_one_piece_and_the_next_run_has_its_own_console() {
        let mut consoles = Consoles::default();
        let instance = InstanceId(uuid::Uuid::from_u128(7));
        let first = consoles.of_instance(instance);
        let write = |console: &Console, stream, text: &'static str| {
            console.push(stream, Timestamp(1), Bytes::from_static(text.as_bytes()));
        };
        write(&first, Stream::Stdout, "a");
        write(&first, Stream::Stdout, "b");
        write(&first, Stream::Stderr, "c");
        consoles.read();
        write(&first, Stream::Stderr, "d");
        consoles.end_instance(instance);
        assert!(first.is_finished());
        write(&consoles.of_instance(instance), Stream::Stdout, "e");
        consoles.read();
        let printed = consoles.take_printed();
        let texts: Vec<&[u8]> = printed.iter().map(|piece| &piece.bytes[..]).collect();
        assert_eq!(texts, [&b"ab"[..], b"cd", b"e"]);
        assert!(consoles.take_printed().is_empty());
    }
}
