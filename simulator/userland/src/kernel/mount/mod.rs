//! File systems beside the root's: what a zone mounts over every image (CTR-45), and `/dev/shm`.

mod files;
mod table;
mod trees;

pub(super) use files::Files;
pub(super) use table::{Mount, Mounts};
