//! What the zone tells a container runtime and what a runtime reports back.
//!
//! The zone's driver knows containers only through [`Runtime`]; `userland` implements it with an in-process
//! Unix. Consoles ([`console`]) and the zone's clock ([`clock`]) live here because every runtime shares them.
//!
//! *Architecture Invariant:* nothing here knows HTTP, JSON, accounts or names of containers.

mod events;
mod ids;
mod log_driver;
mod marker;
mod signal;
mod spec;
mod status;
mod timestamp;

pub mod clock;
pub mod console;
pub mod net;

pub use events::{EventSink, RuntimeEvent};
pub use ids::{ExecId, Incarnation, InstanceId, NodeId};
pub use log_driver::{LogDriver, LogForm};
pub use marker::{PROGRAM_MARKER, service_of, service_program};
pub use signal::Signal;
pub use spec::{
    Disk, ExecSpec, Freeze, InterfaceTraffic, ManagedFiles, ProcessInfo, Runtime, RuntimeError,
    StartSpec, TtySize, Usage,
};
pub use status::ExitStatus;
pub use timestamp::Timestamp;
