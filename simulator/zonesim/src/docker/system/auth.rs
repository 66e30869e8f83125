//! `POST /auth` (docker-api.md 7.1): a login to a registry.

use crate::docker::failure::Failure;
use crate::docker::fields::{Fields, Object};
use crate::docker::route::{Answer, Call};
use futures_util::future::BoxFuture;

/// Members that must be there, in the order in which the missing ones are listed.
const REQUIRED: [&str; 3] = ["serveraddress", "username", "password"];

/// Refuses what is no login. This program knows no registry but its own hub, so it can log in nowhere yet.
pub(crate) fn auth(call: Call) -> BoxFuture<'static, Result<Answer, Failure>> {
    Box::pin(async move {
        let nothing = Object::new();
        let object = call.body.json().and_then(serde_json::Value::as_object);
        check(Fields::new(object.unwrap_or(&nothing), ""))?;
        Err(Failure::not_implemented("auth"))
    })
}

/// IMG-50. An empty text is as good as none.
fn check(body: Fields<'_>) -> Result<(), Failure> {
    let mut missing = Vec::new();
    for name in REQUIRED {
        if body.text(name)?.is_none_or(|text| text.is_empty()) {
            missing.push(format!("missing \"{name}\""));
        }
    }
    body.text("email")?;
    match missing.is_empty() {
        true => Ok(()),
        false => Err(Failure::validation(missing.join(", "))),
    }
}
