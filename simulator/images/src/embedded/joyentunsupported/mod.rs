//! Images under `joyentunsupported/…`: those that tests of the reference pull, and specimens of what images can have
//! that none of the others has (images.md 23).

pub(super) mod inherit;
pub(super) mod labelled;
pub(super) mod nginx;
pub(super) mod on_build;
pub(super) mod parent;
pub(super) mod services;
pub(super) mod uncompressed;
pub(super) mod volumes;
pub(super) mod without_history;
