//! Which requests are in flight and what they wait for, so that a stepped clock knows when to jump.

use runtime::clock::{TimerInfo, TimerOwner};
use runtime::{ExecId, InstanceId};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What a request is about; its timers are those that the request waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Subject {
    /// The container it names.
    pub(crate) instance: Option<InstanceId>,
    /// The exec it names.
    pub(crate) exec: Option<ExecId>,
    /// Whether it has to do with a registry.
    pub(crate) registry: bool,
}

impl Subject {
    /// A request that talks with a registry.
    pub(crate) fn registry() -> Self {
        Self {
            registry: true,
            ..Self::default()
        }
    }

    /// A request about a container.
    pub(crate) fn instance(instance: InstanceId) -> Self {
        Self {
            instance: Some(instance),
            ..Self::default()
        }
    }

    /// A request about an exec in a container.
    pub(crate) fn exec(instance: InstanceId, exec: ExecId) -> Self {
        Self {
            instance: Some(instance),
            exec: Some(exec),
            ..Self::default()
        }
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Request {
    subject: Subject,
    /// How many things the request does that are not waiting for the zone.
    busy: usize,
}

/// The table of requests in flight. Clones are the same table.
#[derive(Clone)]
pub(crate) struct Register(Arc<Inner>);

struct Inner {
    table: Mutex<Table>,
    /// Told when the first request begins and when the last one ends.
    on_change: Box<dyn Fn(bool) + Send + Sync>,
}

#[derive(Debug, Default)]
struct Table {
    next: u64,
    requests: BTreeMap<u64, Request>,
}

impl std::fmt::Debug for Register {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Register")
            .field("in_flight", &self.in_flight())
            .finish_non_exhaustive()
    }
}

/// A request in flight, from its head to the end of its answer. Busy until it says that it waits.
#[derive(Debug)]
pub(crate) struct Flight {
    register: Register,
    id: u64,
}

/// While it lives the request waits for the zone (a reply, output, an exit).
#[derive(Debug)]
pub(crate) struct Waiting<'a>(&'a Flight);

impl Register {
    fn lock(&self) -> MutexGuard<'_, Table> {
        self.0.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An empty table. `on_change` is told when the first request begins (`true`) and when the last one has ended.
    pub(crate) fn new(on_change: impl Fn(bool) + Send + Sync + 'static) -> Self {
        Self(Arc::new(Inner {
            table: Mutex::default(),
            on_change: Box::new(on_change),
        }))
    }

    /// A request begins.
    pub(crate) fn begin(&self) -> Flight {
        let mut table = self.lock();
        if table.requests.is_empty() {
            (self.0.on_change)(true);
        }
        let id = table.next;
        table.next += 1;
        let request = Request {
            busy: 1,
            ..Request::default()
        };
        table.requests.insert(id, request);
        Flight {
            register: self.clone(),
            id,
        }
    }

    /// How many requests are in flight.
    pub(crate) fn in_flight(&self) -> usize {
        self.lock().requests.len()
    }

    /// Whether no request does anything but wait for the zone.
    pub(crate) fn all_wait(&self) -> bool {
        self.lock()
            .requests
            .values()
            .all(|request| request.busy == 0)
    }

    /// Whether some request in flight waits for this timer.
    pub(crate) fn waits_for(&self, timer: &TimerInfo) -> bool {
        self.lock()
            .requests
            .values()
            .any(|request| match timer.owner {
                TimerOwner::Instance(instance) => request.subject.instance == Some(instance),
                TimerOwner::Exec(exec) => request.subject.exec == Some(exec),
                TimerOwner::Registry => request.subject.registry,
                TimerOwner::Zone => false,
            })
    }
}

impl Flight {
    fn change(&self, change: impl FnOnce(&mut Request)) {
        if let Some(request) = self.register.lock().requests.get_mut(&self.id) {
            change(request);
        }
    }

    /// The request is about this container (and exec).
    pub(crate) fn concerns(&self, subject: Subject) {
        self.change(|request| request.subject = subject);
    }

    /// The request waits for the zone until the guard is dropped.
    pub(crate) fn wait(&self) -> Waiting<'_> {
        self.change(|request| request.busy = request.busy.saturating_sub(1));
        Waiting(self)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.change(|request| request.busy += 1);
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        let mut table = self.register.lock();
        table.requests.remove(&self.id);
        if table.requests.is_empty() {
            (self.register.0.on_change)(false);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use runtime::Timestamp;
    use runtime::clock::TimerReason;

    #[test]
    fn only_timers_of_the_named_container_are_waited_for() {
        let register = Register::new(|_| {});
        let request = register.begin();
        assert!(!register.all_wait());
        let instance = InstanceId(uuid::Uuid::from_u128(1));
        request.concerns(Subject::instance(instance));
        let timer = |owner| TimerInfo {
            at: Timestamp(1),
            owner,
            reason: TimerReason::Process,
        };
        let waiting = request.wait();
        assert!(register.all_wait());
        assert!(register.waits_for(&timer(TimerOwner::Instance(instance))));
        let other = InstanceId(uuid::Uuid::from_u128(2));
        assert!(!register.waits_for(&timer(TimerOwner::Instance(other))));
        drop(waiting);
        assert!(!register.all_wait());
        drop(request);
        assert_eq!(register.in_flight(), 0);
    }
}
