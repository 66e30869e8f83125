//! An account's image records and the layers of the zone.

use super::Digest;
use crate::LayerId;
use runtime::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use uuid::Uuid;

/// What containers take from an image (images.md 18).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageDefaults {
    /// `NAME=value` entries, in order.
    #[serde(with = "crate::written::shared")]
    pub env: Arc<[String]>,
    /// Default command.
    pub cmd: Vec<String>,
    /// Default entrypoint.
    pub entrypoint: Vec<String>,
    /// Working directory, empty for none.
    pub workdir: String,
    /// User, empty for root.
    pub user: String,
    /// Labels, in order of the document.
    pub labels: Vec<(String, String)>,
    /// Keys of the exposed ports (`80/tcp`), in order of the document.
    pub exposed_ports: Vec<String>,
    /// Mount points of volumes.
    pub volumes: Vec<String>,
}

/// A file system layer as a manifest names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerDescriptor {
    /// Digest of the compressed bytes.
    pub digest: Digest,
    /// Their number.
    pub size_bytes: u64,
    /// Digest of the unpacked archive.
    pub diff_id: Digest,
}

/// A complete image. The documents are kept byte for byte; the zone reads none of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewImage {
    /// SHA-256 of the configuration document: the image's id.
    pub id: Digest,
    /// SHA-256 of the manifest.
    pub manifest_digest: Digest,
    /// Another digest by which it is found: of the list that led to the manifest (IMG-38), or of a manifest that was
    /// converted.
    pub alias: Option<Digest>,
    /// Pulled, committed, or the last step of a build: listed by default.
    pub head: bool,
    /// The image that it was built on.
    pub parent: Option<Digest>,
    /// What its layers take together: compressed ones as they are, those made in the zone unpacked (images.md 5).
    pub size_bytes: u64,
    /// Compressed layers, base first.
    #[serde(with = "crate::written::shared")]
    pub layers: Arc<[LayerDescriptor]>,
    /// What containers take from it.
    #[serde(with = "crate::written::shared")]
    pub defaults: Arc<ImageDefaults>,
    /// When it was built, by its configuration.
    pub created_at: Timestamp,
    /// The configuration document.
    #[serde(with = "crate::written::document")]
    pub config: Arc<[u8]>,
    /// The manifest.
    #[serde(with = "crate::written::document")]
    pub manifest: Arc<[u8]>,
}

/// Where a new image comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A registry.
    Pull,
    /// A step of a build.
    Build,
    /// A container.
    Commit,
}

/// A name that a new image gets. Names are local ones (`busybox`, `localhost:5000/blarg`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NewName {
    /// A tag; it leaves the image that has it.
    Tag {
        /// Its repository.
        repo: String,
        /// The tag.
        tag: String,
    },
    /// The digest of its manifest, as after a pull by digest (IMG-39).
    Digest {
        /// The repository.
        repo: String,
    },
}

/// One account's record of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageRecord {
    /// SHA-256 of the configuration document; of an image from before ids were digests, anything.
    pub id: Digest,
    /// SHA-256 of the manifest.
    pub manifest_digest: Digest,
    /// Of an image from before ids were digests, the registry that it is bound to (IMG-09).
    pub registry: Option<Arc<str>>,
    /// Where it came from first.
    pub origin: Origin,
    /// Listed by default: pulled, committed, or the last step of a build.
    pub head: bool,
    /// The image that this one was built on; it need not be known.
    pub parent: Option<Digest>,
    /// Bytes of all layers.
    pub size_bytes: u64,
    /// Compressed layers, base first.
    pub layers: Arc<[LayerDescriptor]>,
    /// The topmost layer, which a container's root file system is a clone of.
    pub top_layer: LayerId,
    /// What containers take from it.
    pub defaults: Arc<ImageDefaults>,
    /// When it was built, by its configuration.
    pub created_at: Timestamp,
    /// The configuration document.
    pub config: Arc<[u8]>,
    /// The manifest.
    pub manifest: Arc<[u8]>,
}

/// What a container's root file system is made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageRef {
    /// The image.
    pub id: Digest,
    /// The topmost layer.
    pub top_layer: LayerId,
    /// Digests of the compressed layers, base first.
    pub layers: Arc<[LayerDescriptor]>,
    /// Its id is no digest (IMG-09).
    pub is_legacy: bool,
}

impl ImageRef {
    /// The id as clients see it.
    pub fn id_text(&self) -> String {
        id_text(self.id, self.is_legacy)
    }
}

fn id_text(id: Digest, is_legacy: bool) -> String {
    match is_legacy {
        true => id.hex(),
        false => id.to_string(),
    }
}

impl ImageRecord {
    /// What a runtime makes a container of this image from.
    pub fn reference(&self) -> ImageRef {
        ImageRef {
            id: self.id,
            top_layer: self.top_layer,
            layers: Arc::clone(&self.layers),
            is_legacy: self.registry.is_some(),
        }
    }

    /// The id as clients see it.
    pub fn id_text(&self) -> String {
        id_text(self.id, self.registry.is_some())
    }

    /// The parent's id as clients see it, empty for none.
    pub fn parent_text(&self) -> String {
        let is_legacy = self.registry.is_some();
        self.parent
            .map_or(String::new(), |parent| id_text(parent, is_legacy))
    }
}

impl From<&ImageRecord> for NewImage {
    /// An image that is known, to be kept again.
    fn from(known: &ImageRecord) -> Self {
        Self {
            id: known.id,
            manifest_digest: known.manifest_digest,
            alias: None,
            head: known.head,
            parent: known.parent,
            size_bytes: known.size_bytes,
            layers: Arc::clone(&known.layers),
            defaults: Arc::clone(&known.defaults),
            created_at: known.created_at,
            config: Arc::clone(&known.config),
            manifest: Arc::clone(&known.manifest),
        }
    }
}

impl ImageRecord {
    /// The record of an image that no account has, without documents.
    pub(crate) fn of_nobody(reference: ImageRef, origin: Origin) -> Self {
        Self {
            id: reference.id,
            manifest_digest: reference.id,
            registry: None,
            origin,
            head: false,
            parent: None,
            size_bytes: 0,
            layers: reference.layers,
            top_layer: reference.top_layer,
            defaults: Arc::default(),
            created_at: Timestamp::default(),
            config: Arc::new([]),
            manifest: Arc::new([]),
        }
    }

    /// The record of a new image.
    pub(crate) fn of(new: NewImage, origin: Origin) -> Self {
        Self {
            origin,
            registry: None,
            id: new.id,
            manifest_digest: new.manifest_digest,
            head: new.head,
            parent: new.parent,
            size_bytes: new.size_bytes,
            top_layer: LayerId::of_chain(&new.layers),
            layers: new.layers,
            defaults: new.defaults,
            created_at: new.created_at,
            config: new.config,
            manifest: new.manifest,
        }
    }
}

impl LayerId {
    /// The topmost of `layers`, base first.
    pub fn of_chain(layers: &[LayerDescriptor]) -> Self {
        Self::of_digests(layers.iter().map(|layer| layer.digest))
    }

    /// The topmost of layers by the digests of their compressed bytes, base first: SHA-256 of the digests joined with
    /// blanks, first half, as a UUID. The same blob on other layers is another layer.
    pub fn of_digests(layers: impl IntoIterator<Item = Digest>) -> Self {
        let text: Vec<String> = layers.into_iter().map(|layer| layer.to_string()).collect();
        let hash = Digest::of(text.join(" ").as_bytes());
        let mut half = [0; 16];
        half.copy_from_slice(&hash.0[..16]);
        Self(Uuid::from_bytes(half))
    }
}
