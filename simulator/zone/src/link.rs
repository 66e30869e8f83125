//! Links between containers.

use runtime::InstanceId;

/// One link (containers.md 8.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The container that has it.
    pub source: InstanceId,
    /// The container it leads to.
    pub target: InstanceId,
    /// The target as the client typed it; a rename of the target replaces it.
    pub target_name: String,
    /// How the source calls the target.
    pub alias: String,
    /// Orders links by age.
    pub(crate) sequence: u64,
}
