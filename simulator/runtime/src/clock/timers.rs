//! The clock: its modes, its timers and how time moves.

use super::timer::{ScheduleId, Timer};
use crate::{ExecId, InstanceId, Timestamp};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::task::Waker;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How zone time passes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mode {
    /// As the host's.
    Real,
    /// This many times as fast as the host's.
    Scaled(f64),
    /// Only by [`Clock::fire_next`], [`Clock::advance_to`] and [`Clock::spend`].
    Stepped,
}

/// Who waits for a timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TimerOwner {
    /// The zone as a whole.
    Zone,
    /// A container: its operations and its processes.
    Instance(InstanceId),
    /// An exec and its processes.
    Exec(ExecId),
    /// What is going on with a registry.
    Registry,
}

/// What a timer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TimerReason {
    /// A process sleeps or waits with a timeout.
    Process,
    /// A container is over its CPU cap.
    Throttle,
    /// KILL after TERM, or halt after KILL.
    Stop,
    /// A node takes its time before it begins.
    NodeTime,
    /// The node takes too long.
    NodeLimit,
    /// An operation has queued too long.
    QueueLimit,
    /// An operation has kept a container to itself for too long.
    TicketLife,
    /// The restart policy's delay.
    Restart,
    /// An attach waits for a start, or a start for its attach.
    AttachWait,
    /// An exec waits for its start.
    ExecStart,
    /// A connection is idle.
    Idle,
    /// Something remembered grows old.
    Cache,
    /// One sample a second of a statistics stream.
    Sample,
    /// A machine outside waits for a container to answer.
    Connect,
    /// A stream of events is to end.
    EventsEnd,
    /// A receiver of logs has not taken what a container wrote before its end.
    LastRecords,
    /// A registry is asked again.
    Retry,
    /// A build has said nothing for too long.
    Silence,
}

impl TimerReason {
    /// Whether the timer waits for a client's next step, or a receiver's: such timers move only when time is advanced on
    /// purpose, never because the zone jumps for a request in flight.
    pub fn waits_for_client(self) -> bool {
        matches!(
            self,
            TimerReason::AttachWait
                | TimerReason::ExecStart
                | TimerReason::Idle
                | TimerReason::Cache
                | TimerReason::LastRecords
        )
    }
}

/// A timer, as the control API lists it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimerInfo {
    /// When it fires.
    pub at: Timestamp,
    /// Who waits.
    pub owner: TimerOwner,
    /// For what.
    pub reason: TimerReason,
}

pub(super) enum Action {
    Wake(Waker),
    Call(Box<dyn FnOnce() + Send>),
}

pub(super) struct Entry {
    pub(super) info: TimerInfo,
    pub(super) action: Action,
}

/// The zone's clock. Clones are the same clock.
#[derive(Clone)]
pub struct Clock(pub(super) Arc<Inner>);

pub(super) struct Inner {
    mode: Mode,
    origin: Instant,
    start: Timestamp,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
pub(super) struct State {
    now: Timestamp,
    next_id: u64,
    pub(super) order: BTreeMap<(Timestamp, u64), ()>,
    pub(super) entries: BTreeMap<u64, Entry>,
    stopped: bool,
}

impl Inner {
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self, state: &State) -> Timestamp {
        let scale = match self.mode {
            Mode::Stepped => return state.now,
            Mode::Real => 1.0,
            Mode::Scaled(scale) => scale,
        };
        self.start + self.origin.elapsed().mul_f64(scale)
    }

    /// Real time until zone time `at`.
    fn real_delay(&self, now: Timestamp, at: Timestamp) -> Duration {
        match self.mode {
            Mode::Scaled(scale) => at.since(now).div_f64(scale),
            _ => at.since(now),
        }
    }
}

impl State {
    pub(super) fn insert(&mut self, info: TimerInfo, action: Action) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        self.order.insert((info.at, id), ());
        self.entries.insert(id, Entry { info, action });
        id
    }

    pub(super) fn remove(&mut self, id: u64) -> Option<Entry> {
        let entry = self.entries.remove(&id)?;
        self.order.remove(&(entry.info.at, id));
        Some(entry)
    }

    fn take_due(&mut self, now: Timestamp) -> Vec<Action> {
        let mut due = Vec::new();
        while let Some((&(at, id), ())) = self.order.first_key_value() {
            if at > now {
                break;
            }
            due.extend(self.remove(id).map(|entry| entry.action));
        }
        due
    }

    /// Moves the timers that wait for a client's next step along with a jump.
    fn postpone_client_timers(&mut self, by: Duration) {
        let ids: Vec<u64> = self
            .entries
            .iter()
            .filter(|(_, entry)| entry.info.reason.waits_for_client())
            .map(|(id, _)| *id)
            .collect();
        for id in ids {
            if let Some(mut entry) = self.remove(id) {
                entry.info.at = entry.info.at + by;
                self.order.insert((entry.info.at, id), ());
                self.entries.insert(id, entry);
            }
        }
    }
}

fn run(actions: Vec<Action>) {
    for action in actions {
        match action {
            Action::Wake(waker) => waker.wake(),
            Action::Call(call) => call(),
        }
    }
}

impl Clock {
    /// A clock that starts at the host's time. Real and scaled clocks run a thread of their own until [`Clock::stop`].
    pub fn new(mode: Mode) -> Self {
        let since_epoch = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Self::starting_at(mode, Timestamp::default() + since_epoch)
    }

    /// A clock that starts at `start`.
    pub fn starting_at(mode: Mode, start: Timestamp) -> Self {
        let inner = Arc::new(Inner {
            mode,
            origin: Instant::now(),
            start,
            state: Mutex::new(State {
                now: start,
                ..State::default()
            }),
            changed: Condvar::new(),
        });
        if mode != Mode::Stepped {
            let weak = Arc::downgrade(&inner);
            std::thread::Builder::new()
                .name("zone-clock".into())
                .spawn(move || keep_time(&weak))
                .expect("a thread for the clock can be started");
        }
        Self(inner)
    }

    /// How time passes here.
    pub fn mode(&self) -> Mode {
        self.0.mode
    }

    /// Zone time now.
    pub fn now(&self) -> Timestamp {
        let state = self.0.lock();
        self.0.now(&state)
    }

    /// A future that is ready at `at`; dropping it cancels the timer.
    pub fn timer(&self, at: Timestamp, owner: TimerOwner, reason: TimerReason) -> Timer {
        Timer::new(self.clone(), TimerInfo { at, owner, reason })
    }

    /// Calls `action` at `at` from whatever thread moves the clock; it must not block.
    pub fn schedule(
        &self,
        at: Timestamp,
        owner: TimerOwner,
        reason: TimerReason,
        action: impl FnOnce() + Send + 'static,
    ) -> ScheduleId {
        let info = TimerInfo { at, owner, reason };
        ScheduleId(self.insert(info, Action::Call(Box::new(action))))
    }

    /// Forgets a scheduled call; `false` when it has already begun.
    pub fn cancel(&self, id: ScheduleId) -> bool {
        self.0.lock().remove(id.0).is_some()
    }

    pub(super) fn insert(&self, info: TimerInfo, action: Action) -> u64 {
        let mut state = self.0.lock();
        let first = state.order.first_key_value().map(|((at, _), ())| *at);
        let id = state.insert(info, action);
        if self.0.mode != Mode::Stepped && first.is_none_or(|first| info.at < first) {
            self.0.changed.notify_all();
        }
        id
    }

    /// Every timer, soonest first.
    pub fn timers(&self) -> Vec<TimerInfo> {
        let state = self.0.lock();
        state
            .order
            .keys()
            .filter_map(|(_, id)| state.entries.get(id))
            .map(|entry| entry.info)
            .collect()
    }

    /// Stepped: advances to the soonest timer that is not after `limit` and fires everything due then. The
    /// caller lets the zone settle before the next call. `None`: no such timer, time did not move.
    pub fn fire_next(&self, limit: Timestamp) -> Option<Timestamp> {
        let (at, due) = {
            let mut state = self.0.lock();
            let (&(at, _), ()) = state.order.first_key_value()?;
            if at > limit {
                return None;
            }
            state.now = state.now.max(at);
            let now = state.now;
            (at, state.take_due(now))
        };
        run(due);
        Some(at)
    }

    /// Stepped: jumps towards the soonest timer that `wanted` accepts, because a request waits for it. Timers
    /// in between fire on the way, one instant a call; those that wait for a client's next step are postponed
    /// by the jump. `None`: no timer is wanted, time did not move.
    pub fn jump(&self, wanted: impl Fn(&TimerInfo) -> bool) -> Option<Timestamp> {
        let due = {
            let mut state = self.0.lock();
            let target = state
                .order
                .keys()
                .filter_map(|(_, id)| state.entries.get(id))
                .find(|entry| wanted(&entry.info) && !entry.info.reason.waits_for_client())?
                .info
                .at;
            let next = state
                .order
                .keys()
                .filter_map(|(_, id)| state.entries.get(id))
                .find(|entry| !entry.info.reason.waits_for_client())
                .map_or(target, |entry| entry.info.at.min(target));
            let next = next.max(state.now);
            let by = next.since(state.now);
            state.postpone_client_timers(by);
            state.now = next;
            state.take_due(next)
        };
        run(due);
        Some(self.now())
    }

    /// Stepped: moves to `at` (never back) and fires what is due on the way, without letting the zone settle.
    pub fn advance_to(&self, at: Timestamp) {
        while self.fire_next(at).is_some() {}
        let mut state = self.0.lock();
        state.now = state.now.max(at);
    }

    /// Stepped: processes have used `cpu` of CPU time, which passes for everybody. Other clocks ignore it.
    pub fn spend(&self, cpu: Duration) {
        if self.0.mode != Mode::Stepped || cpu.is_zero() {
            return;
        }
        let due = {
            let mut state = self.0.lock();
            state.postpone_client_timers(cpu);
            state.now = state.now + cpu;
            let now = state.now;
            state.take_due(now)
        };
        run(due);
    }

    /// Ends the clock's thread; timers that are left never fire.
    pub fn stop(&self) {
        self.0.lock().stopped = true;
        self.0.changed.notify_all();
    }
}

/// The thread of a real or scaled clock: sleeps until the soonest timer, fires, repeats.
fn keep_time(clock: &Weak<Inner>) {
    /// How often the thread looks whether the clock is still there.
    const LOOK_AGAIN: Duration = Duration::from_secs(60);
    while let Some(inner) = clock.upgrade() {
        let due = {
            let mut state = inner.lock();
            if state.stopped {
                return;
            }
            let now = inner.now(&state);
            let due = state.take_due(now);
            if due.is_empty() {
                let delay = state
                    .order
                    .first_key_value()
                    .map_or(LOOK_AGAIN, |((at, _), ())| inner.real_delay(now, *at));
                let waited = inner
                    .changed
                    .wait_timeout(state, delay.min(LOOK_AGAIN))
                    .unwrap_or_else(PoisonError::into_inner);
                drop(waited);
            }
            due
        };
        run(due);
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clock")
            .field("mode", &self.0.mode)
            .field("now", &self.now())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    fn second(n: u64) -> Timestamp {
        Timestamp::from_secs(n)
    }

    fn recorder(clock: &Clock) -> (mpsc::Receiver<u64>, impl Fn(u64, TimerReason) + use<>) {
        let (sender, receiver) = mpsc::channel();
        let clock = clock.clone();
        (receiver, move |at, reason| {
            let sender = sender.clone();
            clock.schedule(second(at), TimerOwner::Zone, reason, move || {
                sender.send(at).expect("the receiver lives");
            });
        })
    }

    #[test]
    fn a_stepped_clock_fires_in_order_and_one_instant_a_call() {
        let clock = Clock::starting_at(Mode::Stepped, second(0));
        let (fired, at) = recorder(&clock);
        at(3, TimerReason::Process);
        at(1, TimerReason::Process);
        assert_eq!(clock.fire_next(second(2)), Some(second(1)));
        assert_eq!(clock.fire_next(second(2)), None);
        assert_eq!(fired.try_iter().collect::<Vec<_>>(), [1]);
        clock.advance_to(second(5));
        assert_eq!(fired.try_iter().collect::<Vec<_>>(), [3]);
        assert_eq!(clock.now(), second(5));
    }

    #[test]
    fn a_jump_postpones_what_waits_for_a_client() {
        let clock = Clock::starting_at(Mode::Stepped, second(0));
        let (fired, at) = recorder(&clock);
        at(60, TimerReason::AttachWait);
        at(100, TimerReason::Process);
        assert_eq!(
            clock.jump(|timer| timer.reason == TimerReason::Process),
            Some(second(100))
        );
        assert_eq!(fired.try_iter().collect::<Vec<_>>(), [100]);
        assert_eq!(clock.timers()[0].at, second(160));
        assert_eq!(clock.jump(|_| true), None);
    }

    #[test]
    fn a_cancelled_call_never_comes() {
        let clock = Clock::starting_at(Mode::Stepped, second(0));
        let id = clock.schedule(second(1), TimerOwner::Zone, TimerReason::Stop, || {
            panic!("cancelled")
        });
        assert!(clock.cancel(id));
        assert!(!clock.cancel(id));
        clock.advance_to(second(2));
    }

    #[test]
    fn a_scaled_clock_fires_by_itself() {
        let clock = Clock::starting_at(Mode::Scaled(1e6), second(0));
        let (fired, at) = recorder(&clock);
        at(1000, TimerReason::Process);
        let deadline = Duration::from_secs(20);
        assert_eq!(fired.recv_timeout(deadline), Ok(1000));
        clock.stop();
    }
}
