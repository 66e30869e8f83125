//! What daemons have in common: the background, the pid file, another identity.

use super::text_file;
use crate::applets::accounts::Accounts;
use crate::kernel::{Errno, Exit, KillTarget, OpenFlags, Pid, Signal, Sys};
use std::future::Future;
use std::pin::Pin;

/// Who a daemon's children are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) uid: u32,
    pub(super) gid: u32,
    groups: Vec<u32>,
}

/// Why there is no such identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unknown {
    User,
    Group,
}

impl Identity {
    /// A user, and a group other than the user's own.
    pub(super) async fn find(
        sys: &Sys,
        user: &[u8],
        group: Option<&[u8]>,
    ) -> Result<Self, Unknown> {
        let accounts = Accounts::read(sys).await;
        let known = accounts.users.iter().find(|account| account.name == user);
        let known = known.ok_or(Unknown::User)?;
        let gid = match group {
            None => known.gid,
            Some(group) => accounts.gid_of(group).ok_or(Unknown::Group)?,
        };
        Ok(Self {
            uid: known.id,
            gid,
            groups: accounts.groups_of(known),
        })
    }

    /// Becomes it for good.
    pub(super) fn assume(&self, sys: &Sys) -> Result<(), Errno> {
        sys.set_credentials(self.uid, self.gid, &self.groups)
    }
}

/// What goes on in the background.
type Background = Pin<Box<dyn Future<Output = Exit> + Send>>;

/// Lets a child in a session of its own go on; the caller ends. EAGAIN, ENOMEM: no process more.
pub(super) fn into_background(
    sys: &Sys,
    go_on: impl FnOnce(Sys) -> Background + Send + 'static,
) -> Result<Pid, Errno> {
    sys.fork(move |child| {
        // A child that leads no group always may.
        let _ = child.set_sid();
        go_on(child)
    })
}

/// Writes the process's number to a file.
pub(super) async fn write_pid(sys: &Sys, path: &[u8]) -> Result<(), Errno> {
    let flags = OpenFlags::WRITE | OpenFlags::CREATE | OpenFlags::TRUNC;
    let fd = sys.open(path, flags, 0o644).await?;
    let written = sys
        .write_all(fd, format!("{}\n", sys.pid()).as_bytes())
        .await;
    let _ = sys.close(fd);
    written
}

/// Why a daemon cannot be told something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Untold {
    /// The file cannot be read.
    File(Errno),
    /// It holds no number.
    Number(Vec<u8>),
    /// The process cannot be signalled.
    Process(Pid, Errno),
}

/// The process whose number a file holds.
pub(super) async fn read_pid(sys: &Sys, path: &[u8]) -> Result<Pid, Untold> {
    let content = text_file::read(sys, path).await.map_err(Untold::File)?;
    let text = content.trim_ascii();
    let number = crate::applets::numbers::decimal(text)
        .and_then(|number| Pid::try_from(number).ok())
        .filter(|number| *number > 0);
    number.ok_or_else(|| Untold::Number(text[..text.len().min(32)].to_vec()))
}

/// Signals the process whose number a file holds.
pub(super) async fn tell(sys: &Sys, path: &[u8], signal: Signal) -> Result<(), Untold> {
    let pid = read_pid(sys, path).await?;
    let sent = sys.kill(KillTarget::Pid(pid), Some(signal));
    sent.map_err(|error| Untold::Process(pid, error))
}
