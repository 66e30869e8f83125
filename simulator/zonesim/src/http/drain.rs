//! The zone's word that it stops.

use tokio::sync::watch;

/// Gives the word.
#[derive(Debug)]
pub(crate) struct Drain(watch::Sender<bool>);

/// Hears the word. Clones hear the same one.
#[derive(Clone, Debug)]
pub(crate) struct Draining(watch::Receiver<bool>);

/// Both ends.
pub(crate) fn drain() -> (Drain, Draining) {
    let (sender, receiver) = watch::channel(false);
    (Drain(sender), Draining(receiver))
}

impl Drain {
    /// From now on: no new connections, and the request that is being answered is the last of each.
    pub(crate) fn begin(&self) {
        self.0.send_replace(true);
    }
}

impl Draining {
    /// Ready when the zone stops.
    pub(crate) async fn begun(&mut self) {
        // Without its zone nothing is to be waited for either.
        let _ = self.0.wait_for(|draining| *draining).await;
    }
}
