//! The programs that containers can run.

use crate::kernel::Main;
use crate::{applets, services, shell};
use std::collections::BTreeMap;
use std::fmt;

/// Programs by name. A marker program file runs the one that the base name of `argv[0]` names.
#[derive(Clone, Default)]
pub struct Registry {
    programs: BTreeMap<&'static str, Main>,
    unlisted: BTreeMap<&'static str, Main>,
    native: BTreeMap<&'static str, Main>,
    services: BTreeMap<&'static str, Main>,
}

/// Names that the shell has in other images than busybox's.
const OTHER_SHELLS: [&str; 2] = ["bash", "dash"];

/// The shell, every applet and every service.
pub fn standard() -> Registry {
    let mut registry = Registry::new();
    for (name, main) in applets::table() {
        registry.add(name, *main);
    }
    for (name, main) in applets::native() {
        registry.add_native(name, *main);
    }
    for (name, main) in services::TABLE {
        registry.add_service(name, *main);
    }
    registry.add("sh", shell::main).add("ash", shell::main);
    for name in OTHER_SHELLS {
        registry.add_unlisted(name, shell::main);
    }
    registry
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

    /// As [`Registry::add`], of a name that [`Registry::names`] leaves out.
    pub fn add_unlisted(&mut self, name: &'static str, main: Main) -> &mut Self {
        self.unlisted.insert(name, main);
        self
    }

    /// As [`Registry::add`], of a program that the zone itself has, below `/native`.
    pub fn add_native(&mut self, name: &'static str, main: Main) -> &mut Self {
        self.native.insert(name, main);
        self
    }

    /// Adds or replaces a service: only a file that says it is one runs it.
    pub fn add_service(&mut self, name: &'static str, main: Main) -> &mut Self {
        self.services.insert(name, main);
        self
    }

    /// The service of this name.
    pub fn service(&self, name: &str) -> Option<Main> {
        self.services.get(name).copied()
    }

    /// The program of this name.
    pub fn program(&self, name: &[u8]) -> Option<Main> {
        let name = std::str::from_utf8(name).ok()?;
        let tables = [&self.programs, &self.unlisted, &self.native];
        tables
            .into_iter()
            .find_map(|table| table.get(name).copied())
    }

    /// Every listed name, sorted: the applets of busybox.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.programs.keys().copied()
    }

    /// Every name of the zone's own programs, sorted.
    pub fn native(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.native.keys().copied()
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}
