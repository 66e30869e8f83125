//! `GET /images/search` (images.md 13).

use super::credentials::credentials;
use super::place::{Place, place};
use crate::docker::failure::Failure;
use crate::docker::route::{Answer, Call};
use futures_util::future::BoxFuture;
use http::StatusCode;
use serde_json::json;
use zone::ImageReference;

/// What an index has for a name; `limit` and `filters` mean nothing (IMG-52).
pub(crate) fn search(call: Call) -> BoxFuture<'static, Result<Answer, Failure>> {
    Box::pin(async move {
        let term = call.query.text("term").unwrap_or_default();
        if term.is_empty() {
            return Err(Failure::validation("missing \"term\""));
        }
        let reference = ImageReference::parse(term);
        let reference = reference.map_err(|error| Failure::validation(error.to_string()))?;
        match place(&call.driver, &reference.index) {
            Place::Hub(host) if host == "docker.io" => {
                let results = call.driver.hub().search(&reference.local_name);
                Ok(Answer::ok(json!(results)))
            }
            // A registry of version 2 has no search.
            Place::Hub(_) | Place::Layouts(_) => {
                Err(Failure::plain(StatusCode::NOT_FOUND, "404 page not found"))
            }
            Place::Registry(transport) => {
                let credentials = credentials(&call.headers, &reference.index);
                let found =
                    images::registry::search(&transport, &reference, credentials.as_ref()).await;
                let found = found.map_err(|error| match error.status() {
                    Some(404) => Failure::plain(StatusCode::NOT_FOUND, error.to_string()),
                    _ => Failure::docker(error.to_string()),
                })?;
                Ok(Answer::ok(found))
            }
        }
    })
}
