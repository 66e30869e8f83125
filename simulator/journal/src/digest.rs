//! The digest of a zone's state.

use serde::{Deserialize, Serialize};
use std::fmt;
use zone::View;

/// Equal for equal states; written as 16 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct StateDigest(pub u64);

impl StateDigest {
    /// Of the state that a view shows; reads the whole of it.
    pub fn of(view: &View) -> Self {
        Self(view.operator_digest())
    }
}

impl fmt::Display for StateDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl From<StateDigest> for String {
    fn from(digest: StateDigest) -> String {
        digest.to_string()
    }
}

impl TryFrom<String> for StateDigest {
    type Error = std::num::ParseIntError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        u64::from_str_radix(&text, 16).map(Self)
    }
}
