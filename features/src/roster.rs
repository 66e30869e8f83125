//! The clients of a run: built or found once, before the first scenario.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clients::build::{self, BuildError, CliBinary};
use clients::library::{self, Installed, Unavailable};
use clients::version::CliVersion;
use clients::{
    BollardClient, CliClient, Client, ClientError, ClientName, LibraryClient, LibraryName,
    RawClient, Target,
};
use reports::ClientInfo;

/// The clients that take part.
#[derive(Debug)]
pub struct Roster {
    clients: Vec<ClientName>,
    binaries: BTreeMap<CliVersion, CliBinary>,
    libraries: BTreeMap<LibraryName, Installed>,
    missing: BTreeMap<LibraryName, Unavailable>,
}

/// When this is `all`, a library that cannot be had is a failure.
const REQUIRED: &str = "ZONESIM_REQUIRE_CLIENTS";

/// Why there is no roster.
#[derive(Debug, thiserror::Error)]
pub enum RosterError {
    /// A command line cannot be built.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// A library cannot be had, and it has to.
    #[error("{0}; {REQUIRED} is `all`")]
    Library(Unavailable),
}

impl Roster {
    /// Builds, or finds, what the clients need; none of it for bollard and raw.
    ///
    /// # Errors
    ///
    /// [`RosterError`] for the first client that cannot be had.
    pub fn gather(
        clients: &[ClientName],
        target_dir: &Path,
        progress: &mut dyn FnMut(&str),
    ) -> Result<Roster, RosterError> {
        let versions = clients.iter().filter_map(|client| match client {
            ClientName::Cli(version) => Some(*version),
            _ => None,
        });
        let versions: Vec<CliVersion> = versions.collect();
        let binaries = build::resolve_all(&versions, target_dir, progress)?;
        let required = std::env::var(REQUIRED).is_ok_and(|value| value == "all");
        let mut libraries = BTreeMap::new();
        let mut missing = BTreeMap::new();
        for client in clients {
            let ClientName::Library(library) = *client else {
                continue;
            };
            match library::install(library, target_dir, progress) {
                Ok(installed) => drop(libraries.insert(library, installed)),
                Err(unavailable) if required => return Err(RosterError::Library(unavailable)),
                Err(unavailable) => {
                    progress(&format!("not applicable: {unavailable}"));
                    missing.insert(library, unavailable);
                }
            }
        }
        Ok(Roster {
            clients: clients.to_vec(),
            binaries: versions.into_iter().zip(binaries).collect(),
            libraries,
            missing,
        })
    }

    /// A roster of one binary that somebody gave, and raw bytes.
    pub fn of_given(binary: CliBinary) -> Roster {
        Roster {
            clients: vec![ClientName::Cli(binary.minor), ClientName::Raw],
            binaries: BTreeMap::from([(binary.minor, binary)]),
            libraries: BTreeMap::new(),
            missing: BTreeMap::new(),
        }
    }

    /// Who takes part.
    pub fn clients(&self) -> &[ClientName] {
        &self.clients
    }

    /// The command lines and where they are.
    pub fn binaries(&self) -> Vec<(CliVersion, PathBuf)> {
        let binaries = self.binaries.iter();
        binaries
            .map(|(version, binary)| (*version, binary.path.clone()))
            .collect()
    }

    /// Why a client cannot drive anything here, if so.
    pub(crate) fn missing(&self, name: ClientName) -> Option<String> {
        match name {
            ClientName::Library(library) => self.missing.get(&library).map(ToString::to_string),
            _ => None,
        }
    }

    /// What results say of them.
    pub fn infos(&self) -> Vec<ClientInfo> {
        let info = |client: &ClientName| {
            let binary = match client {
                ClientName::Cli(version) => self.binaries.get(version),
                _ => None,
            };
            let library = match client {
                ClientName::Library(library) => self.libraries.get(library),
                _ => None,
            };
            ClientInfo {
                name: client.to_string(),
                version: match (binary, library) {
                    (Some(binary), _) => binary.version_text.trim().to_owned(),
                    (_, Some(library)) => {
                        format!("{client} on {}", library.interpreter_version)
                    }
                    (None, None) => format!("{client} of zonesim {}", env!("CARGO_PKG_VERSION")),
                },
                sha256: binary
                    .map(|binary| binary.sha256.clone())
                    .or(library.map(|library| library.digest.clone())),
            }
        };
        self.clients.iter().map(info).collect()
    }

    /// The release that a command line says it is, as in `1.12.6`.
    pub(crate) fn release(&self, name: ClientName) -> Option<&str> {
        match name {
            ClientName::Cli(version) => self.binaries.get(&version),
            _ => None,
        }
        .map(|binary| &*binary.release)
    }

    /// A client of its own for a scenario.
    ///
    /// # Errors
    ///
    /// [`ClientError`] when it cannot be set up for the target.
    pub(crate) fn client(
        &self,
        name: ClientName,
        target: Target,
    ) -> Result<Box<dyn Client>, ClientError> {
        Ok(match name {
            ClientName::Cli(version) => {
                let binary = self.binaries.get(&version);
                let path = binary.map_or_else(PathBuf::new, |binary| binary.path.clone());
                Box::new(CliClient::new(version, path, target)?)
            }
            ClientName::Bollard => Box::new(BollardClient::new(target)?),
            ClientName::Raw => Box::new(RawClient::new(target)),
            ClientName::Library(library) => {
                let installed = self.libraries.get(&library);
                let installed = installed.ok_or_else(|| ClientError::Start {
                    program: library.as_str().to_owned(),
                    detail: "it is not installed".to_owned(),
                })?;
                Box::new(LibraryClient::new(installed, target)?)
            }
        })
    }
}
