//! What a scenario runs against: a zone of its own, or an endpoint that was there before it.

use std::time::Duration;

use crate::control::Control;
use crate::failure::Failure;
use crate::visit::Visit;
use crate::zone::{self, RunningZone};

/// Where a scenario takes place.
#[derive(Debug)]
pub(crate) enum Ground {
    /// A zone that is the scenario's alone.
    Own {
        /// The zone.
        zone: Box<RunningZone>,
        /// Its control API.
        control: Box<Control>,
    },
    /// An endpoint that others use, too.
    Foreign(Box<Visit>),
}

/// A step that asks a target for what only a zone of the suite's own has, and is not in the list.
fn not_declared() -> Failure {
    Failure::Feature("it needs a zone of its own, and `needs` does not say so".to_owned())
}

impl Ground {
    /// The control API of the scenario's own zone.
    pub(crate) fn control(&mut self) -> Result<&mut Control, Failure> {
        match self {
            Ground::Own { control, .. } => Ok(control),
            Ground::Foreign(_) => Err(not_declared()),
        }
    }

    /// The scenario's own zone.
    pub(crate) fn zone(&self) -> Result<&RunningZone, Failure> {
        match self {
            Ground::Own { zone, .. } => Ok(zone),
            Ground::Foreign(_) => Err(not_declared()),
        }
    }

    /// The target's time in milliseconds: since 1970, or since the scenario came to it.
    pub(crate) async fn now_ms(&mut self) -> Result<i64, Failure> {
        match self {
            Ground::Own { control, .. } => zone::now_ms(control).await,
            Ground::Foreign(visit) => Ok(visit.passed_ms()),
        }
    }

    /// Lets the clock jump to what requests in flight wait for, or ends that; a foreign target's goes anyway.
    pub(crate) async fn let_clock_run(&mut self, running: bool) -> Result<(), Failure> {
        match self {
            Ground::Own { control, .. } => zone::let_clock_run(control, running).await,
            Ground::Foreign(_) => Ok(()),
        }
    }

    /// Time passes: by so much where it is told to, a little where it goes anyway.
    pub(crate) async fn pass(&mut self, ms: u64) -> Result<(), Failure> {
        const LITTLE: Duration = Duration::from_millis(20);
        match self {
            Ground::Own { control, .. } => zone::advance(control, ms).await,
            Ground::Foreign(_) => {
                tokio::time::sleep(LITTLE).await;
                Ok(())
            }
        }
    }

    /// Whether the target was there before the scenario.
    pub(crate) fn is_foreign(&self) -> bool {
        matches!(self, Ground::Foreign(_))
    }

    /// What names begin with that no step gives.
    pub(crate) fn prefix(&self) -> &str {
        match self {
            Ground::Own { .. } => "",
            Ground::Foreign(visit) => visit.prefix(),
        }
    }

    /// Whether the target is an engine.
    pub(crate) fn is_engine(&self) -> bool {
        match self {
            Ground::Own { .. } => false,
            Ground::Foreign(visit) => visit.is_engine(),
        }
    }

    /// Stops the scenario's own zone, or removes what the scenario has made; says what was left over, `others` included.
    pub(crate) async fn leave(self, others: Vec<String>) -> Result<(), Failure> {
        match self {
            Ground::Own { zone, control } => {
                drop(control);
                zone.stop(others).await
            }
            Ground::Foreign(visit) => {
                let left = visit.leave().await.err();
                let left: Vec<String> = left
                    .map(|failure| failure.to_string())
                    .into_iter()
                    .chain(others)
                    .collect();
                match left.is_empty() {
                    true => Ok(()),
                    false => Err(Failure::Zone(left.join("\n"))),
                }
            }
        }
    }
}
