//! One worker's run queue: deficit round robin between groups, seeded rounds inside each.

use super::cap::CapState;
use super::fuel::SLICE_FUEL;
use super::group::{Account, GroupAccount, GroupConfig};
use super::load::Load;
use super::slots::Slots;
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use runtime::Timestamp;
use runtime::clock::{ScheduleId, TimerOwner};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

/// What the queue knows of a task.
#[derive(Debug)]
pub(super) struct TaskInfo {
    pub(super) tag: u32,
    pub(super) account: Arc<Account>,
    pub(super) group_account: Arc<GroupAccount>,
}

/// A task that is runnable.
pub(super) type Run = async_task::Runnable<TaskInfo>;

/// Shares that earn a group one slice in each round.
const SHARES_PER_SLICE: u64 = 100;

/// The runnable tasks of a group and its standing.
struct GroupQueue {
    /// Those whose turn comes in this round.
    round: Vec<Run>,
    /// Those that became runnable since it began.
    next_round: Vec<Run>,
    seed: u64,
    /// Draws the order; made when there is something to draw.
    order: Option<Box<ChaCha8Rng>>,
    quantum: i64,
    deficit: i64,
    active: bool,
    cap: Option<CapState>,
    /// How many want its tasks to stand still.
    freezes: u32,
    load: Load,
    /// Ends the throttling.
    timer: Option<ScheduleId>,
}

impl GroupQueue {
    fn new(config: GroupConfig, now: Timestamp) -> Self {
        let earned = u64::from(config.shares) * SLICE_FUEL / SHARES_PER_SLICE;
        let quantum = earned.clamp(SLICE_FUEL / 64, SLICE_FUEL * 64);
        Self {
            round: Vec::new(),
            next_round: Vec::new(),
            seed: config.seed,
            order: None,
            quantum: i64::try_from(quantum).unwrap_or(i64::MAX),
            deficit: 0,
            active: false,
            cap: config.cap.map(CapState::new),
            freezes: 0,
            load: Load::new(now),
            timer: None,
        }
    }

    fn is_throttled(&self) -> bool {
        self.cap.as_ref().is_some_and(|cap| cap.throttled)
    }

    /// Whether its tasks stand still: at their cap, or because somebody wants them to.
    fn stands(&self) -> bool {
        self.is_throttled() || self.freezes > 0
    }

    /// Tasks that could run if the group did not stand.
    fn parked(&self) -> usize {
        if self.stands() { self.waiting() } else { 0 }
    }

    /// Tasks that wait for their turn.
    fn waiting(&self) -> usize {
        self.round.len() + self.next_round.len()
    }

    fn has_runnable(&self) -> bool {
        !self.round.is_empty() || !self.next_round.is_empty()
    }

    /// It takes no part in the rounds, and saves nothing up meanwhile.
    fn rest(&mut self) {
        self.active = false;
        self.deficit = self.deficit.min(0);
    }

    fn take(&mut self) -> Option<Run> {
        if self.round.is_empty() {
            std::mem::swap(&mut self.round, &mut self.next_round);
        }
        match self.round.len() {
            0 => None,
            1 => self.round.pop(),
            len => {
                let seed = self.seed;
                let order = self
                    .order
                    .get_or_insert_with(|| Box::new(ChaCha8Rng::seed_from_u64(seed)));
                let draw = u64::from(order.next_u32());
                let index = (draw * len as u64) >> 32;
                Some(self.round.swap_remove(index as usize))
            }
        }
    }
}

/// When a group that its cap has stopped may go on.
pub(super) struct Throttled {
    pub(super) wait: Duration,
    pub(super) until: Timestamp,
    pub(super) owner: TimerOwner,
    /// Its tasks that are runnable no more.
    pub(super) parked: usize,
}

/// What is left of a group that was removed.
#[derive(Default)]
pub(super) struct Removed {
    /// Its tasks that the cap had stopped and that are runnable again, to be dropped.
    pub(super) unparked: usize,
    pub(super) timer: Option<ScheduleId>,
}

/// The run queue of one worker.
#[derive(Default)]
pub(super) struct Queue {
    groups: Slots<GroupQueue>,
    active: VecDeque<u64>,
    /// Tasks whose group is gone; the worker drops them, because dropping a future may need locks that the
    /// waker's caller holds.
    orphans: Vec<Run>,
    /// CPU time of all groups, nanoseconds.
    spent_ns: u64,
    /// The group whose task runs.
    pub(super) running: Option<u64>,
    pub(super) holds: usize,
    /// The worker waits to be told that there is something to do.
    pub(super) asleep: bool,
    /// Somebody may wait at a cap whom nothing else lets go on.
    pub(super) caps_due: bool,
    pub(super) stopped: bool,
    pub(super) trace: u64,
}

impl Queue {
    pub(super) fn add_group(&mut self, config: GroupConfig, now: Timestamp) -> u64 {
        self.groups.insert(GroupQueue::new(config, now))
    }

    pub(super) fn remove_group(&mut self, id: u64) -> Removed {
        let Some(group) = self.groups.remove(id) else {
            return Removed::default();
        };
        let removed = Removed {
            unparked: group.parked(),
            timer: group.timer,
        };
        self.orphans.extend(group.round);
        self.orphans.extend(group.next_round);
        self.active.retain(|active| *active != id);
        removed
    }

    /// Adds a runnable task; whether it may run now.
    pub(super) fn push(&mut self, group_id: u64, task: Run) -> bool {
        let Some(group) = self.groups.get_mut(group_id) else {
            self.orphans.push(task);
            return true;
        };
        group.next_round.push(task);
        let may_run = !group.stands();
        if !group.active && may_run {
            group.active = true;
            group.load.begin(self.spent_ns);
            self.active.push_back(group_id);
        }
        may_run
    }

    /// Whether the worker is to be woken for what has been added.
    pub(super) fn takes_waking(&mut self) -> bool {
        let is_held = self.holds > 0 && !self.stopped && self.orphans.is_empty();
        !is_held && std::mem::take(&mut self.asleep)
    }

    pub(super) fn take_orphans(&mut self) -> Vec<Run> {
        std::mem::take(&mut self.orphans)
    }

    /// Every task, to end the executor; how many of them a cap had stopped.
    pub(super) fn drain(&mut self) -> (Vec<Run>, usize) {
        let mut unparked = 0;
        for group in self.groups.values_mut() {
            unparked += group.parked();
            self.orphans.append(&mut group.round);
            self.orphans.append(&mut group.next_round);
            group.active = false;
        }
        self.active.clear();
        (self.take_orphans(), unparked)
    }

    /// The task whose turn it is, and its group.
    pub(super) fn next(&mut self) -> Option<(u64, Run)> {
        loop {
            let id = *self.active.front()?;
            let Some(group) = self.groups.get_mut(id) else {
                self.active.pop_front();
                continue;
            };
            if !group.has_runnable() || group.stands() {
                group.rest();
                self.active.pop_front();
                continue;
            }
            if group.deficit <= 0 {
                group.deficit += group.quantum;
                self.active.rotate_left(1);
                continue;
            }
            let task = group.take()?;
            self.running = Some(id);
            self.trace = (self.trace ^ (id << 32 | u64::from(task.metadata().tag)))
                .wrapping_mul(0x0000_0100_0000_01b3);
            return Some((id, task));
        }
    }

    /// Charges a slice of a task that goes on or not; says when the group's cap stops it.
    pub(super) fn charge(
        &mut self,
        id: u64,
        fuel: u64,
        goes_on: bool,
        now: impl Fn() -> Timestamp,
    ) -> Option<Throttled> {
        self.spent_ns = self.spent_ns.saturating_add(fuel);
        let group = self.groups.get_mut(id)?;
        group.deficit -= i64::try_from(fuel).unwrap_or(i64::MAX);
        // One that goes on waits already.
        let runnable = group.waiting() + usize::from(!goes_on);
        if group.load.count(self.spent_ns, runnable) {
            group.load.join(now());
        }
        // At once: where a group stands must not depend on whether others were woken before the next look.
        if !group.has_runnable() && self.active.front() == Some(&id) {
            group.rest();
            self.active.pop_front();
        }
        let stood = group.stands();
        let cap = group.cap.as_mut()?;
        let now = now();
        let until = cap.charge(fuel, now)?;
        let owner = cap.owner();
        Some(Throttled {
            wait: until.since(now),
            until,
            owner,
            parked: if stood { 0 } else { group.parked() },
        })
    }

    /// A group's load averages over 1, 5 and 15 minutes.
    pub(super) fn load(&mut self, id: u64, now: Timestamp) -> [f64; 3] {
        let Some(group) = self.groups.get_mut(id) else {
            return [0.0; 3];
        };
        group.load.join(now);
        group.load.averages()
    }

    /// Notes what ends a group's throttling; `false` when it has ended or the group is gone.
    pub(super) fn set_timer(&mut self, id: u64, timer: ScheduleId) -> bool {
        let group = self.groups.get_mut(id).filter(|group| group.is_throttled());
        group.map(|group| group.timer = Some(timer)).is_some()
    }

    /// Lets a throttled group go on, for good when `uncap`.
    pub(super) fn release(&mut self, id: u64, uncap: bool) -> Removed {
        let Some(group) = self.groups.get_mut(id) else {
            return Removed::default();
        };
        let parked = group.parked();
        let timer = group.timer.take();
        if uncap {
            group.cap = None;
        }
        if let Some(cap) = &mut group.cap {
            cap.release();
        }
        let unparked = parked - group.parked();
        self.activate(id);
        Removed { unparked, timer }
    }

    /// The group takes part in the rounds again, if it has something to do.
    fn activate(&mut self, id: u64) {
        let group = self.groups.get_mut(id);
        if let Some(group) = group.filter(|group| !group.active && !group.stands())
            && group.has_runnable()
        {
            group.active = true;
            group.load.begin(self.spent_ns);
            self.active.push_back(id);
        }
    }

    /// Makes a group stand still; how many of its tasks are runnable no more.
    pub(super) fn freeze(&mut self, id: u64) -> usize {
        let Some(group) = self.groups.get_mut(id) else {
            return 0;
        };
        let parked = group.parked();
        group.freezes += 1;
        group.parked() - parked
    }

    /// Takes one [`Queue::freeze`] back; how many tasks are runnable again.
    pub(super) fn thaw(&mut self, id: u64) -> usize {
        let Some(group) = self.groups.get_mut(id) else {
            return 0;
        };
        let parked = group.parked();
        group.freezes = group.freezes.saturating_sub(1);
        let unparked = parked - group.parked();
        self.activate(id);
        unparked
    }

    /// Whether a task of the group is running.
    pub(super) fn runs(&self, id: u64) -> bool {
        self.running == Some(id)
    }
}
