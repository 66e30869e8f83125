//! A client's connection to the streams of a container or an exec.

use super::{Inbox, task::Message};
use runtime::InstanceId;
use runtime::console::{Console, Cursor};
use std::fmt;
use tokio::sync::oneshot;
use zone::{AttachId, Command};

/// Joined to a container's console. Dropping it tells the zone that the connection has gone.
pub(crate) struct Attachment {
    /// Whose streams.
    pub(crate) instance: InstanceId,
    /// Output; `None`: close at once, the container is still being made.
    pub(crate) cursor: Option<Cursor>,
    /// Input.
    pub(crate) console: Console,
    /// Fires when the zone cuts the connection (no start within 60 s, CTR-78).
    pub(crate) cut: oneshot::Receiver<()>,
    pub(crate) registration: Registration,
}

/// What the zone knows of a connection.
pub(crate) struct Registration {
    pub(super) inbox: Inbox,
    pub(super) attach: AttachId,
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.inbox.send(Message::Command {
            command: Box::new(Command::DetachAttach {
                attach: self.attach,
            }),
            begun: None,
            reply: None,
        });
    }
}

impl fmt::Debug for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attachment")
            .field("instance", &self.instance)
            .field("attach", &self.registration.attach)
            .finish_non_exhaustive()
    }
}

/// Joined to an exec's console.
#[derive(Debug)]
pub(crate) enum ExecAttachment {
    /// Its process runs.
    Stream {
        /// Output.
        cursor: Cursor,
        /// Input.
        console: Console,
    },
    /// It runs detached since it was created.
    Detached,
    /// It came too late: close at once.
    Closed,
}
