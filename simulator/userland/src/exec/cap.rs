//! CPU caps: what a container may use of each period.

use runtime::Timestamp;
use runtime::clock::TimerOwner;
use std::time::Duration;

/// Length of the period that a cap is measured in.
pub(super) const PERIOD: Duration = Duration::from_millis(100);

/// A cap on CPU time.
#[derive(Clone, Copy, Debug)]
pub struct CpuCap {
    /// 100 is one core.
    pub percent: u32,
    /// Who is said to wait when the cap throttles.
    pub owner: TimerOwner,
}

/// What a capped group has used of the current period.
#[derive(Debug)]
pub(super) struct CapState {
    cap: CpuCap,
    period_start: Timestamp,
    used_ns: u64,
    pub(super) throttled: bool,
}

impl CapState {
    pub(super) fn new(cap: CpuCap) -> Self {
        Self {
            cap,
            period_start: Timestamp::default(),
            used_ns: 0,
            throttled: false,
        }
    }

    pub(super) fn owner(&self) -> TimerOwner {
        self.cap.owner
    }

    /// Counts `used_ns`; when the period's share is gone, throttles and says when the period ends.
    pub(super) fn charge(&mut self, used_ns: u64, now: Timestamp) -> Option<Timestamp> {
        if now >= self.period_start + PERIOD {
            self.period_start = now;
            self.used_ns = 0;
        }
        self.used_ns = self.used_ns.saturating_add(used_ns);
        let period_ns = u64::try_from(PERIOD.as_nanos()).unwrap_or(u64::MAX);
        let allowed_ns = period_ns * u64::from(self.cap.percent.max(1)) / 100;
        if self.throttled || self.used_ns < allowed_ns {
            return None;
        }
        self.throttled = true;
        Some(self.period_start + PERIOD)
    }

    pub(super) fn release(&mut self) {
        self.throttled = false;
        self.used_ns = 0;
        self.period_start = Timestamp::default();
    }
}
