//! Containers: what is asked for, what is kept, and the rules between.

mod attach;
mod boot;
mod build;
mod config;
mod create;
mod exec;
mod exec_lifecycle;
mod find;
mod index;
mod log_driver;
mod name;
mod record;
mod remove;
mod request;
mod tag;
mod volume;

pub(crate) use attach::{Announcement, Attach};
pub(crate) use build::SCRATCH;
pub use build::{BuildStep, Preparation};
pub use config::{Brand, ContainerConfig, LogConfig, Port, Ports, Protocol, RestartPolicy};
pub use exec::{Exec, ExecRequest, ExecState};
pub(crate) use record::Lifecycle;
pub use record::{Container, Exit, Resources, State};
pub use request::{CreateRequest, LabelValue, LogConfigRequest, PortBinding, RestartPolicyRequest};
pub(crate) use tag::{LABEL_PREFIX, of_all, share};
pub use tag::{Tag, label_of, labels_of};
pub use volume::data_volume_id;
