//! What a container's changes cost of its disk quota (VOL-24).

use crate::FsError;
use crate::content::Content;
use crate::inode::{Body, Inode};
use crate::memory::{Memory, Share};
use crate::metadata::Ino;
use crate::quota::Quota;
use crate::tree::Tree;
use crate::xattrs::Xattrs;

/// Cost of an inode that is not the image's.
pub(crate) const INODE_BYTES: u64 = 512;

/// Cost of a directory entry that is not the image's, without its name.
pub(crate) const ENTRY_BYTES: u64 = 32;

/// Bytes charged, and how many may be.
#[derive(Debug)]
pub(crate) struct Ledger {
    quota: Quota,
    /// Part of what is charged that belongs to no file.
    taken_bytes: u64,
    /// Memory for what is no content; content has its own.
    share: Share,
}

impl Ledger {
    pub(crate) fn new(quota_bytes: u64, memory: &Memory) -> Self {
        Self {
            quota: Quota::new(quota_bytes),
            taken_bytes: 0,
            share: Share::new(memory),
        }
    }

    pub(crate) fn quota(&self) -> &Quota {
        &self.quota
    }

    pub(crate) fn taken_bytes(&self) -> u64 {
        self.taken_bytes
    }

    /// Charges `bytes` for good, beyond the quota too.
    pub(crate) fn take(&mut self, bytes: u64) {
        self.taken_bytes += bytes;
        self.quota.grow_unchecked(bytes);
    }

    /// Charges `bytes` of names and inodes, or nothing when that is beyond the quota or the memory.
    pub(crate) fn charge(&mut self, bytes: u64) -> Result<(), FsError> {
        if !self.quota.grow(bytes) {
            return Err(FsError::QuotaExceeded);
        }
        if !self.share.grow(bytes) {
            self.quota.shrink(bytes);
            return Err(FsError::QuotaExceeded);
        }
        Ok(())
    }

    /// Charges content that found room. What is charged beside the files may have taken that room meanwhile, and then
    /// the quota is passed by so much.
    pub(crate) fn charge_content(&mut self, bytes: u64) {
        self.quota.grow_unchecked(bytes);
    }

    /// Charges what must not fail (a rename on a full disk); may pass the quota by a name's length.
    pub(crate) fn charge_unchecked(&mut self, bytes: u64) {
        self.share.grow_unchecked(bytes);
        self.quota.grow_unchecked(bytes);
    }

    pub(crate) fn release(&mut self, bytes: u64) {
        self.share.shrink(bytes);
        self.release_content(bytes);
    }

    pub(crate) fn release_content(&mut self, bytes: u64) {
        self.quota.shrink(bytes);
    }
}

impl Clone for Ledger {
    /// For a copy of the files, which has a quota of its own.
    fn clone(&self) -> Self {
        Self {
            quota: self.quota.copy(),
            taken_bytes: self.taken_bytes,
            share: self.share.clone(),
        }
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
    own + xattrs_charge(tree, ino, &inode.xattrs)
        + match &inode.body {
            Body::File(content) => Content::owned_bytes(content),
            Body::Symlink(target) if is_new => target.len() as u64,
            _ => 0,
        }
}

/// The cost of extended attributes: nothing if the image has the very same.
pub(crate) fn xattrs_charge(tree: &Tree, ino: Ino, xattrs: &Xattrs) -> u64 {
    match tree.xattrs(ino) == *xattrs {
        true => 0,
        false => xattrs.size(),
    }
}
