//! How a process ended, as the cloud reports it.

use serde::{Deserialize, Serialize};

/// The status of an ended container or exec (CTR-06): `0..=255` for a normal exit, `-s` when killed by
/// signal `s` of the zone's numbering, `-(s + 128)` when that signal dumps core.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ExitStatus(pub i32);
