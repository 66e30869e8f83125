//! The zone's clock and its timers.

use super::error::ControlError;
use super::{Answer, Control};
use runtime::Timestamp;
use runtime::clock::{Mode, TimerInfo, TimerOwner};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

/// How far to move: by so much, or to a point in time (milliseconds since the epoch).
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Advance {
    Ms(u64),
    UntilMs(u64),
}

fn millis(at: Timestamp) -> u64 {
    at.0 / 1_000_000
}

fn describe(timer: &TimerInfo) -> Value {
    let owner = match timer.owner {
        TimerOwner::Zone => json!({"zone": true}),
        TimerOwner::Registry => json!({"registry": true}),
        TimerOwner::Instance(instance) => json!({"instance": instance.to_string()}),
        TimerOwner::Exec(exec) => json!({"exec": exec.to_string()}),
    };
    json!({
        "at_ms": millis(timer.at),
        "owner": owner,
        "reason": format!("{:?}", timer.reason).to_lowercase(),
        "waits_for_client": timer.reason.waits_for_client(),
    })
}

impl Control {
    pub(super) fn show_clock(&self) -> Answer {
        let clock = self.service.driver.clock();
        let (mode, scale) = match clock.mode() {
            Mode::Real => ("real", 1.0),
            Mode::Scaled(scale) => ("scaled", scale),
            Mode::Stepped => ("stepped", 0.0),
        };
        let now = clock.now();
        Answer::ok(json!({
            "mode": mode,
            "scale": scale,
            "now_ms": millis(now),
            "now_ns": now.0,
        }))
    }

    pub(super) async fn advance_clock(&self, advance: Advance) -> Result<Answer, ControlError> {
        let until = match advance {
            Advance::Ms(ms) => self.service.driver.now() + Duration::from_millis(ms),
            Advance::UntilMs(ms) => Timestamp::default() + Duration::from_millis(ms),
        };
        let moved = self.keeper.advance(until).await;
        moved.map_err(|_| ControlError::NotStepped)?;
        Ok(self.show_clock())
    }

    pub(super) fn begin_run(&self) -> Result<Answer, ControlError> {
        let begun = self.keeper.begin_run();
        begun.map_err(|_| ControlError::NotStepped)?;
        Ok(self.show_clock())
    }

    pub(super) fn end_run(&self) -> Answer {
        self.keeper.end_run();
        self.show_clock()
    }

    pub(super) fn timers(&self) -> Answer {
        let timers = self.service.driver.clock().timers();
        Answer::ok(timers.iter().map(describe).collect())
    }
}
