//! `POST /images/:name/tag` (images.md 8).

use crate::docker::failure::Failure;
use crate::docker::route::{Answer, Call};
use futures_util::future::BoxFuture;
use http::StatusCode;
use zone::Command;

/// Gives an image another name, whatever has it (IMG-21); `force` means nothing.
pub(crate) fn tag(call: Call) -> BoxFuture<'static, Result<Answer, Failure>> {
    Box::pin(async move {
        let repo = call.query.text("repo").unwrap_or_default();
        let target = match call.query.text("tag").filter(|tag| !tag.is_empty()) {
            Some(tag) => format!("{repo}:{tag}"),
            None => repo.to_owned(),
        };
        let command = Command::TagImage {
            account: call.account().id,
            source: call.param(0).to_owned(),
            target,
        };
        call.driver.run(command).await?;
        Ok(Answer::Empty(StatusCode::CREATED))
    })
}
