//! Consoles and logs of the zone's containers and execs.

use runtime::console::{Console, Log};
use runtime::{ExecId, InstanceId};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Output and input of one container: the console of its current or next run, and its log over all runs.
#[derive(Clone, Debug)]
pub(crate) struct InstanceIo {
    /// Attachers and the runtime meet here; replaced when a run is over.
    pub(crate) console: Console,
    /// `None` with the log driver `none`.
    pub(crate) log: Option<Log>,
}

/// All of them. Tenants reach an entry only through a lookup that takes the account.
#[derive(Debug, Default)]
pub(crate) struct IoTable {
    instances: Mutex<HashMap<InstanceId, InstanceIo>>,
    execs: Mutex<HashMap<ExecId, Console>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl IoTable {
    /// A new container's; `log_bytes`: size at which its log starts again, `None` for no log.
    pub(super) fn add(&self, instance: InstanceId, log_bytes: Option<u64>) {
        let log = log_bytes.map(Log::new);
        let console = Console::new(log.clone());
        lock(&self.instances).insert(instance, InstanceIo { console, log });
    }

    /// What belongs to `instance`.
    pub(crate) fn instance(&self, instance: InstanceId) -> Option<InstanceIo> {
        lock(&self.instances).get(&instance).cloned()
    }

    /// A run is over and its state published: attachers end, log followers end, the next run gets a fresh console.
    pub(super) fn close(&self, instance: InstanceId) {
        let finished = {
            let mut instances = lock(&self.instances);
            let Some(io) = instances.get_mut(&instance) else {
                return;
            };
            let next = Console::new(io.log.clone());
            (std::mem::replace(&mut io.console, next), io.log.clone())
        };
        if let Some(log) = finished.1 {
            log.close();
        }
        finished.0.finish();
    }

    /// The container is gone: everything that reads from it ends.
    pub(super) fn remove(&self, instance: InstanceId) {
        let removed = lock(&self.instances).remove(&instance);
        if let Some(io) = removed {
            if let Some(log) = io.log {
                log.close();
            }
            io.console.finish();
        }
    }

    /// The console of an exec, made at the first call.
    pub(super) fn exec(&self, exec: ExecId) -> Console {
        lock(&self.execs)
            .entry(exec)
            .or_insert_with(|| Console::new(None))
            .clone()
    }

    /// The exec is over: its stream ends.
    pub(super) fn close_exec(&self, exec: ExecId) {
        let removed = lock(&self.execs).remove(&exec);
        if let Some(console) = removed {
            console.finish();
        }
    }

    /// Ends every stream, when the zone stops.
    pub(super) fn close_all(&self) {
        let instances: Vec<InstanceId> = lock(&self.instances).keys().copied().collect();
        instances
            .into_iter()
            .for_each(|instance| self.remove(instance));
        let execs: Vec<ExecId> = lock(&self.execs).keys().copied().collect();
        execs.into_iter().for_each(|exec| self.close_exec(exec));
    }

    /// How many consoles of containers and execs there are.
    pub(crate) fn counts(&self) -> (usize, usize) {
        (lock(&self.instances).len(), lock(&self.execs).len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use runtime::Timestamp;
    use runtime::console::{LogStart, Stream, StreamSet};
    use std::task::{Context, Poll, Waker};

    #[test]
    fn a_run_ends_its_attachers_and_keeps_its_log() {
        let table = IoTable::default();
        let instance = InstanceId(uuid::Uuid::from_u128(7));
        table.add(instance, Some(1 << 20));
        let first = table.instance(instance).expect("just added");
        let mut attached = first.console.attach(StreamSet::BOTH);
        first
            .console
            .push(Stream::Stdout, Timestamp(1), Bytes::from_static(b"out"));
        table.close(instance);
        let mut context = Context::from_waker(Waker::noop());
        assert!(matches!(
            attached.poll_next(&mut context),
            Poll::Ready(Some(_))
        ));
        assert!(matches!(
            attached.poll_next(&mut context),
            Poll::Ready(None)
        ));
        let second = table.instance(instance).expect("still there");
        assert!(!second.console.is_finished());
        let log = second.log.expect("json-file keeps a log");
        let mut reader = log.read(LogStart::default(), StreamSet::BOTH);
        assert_eq!(
            reader.next_now().map(|record| record.bytes),
            Some(Bytes::from_static(b"out"))
        );
    }
}
