//! Identities that the zone gives.

use runtime::InstanceId;
use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

/// A container: two UUIDs, shown as 64 hex digits of which the first 32 are the instance's UUID (CTR-01).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContainerId(pub [u8; 32]);

impl ContainerId {
    /// The instance behind the container.
    pub fn instance(self) -> InstanceId {
        let mut first = [0; 16];
        first.copy_from_slice(&self.0[..16]);
        InstanceId(Uuid::from_bytes(first))
    }

    /// All 64 hex digits.
    pub fn hex(self) -> String {
        hex::encode(self.0)
    }

    /// The first 12 hex digits: the default hostname and log tag.
    pub fn short(self) -> String {
        hex::encode(&self.0[..6])
    }
}

impl fmt::Display for ContainerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hex())
    }
}

impl fmt::Debug for ContainerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ContainerId({self})")
    }
}

macro_rules! uuid_ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

uuid_ids! {
    /// An account.
    AccountId;
    /// A user of an account.
    UserId;
    /// A role of an account.
    RoleId;
    /// A package.
    PackageId;
    /// A network.
    NetworkId;
    /// A file system layer, named after the chain of layers below it (images.md 2).
    LayerId;
}

/// A long operation that a client waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct JobId(pub u64);

/// A timer that the zone has asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TimerId(pub u64);

/// One attached connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AttachId(pub u64);
