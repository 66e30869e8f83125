//! `POST /images/create` (images.md 10).

use super::credentials::credentials;
use super::messages::Messages;
use super::place::{Place, check_hub_user, place_of};
use super::pull_source::source;
use crate::docker::failure::Failure;
use crate::docker::route::{AccountRef, Answer, Call};
use crate::driver::Driver;
use crate::http::flight::{Flight, Subject};
use futures_util::future::BoxFuture;
use http::StatusCode;
use images::layout::{Layout, LayoutError};
use images::pull::{Origin as Source, PullError, PullEvent, Pulled};
use images::registry::{Actions, Credentials, Registry, RegistryError};
use runtime::Timestamp;
use runtime::clock::{TimerOwner, TimerReason};
use serde_json::json;
use std::path::Path;
use std::sync::{Arc, Weak};
use std::time::Duration;
use zone::{Command, Error, ImageReference, NewName, Origin, Selector};

/// Between two attempts to get a blob, zone time.
const RETRY_DELAY: Duration = Duration::from_secs(1);

/// After so much silence a client is cut, zone time (docker-api.md 6.6).
const SILENCE: Duration = Duration::from_secs(150);

/// Pulls an image. It goes on to the end when the client leaves (IMG-44).
pub(crate) fn pull(call: Call) -> BoxFuture<'static, Result<Answer, Failure>> {
    Box::pin(async move {
        let account = call.account().clone();
        check_approval(&call.driver, &account)?;
        if call.query.text("fromSrc").is_some() {
            // IMG-54
            return Err(Failure::not_implemented("image create"));
        }
        let reference = source(&call.query)?;
        call.flight.concerns(Subject::registry());
        let (messages, chunks) = Messages::new(call.driver.clock());
        let pull = Pull {
            driver: call.driver.clone(),
            account,
            credentials: credentials(&call.headers, &reference.index),
            reference,
            request_id: call.request_id.to_string(),
            messages,
            flight: std::sync::Arc::downgrade(&call.flight),
        };
        tokio::spawn(run(pull));
        Ok(Answer::Stream {
            status: StatusCode::OK,
            content_type: Some("application/json"),
            headers: Vec::new(),
            chunks,
            goes_on: true,
        })
    })
}

/// A client that hears nothing for too long is cut; the pull goes on as if it had left.
async fn run(pull: Pull) {
    let messages = pull.messages.clone();
    let work = tokio::spawn(pull.run());
    tokio::select! {
        // What it has to say it has said.
        _ = work => {}
        () = messages.silence(SILENCE) => messages.cut().await,
    }
}

/// IMG-37, IMG-79
pub(in crate::docker) fn check_approval(
    driver: &Driver,
    account: &AccountRef,
) -> Result<(), Failure> {
    let view = driver.view();
    let found = view.account(account.id);
    match found.is_some_and(|account| account.approved_for_provisioning) {
        true => Ok(()),
        false => Err(Error::NotApproved {
            login: account.login.clone(),
        }
        .into()),
    }
}

/// The layout of a repository; a name leads to nothing outside the directory.
fn layout(directory: &Path, repository: &str) -> Result<Source<'static>, RegistryError> {
    let is_outside = repository.split('/').any(|part| part == "..");
    let path = directory.join(repository);
    if is_outside || !path.is_dir() {
        return Err(RegistryError::not_found());
    }
    match Layout::of_directory(&path) {
        Ok(layout) => Ok(Source::Files(Arc::new(layout))),
        Err(LayoutError::NoLayout) => Err(RegistryError::not_found()),
        Err(error) => {
            // Where a directory of the host is, and what is in it, is the operator's.
            tracing::warn!(path = %path.display(), %error, "a layout cannot be read");
            Err(RegistryError::Broken(error.to_string()))
        }
    }
}

/// A pull under way.
pub(in crate::docker) struct Pull {
    pub(in crate::docker) driver: Driver,
    pub(in crate::docker) account: AccountRef,
    pub(in crate::docker) reference: ImageReference,
    pub(in crate::docker) credentials: Option<Credentials>,
    pub(in crate::docker) request_id: String,
    pub(in crate::docker) messages: Messages,
    /// The request, as long as its client is there.
    pub(in crate::docker) flight: Weak<Flight>,
}

impl Pull {
    async fn run(self) {
        // IMG-33
        if let Err(text) = self.pull().await {
            self.messages.fail(&text).await;
        }
    }

    /// Pulls and records the image; the text of a failure has the request id.
    pub(in crate::docker) async fn pull(&self) -> Result<(), String> {
        let pulled = self.fetch().await.map_err(|error| {
            if let PullError::Internal(reason) = &error {
                let image = self.reference.named();
                tracing::warn!(?image, ?reason, "an image cannot be pulled");
            }
            self.text(error)
        })?;
        let digest = pulled.image.manifest_digest;
        let is_new = !pulled.new.is_empty();
        self.record(pulled).await?;
        self.messages.status(format!("Digest: {digest}")).await;
        let what = match is_new {
            true => "Downloaded newer image",
            false => "Image is up to date",
        };
        let name = self.reference.named();
        self.messages
            .status(format!("Status: {what} for {name}"))
            .await;
        Ok(())
    }

    fn text(&self, error: impl std::fmt::Display) -> String {
        format!("{error} ({})", self.request_id)
    }

    async fn fetch(&self) -> Result<Pulled, PullError> {
        let source = self.open().await.map_err(|error| match error {
            RegistryError::Unauthorized(message) => PullError::Unauthorized(message),
            error => PullError::of_registry(error, &self.reference.named()),
        })?;
        let started_at = self.driver.now();
        let report = |event| self.report(event, started_at);
        let pause = || self.pause();
        let store = self.driver.store();
        images::pull::pull(&source, &self.reference, store, &report, &pause).await
    }

    /// The repository. Nothing leaves the zone that operators do not want to: every other host is unknown here.
    async fn open(&self) -> Result<Source<'_>, RegistryError> {
        let reference = &self.reference;
        let credentials = self.credentials.as_ref();
        match place_of(&self.driver, reference) {
            Place::Hub(host) => {
                check_hub_user(&self.driver, &host, credentials)?;
                Ok(Source::Hub {
                    hub: self.driver.hub(),
                    host,
                    repository: reference.remote_name.clone(),
                })
            }
            Place::Layouts(directory) => layout(&directory, &reference.remote_name),
            Place::Registry(transport) => {
                let actions = Actions::Pull;
                let opened = Registry::open(&transport, reference, actions, credentials);
                opened.await.map(Source::Registry)
            }
        }
    }

    async fn record(&self, pulled: Pulled) -> Result<(), String> {
        let repo = self.reference.local_name.clone();
        let name = match &self.reference.selector {
            Selector::Tag(tag) => NewName::Tag {
                repo,
                tag: tag.clone(),
            },
            Selector::Digest(_) => NewName::Digest { repo },
        };
        let command = Command::RecordImage {
            account: self.account.id,
            image: Box::new(pulled.image),
            names: vec![name],
            origin: Origin::Pull,
        };
        let tree = Some(pulled.tree);
        let recorded = self.driver.record_image(command, pulled.chain, tree).await;
        match recorded {
            Ok(_) => Ok(()),
            Err(error) => Err(self.text(format!("Error pulling image: {error}"))),
        }
    }

    fn report(&self, event: PullEvent, started_at: Timestamp) -> BoxFuture<'_, ()> {
        let message = match event {
            PullEvent::Found => {
                let selector = match &self.reference.selector {
                    Selector::Tag(text) | Selector::Digest(text) => text,
                };
                let repo = &self.reference.local_name;
                // IMG-31
                let text = format!("{selector}: Pulling from {repo} ({})", self.request_id);
                json!({ "status": text })
            }
            PullEvent::Layer(digest, status) => {
                json!({"id": digest.short(), "status": status, "progressDetail": {}})
            }
            PullEvent::Downloading {
                digest,
                current,
                total,
            } => {
                let detail =
                    json!({"current": current, "total": total, "start": started_at.as_secs()});
                json!({"id": digest.short(), "status": "Downloading", "progressDetail": detail})
            }
        };
        Box::pin(async move { self.messages.send(&message).await })
    }

    fn pause(&self) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let at = self.driver.now() + RETRY_DELAY;
            let clock = self.driver.clock();
            let timer = clock.timer(at, TimerOwner::Registry, TimerReason::Retry);
            let flight = self.flight.upgrade();
            let _waiting = flight.as_ref().map(|flight| flight.wait());
            timer.await;
        })
    }
}
