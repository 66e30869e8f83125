//! The zone's clock and its timers.
//!
//! Every deadline that the zone promises is a timer here, with an owner and a reason, so that a stepped clock
//! can jump to exactly the timers that somebody waits for.

mod timer;
mod timers;

pub use timer::{ScheduleId, Timer};
pub use timers::{Clock, Mode, TimerInfo, TimerOwner, TimerReason};
