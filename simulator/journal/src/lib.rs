//! What a zone was told, written down so that it can be told again.
//!
//! A [`Journal`] keeps every command of a zone with its time, and what came to its containers from outside. Its text,
//! one JSON object a line, is read into a [`Recording`], which a [`Replay`] carries out again, step by step.
//!
//! ```
//! use journal::{Journal, Recording, Replay};
//! use runtime::Timestamp;
//! use zone::{Command, NewAccount, Zone, ZoneConfig};
//!
//! let mut zone = Zone::new(ZoneConfig::default(), 7);
//! let journal = Journal::new(ZoneConfig::default(), &zone.view());
//! let command = Command::CreateAccount(Box::new(NewAccount::approved("demo")));
//! let _ = journal.apply(&mut zone, command, || Timestamp::from_secs(1));
//!
//! let recording = Recording::read(&journal.text())?;
//! let mut replay = Replay::new(&recording, recording.seed());
//! while replay.step().is_some() {}
//! assert_eq!(replay.digest(), recording.digest());
//! # Ok::<(), journal::Fault>(())
//! ```
//!
//! *Architecture Invariant:* a journal is complete or says where it ends: a line that is missing, cut off or altered is
//! found by the seal of the next one, and by its number.
//!
//! *Architecture Invariant:* what a container does is not carried out here; what it reported is a command like any other.

mod digest;
mod external;
mod fault;
mod line;
mod recorder;
mod recording;
mod replay;
mod seal;

pub use digest::StateDigest;
pub use external::{Ends, External, Process};
pub use fault::{Fault, Flaw};
pub use line::{Input, Step};
pub use recorder::Journal;
pub use recording::{Recorded, Recording};
pub use replay::{Replay, Taken};
