//! Worker threads.

use super::executor::Shared;
use super::fuel;
use super::group::GroupConfig;
use super::queue::{Queue, Run, Throttled};
use runtime::Timestamp;
use runtime::clock::TimerReason;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// One thread and its run queue.
pub(super) struct Worker {
    queue: Mutex<Queue>,
    ready: Condvar,
    /// Told when a slice has ended while somebody waits for that.
    slice_over: Condvar,
    wake_ups: AtomicU64,
    shared: Arc<Shared>,
}

impl Worker {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self {
            queue: Mutex::default(),
            ready: Condvar::new(),
            slice_over: Condvar::new(),
            wake_ups: AtomicU64::new(0),
            shared,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn wake_ups(&self) -> u64 {
        self.wake_ups.load(Ordering::Relaxed)
    }

    pub(super) fn trace(&self) -> u64 {
        self.lock().trace
    }

    pub(super) fn add_group(&self, config: GroupConfig) -> u64 {
        let now = self.shared.clock.now();
        self.lock().add_group(config, now)
    }

    /// A group's load averages over 1, 5 and 15 minutes.
    pub(super) fn load(&self, group: u64, now: Timestamp) -> [f64; 3] {
        self.lock().load(group, now)
    }

    pub(super) fn remove_group(&self, id: u64) {
        let mut queue = self.lock();
        let removed = queue.remove_group(id);
        self.shared.unparked(removed.unparked);
        self.wake(queue);
        if let Some(timer) = removed.timer {
            self.shared.clock.cancel(timer);
        }
    }

    pub(super) fn schedule(&self, group: u64, task: Run) {
        let mut queue = self.lock();
        if queue.push(group, task) {
            self.shared.became_runnable(1);
        } else {
            self.shared.parked(1);
            self.note_caps(&mut queue);
        }
        self.wake(queue);
    }

    /// Wakes the thread when it sleeps and has something to do.
    fn wake(&self, mut queue: MutexGuard<'_, Queue>) {
        let wakes = queue.takes_waking();
        drop(queue);
        if wakes {
            self.ready.notify_one();
        }
    }

    /// If somebody waits at a cap and time is to pass for them, the worker's thread has something to do.
    fn note_caps(&self, queue: &mut Queue) {
        if self.shared.caps_move_time() && !std::mem::replace(&mut queue.caps_due, true) {
            self.shared.became_runnable(1);
        }
    }

    /// Lets a throttled group go on; for good when `uncap`.
    pub(super) fn release(&self, group: u64, uncap: bool) {
        let mut queue = self.lock();
        let released = queue.release(group, uncap);
        self.shared.unparked(released.unparked);
        self.wake(queue);
        if let Some(timer) = released.timer {
            self.shared.clock.cancel(timer);
        }
    }

    /// Makes a group stand still; when this returns, none of its tasks runs.
    pub(super) fn freeze(&self, group: u64) {
        let mut queue = self.lock();
        let parked = queue.freeze(group);
        self.shared.parked(parked);
        while queue.runs(group) && !queue.stopped {
            queue = self
                .slice_over
                .wait(queue)
                .unwrap_or_else(PoisonError::into_inner);
        }
        drop(queue);
        self.shared.ended_slices(parked);
    }

    /// Takes one [`Worker::freeze`] back.
    pub(super) fn thaw(&self, group: u64) {
        let mut queue = self.lock();
        let unparked = queue.thaw(group);
        self.shared.unparked(unparked);
        self.wake(queue);
    }

    /// Has the worker's thread see who waits at a cap.
    pub(super) fn look_at_caps(&self) {
        let mut queue = self.lock();
        self.note_caps(&mut queue);
        self.wake(queue);
    }

    pub(super) fn hold(&self) {
        self.lock().holds += 1;
    }

    pub(super) fn release_hold(&self) {
        let mut queue = self.lock();
        queue.holds -= 1;
        self.wake(queue);
    }

    pub(super) fn stop(&self) {
        let mut queue = self.lock();
        queue.stopped = true;
        self.wake(queue);
    }

    /// Drops every task that is still queued; for the end of the executor.
    pub(super) fn drain(&self) {
        loop {
            let (tasks, unparked) = self.lock().drain();
            self.shared.unparked(unparked);
            if tasks.is_empty() {
                return;
            }
            self.discard(tasks);
        }
    }

    fn discard(&self, tasks: Vec<Run>) {
        for task in tasks {
            let dropped = catch_unwind(AssertUnwindSafe(move || drop(task)));
            if dropped.is_err() {
                self.shared.count_panic("a cancelled task");
            }
            self.shared.ended_slices(1);
        }
    }

    /// The worker's thread: runs tasks until the executor stops.
    pub(super) fn run(self: &Arc<Self>) {
        let mut queue = self.lock();
        loop {
            if queue.stopped {
                return;
            }
            let orphans = queue.take_orphans();
            if !orphans.is_empty() {
                drop(queue);
                self.discard(orphans);
                queue = self.lock();
                continue;
            }
            if queue.holds == 0 && std::mem::take(&mut queue.caps_due) {
                drop(queue);
                self.shared.ended_slices(1);
                queue = self.lock();
                continue;
            }
            let next = if queue.holds == 0 { queue.next() } else { None };
            let Some((group, task)) = next else {
                queue.asleep = true;
                queue = self
                    .ready
                    .wait(queue)
                    .unwrap_or_else(PoisonError::into_inner);
                self.wake_ups.fetch_add(1, Ordering::Relaxed);
                continue;
            };
            drop(queue);
            self.run_slice(group, task);
            queue = self.lock();
            queue.running = None;
            self.slice_over.notify_all();
        }
    }

    fn run_slice(self: &Arc<Self>, group: u64, task: Run) {
        let account = task.metadata().account.clone();
        let group_account = task.metadata().group_account.clone();
        fuel::begin_slice();
        let outcome = catch_unwind(AssertUnwindSafe(move || task.run()));
        let used = fuel::spent();
        let divisible = used - fuel::spent_on_memory();
        if outcome.is_err() {
            self.shared.count_panic("a task");
        }
        account.add(used);
        group_account.add(used);
        let goes_on = outcome.unwrap_or(false);
        let clock = &self.shared.clock;
        let throttled = {
            let mut queue = self.lock();
            let throttled = queue.charge(group, used, goes_on, || clock.now());
            if let Some(throttled) = &throttled {
                self.shared.parked(throttled.parked);
            }
            throttled
        };
        let parked = throttled.map_or(0, |throttled| {
            group_account.add_throttled(throttled.wait);
            self.wait_for_period(group, &throttled);
            throttled.parked
        });
        self.shared.spent(used, divisible);
        self.shared.ended_slices(1 + parked);
    }

    fn wait_for_period(self: &Arc<Self>, group: u64, throttled: &Throttled) {
        let worker = Arc::downgrade(self);
        let timer = self.shared.clock.schedule(
            throttled.until,
            throttled.owner,
            TimerReason::Throttle,
            move || {
                if let Some(worker) = worker.upgrade() {
                    worker.release(group, false);
                }
            },
        );
        if !self.lock().set_timer(group, timer) {
            self.shared.clock.cancel(timer);
        }
    }
}
