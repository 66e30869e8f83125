//! The programs that containers can run.

use crate::kernel::Main;
use std::collections::BTreeMap;
use std::fmt;

/// Programs by name. A marker program file runs the one that the base name of `argv[0]` names.
#[derive(Clone, Default)]
pub struct Registry {
    programs: BTreeMap<&'static str, Main>,
}

impl Registry {
    /// No programs at all.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds or replaces one program.
    pub fn add(&mut self, name: &'static str, main: Main) -> &mut Self {
        self.programs.insert(name, main);
        self
    }

    /// The program of this name.
    pub fn program(&self, name: &[u8]) -> Option<Main> {
        let name = std::str::from_utf8(name).ok()?;
        self.programs.get(name).copied()
    }

    /// Every name, sorted.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.programs.keys().copied()
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}
