//! Groups: the tasks of one container.

use super::cap::CpuCap;
use super::queue::{Run, TaskInfo};
use super::worker::Worker;
use runtime::Timestamp;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Waker;
use std::time::Duration;

/// CPU time that tasks have used.
#[derive(Debug, Default)]
pub struct Account {
    cpu_ns: AtomicU64,
}

impl Account {
    /// CPU time of finished slices, nanoseconds.
    pub fn cpu_ns(&self) -> u64 {
        self.cpu_ns.load(Ordering::Relaxed)
    }

    pub(super) fn add(&self, cpu_ns: u64) {
        self.cpu_ns.fetch_add(cpu_ns, Ordering::Relaxed);
    }
}

/// What a group has used, and what it has waited at its cap.
#[derive(Debug, Default)]
pub(super) struct GroupAccount {
    cpu_ns: AtomicU64,
    throttled_ns: AtomicU64,
}

impl GroupAccount {
    pub(super) fn add(&self, cpu_ns: u64) {
        self.cpu_ns.fetch_add(cpu_ns, Ordering::Relaxed);
    }

    pub(super) fn add_throttled(&self, wait: Duration) {
        let nanos = u64::try_from(wait.as_nanos()).unwrap_or(u64::MAX);
        self.throttled_ns.fetch_add(nanos, Ordering::Relaxed);
    }
}

/// How a group is scheduled.
#[derive(Clone, Copy, Debug)]
pub struct GroupConfig {
    /// Decides the order of its tasks.
    pub seed: u64,
    /// Weight against other groups of the same worker; 100 is one slice a round.
    pub shares: u32,
    /// Cap, if any.
    pub cap: Option<CpuCap>,
}

/// The tasks of one container. Dropping it cancels those that have not ended.
pub struct Group {
    pub(super) worker: Arc<Worker>,
    pub(super) id: u64,
    account: Arc<GroupAccount>,
}

impl Group {
    pub(super) fn new(worker: Arc<Worker>, id: u64) -> Self {
        Self {
            worker,
            id,
            account: Arc::default(),
        }
    }

    /// CPU time of all tasks, nanoseconds.
    pub fn cpu_ns(&self) -> u64 {
        self.account.cpu_ns.load(Ordering::Relaxed)
    }

    /// Time that its tasks have waited at the CPU cap, the wait that goes on included to its end, nanoseconds.
    pub fn throttled_ns(&self) -> u64 {
        self.account.throttled_ns.load(Ordering::Relaxed)
    }

    /// How many tasks could run on average over the last 1, 5 and 15 minutes before `now`.
    pub fn load(&self, now: Timestamp) -> [f64; 3] {
        self.worker.load(self.id, now)
    }

    /// Ends the CPU cap: what is left to do is to end.
    pub fn uncap(&self) {
        self.worker.release(self.id, true);
    }

    /// Makes all tasks stand still until [`Group::thaw`], as often as that was said; none runs when this returns. Must
    /// not be called by one of them.
    pub fn freeze(&self) {
        self.worker.freeze(self.id);
    }

    /// Takes one [`Group::freeze`] back.
    pub fn thaw(&self) {
        self.worker.thaw(self.id);
    }

    /// Makes a task that does not run before [`NewTask::start`]. `tag` names it in the trace; its CPU time is
    /// added to `account`.
    pub fn spawn<F>(&self, tag: u32, account: Arc<Account>, future: F) -> NewTask
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let worker = self.worker.clone();
        let group = self.id;
        let info = TaskInfo {
            tag,
            account,
            group_account: self.account.clone(),
        };
        let (runnable, task): (Run, _) = async_task::Builder::new().metadata(info).spawn(
            move |_| future,
            move |runnable| worker.schedule(group, runnable),
        );
        task.detach();
        NewTask(runnable)
    }
}

/// A task that has not begun. Dropping it drops its future.
#[derive(Debug)]
pub struct NewTask(Run);

impl NewTask {
    /// Wakes the task, once it has begun.
    pub fn waker(&self) -> Waker {
        self.0.waker()
    }

    /// Makes it runnable.
    pub fn start(self) {
        self.0.schedule();
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.worker.remove_group(self.id);
    }
}

impl fmt::Debug for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Group")
            .field("id", &self.id)
            .field("cpu_ns", &self.cpu_ns())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exec::{Executor, fuel};
    use runtime::clock::{Clock, Mode};
    use std::sync::Barrier;

    const PATIENCE: Duration = Duration::from_secs(20);

    fn group(executor: &Executor, seed: u64) -> Group {
        executor.group(
            0,
            GroupConfig {
                seed,
                shares: 100,
                cap: None,
            },
        )
    }

    /// A task that counts its slices, without end.
    fn count(group: &Group, counter: &Arc<AtomicU64>) {
        let counter = Arc::clone(counter);
        let counting = async move {
            loop {
                counter.fetch_add(1, Ordering::SeqCst);
                fuel::spend(1_000_000);
                fuel::yield_now().await;
            }
        };
        group.spawn(1, Arc::default(), counting).start();
    }

    /// Lets a task of another group of the same worker have many slices.
    fn work_meanwhile(group: &Group) {
        let done = Arc::new(Barrier::new(2));
        let end = Arc::clone(&done);
        let working = async move {
            for _ in 0..100 {
                fuel::spend(1_000_000);
                fuel::yield_now().await;
            }
            end.wait();
        };
        group.spawn(2, Arc::default(), working).start();
        done.wait();
    }

    #[test]
    fn a_frozen_group_stands_while_others_work_and_then_goes_on() {
        let executor = Executor::new(Clock::new(Mode::Stepped), 1);
        let (frozen, other) = (group(&executor, 1), group(&executor, 2));
        let counter = Arc::new(AtomicU64::new(0));
        count(&frozen, &counter);
        work_meanwhile(&other);
        frozen.freeze();
        frozen.freeze();
        let before = counter.load(Ordering::SeqCst);
        assert!(before > 0);
        work_meanwhile(&other);
        assert!(
            executor.wait_idle(PATIENCE),
            "nobody else has anything to do"
        );
        frozen.thaw();
        work_meanwhile(&other);
        assert_eq!(counter.load(Ordering::SeqCst), before);
        frozen.thaw();
        work_meanwhile(&other);
        assert!(counter.load(Ordering::SeqCst) > before);
    }

    #[test]
    fn a_group_that_is_dropped_while_it_stands_leaves_nothing_behind() {
        let executor = Executor::new(Clock::new(Mode::Stepped), 1);
        let frozen = group(&executor, 1);
        let counter = Arc::new(AtomicU64::new(0));
        count(&frozen, &counter);
        frozen.freeze();
        drop(frozen);
        assert!(executor.wait_idle(PATIENCE));
        assert_eq!(Arc::strong_count(&counter), 1);
    }
}
