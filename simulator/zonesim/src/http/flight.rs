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
}

impl Subject {
    /// A request about a container.
    pub(crate) fn instance(instance: InstanceId) -> Self {
        Self {
            instance: Some(instance),
            exec: None,
        }
    }

    /// A request about an exec in a container.
    pub(crate) fn exec(instance: InstanceId, exec: ExecId) -> Self {
        Self {
            instance: Some(instance),
            exec: Some(exec),
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
#[derive(Clone, Debug, Default)]
pub(crate) struct Register(Arc<Mutex<Table>>);

#[derive(Debug, Default)]
struct Table {
    next: u64,
    requests: BTreeMap<u64, Request>,
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
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A request begins.
    pub(crate) fn begin(&self) -> Flight {
        let mut table = self.lock();
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
        self.lock().requests.values().all(|request| request.busy == 0)
    }

    /// Whether some request in flight waits for this timer.
    pub(crate) fn waits_for(&self, timer: &TimerInfo) -> bool {
        self.lock().requests.values().any(|request| match timer.owner {
            TimerOwner::Instance(instance) => request.subject.instance == Some(instance),
            TimerOwner::Exec(exec) => request.subject.exec == Some(exec),
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
        self.register.lock().requests.remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use runtime::Timestamp;
    use runtime::clock::TimerReason;

    #[test]
    fn only_timers_of_the_named_container_are_waited_for() {
        let register = Register::default();
        let request = register.begin();
        assert!(!register.all_wait());
        let instance = InstanceId(uuid::Uuid::from_u128(1));
        request.concerns(Subject {
            instance: Some(instance),
            exec: None,
        });
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
