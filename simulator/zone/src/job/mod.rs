//! Long operations: jobs, the tickets of containers, starts and stops, and what timers are for.

mod copy;
mod events;
mod exit;
mod record;
mod restart_policy;
mod start;
mod stop;
mod ticket;

pub(crate) use record::{Job, Purpose, StopPhase, Tickets, Work, ZoneTimer};
pub(crate) use ticket::Begun;
