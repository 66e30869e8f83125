//! Why the zone refuses: one taxonomy. `Display` is the client's text without machine code and request id.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Error {
    /// No account of this login or id.
    #[error("{0} does not exist")]
    NoSuchAccount(String),
    /// The login is malformed or reserved (ACC-02).
    #[error("login {0} is invalid")]
    InvalidLogin(String),
    /// The login is taken.
    #[error("login {0} is already taken")]
    LoginTaken(String),
    /// The line is no public key of a supported type.
    #[error("key is invalid: {0}")]
    InvalidKey(#[from] KeyError),
    /// The account has a key of this name (ACC-06).
    #[error("a key of name {0} exists already")]
    KeyNameTaken(String),
    /// The account has this key (ACC-06).
    #[error("a key of fingerprint {0} exists already")]
    KeyFingerprintTaken(String),
    /// There are as many of these as there may be.
    #[error("too many {0}")]
    TooMany(&'static str),
    /// Nobody has such a key there.
    #[error("{0} does not exist")]
    NoSuchKey(String),
    /// The account has no user of this login or id.
    #[error("{0} does not exist")]
    NoSuchUser(String),
    /// The account has no role of this name.
    #[error("{0} does not exist")]
    NoSuchRole(String),
    /// A name that no role can have.
    #[error("role {0} is invalid")]
    InvalidRole(String),
    /// No server of this id.
    #[error("server {0} does not exist")]
    NoSuchServer(String),
    /// No package of this id.
    #[error("package {0} does not exist")]
    NoSuchPackage(String),
    /// A role is to have somebody twice.
    #[error("a member is named twice")]
    RepeatedMember,

    /// The account may not pull or create (API-04).
    #[error("{login} does not have permission to pull or provision")]
    NotApproved {
        /// Its login.
        login: String,
    },
    /// No container of that name, id or unambiguous prefix (CTR-02).
    #[error("No such container: {0}")]
    NoSuchContainer(String),
    /// The inventory could not be asked for a container; the text says no more than that it is not found.
    #[error("No such container: {0}")]
    Unreadable(String, Cause),
    /// A node has taken too long for a job (docker-api.md 5); 500.
    #[error("timed-out waiting for request response")]
    TaskTimeout,
    /// A fault that never ends where nothing takes time.
    #[error("{0} cannot hang")]
    EndlessFault(&'static str),
    /// No image of that name, id or unambiguous prefix.
    #[error("No such image: {0}")]
    NoSuchImage(String),
    /// No exec of this id; the body is empty at a start.
    #[error("no such exec instance")]
    NoSuchExec,
    /// An image name breaks the grammar (IMG-11).
    #[error(transparent)]
    ImageName(#[from] ImageNameError),
    /// Several records of the account have this manifest digest.
    #[error("Error - multiple images with the same manifest digest: {0}")]
    ManyImagesOfDigest(String),

    /// Several registries have an image of this id (IMG-09); 422.
    #[error(
        "image id \"{given}\" does not unambiguously identify a single image because it has been pulled from multiple registries: {registries}; use \"repo:tag\" if possible"
    )]
    AmbiguousImageId {
        /// What the client said.
        given: String,
        /// The registries.
        registries: String,
    },

    /// An image, or a name of it, is needed (IMG-23); 500.
    #[error(transparent)]
    ImageConflict(#[from] ImageConflict),

    /// A value of a create request is wrong; 422.
    #[error("{0}")]
    Validation(String),
    /// Something the zone does not have; 400.
    #[error("{0} is not implemented")]
    NotImplemented(String),
    /// No package is large enough, or the label is ambiguous (placement.md 4).
    #[error("no package supports the given container constraints: {0}")]
    NoSufficientPackage(String),
    /// A free text with status 500 and no code.
    #[error("{0}")]
    Plain(String),
    /// A volume key is malformed (docker-api.md 7.2); 500.
    #[error("{0}")]
    InvalidVolume(String),
    /// Neither command nor entrypoint (CTR-38).
    #[error("No command specified")]
    NoCommand,
    /// A link without a colon, or with the colon first.
    #[error("Invalid link config entry found: {0}, expected to find a colan character.")]
    InvalidLink(String),
    /// The lookup of a link failed; an unknown one is none (CTR-17).
    #[error("Unable to find link: {0}")]
    LinkLookup(String),
    /// The target of a link is unknown.
    #[error("Could not get container for {0}")]
    NoLinkTarget(String),
    /// A published port is to appear under another number (CTR-31).
    #[error("publish port: remapping of port numbers not allowed")]
    PortRemapping,
    /// More ports than rules may hold (CTR-32).
    #[error("publish port: only support exposing 128 {0} ports")]
    TooManyPorts(&'static str),
    /// An image has more ports than rules may hold (images.md 18).
    #[error("Image ExposedPorts: only support processing 128 {0} ports")]
    TooManyImagePorts(&'static str),
    /// No network of this name or id.
    #[error("network {0} not found")]
    NoSuchNetwork(String),
    /// Several networks match.
    #[error("multiple networks match prefix {0}")]
    AmbiguousNetwork(String),

    /// The inventory refuses the new instance; 409.
    #[error("problem creating container: Invalid VM parameters: {}", join(.0))]
    InvalidInstance(Vec<FieldFault>),
    /// The inventory refuses a change of an instance; 409.
    #[error("problem renaming container: Invalid VM update parameters: {}", join(.0))]
    InvalidRename(Vec<FieldFault>),
    /// No server can take the container (placement.md 9); 409.
    #[error("problem creating container: No compute resources available: {reason}")]
    NoAllocatableServers {
        /// Which step left none.
        reason: String,
    },
    /// An operation failed; the status is its cause's.
    #[error("{}", .action.problem())]
    Failed {
        /// What was tried.
        action: Action,
        /// Why.
        cause: Cause,
    },
    /// A new name breaks the syntax (CTRX-01).
    #[error("Error when allocating new name: Invalid container name ({0})")]
    InvalidNewName(String),
    /// The state forbids the operation; 500.
    #[error("Container state \"{0}\" not allowed for this command")]
    StateNotAllowed(&'static str),
    /// An exec in a container that is still being made; 500.
    #[error("VM is still provisioning")]
    StillProvisioning,
    /// The container does not run (CTR-89); the reference is as given.
    #[error("Container {0} is not running")]
    NotRunning(String),
    /// `link` without a link.
    #[error("Conflict, cannot remove the default name of the container")]
    DefaultName,
    /// The container runs and `force` was not given (CTR-19); 500.
    #[error(
        "Conflict, You cannot remove a running container. Stop the container before attempting removal or use -f"
    )]
    RemoveRunning,
}

/// Why a key line is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum KeyError {
    /// Not `type base64 comment`.
    #[error("not an OpenSSH public key line")]
    Malformed,
    /// A type that the zone does not know.
    #[error("unsupported key type")]
    UnsupportedType,
    /// The blob is not base64.
    #[error("key data is not base64")]
    NotBase64,
    /// The blob does not hold a key of the type.
    #[error("key data does not match the key type")]
    WrongBlob,
    /// Longer than any key.
    #[error("key line is too long")]
    TooLong,
}

/// Why an image, or a name of it, stays (images.md 9). Ids are the first 12 digits.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ImageConflict {
    /// It has several names, and one was not chosen.
    #[error(
        "conflict: unable to delete {0} (must be forced) - image is referenced in one or more repositories"
    )]
    Referenced(String),
    /// Images of the account were built on it (IMG-24).
    #[error("conflict: unable to delete {0} (cannot be forced) - image has dependent child images")]
    HasChildren(String),
    /// A running container needs it.
    #[error(
        "conflict: unable to delete {image} (cannot be forced) - image is being used by running container {container}"
    )]
    Running {
        /// The image.
        image: String,
        /// The container.
        container: String,
    },
    /// A container that does not run was made from it.
    #[error(
        "conflict: unable to delete {image} (must be forced) - image is being used by {state} container {container}"
    )]
    InUse {
        /// The image.
        image: String,
        /// What the container does.
        state: &'static str,
        /// The container.
        container: String,
    },
    /// Images with names were built on it (IMG-09).
    #[error(
        "Conflict, {image} wasn't deleted because it is an intermediate layer being referenced by {heads}"
    )]
    Intermediate {
        /// The image.
        image: String,
        /// The others.
        heads: String,
    },
    /// A running container needs it (IMG-09).
    #[error(
        "Conflict, cannot {force}delete {name} because the running container {container} is using it, stop it and use -f to force"
    )]
    LegacyRunning {
        /// What the client said.
        name: String,
        /// `force `, or nothing.
        force: &'static str,
        /// The container.
        container: String,
    },
    /// A container that does not run was made from it (IMG-09).
    #[error(
        "Conflict, cannot delete {name} because the container {container} is using it, use -f to force"
    )]
    LegacyInUse {
        /// What the client said.
        name: String,
        /// The container.
        container: String,
    },
    /// A container was made from the image that has the name.
    #[error(
        "conflict: unable to remove repository reference \"{name}\" (must force) - container {container} is using its referenced image {image}"
    )]
    NameInUse {
        /// `repo:tag`.
        name: String,
        /// The container.
        container: String,
        /// The image.
        image: String,
    },
}

/// Why an image name is refused (IMG-11).
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "the texts say it")]
pub enum ImageNameError {
    #[error("invalid repository namespace, must be between 2 and 255 characters: {0}")]
    NamespaceLength(String),
    #[error("invalid repository namespace, may only contain [a-z0-9._-] characters: {0}")]
    NamespaceCharacters(String),
    #[error("invalid repository namespace, cannot start or end with a hypen: {0}")]
    NamespaceHyphen(String),
    #[error("invalid repository namespace, cannot contain consecutive hyphens: {0}")]
    NamespaceHyphens(String),
    #[error("invalid repository name, may only contain [a-z0-9_/.-] characters: {0}")]
    NameCharacters(String),
    #[error("invalid repository name, cannot tag by digest: {0}")]
    TagByDigest(String),
    #[error("invalid repository name, no \"/REPO\" after hostame: {0}")]
    NoRepository(String),
    #[error("invalid index, trailing repo: {0}")]
    IndexTrailing(String),
    #[error("invalid index, empty host: {0}")]
    IndexEmptyHost(String),
    #[error("invalid index, \"{host}\" does not look like a valid host: {given}")]
    IndexHost { host: String, given: String },
    #[error("invalid index scheme, must be \"http\" or \"https\": {0}")]
    IndexScheme(String),
    #[error("invalid index, HTTP to official index is disallowed: {0}")]
    HttpToOfficial(String),
}

/// One field that the inventory refuses.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("\"{field}\" ({code}) {message}")]
pub struct FieldFault {
    /// Name in the inventory.
    pub field: &'static str,
    /// `Invalid` or `Duplicate`.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
}

fn join(faults: &[FieldFault]) -> String {
    let texts: Vec<String> = faults.iter().map(FieldFault::to_string).collect();
    texts.join(", ")
}

/// What was tried when an operation failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is the operation of that name")]
pub enum Action {
    Create,
    Start,
    Stop,
    Restart,
    Kill,
    Wait,
    Rename,
    Delete,
    Exec,
    Stats,
    Inspect,
    CopyOut,
    CopyIn,
    CopyFile,
}

impl Action {
    /// What the client reads.
    pub fn problem(self) -> &'static str {
        match self {
            Action::Create => "problem creating container",
            Action::Start => "problem starting container",
            Action::Stop => "problem stopping container",
            Action::Restart => "problem restarting container",
            Action::Kill => "problem sending signal to container",
            Action::Wait => "problem waiting for container to stop",
            Action::Rename => "problem renaming container",
            Action::Delete => "problem deleting container",
            Action::Exec => "problem executing command",
            Action::Stats => "problem calling docker stats",
            Action::Inspect => "problem inspecting container",
            Action::CopyOut => "problem calling docker copy",
            Action::CopyIn => "problem copying to container",
            Action::CopyFile => "problem copying file",
        }
    }
}

/// Why an operation failed: it decides the status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The state or a value forbids it; 409.
    Conflict,
    /// The node failed, took too long, or the queue did; 500.
    Internal,
    /// A service is down; 503.
    Unavailable,
    /// The network has no address left; 507.
    NetworkFull,
    /// No network of the pool has an address left; 422.
    PoolFull,
    /// The account has no default network; 404.
    NotFound,
}
