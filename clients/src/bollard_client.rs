//! The Rust library bollard behind the command line of the Docker CLI.
//!
//! It takes the CLI's words (`version info events ps run create start stop restart kill pause unpause
//! update wait rm rename exec attach logs inspect top cp diff export images pull push tag rmi history search
//! commit build import save`, the first word of a swarm's, with the flags scenarios use), does with bollard what CLI 1.12 does, and prints
//! and exits as that does, so that one scenario serves all clients. What bollard
//! itself decides stays bollard's: the shape of bodies and queries, what it can decode, and how it ends
//! its side of a stream.

mod attach;
mod build;
mod command;
mod commit;
mod content;
mod copy;
mod create;
mod events;
mod exec;
mod failure;
mod flags;
mod images;
mod info;
mod inspect;
mod lifecycle;
mod list;
mod logs;
mod pull;
mod run;
mod stats;
mod swarm;
mod table;
mod template;
mod version;

use std::sync::Arc;

use bollard::{BollardRequest, ClientVersion, Docker};
use tempfile::TempDir;

use crate::client::{
    Client, ClientError, ClientName, Endpoint, EventKind, Invocation, Running, Target, in_process,
};

/// A request may take as long as its command: a `wait` has no limit of its own (CLI-76).
const REQUEST_TIMEOUT_S: u64 = 24 * 3600;
/// What bollard is told its version is. It sends none of it (CLI-90).
const CLIENT_VERSION: ClientVersion = ClientVersion {
    major_version: 1,
    minor_version: 24,
};
/// The prefix of requests when the target names no version.
const DEFAULT_PREFIX: &str = "1.24";

/// bollard, ready to run commands.
#[derive(Debug, Clone)]
pub struct BollardClient {
    target: Target,
    /// What requests are prefixed with; empty for nothing.
    version: String,
    /// Where bollard reads certificates from.
    files: Option<Arc<TempDir>>,
}

impl BollardClient {
    /// A client whose requests are prefixed with the target's API version, or 1.24. With an empty
    /// version they have no prefix, as bollard is by itself (CLI-90).
    ///
    /// # Errors
    ///
    /// [`ClientError::Folder`].
    pub fn new(target: Target) -> Result<BollardClient, ClientError> {
        let files = match &target.tls {
            None => None,
            Some(files) => {
                let folder = tempfile::Builder::new()
                    .prefix("bollard-")
                    .tempdir()
                    .map_err(ClientError::Folder)?;
                files.write(folder.path()).map_err(ClientError::Folder)?;
                Some(Arc::new(folder))
            }
        };
        let version = target.api_version.as_deref().unwrap_or(DEFAULT_PREFIX);
        Ok(BollardClient {
            version: version.to_owned(),
            target,
            files,
        })
    }

    /// Makes the handle of bollard that commands use, for what has no command line.
    ///
    /// # Errors
    ///
    /// [`ClientError::Setup`] when bollard does not take the certificates.
    pub fn docker(&self) -> Result<Docker, ClientError> {
        let prefix = self.prefix();
        let docker = self.connection().map_err(|error| ClientError::Setup {
            client: ClientName::Bollard.as_str(),
            detail: error.to_string(),
        })?;
        Ok(docker.with_request_modifier(move |request| prefixed(&prefix, request)))
    }

    /// What stands in front of each path: `/v1.24`, or nothing.
    fn prefix(&self) -> String {
        match self.version.as_str() {
            "" => String::new(),
            version => format!("/v{version}"),
        }
    }

    fn connection(&self) -> Result<Docker, bollard::errors::Error> {
        match (&self.target.docker, &self.files) {
            (Endpoint::Unix(path), _) => Docker::connect_with_unix(
                &path.to_string_lossy(),
                REQUEST_TIMEOUT_S,
                &CLIENT_VERSION,
            ),
            (endpoint, None) => {
                Docker::connect_with_http(&endpoint.to_string(), REQUEST_TIMEOUT_S, &CLIENT_VERSION)
            }
            (endpoint, Some(files)) => Docker::connect_with_ssl(
                &endpoint.to_string(),
                &files.path().join("key.pem"),
                &files.path().join("cert.pem"),
                &files.path().join("ca.pem"),
                REQUEST_TIMEOUT_S,
                &CLIENT_VERSION,
            ),
        }
    }
}

/// Puts the version in front of a path. A prefix that makes no address leaves the request alone.
fn prefixed(prefix: &str, request: BollardRequest) -> BollardRequest {
    let (mut parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let longer = http::uri::PathAndQuery::try_from(format!("{prefix}{path}"));
    if path != "/_ping"
        && let Ok(longer) = longer
    {
        let mut uri = parts.uri.clone().into_parts();
        uri.path_and_query = Some(longer);
        if let Ok(uri) = http::Uri::from_parts(uri) {
            parts.uri = uri;
        }
    }
    BollardRequest::from_parts(parts, body)
}

impl Client for BollardClient {
    fn name(&self) -> ClientName {
        ClientName::Bollard
    }

    fn target(&self) -> &Target {
        &self.target
    }

    fn start(&self, invocation: Invocation) -> Result<Running, ClientError> {
        let mut client = self.clone();
        let version = invocation
            .env
            .iter()
            .rfind(|(name, _)| name == "DOCKER_API_VERSION");
        if let Some((_, version)) = version {
            client.version.clone_from(version);
        }
        let (docker, prefix) = (client.connection(), client.prefix());
        Ok(in_process::start(
            self.name().as_str(),
            invocation,
            move |console, argv| async move {
                // The certificates are read anew for every connection.
                let _files = client.files;
                let capture = console.capture.clone();
                let noted = move |request: BollardRequest| {
                    let request = prefixed(&prefix, request);
                    let text = format!("{} {}", request.method(), request.uri());
                    capture.note(EventKind::Note { text });
                    request
                };
                let docker = docker.map(|docker| docker.with_request_modifier(noted));
                command::run(docker, console, argv).await
            },
        ))
    }
}

#[cfg(test)]
mod tests;
