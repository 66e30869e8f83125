//! The messages of a pull, push or build (docker-api.md 6.5): one chunk each.

use bytes::Bytes;
use serde_json::{Value, json};
use tokio::sync::mpsc;

/// Sends messages to the client; when it has gone, nothing happens (IMG-44).
#[derive(Clone, Debug)]
pub(super) struct Messages {
    sender: mpsc::Sender<Bytes>,
}

impl Messages {
    /// A stream and its receiving end.
    pub(super) fn new() -> (Self, mpsc::Receiver<Bytes>) {
        let (sender, receiver) = mpsc::channel(16);
        (Self { sender }, receiver)
    }

    /// One message that ends with CRLF (APIX-22).
    pub(super) async fn send(&self, message: &Value) {
        let line = Bytes::from(format!("{message}\r\n"));
        let _ = self.sender.send(line).await;
    }

    /// A status of the whole.
    pub(super) async fn status(&self, text: String) {
        self.send(&json!({ "status": text })).await;
    }
}
