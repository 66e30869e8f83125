//! Exec instances (containers.md 15).

use crate::{AccountId, TimerId};
use runtime::{ExecId, ExitStatus, InstanceId};
use serde::{Deserialize, Serialize};

/// What a client asks for when it creates an exec; other members of the body mean nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExecRequest {
    /// Program and arguments.
    pub cmd: Vec<String>,
    /// No framing; with `attach_stdin` also a terminal.
    pub tty: bool,
    /// Connect stdin.
    pub attach_stdin: bool,
    /// Launch at create (CTR-85).
    pub detach: bool,
    /// User; empty: the container's (CTRX-12).
    pub user: String,
}

/// An exec instance. It lives until its container is removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exec {
    /// Its id.
    pub id: ExecId,
    /// Its account.
    pub owner: AccountId,
    /// The instance it runs in.
    pub instance: InstanceId,
    /// What was asked for.
    pub request: ExecRequest,
    /// How far it is.
    pub state: ExecState,
}

/// How far an exec is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExecState {
    /// Waits for its start; the timer ends that after 30 s.
    Created {
        #[doc(hidden)]
        expiry: TimerId,
    },
    /// Its process runs.
    Running,
    /// Its process has ended.
    Ended(ExitStatus),
    /// It was not started in time, or its container has stopped before.
    Expired,
}

impl Exec {
    /// A pseudo-terminal is there only with both (containers.md 15).
    pub fn has_terminal(&self) -> bool {
        self.request.tty && self.request.attach_stdin
    }

    /// Whether it has not come to an end.
    pub(crate) fn is_live(&self) -> bool {
        matches!(self.state, ExecState::Created { .. } | ExecState::Running)
    }

    /// The status of the ended process.
    pub fn exit_status(&self) -> Option<ExitStatus> {
        match self.state {
            ExecState::Ended(status) => Some(status),
            _ => None,
        }
    }
}
