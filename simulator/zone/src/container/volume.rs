//! Anonymous data volumes.

use runtime::InstanceId;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// The volume that a container has at a mount point: it follows from both, as the volume lives and dies with the
/// container (CTR-16).
pub fn data_volume_id(instance: InstanceId, mount: &str) -> Uuid {
    let mut hash = Sha256::new();
    hash.update(instance.0.as_bytes());
    hash.update(mount.as_bytes());
    let mut half = [0; 16];
    half.copy_from_slice(&hash.finalize()[..16]);
    uuid::Builder::from_random_bytes(half).into_uuid()
}
