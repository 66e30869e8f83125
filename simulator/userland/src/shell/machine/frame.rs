//! Frames: what commands began with and where they go on.

use std::sync::Arc;

use bytes::Bytes;

use crate::kernel::{ExecImage, Items};
use crate::shell::commands::CommandsFrame;
use crate::shell::program::{NodeId, Program, Span};
use crate::shell::redirection::{Ready, Saved};
use crate::shell::state::{Parameters, Scope};

/// How a node is evaluated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Flags {
    /// Its status is tested, so that `set -e` does not apply.
    pub(crate) tested: bool,
    /// Nothing follows it in this process.
    pub(crate) exit: bool,
}

impl Flags {
    pub(crate) const EXIT: Self = Self {
        tested: false,
        exit: true,
    };

    pub(crate) fn tested(self) -> Self {
        Self {
            tested: true,
            exit: false,
        }
    }

    pub(crate) fn inner(self) -> Self {
        Self {
            exit: false,
            ..self
        }
    }
}

/// Why frames are left early.
#[derive(Debug)]
pub(crate) enum Unwind {
    /// Out of so many loops.
    Break(u32),
    Continue(u32),
    /// Out of the function or the file of `.`.
    Return,
    /// The shell ends with this status.
    Exit(u8),
    /// An error that ends a shell unless it is interactive.
    Error(u8),
    /// Ctrl-C at an interactive shell.
    Interrupt,
    /// Another program takes over.
    Exec(Box<ExecImage>),
}

/// What a command began with and where it goes on.
#[derive(Debug)]
pub(crate) enum Frame {
    /// A node that is to be evaluated.
    Evaluate {
        program: Arc<Program>,
        node: NodeId,
        flags: Flags,
    },
    /// A body of a process that redirects for good first.
    Redirecting {
        program: Arc<Program>,
        ready: Vec<Ready>,
        body: NodeId,
        flags: Flags,
    },
    Sequence {
        program: Arc<Program>,
        items: Span,
        flags: Flags,
    },
    AndOr {
        program: Arc<Program>,
        right: NodeId,
        or: bool,
        flags: Flags,
    },
    Not,
    If {
        program: Arc<Program>,
        then: NodeId,
        otherwise: Option<NodeId>,
        flags: Flags,
    },
    Loop {
        program: Arc<Program>,
        condition: NodeId,
        body: NodeId,
        until: bool,
        in_condition: bool,
        status: u8,
        flags: Flags,
    },
    For {
        program: Arc<Program>,
        name: Span,
        values: Items<Bytes>,
        body: NodeId,
        flags: Flags,
    },
    /// Redirections to undo.
    Redirected(Saved),
    /// Variables that come back when a builtin that goes on has ended.
    Scope(Scope),
    /// A function's caller.
    Call(Box<Call>),
    /// A stream of commands: a script, `eval`, `.`, a trap.
    Commands(Box<CommandsFrame>),
    /// A trap's action has run; `$?` comes back.
    Trap {
        status: u8,
        outer: Option<u8>,
    },
    /// The action of the EXIT trap has run.
    ExitTrap {
        status: u8,
    },
    /// The action for a command that failed has run; its status comes back.
    ErrorTrap {
        status: u8,
    },
    /// A command failed under `set -e`, and actions of traps that came before have run.
    ErrorExit {
        status: u8,
    },
    /// What a builtin began goes on; errors end here unless it is a special one.
    Guard {
        flags: Flags,
    },
    /// The script's own function for programs that are not there has run.
    NotFound {
        flags: Flags,
    },
}

#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) parameters: Parameters,
    pub(crate) flags: Flags,
    pub(crate) line: u32,
    /// The function that was running.
    pub(crate) function: Option<Bytes>,
    /// The caller's action for commands that fail.
    pub(crate) error_trap: Option<Bytes>,
}
