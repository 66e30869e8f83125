//! `GET /_ping`.

use crate::docker::failure::Failure;
use crate::docker::route::{Answer, Call};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::StatusCode;

/// `OK`, for everybody (API-02).
pub(crate) fn ping(_call: Call) -> BoxFuture<'static, Result<Answer, Failure>> {
    Box::pin(async {
        Ok(Answer::Text {
            status: StatusCode::OK,
            content_type: Some("text/plain; charset=utf-8"),
            body: Bytes::from_static(b"OK"),
        })
    })
}
