//! The runtime: containers by instance, on one executor.

/// The in-process Unix as a container runtime.
#[derive(Debug)]
pub struct Userland;
