//! Attached connections (containers.md 14).

use crate::TimerId;
use runtime::InstanceId;

/// A connection that is attached to a container or waits for its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Attach {
    /// Whose streams.
    pub(crate) instance: InstanceId,
    /// Ends it when the container is not started in time; `None` once it runs.
    pub(crate) timer: Option<TimerId>,
}
