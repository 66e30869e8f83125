//! What the lines of a journal say.

use crate::{External, StateDigest};
use runtime::Timestamp;
use serde::{Deserialize, Serialize};
use zone::{Command, ZoneConfig};

/// The form of the lines; another number means that they cannot be read.
pub(crate) const FORM: u32 = 2;

/// That of the whole workspace.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// One line. `C` is a command, or a reference to one that is only written.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Line<C = Command> {
    /// The first one.
    Begin(Box<Begin>),
    /// Something that the zone was told.
    Step(Step<C>),
    /// The state after the step before.
    Digest(StateDigest),
    /// The last one.
    End(End),
}

/// What a zone is made from.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Begin {
    /// [`FORM`].
    pub(crate) form: u32,
    /// [`VERSION`] of the program that has written it.
    pub(crate) version: String,
    pub(crate) seed: u64,
    pub(crate) config: ZoneConfig,
}

/// Something that the zone was told.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Step<C = Command> {
    /// Counted from 1.
    pub number: u64,
    /// Zone time.
    pub at: Timestamp,
    /// What.
    pub input: Input<C>,
}

/// What a zone is told.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input<C = Command> {
    /// A command, a report of the runtime or a timer: it may change the state.
    Command(C),
    /// Something for a container: it changes the state only by what the container does then.
    External(External),
}

/// Where a journal ends.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct End {
    /// How many steps there are.
    pub(crate) steps: u64,
    /// The state after the last one.
    pub(crate) digest: StateDigest,
    /// There was no room for what came then.
    pub(crate) full: bool,
}
