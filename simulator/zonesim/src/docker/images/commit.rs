//! `POST /commit` (images.md 17, containers.md 16).

use super::committed::Commit;
use crate::docker::containers::with_named;
use crate::docker::failure::Failure;
use crate::docker::route::{Answer, Call};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::StatusCode;
use images::dockerfile::parse_changes;
use runtime::clock::{TimerOwner, TimerReason};
use runtime::{InstanceId, Timestamp};
use std::time::Duration;
use zone::{Container, Error, FaultKind, FaultPoint, ImageReference, State};

/// How long a node may take, zone time (images.md 19).
const LIMIT: Duration = Duration::from_secs(600);

/// Makes an image of a container. The body, a configuration, is not read (IMG-81).
pub(crate) fn commit(call: Call) -> BoxFuture<'static, Result<Answer, Failure>> {
    Box::pin(async move {
        let reference = call.query.text("container").unwrap_or_default().to_owned();
        let container = container(&call, &reference).await?;
        let changes: Vec<String> = call
            .query
            .all("changes")
            .flat_map(|text| text.lines())
            .map(str::to_owned)
            .collect();
        let changes =
            parse_changes(&changes).map_err(|error| Failure::docker(error.to_string()))?;
        let name = name(&call)?;
        met(&call, container.instance()).await?;
        let text = |key: &str| call.query.text(key).unwrap_or_default().to_owned();
        let commit = Commit {
            driver: call.driver.clone(),
            account: call.account().id,
            container,
            changes,
            name,
            author: text("author"),
            comment: text("comment"),
            // IMG-80
            freezes: call.query.text("pause").is_none() || call.query.flag("pause"),
        };
        // It is made even if the client does not wait for it.
        let id = tokio::spawn(commit.run()).await;
        let id = id.map_err(|_| Failure::docker(UNEXPECTED))??;
        Ok(Answer::Text {
            status: StatusCode::CREATED,
            content_type: None,
            body: Bytes::from(format!("{{\"Id\":\"{id}\"}}\n")),
        })
    })
}

/// What clients read of a failure that has no name.
pub(super) const UNEXPECTED: &str = "Unexpected commit error";

async fn container(call: &Call, reference: &str) -> Result<Container, Failure> {
    let container = with_named(call, reference, |_, container| Container::clone(container)).await?;
    match container.state {
        state @ State::Provisioning => Err(Error::StateNotAllowed(state.name()).into()),
        _ => Ok(container),
    }
}

/// Repository and tag of the new image, if it gets any.
fn name(call: &Call) -> Result<Option<(String, String)>, Failure> {
    let Some(repo) = call.query.text("repo").filter(|repo| !repo.is_empty()) else {
        return Ok(None);
    };
    let text = match call.query.text("tag").filter(|tag| !tag.is_empty()) {
        Some(tag) => format!("{repo}:{tag}"),
        None => repo.to_owned(),
    };
    let parsed = ImageReference::parse_tag(&text);
    parsed.map(Some).map_err(|error| Error::from(error).into())
}

/// The node may fail, or take too long.
async fn met(call: &Call, instance: InstanceId) -> Result<(), Failure> {
    match call.driver.meet(FaultPoint::Commit, Some(instance)).await? {
        None => Ok(()),
        Some(FaultKind::Fails(_)) => Err(Failure::docker(UNEXPECTED)),
        Some(FaultKind::Hangs) => {
            let at: Timestamp = call.driver.now() + LIMIT;
            let _waiting = call.flight.wait();
            let owner = TimerOwner::Instance(instance);
            let timer = call.driver.clock().timer(at, owner, TimerReason::NodeLimit);
            timer.await;
            Err(Failure::docker("Commit operation has timed out"))
        }
    }
}
