//! The messages of a pull, push or build (docker-api.md 6.5): one chunk each.

use bytes::Bytes;
use serde_json::{Value, json};
use tokio::sync::mpsc;

/// Sends messages to the client; when it has gone, nothing happens (IMG-44).
#[derive(Clone, Debug)]
pub(in crate::docker) struct Messages {
    sender: mpsc::Sender<Bytes>,
    /// What each message ends with.
    end: &'static str,
}

impl Messages {
    /// A stream of a pull or push, whose messages end with CRLF (APIX-22), and its receiving end.
    pub(in crate::docker) fn new() -> (Self, mpsc::Receiver<Bytes>) {
        Self::ending_with("\r\n")
    }

    /// A stream whose messages end so.
    pub(in crate::docker) fn ending_with(end: &'static str) -> (Self, mpsc::Receiver<Bytes>) {
        let (sender, receiver) = mpsc::channel(16);
        (Self { sender, end }, receiver)
    }

    /// One message.
    pub(in crate::docker) async fn send(&self, message: &Value) {
        let line = Bytes::from(format!("{message}{}", self.end));
        let _ = self.sender.send(line).await;
    }

    /// Ready when the client has gone.
    pub(in crate::docker) async fn closed(&self) {
        self.sender.closed().await;
    }

    /// Ends the connection before its time.
    pub(in crate::docker) async fn cut(&self) {
        let _ = self.sender.send(Bytes::new()).await;
    }

    /// A status of the whole.
    pub(in crate::docker) async fn status(&self, text: String) {
        self.send(&json!({ "status": text })).await;
    }

    /// The last message of what has failed.
    pub(in crate::docker) async fn fail(&self, text: &str) {
        self.send(&json!({"error": text, "errorDetail": {"message": text}}))
            .await;
    }
}
