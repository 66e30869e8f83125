//! `DELETE /images/:name` (images.md 9).

use crate::docker::failure::Failure;
use crate::docker::route::{Answer, Call};
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use zone::{Command, Removal, Reply};

/// Removes a name or an image; `noprune` means nothing (IMG-26).
pub(crate) fn delete(call: Call) -> BoxFuture<'static, Result<Answer, Failure>> {
    Box::pin(async move {
        let command = Command::DeleteImage {
            account: call.account().id,
            reference: call.param(0).to_owned(),
            force: call.query.flag("force"),
        };
        let removed = match call.driver.run(command).await? {
            Reply::Removed(removed) => removed,
            _ => Vec::new(),
        };
        let rows = removed.iter().map(|removal| match removal {
            Removal::Untagged(name) => json!({ "Untagged": name }),
            Removal::DeletedLegacy(id) => json!({"Deleted": id.hex()}),
            Removal::Deleted(digest) => json!({"Deleted": digest.to_string()}),
        });
        Ok(Answer::ok(Value::Array(rows.collect())))
    })
}
