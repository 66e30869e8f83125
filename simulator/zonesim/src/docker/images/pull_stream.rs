//! The messages of a pull (docker-api.md 6.5, images.md 10).

use bytes::Bytes;
use images::PullEvent;
use runtime::Timestamp;
use serde_json::{Value, json};
use tokio::sync::mpsc;

/// Sends messages to the client; when it has gone, nothing happens (IMG-44).
#[derive(Debug)]
pub(super) struct PullStream(mpsc::Sender<Bytes>);

impl PullStream {
    /// A stream and its receiving end.
    pub(super) fn new() -> (Self, mpsc::Receiver<Bytes>) {
        let (sender, receiver) = mpsc::channel(16);
        (Self(sender), receiver)
    }

    /// One message: one chunk that ends with CRLF (APIX-22).
    async fn send(&self, message: &Value) {
        let _ = self.0.send(Bytes::from(format!("{message}\r\n"))).await;
    }

    /// A status of the pull as a whole.
    pub(super) async fn status(&self, text: String) {
        self.send(&json!({ "status": text })).await;
    }

    /// Progress of a layer; `started_at`: when its download began.
    pub(super) async fn progress(&self, event: PullEvent, started_at: Timestamp) {
        let message = match event {
            PullEvent::Layer(digest, status) => {
                json!({"id": digest.short(), "status": status, "progressDetail": {}})
            }
            PullEvent::Downloading {
                digest,
                current,
                total,
            } => {
                let detail =
                    json!({"current": current, "total": total, "start": started_at.as_secs()});
                json!({"id": digest.short(), "status": "Downloading", "progressDetail": detail})
            }
        };
        self.send(&message).await;
    }

    /// The last message of a pull that failed; `text` has the request id.
    pub(super) async fn fail(&self, text: &str) {
        self.send(&json!({"error": text, "errorDetail": {"message": text}}))
            .await;
    }
}
