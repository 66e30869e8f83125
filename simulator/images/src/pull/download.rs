//! Getting blobs: each in several attempts, layers several at once.

use super::document::Descriptor;
use super::error::PullError;
use super::origin::Origin;
use super::{Pause, PullEvent, Report};
use crate::registry::RegistryError;
use crate::store::{BlobWriter, Layer, LayerFault, Store};
use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream;
use rootfs::Source;
use std::collections::BTreeSet;
use std::io::Write as _;
use std::sync::{Arc, Mutex, PoisonError};
use zone::{Digest, LayerId};

/// Layers that come at once (images.md 19).
const PARALLEL: usize = 5;
/// Attempts for one blob.
const ATTEMPTS: usize = 5;
/// The longest layer.
const LAYER_BYTES: u64 = 20 << 30;
/// The longest configuration.
const CONFIG_BYTES: u64 = 8 << 20;
/// Progress is told for each started piece of this many bytes.
const PIECE_BYTES: u64 = 512 * 1024;

/// What is needed to get blobs.
pub(super) struct Downloads<'a, 'o, 'r, 'p> {
    pub(super) origin: &'a Origin<'o>,
    pub(super) store: &'a Store,
    /// `repo:tag` or `repo@digest`.
    pub(super) image: &'a str,
    pub(super) report: &'a Report<'r>,
    pub(super) pause: &'a Pause<'p>,
}

/// The layers of an image, base first, and whether the zone had all of them.
pub(super) struct Layers {
    pub(super) chain: Vec<Arc<Layer>>,
    /// Those that the zone did not have, base first, each once.
    pub(super) new: Vec<Digest>,
}

/// How one attempt has failed.
enum Attempt {
    /// Another may succeed; how this one ends if none does.
    Again(PullError),
    /// None will.
    Never(PullError),
}

impl Downloads<'_, '_, '_, '_> {
    /// The configuration document.
    pub(super) async fn config(&self, digest: Digest) -> Result<Bytes, PullError> {
        let what = "config digest";
        let blob = self.attempts(digest, what, CONFIG_BYTES, false).await?;
        let mut bytes = vec![0; usize::try_from(blob.len()).unwrap_or(0)];
        let read = blob.read(0, &mut bytes);
        read.map_err(|error| PullError::Internal(error.to_string()))?;
        Ok(bytes.into())
    }

    /// All layers; `diff_ids`: what they unpack to, when that is known.
    pub(super) async fn layers(
        &self,
        layers: &[Descriptor],
        diff_ids: Option<&[Digest]>,
    ) -> Result<Layers, PullError> {
        let digests = || layers.iter().map(|layer| layer.digest);
        let mut told = BTreeSet::new();
        for digest in digests().filter(|digest| told.insert(*digest)) {
            self.tell(digest, "Pulling fs layer").await;
        }
        let mut known: Vec<Option<Arc<Layer>>> = Vec::new();
        for index in 0..layers.len() {
            let id = LayerId::of_digests(digests().take(index + 1));
            known.push(self.store.layer(id));
        }
        let mut missing: Vec<usize> = Vec::new();
        for (index, layer) in known.iter().enumerate() {
            let digest = layers[index].digest;
            match layer {
                Some(_) => self.tell(digest, "Already exists").await,
                None if missing.iter().all(|other| layers[*other].digest != digest) => {
                    missing.push(index);
                }
                None => {}
            }
        }
        let got = self.missing(layers, diff_ids, &missing).await?;
        let chain = known.into_iter().zip(layers).map(|(known, layer)| {
            let own = |got: &&Arc<Layer>| got.descriptor.digest == layer.digest;
            known.or_else(|| got.iter().find(own).cloned())
        });
        let chain: Option<Vec<Arc<Layer>>> = chain.collect();
        let chain = chain.ok_or_else(|| PullError::Internal("a layer is missing".to_owned()))?;
        // Those that were not unpacked for this image, too.
        for (layer, diff_id) in chain.iter().zip(diff_ids.unwrap_or_default()) {
            let found = layer.descriptor.diff_id;
            if found != *diff_id {
                let text = format!("diff id does not match, got {found}, expected {diff_id}");
                return Err(PullError::Internal(text));
            }
        }
        Ok(Layers {
            chain,
            new: missing.iter().map(|index| layers[*index].digest).collect(),
        })
    }

    /// Layers that the zone has not; what is complete when one fails is kept for the next pull.
    async fn missing(
        &self,
        layers: &[Descriptor],
        diff_ids: Option<&[Digest]>,
        missing: &[usize],
    ) -> Result<Vec<Arc<Layer>>, PullError> {
        let complete: Mutex<Vec<Arc<Layer>>> = Mutex::default();
        let lock = || complete.lock().unwrap_or_else(PoisonError::into_inner);
        let mut each: Vec<BoxFuture<'_, Result<Arc<Layer>, PullError>>> = Vec::new();
        for index in missing.iter().copied() {
            let diff_id = diff_ids.and_then(|ids| ids.get(index).copied());
            each.push(Box::pin(self.layer(&layers[index], diff_id)));
        }
        let mut all = stream::iter(each).buffer_unordered(PARALLEL);
        let mut failure = None;
        while let Some(layer) = all.next().await {
            match layer {
                Ok(layer) => lock().push(layer),
                Err(error) => {
                    failure = Some(error);
                    break;
                }
            }
        }
        drop(all);
        let complete = std::mem::take(&mut *lock());
        match failure {
            None => Ok(complete),
            Some(error) => {
                self.store.keep_left_over(complete);
                Err(error)
            }
        }
    }

    async fn layer(
        &self,
        layer: &Descriptor,
        diff_id: Option<Digest>,
    ) -> Result<Arc<Layer>, PullError> {
        let digest = layer.digest;
        let of_this = |left: &Arc<Layer>| diff_id.is_none_or(|id| left.descriptor.diff_id == id);
        if let Some(left) = self.store.left_over(digest).filter(of_this) {
            self.tell(digest, "Download complete (cached)").await;
            return Ok(left);
        }
        self.tell(digest, "Pulling fs layer").await;
        let blob = self.attempts(digest, "layer digest", LAYER_BYTES, true);
        let blob = blob.await?;
        self.tell(digest, "Download complete").await;
        if let Some(layer) = self.origin.unpacked(digest) {
            return Ok(layer);
        }
        let media_type = layer.media_type.clone();
        let reads_zstd = self.origin.reads_zstd();
        let unpacking = tokio::task::spawn_blocking(move || {
            let unpacked = match reads_zstd {
                true => Layer::unpack_any(blob, digest, &media_type, diff_id),
                false => Layer::unpack(blob, digest, &media_type, diff_id),
            };
            unpacked.map(Arc::new)
        });
        match unpacking.await {
            Ok(Ok(layer)) => Ok(layer),
            Ok(Err(fault @ LayerFault::MediaType(_))) => {
                Err(PullError::Told(RegistryError::Broken(fault.to_string())))
            }
            Ok(Err(fault)) => Err(PullError::Internal(fault.to_string())),
            Err(error) => Err(PullError::Internal(error.to_string())),
        }
    }

    /// A blob, in several attempts, each from its beginning.
    async fn attempts(
        &self,
        digest: Digest,
        what: &str,
        limit_bytes: u64,
        tells: bool,
    ) -> Result<Source, PullError> {
        let mut last = None;
        for attempt in 0..ATTEMPTS {
            if attempt > 0 {
                (self.pause)().await;
            }
            match self.attempt(digest, what, limit_bytes, tells).await {
                Ok(blob) => return Ok(blob),
                Err(Attempt::Never(error)) => return Err(error),
                Err(Attempt::Again(error)) => last = Some(error),
            }
        }
        Err(last.unwrap_or_else(|| self.failed(String::new())))
    }

    async fn attempt(
        &self,
        digest: Digest,
        what: &str,
        limit_bytes: u64,
        tells: bool,
    ) -> Result<Source, Attempt> {
        let stream = self.origin.blob(digest).await;
        let mut stream = stream.map_err(|error| self.judge(error))?;
        let length = stream.length();
        if let Some(length) = length.filter(|length| *length > limit_bytes) {
            if !tells {
                let text = format!("a configuration of {length} bytes");
                return Err(Attempt::Never(PullError::Internal(text)));
            }
            let text =
                format!("Image file size, {length}, exceeds the maximum allowed file size, 20 GiB");
            return Err(Attempt::Never(self.failed(text)));
        }
        let mut writer = BlobWriter::new();
        let mut told = 0;
        let end = loop {
            match stream.next().await {
                Ok(Some(bytes)) => {
                    writer
                        .write_all(&bytes)
                        .map_err(|error| Attempt::Never(PullError::Internal(error.to_string())))?;
                    if writer.len() > limit_bytes {
                        break Err("layer is longer than 20 GiB".to_owned());
                    }
                    if tells {
                        self.progress(digest, &mut told, writer.len(), length).await;
                    }
                }
                Ok(None) => break Ok(()),
                Err(error) => break Err(error.to_string()),
            }
        };
        let size = writer.len();
        if let Some(length) = length.filter(|length| *length != size) {
            return Err(self.again(format!(
                "Download error: \"Content-Length\" header, {length}, does not match downloaded size, {size}"
            )));
        }
        end.map_err(|text| self.again(text))?;
        let (blob, found) = writer.finish();
        if found != digest {
            return Err(self.again(format!(
                "{what} does not match, got {found}, expected {digest}"
            )));
        }
        if tells && (told < size || size == 0) {
            self.downloading(digest, size, length.unwrap_or(size)).await;
        }
        Ok(blob)
    }

    /// Tells of each piece that is complete.
    async fn progress(&self, digest: Digest, told: &mut u64, size: u64, length: Option<u64>) {
        let Some(total) = length else {
            return;
        };
        while *told < total && (size >= *told + PIECE_BYTES || size >= total) {
            *told = (*told + PIECE_BYTES).min(total);
            self.downloading(digest, *told, total).await;
        }
    }

    async fn downloading(&self, digest: Digest, current: u64, total: u64) {
        (self.report)(PullEvent::Downloading {
            digest,
            current,
            total,
        })
        .await;
    }

    async fn tell(&self, digest: Digest, status: &'static str) {
        (self.report)(PullEvent::Layer(digest, status)).await;
    }

    /// What a failure to begin a download means.
    fn judge(&self, error: RegistryError) -> Attempt {
        match error {
            RegistryError::Status {
                status: 429 | 500..,
                ..
            }
            | RegistryError::Broken(_)
            | RegistryError::ConnectTimeout(_) => self.again(error.to_string()),
            // It was there for the manifest.
            RegistryError::HostNotFound(_) => {
                Attempt::Again(PullError::of_registry(error, self.image))
            }
            RegistryError::RedirectLoop => Attempt::Never(self.failed(error.to_string())),
            RegistryError::Status { ref errors, .. } if !errors.is_empty() => {
                Attempt::Never(PullError::Told(error))
            }
            error => Attempt::Never(PullError::of_registry(error, self.image)),
        }
    }

    fn again(&self, detail: String) -> Attempt {
        Attempt::Again(self.failed(detail))
    }

    fn failed(&self, detail: String) -> PullError {
        PullError::Download {
            image: self.image.to_owned(),
            detail,
        }
    }
}
