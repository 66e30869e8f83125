//! How a registry fails.

use serde::Deserialize;
use serde_json::Value;
use thiserror::Error;

/// A failure. The texts are parts of what clients read (images.md 10 to 13).
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RegistryError {
    /// There is no such host, or nobody listens there.
    #[error("{0} host not found")]
    HostNotFound(String),
    /// No connection to it comes about in time.
    #[error("Timeout connecting to host {0}")]
    ConnectTimeout(String),
    /// Its certificate is not trusted.
    #[error("{0} certificate not trusted")]
    Untrusted(String),
    /// It answers, but not with TLS.
    #[error("{0} does not speak TLS")]
    NoTls(String),
    /// It is no registry of version 2.
    #[error("registry {0} does not support v2")]
    NoV2(String),
    /// Credentials are refused, or the challenge cannot be met.
    #[error("unauthorized: {0}")]
    Unauthorized(String),
    /// An identity token was given (IMG-43).
    #[error(
        "OAuth to Docker registry is not yet supported, please \"docker logout\" and \"docker login\" and try again"
    )]
    IdentityToken(String),
    /// It has answered with another status than was hoped for.
    #[error("{}", texts(.errors, *.status))]
    Status {
        /// The status.
        status: u16,
        /// What it said.
        errors: Vec<ApiError>,
    },
    /// It leads from one place to another and never to an end.
    #[error("maximum number of redirects exceeded")]
    RedirectLoop,
    /// The connection has broken, or what came is no answer.
    #[error("{0}")]
    Broken(String),
}

/// One error as registries tell it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ApiError {
    /// `MANIFEST_UNKNOWN` …
    #[serde(default)]
    pub code: String,
    /// A text.
    #[serde(default)]
    pub message: String,
}

fn texts(errors: &[ApiError], status: u16) -> String {
    match errors {
        [] => format!("unexpected status {status}"),
        [only] if only.code.is_empty() => only.message.clone(),
        errors => {
            let texts = errors
                .iter()
                .map(|error| format!("({}) {}", error.code, error.message));
            texts.collect::<Vec<_>>().join(", ")
        }
    }
}

impl RegistryError {
    /// An answer of this status with this body.
    pub(super) fn of_answer(status: u16, body: &[u8]) -> Self {
        let document: Option<Value> = serde_json::from_slice(body).ok();
        let errors = document.as_ref().and_then(|document| {
            let list = document.get("errors")?;
            serde_json::from_value(list.clone()).ok()
        });
        let details = || {
            let text = document.as_ref()?.get("details")?.as_str()?;
            Some(vec![ApiError {
                code: String::new(),
                message: text.to_owned(),
            }])
        };
        Self::Status {
            status,
            errors: errors.or_else(details).unwrap_or_default(),
        }
    }

    /// There is no such thing.
    pub fn not_found() -> Self {
        Self::Status {
            status: 404,
            errors: Vec::new(),
        }
    }

    /// Somebody other than a registry fails, and says so.
    pub fn told(message: String) -> Self {
        Self::Status {
            status: 500,
            errors: vec![ApiError {
                code: String::new(),
                message,
            }],
        }
    }

    /// The status of an answer.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Status { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// What the registry itself said first.
    pub fn message(&self) -> Option<&str> {
        match self {
            Self::Status { errors, .. } => errors.first().map(|error| error.message.as_str()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_registry_says_is_told() {
        let check = |body: &str, text: &str, message: Option<&str>| {
            let error = RegistryError::of_answer(500, body.as_bytes());
            assert_eq!(error.to_string(), text);
            assert_eq!(error.message(), message);
        };
        check(
            r#"{"errors":[{"code":"DENIED","message":"no","detail":null}]}"#,
            "(DENIED) no",
            Some("no"),
        );
        check(
            r#"{"errors":[{"code":"A","message":"a"},{"code":"B"}]}"#,
            "(A) a, (B) ",
            Some("a"),
        );
        check(
            r#"{"details":"incorrect username or password"}"#,
            "incorrect username or password",
            Some("incorrect username or password"),
        );
        check("<html>", "unexpected status 500", None);
        check(r#"{"errors":7}"#, "unexpected status 500", None);
    }
}
