//! An in-process Unix: scheduler, kernel, shell, applets and services.
//!
//! [`Userland`] implements [`runtime::Runtime`]: containers, their processes, pipes, signals and terminals, without
//! one process or thread of the host per process. Programs are async functions over [`kernel::Sys`], the system
//! calls; [`registry::Registry`] names them.
//!
//! *Architecture Invariants:* programs wait only through the kernel's calls; death has one path
//! (`Kernel::exit`); nothing here reads the host's clock, files, network or entropy; an idle container wakes no
//! thread.

pub mod applets;
mod condition;
mod conversion;
mod escape;
pub mod exec;
pub mod kernel;
mod logger;
#[cfg(test)]
mod ready;
pub(crate) mod regex;
pub mod registry;
mod services;
pub mod shell;
mod signal_names;
mod userland;

pub use userland::Userland;
