//! A Spearhead Cloud availability zone in one process.
//!
//! It shows a Docker Remote API endpoint (TLS with client certificates, plain TCP, a unix socket) and a control API
//! for operators and tests.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! # tokio.block_on(async {
//! let zone = zonesim::Zone::builder().seed(7).start().await?;
//! println!("DOCKER_HOST=tcp://{}", zone.docker().expect("on by default"));
//! let report = zone.shutdown().await;
//! assert!(report.is_clean(), "{report:?}");
//! # Ok(())
//! # })
//! # }
//! ```
//!
//! *Architecture Invariant:* handlers hold no state; what a tenant sees comes from a published view of the model,
//! and every change goes through the driver to the model.
//!
//! *Architecture Invariant:* a status, a machine code and a request id are attached to a refusal in one place, last.

mod auth;
pub mod cli;
mod config;
mod control;
mod data_dir;
mod docker;
mod driver;
mod extent;
mod facts;
mod gateway;
mod http;
mod machine;
mod network;
mod panics;
mod rerun;
mod routes;
mod running;
mod socket_file;
mod start;
mod tls;

pub use crate::config::Config;
pub use crate::data_dir::DataDirError;
pub use crate::extent::ExtentError;
pub use crate::gateway::LeaseError;
pub use crate::routes::{RouteInfo, RouteState, routes};
pub use crate::running::{Builder, Credentials, Report, Zone};
pub use crate::start::StartError;
pub use crate::tls::Error as TlsError;
pub use journal::Journal;
pub use runtime::clock::Mode as ClockMode;
