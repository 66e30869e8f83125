//! `POST /images/:name/push` (images.md 11).

use super::credentials::credentials;
use super::messages::Messages;
use super::push_image::{Destination, Push};
use crate::docker::failure::Failure;
use crate::docker::route::{Answer, Call};
use crate::http::flight::Subject;
use futures_util::future::BoxFuture;
use http::StatusCode;
use serde_json::json;
use zone::{Digest, ImageReference};

/// Puts a tag of a repository, or all of them, into its registry. It goes on to the end when the client leaves.
pub(crate) fn push(call: Call) -> BoxFuture<'static, Result<Answer, Failure>> {
    Box::pin(async move {
        let name = call.param(0).to_owned();
        let tag = call.query.text("tag").filter(|tag| !tag.is_empty());
        let view = call.driver.view();
        let tags: Vec<(String, Digest)> = view
            .tags_in(call.account().id, &name)
            .filter(|(found, _)| tag.is_none_or(|tag| tag == *found))
            .map(|(found, image)| (found.to_owned(), image))
            .collect();
        if tags.is_empty() {
            // IMG-47
            let text = format!("An image does not exist locally with the tag: {name}");
            return Err(Failure::resource_not_found(text));
        }
        let reference = ImageReference::parse(&name)
            .map_err(|error| Failure::docker(format!("Error: {error}")))?;
        call.flight.concerns(Subject::registry());
        let (messages, chunks) = Messages::new(call.driver.clock());
        let push = Push {
            driver: call.driver.clone(),
            account: call.account().id,
            credentials: credentials(&call.headers, &reference.index),
            messages,
        };
        let request_id = call.request_id.to_string();
        tokio::spawn(async move {
            if let Err(text) = run(&push, &reference, &tags).await {
                // IMG-49
                let text = format!("Error: {text} ({request_id})");
                let message = json!({"errorDetail": {"message": text}});
                push.messages.send(&message).await;
            }
        });
        Ok(Answer::Stream {
            status: StatusCode::OK,
            content_type: Some("application/json"),
            headers: Vec::new(),
            chunks,
            goes_on: true,
        })
    })
}

async fn run(
    push: &Push,
    reference: &ImageReference,
    tags: &[(String, Digest)],
) -> Result<(), String> {
    let name = reference.canonical_name();
    push.messages
        .status(format!("The push refers to a repository [{name}]"))
        .await;
    let destination = Destination::open(push, reference).await?;
    for (tag, image) in tags {
        push.image(&destination, tag, *image).await?;
    }
    Ok(())
}
