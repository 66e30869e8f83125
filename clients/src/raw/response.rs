//! A response, exactly as it came and as it is meant.

use std::borrow::Cow;

use super::Ended;
use crate::http1::{Framing, Head};

/// A response.
#[derive(Debug, Clone)]
pub struct Response {
    /// Its head, names in their order and case.
    pub head: Head,
    /// Its head as it came, with the empty line.
    pub head_bytes: Vec<u8>,
    /// How the end of its body was told.
    pub framing: Framing,
    /// Its body without the framing.
    pub body: Vec<u8>,
    /// Its body's chunks, when it came in chunks.
    pub chunks: Vec<Vec<u8>>,
    /// How the connection ended, when that was the end of the body.
    pub ended: Option<Ended>,
}

impl Response {
    /// The status; 0 when the first line is no status line.
    pub fn status(&self) -> u16 {
        self.head.status_line().map_or(0, |(_, status, _)| status)
    }

    /// The text behind the status.
    pub fn reason(&self) -> &str {
        self.head.status_line().map_or("", |(_, _, reason)| reason)
    }

    /// The body as text; bytes that are none are replaced.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// The body as JSON.
    ///
    /// # Errors
    ///
    /// It is none.
    pub fn json(&self) -> Result<serde_json::Value, serde_json::Error> {
        serde_json::from_slice(&self.body)
    }
}
