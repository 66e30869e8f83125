//! What a container's changes cost of its disk quota (VOL-24).

use crate::FsError;
use crate::content::Content;
use crate::inode::{Body, Inode};
use crate::memory::{Memory, Share};
use crate::metadata::Ino;
use crate::tree::Tree;

/// Cost of an inode that is not the image's.
pub(crate) const INODE_BYTES: u64 = 512;

/// Cost of a directory entry that is not the image's, without its name.
pub(crate) const ENTRY_BYTES: u64 = 32;

/// Bytes charged, and how many may be.
#[derive(Clone, Debug)]
pub(crate) struct Ledger {
    charged_bytes: u64,
    quota_bytes: u64,
    /// Part of what is charged that belongs to no file.
    taken_bytes: u64,
    /// Memory for what is no content; content has its own.
    share: Share,
}

impl Ledger {
    pub(crate) fn new(quota_bytes: u64, memory: &Memory) -> Self {
        Self {
            charged_bytes: 0,
            quota_bytes,
            taken_bytes: 0,
            share: Share::new(memory),
        }
    }

    pub(crate) fn charged_bytes(&self) -> u64 {
        self.charged_bytes
    }

    pub(crate) fn quota_bytes(&self) -> u64 {
        self.quota_bytes
    }

    pub(crate) fn set_quota_bytes(&mut self, quota_bytes: u64) {
        self.quota_bytes = quota_bytes;
    }

    pub(crate) fn taken_bytes(&self) -> u64 {
        self.taken_bytes
    }

    /// Charges `bytes` for good, beyond the quota too.
    pub(crate) fn take(&mut self, bytes: u64) {
        self.taken_bytes += bytes;
        self.charged_bytes += bytes;
    }

    /// What may still be charged.
    pub(crate) fn free_bytes(&self) -> u64 {
        self.quota_bytes.saturating_sub(self.charged_bytes)
    }

    /// Charges `bytes` of names and inodes, or nothing when that is beyond the quota or the memory.
    pub(crate) fn charge(&mut self, bytes: u64) -> Result<(), FsError> {
        if bytes > self.free_bytes() || !self.share.grow(bytes) {
            return Err(FsError::QuotaExceeded);
        }
        self.charged_bytes += bytes;
        Ok(())
    }

    /// Charges `bytes` of content, or nothing when that is beyond the quota.
    pub(crate) fn charge_content(&mut self, bytes: u64) -> Result<(), FsError> {
        if bytes > self.free_bytes() {
            return Err(FsError::QuotaExceeded);
        }
        self.charged_bytes += bytes;
        Ok(())
    }

    /// Charges what must not fail (a rename on a full disk); may pass the quota by a name's length.
    pub(crate) fn charge_unchecked(&mut self, bytes: u64) {
        self.share.grow_unchecked(bytes);
        self.charged_bytes += bytes;
    }

    pub(crate) fn release(&mut self, bytes: u64) {
        self.share.shrink(bytes);
        self.release_content(bytes);
    }

    pub(crate) fn release_content(&mut self, bytes: u64) {
        debug_assert!(
            bytes <= self.charged_bytes,
            "released more than was charged"
        );
        self.charged_bytes = self.charged_bytes.saturating_sub(bytes);
    }
}

/// The cost of `name` in `dir` leading to `ino`: nothing if the image has that very entry.
pub(crate) fn entry_charge(tree: &Tree, dir: Ino, name: &[u8], ino: Ino) -> u64 {
    if tree.find(dir, name) == Some(ino) {
        0
    } else {
        ENTRY_BYTES + name.len() as u64
    }
}

/// The cost of an override without its directory entries.
pub(crate) fn inode_charge(tree: &Tree, ino: Ino, inode: &Inode) -> u64 {
    let is_new = tree.node(ino).is_none();
    let own = if is_new { INODE_BYTES } else { 0 };
    own + match &inode.body {
        Body::File(content) => Content::owned_bytes(content),
        Body::Symlink(target) if is_new => target.len() as u64,
        _ => 0,
    }
}
