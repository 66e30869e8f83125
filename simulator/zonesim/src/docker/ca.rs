//! `GET /ca.pem` (ACC-13).

use super::failure::Failure;
use super::route::{Answer, Call};
use futures_util::future::BoxFuture;
use http::StatusCode;

/// API-15: the CA's certificate, without a content type: callers store the body as it is.
pub(crate) fn certificate(call: Call) -> BoxFuture<'static, Result<Answer, Failure>> {
    Box::pin(async move {
        Ok(Answer::Text {
            status: StatusCode::OK,
            content_type: None,
            body: call.facts.ca_pem.clone(),
        })
    })
}
