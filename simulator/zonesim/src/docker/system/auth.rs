//! `POST /auth` (docker-api.md 7.1): a login to a registry.

use crate::docker::failure::Failure;
use crate::docker::fields::{Fields, Object};
use crate::docker::images::{Login, log_in};
use crate::docker::route::{Answer, Call};
use futures_util::future::BoxFuture;
use serde_json::json;

/// Members that must be there, in the order in which the missing ones are listed.
const REQUIRED: [&str; 3] = ["serveraddress", "username", "password"];

/// Tries the credentials at their registry. The answer never has a token (API-18).
pub(crate) fn auth(call: Call) -> BoxFuture<'static, Result<Answer, Failure>> {
    Box::pin(async move {
        let nothing = Object::new();
        let object = call.body.json().and_then(serde_json::Value::as_object);
        let body = Fields::new(object.unwrap_or(&nothing), "");
        check(body)?;
        let text = |name: &str| {
            let value = object.and_then(|object| object.get(name)?.as_str());
            value.unwrap_or_default()
        };
        let login = Login {
            address: text("serveraddress"),
            username: text("username"),
            password: text("password"),
        };
        log_in(&call.driver, &login).await?;
        Ok(Answer::ok(json!({"Status": "Login Succeeded"})))
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
