//! File trees of images and containers.
//!
//! A [`Tree`] is an image's flattened, immutable file tree, shared by every container made from it. A [`RootFs`]
//! is one container's writable view: a copy-on-write map of changed inodes above the tree, so that making one
//! costs the same however big the image is. Tar archives come in as layers ([`Tree::from_layers`]) or into a
//! container ([`unpack`]) and go out with an [`ArchiveWriter`], or as a layer of what has changed with a [`DiffWriter`].
//!
//! ```
//! use rootfs::{Attributes, FileKind, RootFs, TreeBuilder, ROOT};
//! use std::sync::Arc;
//!
//! let mut builder = TreeBuilder::new(0);
//! builder.file("etc/motd", "hello", 0o644)?;
//! let mut container = RootFs::new(Arc::new(builder.build()), 1 << 20);
//! let etc = container.lookup(ROOT, b"etc")?;
//! let new = container.create(etc, b"new", &Attributes::root(FileKind::File, 0o600, 1))?;
//! container.write(new, 0, b"data", 2)?;
//! assert_eq!(container.metadata(new)?.size, 4);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! *Architecture Invariants:* no clock (`now_ns` comes with each change), no host file system (images' bytes may lie behind [`ReadAt`]), no permissions (the
//! kernel checks them before it asks), no lock. Layers are never charged; `recompute_charge() == charged_bytes()`
//! after every call.

mod archive_error;
mod builder;
mod charge;
mod content;
mod diff;
mod error;
mod inode;
mod memory;
mod metadata;
mod names;
mod namespace;
mod path;
mod pax;
mod quota;
mod rootfs;
mod small_map;
mod source;
mod sparse;
mod tar_entries;
mod tar_read;
mod tar_write;
mod tree;
mod xattrs;

pub use archive_error::ArchiveError;
pub use builder::TreeBuilder;
pub use diff::DiffWriter;
pub use error::FsError;
pub use memory::Memory;
pub use metadata::{Attributes, DirEntry, FileKind, Ino, Metadata, ROOT};
pub use path::{NAME_MAX, PATH_MAX, SYMLINKS_MAX};
pub use quota::Quota;
pub use rootfs::RootFs;
pub use source::{ReadAt, Source, SourceReader};
pub use tar_read::{ArchiveLimits, Lend, Unpacking, unpack, unpack_made, unpack_shared};
pub use tar_write::ArchiveWriter;
pub use tree::Tree;
pub use xattrs::Xattrs;
