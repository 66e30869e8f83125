//! Long operations: jobs, the tickets of containers, and what timers are for.

mod record;

pub(crate) use record::{Job, Purpose, StopPhase, Tickets, Work, ZoneTimer};
