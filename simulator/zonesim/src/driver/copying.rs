//! Copying files between a client and a container, one copy at a time.

use super::task::Message;
use super::{Driver, Inbox, stopped};
use rootfs::{Lend, RootFs};
use runtime::InstanceId;
use std::sync::{Arc, Mutex};
use tokio::sync::oneshot;
use zone::{AccountId, Command, Copying, Error, JobId, Reply};

/// A container's ticket, or a place in the queue for it. Dropping it gives it back.
pub(crate) struct CopyTicket {
    inbox: Inbox,
    job: JobId,
}

impl CopyTicket {
    pub(super) fn new(inbox: Inbox, job: JobId) -> Self {
        Self { inbox, job }
    }
}

impl Drop for CopyTicket {
    fn drop(&mut self) {
        let end = Command::EndCopy { job: self.job };
        self.inbox.send(Message::internal(end));
    }
}

impl std::fmt::Debug for CopyTicket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("CopyTicket").field(&self.job).finish()
    }
}

/// The files of a container, while its ticket is kept.
#[derive(Debug)]
pub(crate) struct Files {
    /// Whose they are.
    pub(crate) instance: InstanceId,
    tree: Arc<Mutex<RootFs>>,
    _ticket: CopyTicket,
}

impl Lend for Files {
    fn lend<T>(&self, step: impl FnOnce(&mut RootFs) -> T) -> T {
        self.tree.lend(step)
    }
}

impl Driver {
    /// The files of a container of an account, once it is this copy's turn. Dropping the future leaves the queue.
    pub(crate) async fn files(
        &self,
        account: AccountId,
        reference: &str,
        copying: Copying,
    ) -> Result<Files, Error> {
        let (begun_sender, begun) = oneshot::channel();
        let (reply, receiver) = oneshot::channel();
        self.0.inbox.send(Message::Copy {
            account,
            reference: reference.to_owned(),
            copying,
            begun: begun_sender,
            reply,
        });
        // None comes when the copy is refused, and the reply says why.
        let ticket = begun.await.ok();
        let granted = receiver.await.unwrap_or(Err(stopped()))?;
        let (Reply::Ticket { instance, .. }, Some(ticket)) = (granted, ticket) else {
            return Err(stopped());
        };
        let tree = self.tree(instance).ok_or(stopped())?;
        Ok(Files {
            instance,
            tree,
            _ticket: ticket,
        })
    }

    fn tree(&self, instance: InstanceId) -> Option<Arc<Mutex<RootFs>>> {
        self.runtime().files(instance).ok()
    }
}
