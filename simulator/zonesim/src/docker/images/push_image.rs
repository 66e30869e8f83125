//! Putting one image into a registry (images.md 11, 15.3).

use super::messages::Messages;
use super::place::{Place, check_hub_user, place};
use crate::driver::Driver;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use images::pull::media_type_of;
use images::registry::{Actions, Credentials, Registry, RegistryError};
use images::store::Layer;
use rootfs::Source;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use zone::{AccountId, Digest, ImageReference, LayerId};

/// Layers that go at once (images.md 19).
const PARALLEL: usize = 3;

/// How often progress is told, real time.
const PROGRESS: Duration = Duration::from_secs(2);

/// What a registry says to those who may not.
const AUTHENTICATE: &str = "Unauthorized: authentication required";

/// A push under way.
pub(super) struct Push {
    pub(super) driver: Driver,
    pub(super) account: AccountId,
    pub(super) credentials: Option<Credentials>,
    pub(super) messages: Messages,
}

/// Where to.
pub(super) struct Destination(Registry);

impl Destination {
    /// The registry of a name, if it lets somebody in. The embedded hub lets nobody write, nor do layouts.
    pub(super) async fn open(push: &Push, reference: &ImageReference) -> Result<Self, String> {
        let credentials = push.credentials.as_ref();
        match place(&push.driver, &reference.index) {
            Place::Hub(host) => {
                let checked = check_hub_user(&push.driver, &host, credentials);
                Err(match (checked, credentials) {
                    (Err(error), _) => text_of(error),
                    (Ok(()), None) => "authentication required".to_owned(),
                    (Ok(()), Some(_)) => {
                        "denied: requested access to the resource is denied".to_owned()
                    }
                })
            }
            Place::Layouts(_) => Err("The operation is unsupported.".to_owned()),
            Place::Registry(transport) => {
                let actions = Actions::PullPush;
                let opened = Registry::open(&transport, reference, actions, credentials);
                opened.await.map(Self).map_err(text_of)
            }
        }
    }
}

/// The text of a failure, without the word before it and the request id.
fn text_of(error: RegistryError) -> String {
    match error {
        RegistryError::HostNotFound(_) | RegistryError::NoTls(_) | RegistryError::Untrusted(_) => {
            format!("(RemoteSourceError) {error}")
        }
        RegistryError::Unauthorized(_) => AUTHENTICATE.to_owned(),
        RegistryError::IdentityToken(ref host) => {
            format!("Could not push to registry {host}: {error}")
        }
        error => match error.message() {
            Some(message) => message.to_owned(),
            None => error.to_string(),
        },
    }
}

impl Push {
    /// Puts an image under a tag: layers, configuration, manifest.
    pub(super) async fn image(
        &self,
        destination: &Destination,
        tag: &str,
        image: Digest,
    ) -> Result<(), String> {
        let registry = &destination.0;
        let view = self.driver.view();
        let record = view.image_by_id(self.account, image);
        let record = record
            .ok_or_else(|| format!("No such image: {image}"))?
            .clone();
        let layers = self.layers(&record.layers)?;
        let each: Vec<BoxFuture<'_, Result<(), String>>> = layers
            .into_iter()
            .map(|layer| Box::pin(self.layer(registry, layer)) as BoxFuture<'_, _>)
            .collect();
        let all = stream::iter(each).buffered(PARALLEL);
        all.try_collect::<()>().await?;

        let config = Source::from(Bytes::copy_from_slice(&record.config));
        registry
            .upload(&config, record.id, &Arc::default())
            .await
            .map_err(text_of)?;
        let manifest = Bytes::copy_from_slice(&record.manifest);
        let media_type = media_type_of(&manifest);
        let pushed = registry.put_manifest(tag, media_type, manifest).await;
        let pushed = pushed.map_err(text_of)?;
        let (digest, size) = (pushed.digest, pushed.size_bytes);
        self.messages
            .status(format!("{tag}: digest: {digest} size: {size}"))
            .await;
        let aux = json!({"Tag": tag, "Digest": digest.to_string(), "Size": size});
        let message = json!({"progressDetail": {}, "aux": aux});
        self.messages.send(&message).await;
        Ok(())
    }

    /// The layers of an image, base first, each once.
    fn layers(&self, layers: &[zone::LayerDescriptor]) -> Result<Vec<Arc<Layer>>, String> {
        let mut known = BTreeSet::new();
        let mut found = Vec::new();
        for (index, descriptor) in layers.iter().enumerate() {
            if !known.insert(descriptor.digest) {
                continue;
            }
            let id = LayerId::of_chain(&layers[..=index]);
            let layer = self.driver.store().layer(id);
            found.push(layer.ok_or_else(|| format!("layer {} is missing", descriptor.digest))?);
        }
        Ok(found)
    }

    async fn layer(&self, registry: &Registry, layer: Arc<Layer>) -> Result<(), String> {
        let digest = layer.descriptor.digest;
        self.tell(digest, "Preparing", json!({})).await;
        let put = async {
            if registry.has_blob(digest).await.map_err(of_first_look)? {
                return Ok("Layer already exists");
            }
            self.upload(registry, &layer).await.map_err(text_of)?;
            Ok("Pushed")
        };
        match put.await {
            Ok(status) => {
                self.tell(digest, status, json!({})).await;
                Ok(())
            }
            Err(text) => {
                self.tell(digest, "Image push failed", json!({})).await;
                Err(text)
            }
        }
    }

    /// Puts a layer, and tells how far it is.
    async fn upload(&self, registry: &Registry, layer: &Layer) -> Result<(), RegistryError> {
        let digest = layer.descriptor.digest;
        let total = layer.blob.len();
        let sent = Arc::new(AtomicU64::new(0));
        let uploading = registry.upload(&layer.blob, digest, &sent);
        tokio::pin!(uploading);
        let mut ticks = tokio::time::interval(PROGRESS);
        ticks.tick().await;
        let outcome = loop {
            tokio::select! {
                outcome = &mut uploading => break outcome,
                _ = ticks.tick() => {
                    let detail = json!({"current": sent.load(Ordering::Relaxed), "total": total});
                    self.tell(digest, "Pushing", detail).await;
                }
            }
        };
        if outcome.is_ok() {
            let detail = json!({"current": total, "total": total});
            self.tell(digest, "Pushing", detail).await;
        }
        outcome
    }

    async fn tell(&self, digest: Digest, status: &str, detail: Value) {
        let message = json!({"id": digest.short(), "status": status, "progressDetail": detail});
        self.messages.send(&message).await;
    }
}

/// A registry that knows nobody says so at the first layer.
fn of_first_look(error: RegistryError) -> String {
    match error.status() {
        Some(401) => AUTHENTICATE.to_owned(),
        _ => text_of(error),
    }
}
