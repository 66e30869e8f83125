//! How a request fails (docker-api.md 4 and 5).

use http::StatusCode;
use std::borrow::Cow;

/// A failed request: what the pipeline turns into `(<rest code>) <message> (<request id>)`, or into the bare
/// form of a failed upgrade (docker-api.md 6.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The HTTP status.
    pub(crate) status: StatusCode,
    /// The machine code in front; classes whose code is `DockerError` have none.
    pub(crate) rest_code: Option<Cow<'static, str>>,
    /// The text, without code and request id.
    pub(crate) message: String,
    /// Whether the answer has no body at all (exec start of an unknown id, inspect of an unknown volume).
    pub(crate) empty_body: bool,
}

impl Failure {
    /// A failure without a code.
    pub(crate) fn plain(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            rest_code: None,
            message: message.into(),
            empty_body: false,
        }
    }

    /// A failure with a code.
    pub(crate) fn coded(
        status: StatusCode,
        rest_code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            rest_code: Some(rest_code.into()),
            ..Self::plain(status, message)
        }
    }

    /// A failure with a status and nothing else.
    pub(crate) fn empty(status: StatusCode) -> Self {
        Self {
            empty_body: true,
            ..Self::plain(status, "")
        }
    }

    /// `DockerError`: 500 and free text.
    pub(crate) fn docker(message: impl Into<String>) -> Self {
        Self::plain(StatusCode::INTERNAL_SERVER_ERROR, message)
    }

    /// API-35: `400 (NotImplemented) <feature> is not implemented`.
    pub(crate) fn not_implemented(feature: &str) -> Self {
        Self::coded(
            StatusCode::BAD_REQUEST,
            "NotImplemented",
            format!("{feature} is not implemented"),
        )
    }

    /// `422 (Validation) <message>`.
    pub(crate) fn validation(message: impl Into<String>) -> Self {
        Self::coded(StatusCode::UNPROCESSABLE_ENTITY, "Validation", message)
    }

    /// `400 (InvalidContent) <message>`.
    pub(crate) fn invalid_content(message: impl Into<String>) -> Self {
        Self::coded(StatusCode::BAD_REQUEST, "InvalidContent", message)
    }

    /// `400 (InvalidVersion) <message>`.
    pub(crate) fn invalid_version(message: impl Into<String>) -> Self {
        Self::coded(StatusCode::BAD_REQUEST, "InvalidVersion", message)
    }

    /// `404 (ResourceNotFound) <message>`.
    pub(crate) fn resource_not_found(message: impl Into<String>) -> Self {
        Self::coded(StatusCode::NOT_FOUND, "ResourceNotFound", message)
    }

    /// 401; authentication never says why beyond `message`.
    pub(crate) fn unauthorized(message: impl Into<String>) -> Self {
        Self::plain(StatusCode::UNAUTHORIZED, message)
    }

    /// API-10: the body's text.
    pub(crate) fn text(&self, request_id: &str) -> String {
        let message = &self.message;
        match &self.rest_code {
            Some(code) => format!("({code}) {message} ({request_id})"),
            None => format!("{message} ({request_id})"),
        }
    }
}
