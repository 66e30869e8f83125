//! The suite that certifies Docker clients against a zone: Gherkin, run with every client.
//!
//! `cargo test` runs it as the test `suite`; the program `certify` runs it for one binary.
//!
//! *Architecture Invariant*: a step reaches the zone through a client or the control API over
//! HTTP. `zone` is the one module that links the simulator, and it only starts and stops it.
//!
//! Scenarios can be tried at a target that was there before, too (`foreign`): a zone has to give the zone's answers there, an
//! engine those that scenarios say are the engine's (`answer`).
//!
//! *Architecture Invariant*: a scenario has a zone, a folder and keys of its own, so scenarios run
//! at once and in any order. Its zone's seed follows from the run's and its id.
//!
//! *Architecture Invariant*: nothing is retried. What is waited for is looked at again, up to a
//! deadline, and the last thing seen is told.

pub mod account_key;
pub mod answer;
pub mod arguments;
mod case;
pub mod control;
pub mod engine;
mod evidence;
pub mod exchange;
pub mod expect;
pub mod failure;
pub mod foreign;
mod ground;
mod host;
pub mod identity;
pub mod ids;
pub mod interrupt;
pub mod ledger;
pub mod load;
pub mod matrix;
pub mod mutants;
mod naming;
pub mod needs;
pub mod not_applicable;
pub mod panics;
pub mod pattern;
pub mod plan;
pub mod prepare;
mod program;
pub mod progress;
mod receiver;
mod registry;
mod replay;
pub mod roster;
pub mod run;
pub mod scratch;
pub mod seed;
pub mod session;
mod steps;
pub mod tags;
pub mod transcript;
mod visit;
mod visit_images;
pub mod words;
mod workers;
pub mod world;
mod zone;

pub use registry::DebianRegistry;
