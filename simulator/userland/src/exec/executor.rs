//! The executor of a zone: its workers, and whether they have anything to do.

use super::group::{Group, GroupConfig};
use super::worker::Worker;
use runtime::clock::{Clock, Mode, TimerReason};
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Told `true` when nothing is runnable any more and `false` when something is.
type IdleListener = Box<dyn Fn(bool) + Send + Sync>;

/// CPU time that is collected before it moves a stepped clock.
const CPU_BATCH_NS: u64 = 1_000_000;

/// What workers share.
pub(super) struct Shared {
    pub(super) clock: Clock,
    /// Tasks that are runnable or running.
    busy: AtomicUsize,
    /// Tasks that would be runnable but for a cap.
    parked: AtomicUsize,
    panics: AtomicU64,
    cpu_moves_time: AtomicBool,
    unspent_ns: AtomicU64,
    spent_ns: AtomicU64,
    largest_slice_ns: AtomicU64,
    idle_lock: Mutex<()>,
    idle: Condvar,
    listener: OnceLock<IdleListener>,
}

impl Shared {
    /// `count` tasks more may run.
    pub(super) fn became_runnable(&self, count: usize) {
        if count > 0
            && self.busy.fetch_add(count, Ordering::SeqCst) == 0
            && let Some(listener) = self.listener.get()
        {
            listener(false);
        }
    }

    /// `count` tasks less may run.
    pub(super) fn ended_slices(&self, count: usize) {
        loop {
            let busy = self.busy.load(Ordering::SeqCst);
            // Nobody else runs: who waits at a cap goes on, before anybody takes the executor for idle.
            if busy == count && self.pass_throttled_time() {
                continue;
            }
            let left = busy.saturating_sub(count);
            let exchanged =
                self.busy
                    .compare_exchange(busy, left, Ordering::SeqCst, Ordering::SeqCst);
            match exchanged {
                Ok(_) if left > 0 => return,
                Ok(_) => break,
                Err(_) => {}
            }
        }
        drop(
            self.idle_lock
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        );
        self.idle.notify_all();
        if let Some(listener) = self.listener.get() {
            listener(true);
        }
    }

    /// `count` tasks more would be runnable but for a cap.
    pub(super) fn parked(&self, count: usize) {
        self.parked.fetch_add(count, Ordering::SeqCst);
    }

    /// `count` tasks that a cap had stopped may run.
    pub(super) fn unparked(&self, count: usize) {
        self.parked.fetch_sub(count, Ordering::SeqCst);
        self.became_runnable(count);
    }

    /// Whether somebody waits at a cap, and that wait passes on a stepped clock.
    pub(super) fn caps_move_time(&self) -> bool {
        self.cpu_moves_time.load(Ordering::Relaxed) && self.parked.load(Ordering::SeqCst) > 0
    }

    /// Moves a stepped clock on to where a throttled group may go on, if CPU time passes and there is one. The CPU time
    /// of a group that is slower than the processor takes so much longer.
    fn pass_throttled_time(&self) -> bool {
        self.caps_move_time()
            && self
                .clock
                .jump(|timer| timer.reason == TimerReason::Throttle)
                .is_some()
    }

    pub(super) fn count_panic(&self, what: &str) {
        self.panics.fetch_add(1, Ordering::SeqCst);
        tracing::error!("{what} of the in-process Unix panicked");
    }

    /// A slice has used so much fuel, of which so much could have been done in parts.
    pub(super) fn spent(&self, fuel: u64, divisible: u64) {
        self.spent_ns.fetch_add(fuel, Ordering::Relaxed);
        self.largest_slice_ns
            .fetch_max(divisible, Ordering::Relaxed);
        if !self.cpu_moves_time.load(Ordering::Relaxed) {
            return;
        }
        let unspent = self.unspent_ns.fetch_add(fuel, Ordering::Relaxed) + fuel;
        if unspent >= CPU_BATCH_NS {
            self.unspent_ns.fetch_sub(unspent, Ordering::Relaxed);
            self.clock.spend(Duration::from_nanos(unspent));
        }
    }
}

/// The scheduler of a zone. Dropping it ends its threads; tasks that are left are dropped.
pub struct Executor {
    workers: Vec<Arc<Worker>>,
    threads: Vec<JoinHandle<()>>,
    shared: Arc<Shared>,
}

impl Executor {
    /// Starts `workers` threads, at least one.
    pub fn new(clock: Clock, workers: usize) -> Self {
        let shared = Arc::new(Shared {
            clock,
            busy: AtomicUsize::new(0),
            parked: AtomicUsize::new(0),
            panics: AtomicU64::new(0),
            cpu_moves_time: AtomicBool::new(false),
            unspent_ns: AtomicU64::new(0),
            spent_ns: AtomicU64::new(0),
            largest_slice_ns: AtomicU64::new(0),
            idle_lock: Mutex::new(()),
            idle: Condvar::new(),
            listener: OnceLock::new(),
        });
        let workers: Vec<_> = (0..workers.max(1))
            .map(|_| Arc::new(Worker::new(shared.clone())))
            .collect();
        let threads = workers
            .iter()
            .enumerate()
            .map(|(number, worker)| {
                let worker = worker.clone();
                std::thread::Builder::new()
                    .name(format!("unix-{number}"))
                    .spawn(move || worker.run())
                    .expect("the host can start a thread for each worker")
            })
            .collect();
        Self {
            workers,
            threads,
            shared,
        }
    }

    /// Makes a group on the worker of compute node `node`.
    pub fn group(&self, node: usize, config: GroupConfig) -> Group {
        let worker = self.workers[node % self.workers.len()].clone();
        let id = worker.add_group(config);
        Group::new(worker, id)
    }

    /// Whether nothing is runnable.
    pub fn is_idle(&self) -> bool {
        self.shared.busy.load(Ordering::SeqCst) == 0
    }

    /// Waits until nothing is runnable; `false` when that did not happen within `deadline` of real time.
    pub fn wait_idle(&self, deadline: Duration) -> bool {
        let until = Instant::now() + deadline;
        let lock = &self.shared.idle_lock;
        let mut guard = lock.lock().unwrap_or_else(PoisonError::into_inner);
        while !self.is_idle() {
            let Some(left) = until.checked_duration_since(Instant::now()) else {
                return false;
            };
            let waited = self.shared.idle.wait_timeout(guard, left);
            guard = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    /// Sets who is told about changes of [`Executor::is_idle`]; only the first call counts. The listener is called
    /// from any thread, possibly late: it should ask again, and do nothing else with the executor.
    pub fn on_idle_change(&self, listener: impl Fn(bool) + Send + Sync + 'static) {
        // A second listener would never be told; the first stays.
        let _ = self.shared.listener.set(Box::new(listener));
    }

    /// Keeps workers from starting slices, so that several wakers can be woken at one instant and the order of
    /// what follows depends on the seed only.
    pub fn hold(&self) -> Hold<'_> {
        self.workers.iter().for_each(|worker| worker.hold());
        Hold(self)
    }

    /// Whether spent fuel moves a stepped clock, and the waits of groups at their CPU cap pass on it; off at first.
    pub fn let_cpu_time_pass(&self, passes: bool) {
        if self.shared.clock.mode() != Mode::Stepped {
            return;
        }
        self.shared.cpu_moves_time.store(passes, Ordering::Relaxed);
        if passes {
            // Somebody may wait at a cap already.
            self.workers[0].look_at_caps();
        }
    }

    /// How often tasks have panicked.
    pub fn panics(&self) -> u64 {
        self.shared.panics.load(Ordering::SeqCst)
    }

    /// Counts a panic that was caught inside a task.
    pub(crate) fn panic_counter(&self) -> impl Fn(&str) + Send + Sync + use<> {
        let shared = self.shared.clone();
        move |what| shared.count_panic(what)
    }

    /// CPU time of all processes so far, nanoseconds of a nominal core.
    pub fn spent_nanos(&self) -> u64 {
        self.shared.spent_ns.load(Ordering::Relaxed)
    }

    /// The most that a task has spent so far before it let others run, nanoseconds of a nominal core.
    pub fn largest_slice_nanos(&self) -> u64 {
        self.shared.largest_slice_ns.load(Ordering::Relaxed)
    }

    /// How often worker threads have been woken from sleep.
    pub fn wake_ups(&self) -> u64 {
        self.workers.iter().map(|worker| worker.wake_ups()).sum()
    }

    /// A digest of which task ran when, worker by worker: equal runs have equal traces.
    pub fn trace(&self) -> u64 {
        self.workers
            .iter()
            .fold(0, |digest, worker| digest.rotate_left(7) ^ worker.trace())
    }
}

impl Drop for Executor {
    fn drop(&mut self) {
        self.workers.iter().for_each(|worker| worker.stop());
        let own = std::thread::current().id();
        for thread in self.threads.drain(..) {
            // The last owner may be a task's sink: a thread cannot wait for itself.
            if thread.thread().id() != own && thread.join().is_err() {
                self.shared.count_panic("a worker");
            }
        }
        self.workers.iter().for_each(|worker| worker.drain());
    }
}

impl fmt::Debug for Executor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Executor")
            .field("workers", &self.workers.len())
            .field("busy", &self.shared.busy.load(Ordering::Relaxed))
            .finish_non_exhaustive()
    }
}

/// While it lives no slice starts; those that run go on to their end.
#[derive(Debug)]
pub struct Hold<'a>(&'a Executor);

impl Drop for Hold<'_> {
    fn drop(&mut self) {
        self.0
            .workers
            .iter()
            .for_each(|worker| worker.release_hold());
    }
}
