//! Drivers for the Docker clients under test.
//!
//! Real Docker CLIs ([`CliClient`], built by [`build`]), the Rust library bollard and HTTP bytes of our own
//! run commands behind one trait, [`Client`], so that one scenario serves all of them:
//!
//! ```no_run
//! use clients::{Client, CliClient, Endpoint, Invocation, Stdin, Target, version::CliVersion};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let target = Target::plain("unix:///run/zone.sock".parse::<Endpoint>()?);
//! let docker = CliClient::new(CliVersion::V1_12, "target/clients/docker-1.12.6", target)?;
//! let running = docker.start(Invocation::new(["run", "-i", "busybox", "cat"]).stdin(Stdin::Held))?;
//! running.write("hello\n")?;
//! running.wait_for_output(|so_far| so_far.contains("hello\n")).await?;
//! running.close_stdin()?;
//! assert_eq!(running.wait().await?.status, clients::Exit::Code(0));
//! # Ok(())
//! # }
//! ```
//!
//! *Architecture Invariant*: this crate knows nothing of the zone but its address and the files
//! to reach it with. What it drives could as well be a real one.

pub mod bollard_client;
pub mod build;
#[cfg(test)]
mod canned;
pub mod cli;
pub mod client;
pub mod faulty;
pub mod http1;
pub mod library;
pub mod proxy;
pub mod raw;
pub mod version;

pub use bollard_client::BollardClient;
pub use cli::CliClient;
pub use client::{
    BoxFuture, Client, ClientError, ClientName, Data, Endpoint, Event, EventKind, Exit,
    InvalidEndpoint, Invocation, Keep, Outcome, PtySize, Reader, Running, Signal, SoFar, Stdin,
    Target, TlsFiles, Transcript, UnknownClient,
};
pub use library::{LibraryClient, LibraryName};
pub use proxy::{Mutation, Proxy};
pub use raw::RawClient;
