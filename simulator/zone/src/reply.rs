//! What commands answer and what they make happen.

use crate::{
    AccountId, AttachId, ContainerId, Digest, Error, Event, FaultKind, Fingerprint, ImageRef,
    JobId, LayerId, Removal, RoleId, TimerId, UserId,
};
use runtime::clock::{TimerOwner, TimerReason};
use runtime::{
    Disk, ExecId, ExecSpec, ExitStatus, Incarnation, InstanceId, NodeId, Signal, StartSpec,
    Timestamp,
};

/// The answer to a command and what it makes happen. Effects are carried out in order, after the new state
/// has been published.
#[derive(Clone, Debug)]
#[must_use]
pub struct Applied {
    /// The answer.
    pub outcome: Outcome,
    /// What to carry out.
    pub effects: Vec<Effect>,
}

/// Whether a command is finished.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It is. A refused command has changed nothing and has no effects.
    Done(Result<Reply, Error>),
    /// The answer comes with [`Effect::Finish`] of this job.
    Pending(JobId),
}

/// What a command answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Nothing more to say.
    Empty,
    /// The account that was made.
    Account(AccountId),
    /// The key that was added.
    Key(Fingerprint),
    /// The user that was made.
    User(UserId),
    /// The role that was made or changed.
    Role(RoleId),
    /// The container that was made.
    Created {
        /// Its id.
        id: ContainerId,
    },
    /// The container has stopped.
    Waited {
        /// Its exit status.
        status: ExitStatus,
    },
    /// The container's ticket, until the job is ended.
    Ticket {
        /// Whose.
        instance: InstanceId,
        /// What has it.
        job: JobId,
    },
    /// The connection is known to the zone.
    Attach {
        /// Whose streams.
        instance: InstanceId,
        /// The connection.
        attach: AttachId,
        /// What to wait for.
        state: AttachState,
    },
    /// The exec is prepared.
    ExecCreated {
        /// Its id.
        exec: ExecId,
    },
    /// The exec may be connected.
    ExecStarted {
        /// The instance it runs in.
        instance: InstanceId,
        /// Which.
        exec: ExecId,
        /// What comes.
        start: ExecStart,
    },
    /// What goes wrong where a reader has come.
    Met(Option<FaultKind>),
    /// The image that is recorded or has got a name.
    Image(Digest),
    /// What was removed of images.
    Removed(Vec<Removal>),
}

/// What an attached connection waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttachState {
    /// Nothing: the container runs, its console is there.
    Running,
    /// The start of the container; [`Effect::CutAttach`] when none comes within 60 s (CTR-78).
    Waiting,
    /// The container is still being made: close at once (containers.md 1.1).
    Closed,
}

/// What follows the start of an exec.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExecStart {
    /// Its process: connect to its console.
    Stream,
    /// Nothing, it runs detached since its creation (CTR-85).
    Detached,
    /// Nothing, it came too late: close at once.
    Closed,
}

/// Something to carry out.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Tell who listens.
    Tell(Box<Event>),
    /// Forget layers: nothing is made from them any more.
    DropLayers {
        /// Which.
        layers: Vec<LayerId>,
    },
    /// Make the root file system; answer with [`crate::Command::InstanceCreated`].
    CreateInstance {
        /// Which.
        instance: InstanceId,
        /// On this node.
        node: NodeId,
        /// From this image.
        image: ImageRef,
        /// Its disk.
        disk: Disk,
        /// Where its data volumes are.
        volumes: Vec<String>,
    },
    /// Replace the files of an instance that does not run by those of an image.
    ResetInstance {
        /// Which.
        instance: InstanceId,
        /// The image.
        image: ImageRef,
        /// Its disk.
        disk: Disk,
    },
    /// Start the first process on a fresh console; attachers that wait are connected before it runs.
    StartInstance {
        /// Which.
        instance: InstanceId,
        /// This start.
        incarnation: Incarnation,
        /// What to run.
        spec: Box<StartSpec>,
    },
    /// Deliver a signal to the first process.
    SignalInstance {
        /// Which.
        instance: InstanceId,
        /// The signal.
        signal: Signal,
    },
    /// End every process.
    HaltInstance {
        /// Which.
        instance: InstanceId,
    },
    /// Forget the instance and its files.
    DestroyInstance {
        /// Which.
        instance: InstanceId,
    },
    /// Start the process of an exec on a fresh console.
    StartExec {
        /// In this instance.
        instance: InstanceId,
        /// Which.
        exec: ExecId,
        /// What to run.
        spec: Box<ExecSpec>,
    },
    /// The state of the container is final: let its streams end.
    CloseConsole {
        /// Which.
        instance: InstanceId,
    },
    /// The state of the exec is final: let its stream end.
    CloseExecConsole {
        /// Which.
        exec: ExecId,
    },
    /// Close the connection.
    CutAttach {
        /// Which.
        attach: AttachId,
    },
    /// Send [`crate::Command::Timer`] at this time.
    SetTimer {
        /// Which.
        timer: TimerId,
        /// When.
        at: Timestamp,
        /// Who waits.
        owner: TimerOwner,
        /// For what.
        reason: TimerReason,
    },
    /// Forget a timer.
    CancelTimer {
        /// Which.
        timer: TimerId,
    },
    /// The answer of a pending command.
    Finish {
        /// Its job.
        job: JobId,
        /// The answer.
        result: Result<Reply, Error>,
    },
}
