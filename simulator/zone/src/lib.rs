//! The model of an availability zone and its rules.
//!
//! A [`Zone`] is a value. [`Zone::apply`] takes a [`Command`] and the time, changes the value and returns what to
//! answer and which [`Effect`]s to carry out; their results come back as commands. [`Zone::view`] is the state to
//! read, and keeps what it shows for as long as it is held.
//!
//! ```
//! use runtime::Timestamp;
//! use zone::{Command, NewAccount, Outcome, Reply, Zone, ZoneConfig};
//!
//! let mut zone = Zone::new(ZoneConfig::default(), 7);
//! let command = Command::CreateAccount(Box::new(NewAccount::approved("demo")));
//! let applied = zone.apply(command, Timestamp::from_secs(1));
//! assert!(matches!(applied.outcome, Outcome::Done(Ok(Reply::Account(_)))));
//! assert!(zone.view().account_by_login_or_id("demo").is_some());
//! ```
//!
//! *Architecture Invariant:* nothing here reads a clock, entropy, a network, a file or the environment. The same
//! configuration, seed and commands give the same ids, names, addresses and placements; a refused command changes
//! nothing and consumes no randomness.
//!
//! *Architecture Invariant:* nothing here knows HTTP or JSON.
//!
//! *Architecture Invariant:* whatever belongs to an account is found only with that account.

mod account;
mod change;
mod check;
mod command;
mod config;
mod container;
mod error;
mod event;
mod fault;
mod firewall;
mod ids;
mod image;
mod job;
mod link;
mod network;
mod outside;
mod package;
mod placement;
mod random;
mod reconcile;
mod registries;
mod reply;
mod server;
mod settings;
mod start;
mod state;
mod view;
mod written;
mod zone;

pub use account::{
    Account, AccountChange, Fingerprint, Key, KeyHolder, KeyType, Keys, Member, MemberId,
    NewAccount, NewKey, NewUser, Profile, Remembered, Role, User, is_login,
};
pub use command::{Command, Copying, Operation, StopTimeout};
pub use config::{ConfigFault, ZoneConfig};
pub use container::{
    Brand, BuildStep, Container, ContainerConfig, CreateRequest, Exec, ExecRequest, ExecState,
    Exit, LabelValue, LogConfig, LogConfigRequest, Port, PortBinding, Ports, Preparation, Protocol,
    Resources, RestartPolicy, RestartPolicyRequest, State, Tag, data_volume_id, label_of,
    labels_of,
};
pub use error::{Action, Cause, Error, FieldFault, ImageConflict, ImageNameError, KeyError};
pub use event::{Event, Subject};
pub use fault::{Fault, FaultKind, FaultPoint};
pub use firewall::{Filter, PortRange, Rule, Target};
pub use ids::{
    AccountId, AttachId, ContainerId, JobId, LayerId, NetworkId, PackageId, RoleId, TimerId, UserId,
};
pub use image::{
    BASE_64, Digest, ImageDefaults, ImageRecord, ImageRef, ImageReference, LayerDescriptor,
    NewImage, NewName, Origin, Removal, Selector,
};
pub use job::Reboot;
pub use link::Link;
pub use network::{Mac, Network, Nic};
pub use outside::{Outside, OutsideFault};
pub use package::{Package, is_package_name};
pub use registries::Registries;
pub use reply::{Applied, AttachState, Effect, ExecStart, Outcome, Reply};
pub use server::{DEFAULT_SERVERS, Server, ServerStatus, SystemType, fleet};
pub use settings::{ReadOnly, Setting, Settings, Timing};
pub use view::View;
pub use zone::Zone;
