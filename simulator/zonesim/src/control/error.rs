//! Refusals of the control API.

use crate::docker::failure::Failure;
use http::StatusCode;
use serde_json::{Value, json};
use std::net::SocketAddrV4;
use userland::kernel::OutsideError;

/// Why the control API does not do as it is told.
#[derive(Debug, thiserror::Error)]
pub(super) enum ControlError {
    #[error("no such route")]
    NoSuchRoute,
    #[error("requests of web pages are refused")]
    WebPage,
    #[error("{0}")]
    Malformed(String),
    #[error("{0} does not exist")]
    NoSuchAccount(String),
    #[error("package {0} does not exist")]
    NoSuchPackage(String),
    #[error("server {0} does not exist")]
    NoSuchServer(String),
    #[error("{0} has no process that sends its output elsewhere")]
    NoHelper(String),
    #[error("the private key of {0} is not here")]
    NoPrivateKey(String),
    #[error("{0} is neither an address nor a name that the zone knows")]
    NoSuchHost(String),
    #[error("{0}: {1}")]
    Unreachable(SocketAddrV4, OutsideError),
    #[error("the request is to have `Connection: Upgrade` and `Upgrade: tcp`")]
    NoUpgrade,
    #[error("the zone's clock is not stepped")]
    NotStepped,
    #[error("the zone keeps no journal: `zonesim serve --journal` does")]
    NoJournal,
    #[error("{0}")]
    Zone(#[from] zone::Error),
}

impl ControlError {
    pub(super) fn status(&self) -> StatusCode {
        match self {
            ControlError::NoSuchRoute
            | ControlError::NoSuchAccount(_)
            | ControlError::NoSuchPackage(_)
            | ControlError::NoSuchServer(_)
            | ControlError::NoHelper(_)
            | ControlError::NoSuchHost(_) => StatusCode::NOT_FOUND,
            ControlError::Unreachable(_, OutsideError::Refused) => StatusCode::BAD_GATEWAY,
            ControlError::Unreachable(_, OutsideError::TimedOut) => StatusCode::GATEWAY_TIMEOUT,
            ControlError::NoUpgrade => StatusCode::UPGRADE_REQUIRED,
            ControlError::WebPage => StatusCode::FORBIDDEN,
            ControlError::Malformed(_) => StatusCode::BAD_REQUEST,
            ControlError::NoPrivateKey(_) | ControlError::NotStepped | ControlError::NoJournal => {
                StatusCode::CONFLICT
            }
            ControlError::Zone(error) => Failure::from(error.clone()).status,
        }
    }

    pub(super) fn body(&self) -> Value {
        json!({"message": self.to_string()})
    }
}
