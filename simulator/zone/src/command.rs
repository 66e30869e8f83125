//! Everything that changes a zone.

use crate::{
    AccountChange, AccountId, AttachId, CreateRequest, ExecRequest, Fault, FaultPoint, JobId,
    KeyHolder, Member, NewAccount, NewImage, NewKey, NewName, NewUser, Origin, PackageId,
    Preparation, Reboot, Setting, TimerId, UserId,
};
use runtime::{ExecId, Incarnation, InstanceId, NodeId, RuntimeEvent, Signal, TtySize};
use serde::{Deserialize, Serialize};

/// One change. A `reference` is the text of a URL; it is resolved inside the account only.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Makes an account with its default fabric network. Replies [`crate::Reply::Account`].
    CreateAccount(Box<NewAccount>),
    /// Changes an account.
    UpdateAccount {
        /// The account.
        account: AccountId,
        /// What to change.
        change: Box<AccountChange>,
    },
    /// Adds a public key. Replies [`crate::Reply::Key`].
    AddKey {
        /// Whose.
        holder: KeyHolder,
        /// Which.
        key: NewKey,
    },
    /// Removes a key.
    RemoveKey {
        /// Whose.
        holder: KeyHolder,
        /// Its name or MD5 fingerprint.
        key: String,
    },
    /// Makes a user of an account. Replies [`crate::Reply::User`].
    CreateUser {
        /// The account.
        account: AccountId,
        /// What to make.
        new: Box<NewUser>,
    },
    /// Removes a user with its keys, from every role.
    RemoveUser {
        /// The account.
        account: AccountId,
        /// Which.
        user: UserId,
    },
    /// Makes a role, or gives one that is there other members. Replies [`crate::Reply::Role`].
    SetRole {
        /// The account.
        account: AccountId,
        /// Its name.
        name: String,
        /// All its members.
        members: Vec<Member>,
    },
    /// Removes a role.
    RemoveRole {
        /// The account.
        account: AccountId,
        /// Its name.
        name: String,
    },
    /// Remembers that `login` has proved to hold a key, for 120 s (ACC-33).
    RememberAuthentication {
        /// Common name of the certificate.
        login: String,
        /// SHA-512 fingerprint of the certificate's key.
        #[serde(with = "crate::written::digits")]
        subject_key_sha512: [u8; 64],
    },
    /// Notes that what is remembered of `login` was of use, so that another login makes room first.
    UseAuthentication {
        /// Common name of the certificate.
        login: String,
    },

    /// Creates a container. Replies [`crate::Reply::Created`] when its node has made it.
    CreateContainer {
        /// The account.
        account: AccountId,
        /// Name without leading slashes; `None`: a random one.
        name: Option<String>,
        /// What to make.
        request: Box<CreateRequest>,
    },
    /// Something done to one container.
    Container {
        /// The account.
        account: AccountId,
        /// Id, name or prefix of an id.
        reference: String,
        /// What to do.
        operation: Operation,
    },
    /// A connection has gone that [`Operation::Attach`] had announced.
    DetachAttach {
        /// Which.
        attach: AttachId,
    },
    /// A client has gone that waited for the reply of [`Operation::Wait`].
    AbandonWait {
        /// Its job.
        job: JobId,
    },
    /// A client tells the size of its terminal, which the zone only passes on to who listens.
    Resized {
        /// The account.
        account: AccountId,
        /// Id, name or prefix of an id.
        reference: String,
        /// Lines and characters in a line.
        size: TtySize,
    },
    /// A copy is over, or its client has gone before it began.
    EndCopy {
        /// The job that has the ticket or waits for it.
        job: JobId,
    },
    /// Makes a build's container ready for its next step.
    PrepareBuild {
        /// The account.
        account: AccountId,
        /// Its id.
        reference: String,
        /// For what.
        preparation: Preparation,
    },
    /// Starts an exec. Replies [`crate::Reply::ExecStarted`].
    StartExec {
        /// The account.
        account: AccountId,
        /// Which.
        exec: ExecId,
    },

    /// Keeps an image, and gives it names. Replies [`crate::Reply::Image`].
    RecordImage {
        /// The account.
        account: AccountId,
        /// What to keep.
        image: Box<NewImage>,
        /// What it is called.
        names: Vec<NewName>,
        /// Where it comes from.
        origin: Origin,
    },
    /// Keeps an image as zones did before ids were digests (IMG-09). Replies [`crate::Reply::Image`].
    RecordLegacyImage {
        /// The account.
        account: AccountId,
        /// The registry that it is bound to.
        registry: String,
        /// A record for each layer, base first.
        images: Vec<NewImage>,
        /// The repository of its name.
        repo: String,
        /// The tag.
        tag: String,
    },
    /// Gives an image another name. Replies [`crate::Reply::Image`].
    TagImage {
        /// The account.
        account: AccountId,
        /// Name, id or prefix of an id.
        source: String,
        /// `repo` or `repo:tag`.
        target: String,
    },
    /// The layer on top of an image has vanished: no account has an image with it any more. Replies
    /// [`crate::Reply::Empty`].
    LoseLayer {
        /// The account that has the image.
        account: AccountId,
        /// Name, id or prefix of an id.
        image: String,
    },
    /// Removes a name of an image, or the image. Replies [`crate::Reply::Removed`].
    DeleteImage {
        /// The account.
        account: AccountId,
        /// Name, id or prefix of an id.
        reference: String,
        /// Even when it has several names, or containers that do not run.
        force: bool,
    },

    /// The node has carried out [`crate::Effect::CreateInstance`].
    InstanceCreated {
        /// Which.
        instance: InstanceId,
        /// Whether the file system could be made.
        succeeded: bool,
    },
    /// The runtime has refused [`crate::Effect::StartInstance`].
    StartRefused {
        /// Which.
        instance: InstanceId,
        /// Of that start.
        incarnation: Incarnation,
    },
    /// The runtime has refused [`crate::Effect::StartExec`], as the container had stopped.
    ExecRefused {
        /// Which.
        exec: ExecId,
    },
    /// A report of a runtime.
    Runtime(RuntimeEvent),
    /// A timer that the zone has asked for has fired.
    Timer(TimerId),

    /// Changes a setting.
    Set(Setting),
    /// Something is to go wrong.
    AddFault(Fault),
    /// Nothing is to go wrong any more.
    RemoveFaults,
    /// A reader comes where something may go wrong. Replies [`crate::Reply::Met`].
    Meet {
        /// Where.
        point: FaultPoint,
        /// At which container.
        instance: Option<InstanceId>,
    },
    /// Offers a package to users, or does so no more.
    OfferPackage {
        /// Which.
        package: PackageId,
        /// Whether it is offered.
        active: bool,
    },
    /// A server goes down and comes up again (containers.md 7).
    RebootServer {
        /// Which.
        server: NodeId,
        /// In order or not.
        how: Reboot,
    },
}

/// What can be done to one container.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// Starts it.
    Start,
    /// Stops it.
    Stop {
        /// Time between TERM and KILL.
        timeout: StopTimeout,
    },
    /// Stops it if it runs, then starts it.
    Restart {
        /// Time between TERM and KILL.
        timeout: StopTimeout,
    },
    /// Sends a signal to its first process.
    Kill {
        /// The signal; `None`: signal 0, which only looks.
        signal: Option<Signal>,
    },
    /// Waits for its end. Replies [`crate::Reply::Waited`].
    Wait,
    /// Gives it another name.
    Rename {
        /// As sent, with or without a leading slash.
        name: String,
    },
    /// Removes it.
    Delete {
        /// Even when it runs.
        force: bool,
        /// The client asked to remove a link but named none (containers.md 18).
        link: bool,
    },
    /// Removes one of its links.
    DeleteLink {
        /// Alias of the link.
        alias: String,
    },
    /// Files are copied, for as long as the ticket is kept. Replies [`crate::Reply::Ticket`];
    /// [`Command::EndCopy`] gives it back.
    Copy(Copying),
    /// A client connects to its streams. Replies [`crate::Reply::Attach`].
    Attach,
    /// Prepares a process to run inside. Replies [`crate::Reply::ExecCreated`].
    CreateExec(Box<ExecRequest>),
}

/// What is copied: it decides what a failure is called (containers.md 17).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Copying {
    /// An archive out of the container, or what it would be of.
    Out,
    /// An archive into it.
    In,
    /// An archive out of it, by the old route.
    File,
}

/// Time between TERM and KILL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopTimeout {
    /// So many seconds; 0: KILL at once (CTRX-18).
    Seconds(u64),
    /// No KILL at all (CTRX-08).
    Forever,
}

impl StopTimeout {
    /// When the client says nothing: 10 s.
    pub const DEFAULT: StopTimeout = StopTimeout::Seconds(10);
}
