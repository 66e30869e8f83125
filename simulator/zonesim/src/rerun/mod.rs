//! Running containers again: what a recorded zone told its nodes is told to an in-process Unix of the same seed.
//!
//! The zone's own steps are taken as they are recorded, reports of the runtime included. Beside that, the containers run
//! on a stepped clock that follows the times of the steps, get the input, sizes, archives and connections of the
//! recording, and what they print is collected. What they report is compared with what was reported then.
//!
//! *Architecture Invariant:* nothing of the host but the recording decides what happens here. What the recording does not
//! say is where between two slices of processes a thing came: it comes when all of them wait. So containers whose
//! processes race with their clients, or never rest, may do otherwise than they did; the comparison shows it.

mod archives;
mod connections;
mod printed;
mod reports;
mod stage;

pub(crate) use printed::Printed;
pub(crate) use stage::Stage;
