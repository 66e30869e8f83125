//! `POST /containers/create`.

use super::create_body::parse;
use super::lifecycle::unreachable_reply;
use crate::docker::failure::Failure;
use crate::docker::route::{Answer, Call};
use crate::http::flight::Subject;
use futures_util::future::BoxFuture;
use serde_json::json;
use zone::{Command, Reply};

/// Creates a container: 200 with its id (API-19), when it has been provisioned (CTR-04).
pub(crate) fn create(call: Call) -> BoxFuture<'static, Result<Answer, Failure>> {
    Box::pin(async move {
        let request = Box::new(parse(&call.body)?);
        let given = call.query.text("name").unwrap_or_default();
        let name = given.trim_start_matches('/');
        let command = Command::CreateContainer {
            account: call.account().id,
            name: (!given.is_empty()).then(|| name.to_owned()),
            request,
        };
        let reply = {
            let _waiting = call.flight.wait();
            let begun = |instance| call.flight.concerns(Subject::instance(instance));
            call.driver.create(command, begun).await?
        };
        match reply {
            Reply::Created { id } => Ok(Answer::ok(json!({"Id": id.hex(), "Warnings": []}))),
            other => unreachable_reply(&other),
        }
    })
}
