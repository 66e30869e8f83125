//! Long operations: jobs, the tickets of containers, starts and stops, and what timers are for.

mod copy;
mod events;
mod exit;
mod node;
mod reboot;
mod record;
mod restart_policy;
mod start;
mod stop;
mod ticket;

pub use reboot::Reboot;

pub(crate) use record::{Job, Purpose, StopPhase, Tickets, Work, ZoneTimer};
pub(crate) use ticket::Begun;
