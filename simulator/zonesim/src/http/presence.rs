//! Whether the end of a client's input means that it has gone.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Notify;

/// Of one connection. A client may close its side and read on (CLI-41), but not while somebody says that it may not.
/// Clones are the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Presence(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    /// How many say so.
    needed: AtomicUsize,
    changed: Notify,
}

/// While it lives the client has gone once its input has ended.
#[derive(Debug)]
pub(crate) struct Needed(Presence);

impl Presence {
    /// From now on the client is needed.
    pub(crate) fn need(&self) -> Needed {
        self.0.needed.fetch_add(1, Ordering::SeqCst);
        self.0.changed.notify_one();
        Needed(self.clone())
    }

    /// Whether the end of the input means that the client has gone.
    pub(crate) fn is_needed(&self) -> bool {
        self.0.needed.load(Ordering::SeqCst) > 0
    }

    /// Ready when the client has become needed.
    pub(crate) async fn becomes_needed(&self) {
        loop {
            self.0.changed.notified().await;
            if self.is_needed() {
                return;
            }
        }
    }
}

impl Drop for Needed {
    fn drop(&mut self) {
        self.0.0.needed.fetch_sub(1, Ordering::SeqCst);
    }
}
