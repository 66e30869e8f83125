//! Moving a stepped clock: on purpose, or by jumps while requests wait (design of time: ARCHITECTURE.md).

use super::Driver;
use crate::machine::Gauge;
use runtime::Timestamp;
use runtime::clock::Mode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use thiserror::Error;
use tokio::sync::Notify;

/// How often the keeper looks whether everything waits, real time.
const LOOK: Duration = Duration::from_micros(500);

/// In how many looks in a row everything must wait before time jumps: what a client does between two requests,
/// or a socket between two tasks, is over by then.
const LOOKS: u32 = 3;

/// Moves the zone's clock when it is a stepped one.
#[derive(Clone)]
pub(crate) struct Keeper(Arc<Shared>);

struct Shared {
    driver: Driver,
    gauge: Gauge,
    /// How many commands run for which the clock may jump.
    running: AtomicUsize,
    changed: Notify,
}

/// The clock is not a stepped one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the zone's clock is not stepped")]
pub(crate) struct NotStepped;

impl Keeper {
    /// Starts keeping the clock of `driver`'s zone on the current tokio runtime.
    pub(crate) fn start(driver: Driver, gauge: Gauge) -> Self {
        let stepped = driver.clock().mode() == Mode::Stepped;
        let keeper = Self(Arc::new(Shared {
            driver,
            gauge,
            running: AtomicUsize::new(0),
            changed: Notify::new(),
        }));
        if stepped {
            let weak = Arc::downgrade(&keeper.0);
            tokio::spawn(async move {
                while let Some(shared) = weak.upgrade() {
                    if shared.running.load(Ordering::SeqCst) == 0 {
                        let changed = shared.changed.notified();
                        if shared.running.load(Ordering::SeqCst) == 0 {
                            let _ = tokio::time::timeout(Duration::from_millis(100), changed).await;
                        }
                        continue;
                    }
                    shared.jump_when_all_wait().await;
                }
            });
        }
        keeper
    }

    fn stepped(&self) -> Result<(), NotStepped> {
        match self.0.driver.clock().mode() {
            Mode::Stepped => Ok(()),
            Mode::Real | Mode::Scaled(_) => Err(NotStepped),
        }
    }

    /// A command begins for which the clock may jump.
    pub(crate) fn begin_run(&self) -> Result<(), NotStepped> {
        self.stepped()?;
        self.0.running.fetch_add(1, Ordering::SeqCst);
        self.0.changed.notify_waiters();
        Ok(())
    }

    /// That command has returned.
    pub(crate) fn end_run(&self) {
        let _ = self
            .0
            .running
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |running| {
                running.checked_sub(1)
            });
    }

    /// Moves to `until`, letting the zone settle after each instant at which a timer fires.
    pub(crate) async fn advance(&self, until: Timestamp) -> Result<Timestamp, NotStepped> {
        self.stepped()?;
        let clock = self.0.driver.clock();
        self.0.settle().await;
        while self.0.gauge.while_held(|| clock.fire_next(until)).is_some() {
            self.0.settle().await;
        }
        self.0.gauge.while_held(|| clock.advance_to(until));
        self.0.settle().await;
        Ok(clock.now())
    }
}

impl Shared {
    /// Nothing is runnable inside and nothing is queued for the zone's task.
    fn is_settled(&self) -> bool {
        self.gauge.is_idle() && self.driver.queued() == 0
    }

    /// Waits until the zone is settled; a zone that is busy without end is not waited for.
    async fn settle(&self) {
        const PATIENCE: Duration = Duration::from_secs(10);
        let settled = async {
            let mut quiet = 0;
            while quiet < 2 {
                tokio::task::yield_now().await;
                if self.is_settled() {
                    quiet += 1;
                } else {
                    quiet = 0;
                    tokio::time::sleep(LOOK).await;
                }
            }
        };
        let _ = tokio::time::timeout(PATIENCE, settled).await;
    }

    async fn jump_when_all_wait(&self) {
        let requests = self.driver.requests();
        for _ in 0..LOOKS {
            tokio::time::sleep(LOOK).await;
            if requests.in_flight() == 0 || !requests.all_wait() || !self.is_settled() {
                return;
            }
        }
        let clock = self.driver.clock();
        self.gauge
            .while_held(|| clock.jump(|timer| requests.waits_for(timer)));
    }
}

impl std::fmt::Debug for Keeper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keeper")
            .field("running", &self.0.running.load(Ordering::SeqCst))
            .finish_non_exhaustive()
    }
}
