//! Running containers again: what a recorded zone told its nodes is told to an in-process Unix of the same seed.
//!
//! The zone's own steps are taken as they are recorded, reports of the runtime included. Beside that, the containers run
//! on a stepped clock that follows the times of the steps, get the input, sizes and archives of the recording, and what
//! they print is collected. What they report is compared with what was reported then.
//!
//! *Architecture Invariant:* nothing of the host but the recording decides what happens here. So connections with the
//! host are not made again, and how far a process that never rests comes between two steps is not repeated exactly.

mod archives;
mod printed;
mod reports;
mod stage;

pub(crate) use printed::Printed;
pub(crate) use stage::Stage;
