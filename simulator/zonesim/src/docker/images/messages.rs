//! The messages of a pull, push or build (docker-api.md 6.5): one chunk each.

use bytes::Bytes;
use runtime::Timestamp;
use runtime::clock::{Clock, TimerOwner, TimerReason};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;

/// Sends messages to the client; when it has gone, nothing happens (IMG-44).
#[derive(Clone, Debug)]
pub(in crate::docker) struct Messages {
    sender: mpsc::Sender<Bytes>,
    /// What each message ends with.
    end: &'static str,
    clock: Clock,
    /// When the last one was sent.
    sent_at: Arc<Mutex<Timestamp>>,
}

impl Messages {
    /// A stream of a pull or push, whose messages end with CRLF (APIX-22), and its receiving end.
    pub(in crate::docker) fn new(clock: &Clock) -> (Self, mpsc::Receiver<Bytes>) {
        Self::ending_with("\r\n", clock)
    }

    /// A stream whose messages end so.
    pub(in crate::docker) fn ending_with(
        end: &'static str,
        clock: &Clock,
    ) -> (Self, mpsc::Receiver<Bytes>) {
        let (sender, receiver) = mpsc::channel(16);
        let messages = Self {
            sender,
            end,
            clock: clock.clone(),
            sent_at: Arc::new(Mutex::new(clock.now())),
        };
        (messages, receiver)
    }

    /// One message.
    pub(in crate::docker) async fn send(&self, message: &Value) {
        let line = Bytes::from(format!("{message}{}", self.end));
        *self.sent_at.lock().unwrap_or_else(PoisonError::into_inner) = self.clock.now();
        let _ = self.sender.send(line).await;
    }

    /// Ready when the client has gone.
    pub(in crate::docker) async fn closed(&self) {
        self.sender.closed().await;
    }

    /// Ready when no message was sent for so long, zone time.
    pub(in crate::docker) async fn silence(&self, limit: Duration) {
        loop {
            let sent_at = *self.sent_at.lock().unwrap_or_else(PoisonError::into_inner);
            let until = sent_at + limit;
            if self.clock.now() >= until {
                return;
            }
            self.clock
                .timer(until, TimerOwner::Zone, TimerReason::Silence)
                .await;
        }
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
