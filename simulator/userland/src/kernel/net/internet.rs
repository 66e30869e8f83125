//! What connects the containers of a runtime with each other and with the host.

use super::budget::Budget;
use super::egress::{Attempt, Call, Egress};
use super::outside::{OutsideError, OutsideStream};
use super::replies::Replies;
use super::stack::Stack;
use super::tcp::{self, Syn};
use runtime::InstanceId;
use runtime::clock::{Clock, TimerOwner, TimerReason};
use runtime::net::{Fabric, Source};
use std::collections::BTreeMap;
use std::fmt;
use std::net::{SocketAddr, SocketAddrV4};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

/// Memory that is counted on for what the host reads slowly.
const HOST_MEMORY_BYTES: u64 = 1 << 30;

type Listener = Box<dyn Fn() + Send + Sync>;

/// The network of all containers of a runtime; clones are the same.
#[derive(Clone)]
pub struct Internet(Arc<Shared>);

struct Shared {
    clock: Clock,
    fabric: Arc<dyn Fabric>,
    stacks: Mutex<BTreeMap<InstanceId, Weak<Stack>>>,
    replies: Mutex<Replies>,
    host: Arc<Budget>,
    on_listeners: OnceLock<Listener>,
    egress: OnceLock<Box<dyn Egress>>,
    calls: Calls,
}

/// How many attempts to connect to the host have no answer yet.
#[derive(Debug, Default)]
pub(super) struct Calls(AtomicUsize);

impl Calls {
    pub(super) fn begin(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    pub(super) fn end(&self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A socket of a container that waits for connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listening {
    /// The container.
    pub instance: InstanceId,
    /// Its address and port; 0.0.0.0 is every address.
    pub address: SocketAddrV4,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Internet {
    /// Without containers.
    pub(crate) fn new(clock: Clock, fabric: Arc<dyn Fabric>) -> Self {
        Self(Arc::new(Shared {
            clock,
            fabric,
            stacks: Mutex::default(),
            replies: Mutex::default(),
            host: Arc::new(Budget::new(HOST_MEMORY_BYTES)),
            on_listeners: OnceLock::new(),
            egress: OnceLock::new(),
            calls: Calls::default(),
        }))
    }

    pub(super) fn fabric(&self) -> &dyn Fabric {
        &*self.0.fabric
    }

    pub(super) fn replies(&self) -> MutexGuard<'_, Replies> {
        lock(&self.0.replies)
    }

    /// Connects a container that begins to run.
    pub(crate) fn attach(&self, instance: InstanceId, memory_bytes: u64, seed: u64) -> Arc<Stack> {
        let stack = Arc::new(Stack::new(self.clone(), instance, memory_bytes, seed));
        lock(&self.0.stacks).insert(instance, Arc::downgrade(&stack));
        stack
    }

    pub(super) fn remove(&self, stack: &Stack) {
        let mut stacks = lock(&self.0.stacks);
        let known = stacks.get(&stack.instance);
        if known.is_some_and(|known| std::ptr::eq(known.as_ptr(), stack)) {
            stacks.remove(&stack.instance);
        }
    }

    /// The network of a container that runs.
    pub(super) fn stack(&self, instance: InstanceId) -> Option<Arc<Stack>> {
        lock(&self.0.stacks).get(&instance)?.upgrade()
    }

    /// Every socket that waits for connections, by container.
    pub fn listening(&self) -> Vec<Listening> {
        let stacks: Vec<_> = lock(&self.0.stacks)
            .values()
            .filter_map(Weak::upgrade)
            .collect();
        let all = stacks.iter().flat_map(|stack| {
            let of_one = stack.listening().into_iter();
            of_one.map(|address| Listening {
                instance: stack.instance,
                address,
            })
        });
        all.collect()
    }

    /// Sets who is told, from any thread, that [`Internet::listening`] may have changed; only the first call counts.
    pub fn on_listeners_change(&self, listener: impl Fn() + Send + Sync + 'static) {
        // A second listener would never be told; the first stays.
        let _ = self.0.on_listeners.set(Box::new(listener));
    }

    pub(super) fn listeners_changed(&self) {
        if let Some(listener) = self.0.on_listeners.get() {
            listener();
        }
    }

    /// Sets what leads out of the zone; only the first call counts. Without, nothing leaves it.
    pub fn set_egress(&self, egress: impl Egress + 'static) {
        // A second one would never be asked; the first stays.
        let _ = self.0.egress.set(Box::new(egress));
    }

    pub(super) fn egress(&self) -> Option<&dyn Egress> {
        self.0.egress.get().map(|egress| &**egress)
    }

    /// Whether a container waits for the host to answer a connection attempt.
    pub fn is_calling(&self) -> bool {
        self.0.calls.0.load(Ordering::SeqCst) > 0
    }

    pub(super) fn calls(&self) -> &Calls {
        &self.0.calls
    }

    pub(super) fn host_budget(&self) -> Arc<Budget> {
        self.0.host.clone()
    }

    /// Begins to connect a container to a socket of the host; `None`: nothing leads there.
    pub(super) fn call(&self, to: SocketAddr, near: &Arc<Budget>) -> Option<Attempt> {
        let egress = self.egress()?;
        let (attempt, call) = Call::new(self, near.clone());
        egress.connect(to, call);
        Some(attempt)
    }

    /// Connects a machine outside to a container, as TCP does: refused at once, or given up after 127 s of zone time.
    pub async fn connect(
        &self,
        source: Source,
        from: SocketAddrV4,
        to: SocketAddrV4,
    ) -> Result<OutsideStream, OutsideError> {
        for pause in tcp::SYN_PAUSES {
            match tcp::knock(self, source, from, to, &self.0.host) {
                Syn::Established(half) => return Ok(OutsideStream::new(half)),
                Syn::Refused => return Err(OutsideError::Refused),
                Syn::Silent => {}
            }
            let at = self.0.clock.now() + pause;
            let timer = self
                .0
                .clock
                .timer(at, TimerOwner::Zone, TimerReason::Connect);
            timer.await;
        }
        Err(OutsideError::TimedOut)
    }
}

impl fmt::Debug for Internet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Internet")
            .field("containers", &lock(&self.0.stacks).len())
            .finish_non_exhaustive()
    }
}
