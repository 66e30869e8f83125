//! The clients of a run: built or found once, before the first scenario.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clients::build::{self, BuildError, CliBinary};
use clients::version::CliVersion;
use clients::{BollardClient, CliClient, Client, ClientError, ClientName, RawClient, Target};
use reports::ClientInfo;

/// The clients that take part.
#[derive(Debug)]
pub struct Roster {
    clients: Vec<ClientName>,
    binaries: BTreeMap<CliVersion, CliBinary>,
}

impl Roster {
    /// Builds, or finds, what the clients need; none of it for bollard and raw.
    ///
    /// # Errors
    ///
    /// [`BuildError`] for the first client that cannot be had.
    pub fn gather(
        clients: &[ClientName],
        target_dir: &Path,
        progress: &mut dyn FnMut(&str),
    ) -> Result<Roster, BuildError> {
        let versions = clients.iter().filter_map(|client| match client {
            ClientName::Cli(version) => Some(*version),
            _ => None,
        });
        let versions: Vec<CliVersion> = versions.collect();
        let binaries = build::resolve_all(&versions, target_dir, progress)?;
        Ok(Roster {
            clients: clients.to_vec(),
            binaries: versions.into_iter().zip(binaries).collect(),
        })
    }

    /// A roster of one binary that somebody gave, and raw bytes.
    pub fn of_given(binary: CliBinary) -> Roster {
        Roster {
            clients: vec![ClientName::Cli(binary.minor), ClientName::Raw],
            binaries: BTreeMap::from([(binary.minor, binary)]),
        }
    }

    /// Who takes part.
    pub fn clients(&self) -> &[ClientName] {
        &self.clients
    }

    /// What results say of them.
    pub fn infos(&self) -> Vec<ClientInfo> {
        let info = |client: &ClientName| {
            let binary = match client {
                ClientName::Cli(version) => self.binaries.get(version),
                _ => None,
            };
            ClientInfo {
                name: client.to_string(),
                version: match binary {
                    Some(binary) => binary.version_text.trim().to_owned(),
                    None => format!("{client} of zonesim {}", env!("CARGO_PKG_VERSION")),
                },
                sha256: binary.map(|binary| binary.sha256.clone()),
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
        })
    }
}
