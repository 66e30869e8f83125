//! Why a command fails.

use crate::applets::text;

/// The text of an error, its code included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fail(pub(super) Vec<u8>);

impl Fail {
    /// `ERR TEXT`.
    pub(super) fn new(what: impl AsRef<[u8]>) -> Self {
        Fail(text!("ERR ", what))
    }

    pub(super) fn wrong_type() -> Self {
        Fail(b"WRONGTYPE Operation against a key holding the wrong kind of value".to_vec())
    }

    pub(super) fn syntax() -> Self {
        Fail::new("syntax error")
    }

    pub(super) fn not_integer() -> Self {
        Fail::new("value is not an integer or out of range")
    }

    pub(super) fn not_float() -> Self {
        Fail::new("value is not a valid float")
    }

    pub(super) fn arguments(command: &str) -> Self {
        Fail::new(format!("wrong number of arguments for '{command}' command"))
    }
}
