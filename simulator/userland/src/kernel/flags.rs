//! Flag sets of `open` and `access`.

use std::ops::{BitOr, BitOrAssign};

/// How a file is opened; values combine with `|`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenFlags(u16);

impl OpenFlags {
    /// For reading.
    pub const READ: Self = Self(1);
    /// For writing.
    pub const WRITE: Self = Self(2);
    /// For both.
    pub const RDWR: Self = Self(3);
    /// Make the file when it is missing.
    pub const CREATE: Self = Self(4);
    /// Empty it.
    pub const TRUNC: Self = Self(8);
    /// Every write goes to the end.
    pub const APPEND: Self = Self(16);
    /// With CREATE: fail when the file exists.
    pub const EXCL: Self = Self(32);
    /// Fail unless it is a directory.
    pub const DIRECTORY: Self = Self(64);
    /// Fail when the last component is a symbolic link.
    pub const NOFOLLOW: Self = Self(128);
    /// Never wait.
    pub const NONBLOCK: Self = Self(256);
    /// Close it when another program is executed.
    pub const CLOEXEC: Self = Self(512);
    /// A terminal does not become the controlling one.
    pub const NOCTTY: Self = Self(1024);

    /// Whether every flag of `other` is set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

impl BitOr for OpenFlags {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for OpenFlags {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

/// What `access` asks for; values combine with `|`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Access(u32);

impl Access {
    /// Only whether the file exists.
    pub const EXISTS: Self = Self(0);
    /// Execute, or search a directory.
    pub const EXECUTE: Self = Self(1);
    /// Write.
    pub const WRITE: Self = Self(2);
    /// Read.
    pub const READ: Self = Self(4);

    /// The three permission bits.
    pub const fn bits(self) -> u32 {
        self.0
    }
}

impl BitOr for Access {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}
