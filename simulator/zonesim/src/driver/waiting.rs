//! Waiting for a container's end, which may never come.

use super::task::Message;
use super::{Driver, Inbox, stopped};
use tokio::sync::oneshot;
use zone::{AccountId, Command, Error, JobId, Reply};

/// A client that waits. Dropping it before it has its reply tells the zone that nobody waits any more.
struct Waiter {
    inbox: Inbox,
    /// The job, once it has begun; `None`: there is a reply.
    begun: Option<oneshot::Receiver<JobId>>,
}

impl Drop for Waiter {
    fn drop(&mut self) {
        let Some(mut begun) = self.begun.take() else {
            return;
        };
        // From here on the zone's task finds nobody to tell, and abandons the job itself.
        begun.close();
        if let Ok(job) = begun.try_recv() {
            let abandon = Command::AbandonWait { job };
            self.inbox.send(Message::internal(abandon));
        }
    }
}

impl Driver {
    /// Waits for the end of a container of an account. Dropping the future ends the wait.
    pub(crate) async fn wait(&self, account: AccountId, reference: &str) -> Result<Reply, Error> {
        let (begun_sender, begun) = oneshot::channel();
        let (reply, receiver) = oneshot::channel();
        let mut waiter = Waiter {
            inbox: self.0.inbox.clone(),
            begun: Some(begun),
        };
        self.0.inbox.send(Message::Wait {
            account,
            reference: reference.to_owned(),
            begun: begun_sender,
            reply,
        });
        let result = receiver.await;
        waiter.begun = None;
        result.unwrap_or(Err(stopped()))
    }
}
