//! What a build says (images.md 16.3).

use crate::docker::images::Messages;
use serde_json::json;

/// Tells a client how its build goes.
#[derive(Clone, Debug)]
pub(super) struct Output {
    messages: Messages,
    request_id: String,
}

impl Output {
    /// Of a request.
    pub(super) fn new(messages: Messages, request_id: String) -> Self {
        Self {
            messages,
            request_id,
        }
    }

    /// Where the messages go.
    pub(super) fn messages(&self) -> &Messages {
        &self.messages
    }

    /// Text, with its end of line.
    pub(super) async fn say(&self, text: &str) {
        self.messages.send(&json!({ "stream": text })).await;
    }

    /// The id of what was built, which only modern clients want.
    pub(super) async fn tell_id(&self, id: &str) {
        self.messages.send(&json!({"aux": {"ID": id}})).await;
    }

    /// Why there is no image (IMG-69).
    pub(super) async fn fail(&self, text: &str) {
        let text = format!("Build failed: {text} (req_id: {})", self.request_id);
        self.messages.fail(&text).await;
    }
}

/// Puts pieces of output together where they cut a character.
#[derive(Debug, Default)]
pub(super) struct Characters {
    /// The begin of a character whose rest has not come.
    begun: Vec<u8>,
}

impl Characters {
    /// The text of a piece, without a character that is not whole; what is no UTF-8 is replaced.
    pub(super) fn take(&mut self, piece: &[u8]) -> String {
        let mut bytes = std::mem::take(&mut self.begun);
        bytes.extend_from_slice(piece);
        if let Err(error) = std::str::from_utf8(&bytes[last_start(&bytes)..])
            && error.error_len().is_none()
        {
            self.begun = bytes.split_off(last_start(&bytes) + error.valid_up_to());
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// What is left at the end.
    pub(super) fn rest(&mut self) -> String {
        let begun = std::mem::take(&mut self.begun);
        String::from_utf8_lossy(&begun).into_owned()
    }
}

/// Where the last character begins that may not be whole.
fn last_start(bytes: &[u8]) -> usize {
    let tail = bytes.len().saturating_sub(4);
    let is_start = |byte: &u8| byte & 0xc0 != 0x80;
    let start = bytes[tail..].iter().rposition(is_start);
    start.map_or(bytes.len(), |at| tail + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_are_cut_come_whole() {
        let text = "a\u{e9}\u{20ac}\u{1f600}z";
        for size in 1..text.len() {
            let mut characters = Characters::default();
            let pieces = text.as_bytes().chunks(size);
            let mut seen: String = pieces.map(|piece| characters.take(piece)).collect();
            seen.push_str(&characters.rest());
            assert_eq!(seen, text, "pieces of {size}");
        }
    }

    #[test]
    fn what_is_no_character_is_replaced_and_not_waited_for() {
        let mut characters = Characters::default();
        assert_eq!(characters.take(b"a\xffb\x80"), "a\u{fffd}b\u{fffd}");
        assert_eq!(characters.take(b"\xe2\x82"), "");
        assert_eq!(characters.take(b"x"), "\u{fffd}x");
        assert_eq!(characters.take(b"\xe2\x82"), "");
        assert_eq!(characters.rest(), "\u{fffd}");
    }
}
