//! `POST /images/create` (images.md 10).

use super::pull_source::source;
use super::pull_stream::PullStream;
use crate::docker::failure::Failure;
use crate::docker::route::{AccountRef, Answer, Call};
use crate::driver::Driver;
use futures_util::future::BoxFuture;
use http::StatusCode;
use images::{HubImage, ImageConfig, LayerState, pull_events};
use runtime::Timestamp;
use std::sync::Arc;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use zone::{
    Command, Digest, Error, ImageDefaults, ImageReference, LayerDescriptor, PulledImage, Selector,
};

/// The host of the index that the embedded hub stands in for.
const HUB: &str = "docker.io";

/// Pulls an image. It goes on to the end when the client leaves (IMG-44).
pub(crate) fn pull(call: Call) -> BoxFuture<'static, Result<Answer, Failure>> {
    Box::pin(async move {
        let account = call.account().clone();
        let view = call.driver.view();
        let approved = view
            .account(account.id)
            .is_some_and(|account| account.approved_for_provisioning);
        if !approved {
            // IMG-37
            return Err(Error::NotApproved {
                login: account.login,
            }
            .into());
        }
        if call.query.text("fromSrc").is_some() {
            // IMG-54
            return Err(Failure::not_implemented("image create"));
        }
        let reference = source(&call.query)?;
        let (stream, chunks) = PullStream::new();
        let pull = Pull {
            driver: call.driver.clone(),
            account,
            reference,
            request_id: call.request_id.to_string(),
            stream,
        };
        tokio::spawn(pull.run());
        Ok(Answer::Stream {
            status: StatusCode::OK,
            content_type: Some("application/json"),
            headers: Vec::new(),
            chunks,
        })
    })
}

struct Pull {
    driver: Driver,
    account: AccountRef,
    reference: ImageReference,
    request_id: String,
    stream: PullStream,
}

impl Pull {
    async fn run(self) {
        if let Err(text) = self.pull().await {
            // IMG-33
            self.stream
                .fail(&format!("{text} ({})", self.request_id))
                .await;
        }
    }

    /// `repo:tag` or `repo@digest`.
    fn name(&self) -> String {
        let repo = &self.reference.local_name;
        match &self.reference.selector {
            Selector::Tag(tag) => format!("{repo}:{tag}"),
            Selector::Digest(digest) => format!("{repo}@{digest}"),
        }
    }

    /// The image as its registry has it. Nothing leaves the zone: every host but the hub is unknown here.
    fn find(&self) -> Result<Arc<HubImage>, String> {
        let reference = &self.reference;
        if reference.index != HUB {
            let host = &reference.index;
            return Err(format!(
                "Error pulling image: (RemoteSourceError) {host} host not found"
            ));
        }
        let hub = self.driver.hub();
        let found = match &reference.selector {
            Selector::Tag(tag) => hub.by_tag(&reference.remote_name, tag),
            Selector::Digest(digest) => Digest::parse(digest)
                .and_then(|digest| hub.by_digest(&reference.remote_name, digest)),
        };
        // IMG-34
        found.ok_or_else(|| format!("Error: image {} not found", self.name()))
    }

    async fn pull(&self) -> Result<(), String> {
        let image = self.find()?;
        let selector = match &self.reference.selector {
            Selector::Tag(text) | Selector::Digest(text) => text,
        };
        let repo = &self.reference.local_name;
        // IMG-31
        let first = format!("{selector}: Pulling from {repo} ({})", self.request_id);
        self.stream.status(first).await;

        let layers = self.layers(&image);
        let started_at = self.driver.now();
        for event in pull_events(&layers) {
            self.stream.progress(event, started_at).await;
        }
        self.driver.keep_layers(&image);
        let record = self
            .record(&image)
            .ok_or("Error pulling image: Internal error")?;
        let command = Command::RecordPull {
            account: self.account.id,
            image: Box::new(record),
        };
        self.driver
            .run(command)
            .await
            .map_err(|error| format!("Error pulling image: {error}"))?;

        self.stream
            .status(format!("Digest: {}", image.manifest.digest))
            .await;
        let downloaded = layers.iter().any(|layer| !layer.present);
        let what = match downloaded {
            true => "Downloaded newer image",
            false => "Image is up to date",
        };
        self.stream
            .status(format!("Status: {what} for {}", self.name()))
            .await;
        Ok(())
    }

    fn layers(&self, image: &HubImage) -> Vec<LayerState> {
        let view = self.driver.view();
        let chain = descriptors(image);
        chain
            .iter()
            .enumerate()
            .map(|(index, layer)| LayerState {
                digest: layer.digest,
                size_bytes: layer.size_bytes,
                present: view.has_layer(&chain[..=index]),
            })
            .collect()
    }

    fn record(&self, image: &HubImage) -> Option<PulledImage> {
        let config = ImageConfig::parse(&image.config.bytes).ok()?;
        let run = config.config.unwrap_or_default();
        let keys = |map: Option<std::collections::BTreeMap<String, serde_json::Value>>| {
            map.unwrap_or_default().into_keys().collect()
        };
        let defaults = ImageDefaults {
            env: run.env.unwrap_or_default().into(),
            cmd: run.cmd.unwrap_or_default(),
            entrypoint: run.entrypoint.unwrap_or_default(),
            workdir: run.working_dir,
            user: run.user,
            labels: run.labels.unwrap_or_default().into_iter().collect(),
            exposed_ports: keys(run.exposed_ports),
            volumes: keys(run.volumes),
        };
        Some(PulledImage {
            repo: self.reference.local_name.clone(),
            tag: match &self.reference.selector {
                Selector::Tag(tag) => Some(tag.clone()),
                Selector::Digest(_) => None,
            },
            id: image.config.digest,
            manifest_digest: image.manifest.digest,
            list_digest: image.list.as_ref().map(|list| list.digest),
            layers: descriptors(image).into(),
            defaults: Arc::new(defaults),
            created_at: created_at(&config.created)?,
            config: image.config.bytes.to_vec().into(),
            manifest: image.manifest.bytes.to_vec().into(),
        })
    }
}

fn descriptors(image: &HubImage) -> Vec<LayerDescriptor> {
    image
        .layers
        .iter()
        .map(|layer| LayerDescriptor {
            digest: layer.blob.digest,
            size_bytes: layer.blob.size_bytes(),
        })
        .collect()
}

/// The time in an image's configuration; the epoch for one before it.
fn created_at(text: &str) -> Option<Timestamp> {
    let at = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    Some(Timestamp(
        u64::try_from(at.unix_timestamp_nanos()).unwrap_or(0),
    ))
}
