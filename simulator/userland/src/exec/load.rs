//! Load averages: how many tasks of a group could run, over the last 1, 5 and 15 minutes.

use runtime::Timestamp;

/// Over what the averages are, seconds.
const WINDOWS_S: [f64; 3] = [60.0, 300.0, 900.0];
/// CPU time of the worker after which what was counted joins the averages, nanoseconds.
const COUNT_NS: u64 = 100_000_000;

/// The averages of one group. While a group is active, the CPU time that its worker spends on anybody is the time for
/// which its tasks could run; so nothing here needs a clock but once in [`COUNT_NS`].
#[derive(Debug)]
pub(super) struct Load {
    averages: [f64; 3],
    /// When they were last brought up to date.
    at: Timestamp,
    /// Tasks that could run since then, each for so long: task nanoseconds.
    counted_ns: u64,
    /// Most tasks since then.
    most: u64,
    /// The worker's CPU time up to which was counted.
    worker_ns: u64,
    /// The worker's CPU time when the averages were last brought up to date.
    joined_ns: u64,
}

impl Load {
    pub(super) fn new(now: Timestamp) -> Self {
        Self {
            averages: [0.0; 3],
            at: now,
            counted_ns: 0,
            most: 0,
            worker_ns: 0,
            joined_ns: 0,
        }
    }

    /// The group is active from here on.
    pub(super) fn begin(&mut self, worker_ns: u64) {
        self.worker_ns = worker_ns;
    }

    /// Counts the time since the last count, in which `runnable` tasks could run. Whether it is time to [`Load::join`].
    pub(super) fn count(&mut self, worker_ns: u64, runnable: usize) -> bool {
        let runnable = runnable as u64;
        let passed_ns = worker_ns.saturating_sub(self.worker_ns);
        self.worker_ns = worker_ns;
        self.counted_ns = self.counted_ns.saturating_add(passed_ns * runnable);
        self.most = self.most.max(runnable);
        worker_ns.saturating_sub(self.joined_ns) >= COUNT_NS
    }

    /// Brings the averages up to `now`.
    pub(super) fn join(&mut self, now: Timestamp) {
        self.joined_ns = self.worker_ns;
        let passed = now.since(self.at);
        if passed.is_zero() {
            return;
        }
        // Time that stands still while work is done makes no load that nobody has seen.
        let runnable = self.counted_ns as f64 / passed.as_nanos() as f64;
        let runnable = runnable.min(self.most as f64);
        for (average, window) in self.averages.iter_mut().zip(WINDOWS_S) {
            let kept = (-passed.as_secs_f64() / window).exp();
            *average = *average * kept + runnable * (1.0 - kept);
        }
        self.at = now;
        self.counted_ns = 0;
        self.most = 0;
    }

    pub(super) fn averages(&self) -> [f64; 3] {
        self.averages
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND_NS: u64 = 1_000_000_000;

    #[test]
    fn a_minute_of_two_tasks_is_two_thirds_of_their_load() {
        let mut load = Load::new(Timestamp::from_secs(100));
        load.begin(7);
        assert!(load.count(7 + 60 * SECOND_NS, 2));
        load.join(Timestamp::from_secs(160));
        let [one, five, fifteen] = load.averages();
        assert!((1.26..1.27).contains(&one), "{one}");
        assert!(five < one && fifteen < five);
        load.join(Timestamp::from_secs(160 + 3600));
        assert!(load.averages()[0] < 0.01);
    }

    #[test]
    fn time_that_stands_still_makes_no_more_load_than_there_are_tasks() {
        let mut load = Load::new(Timestamp::from_secs(100));
        load.count(1000 * SECOND_NS, 3);
        load.join(Timestamp::from_secs(100));
        load.join(Timestamp::from_secs(160));
        let [one, ..] = load.averages();
        assert!((1.89..1.90).contains(&one), "{one}");
    }
}
