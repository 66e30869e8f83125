//! Where an image comes from.

use crate::hub::Hub;
use crate::layout::Layout;
use crate::registry::{BlobStream, ManifestAnswer, Registry, RegistryError};
use crate::store::Layer;
use rootfs::Source;
use std::sync::Arc;
use zone::{Digest, LayerDescriptor};

/// A repository to pull from.
#[derive(Debug)]
pub enum Origin<'h> {
    /// Of the embedded hub.
    Hub {
        /// The hub.
        hub: &'h Hub,
        /// The host that it answers for.
        host: String,
        /// The name that a registry would know (`library/busybox`).
        repository: String,
    },
    /// Of a registry.
    Registry(Registry),
    /// Of files that stand for a registry.
    Files(Arc<Layout>),
    /// Of files that people have: what no registry may send is read, too.
    Import(Arc<Layout>),
}

impl Origin<'_> {
    /// A manifest by tag or digest.
    pub(super) async fn manifest(&self, reference: &str) -> Result<ManifestAnswer, RegistryError> {
        match self {
            Self::Registry(registry) => registry.manifest(reference).await,
            Self::Files(layout) | Self::Import(layout) => layout.manifest(reference),
            Self::Hub {
                hub,
                host,
                repository,
            } => {
                let found = hub.answer(host, repository, reference);
                found.ok_or_else(RegistryError::not_found)
            }
        }
    }

    /// The bytes of a blob.
    pub(super) async fn blob(&self, digest: Digest) -> Result<BlobStream, RegistryError> {
        match self {
            Self::Registry(registry) => registry.blob(digest).await,
            Self::Files(layout) | Self::Import(layout) => layout.blob(digest),
            Self::Hub {
                hub,
                host,
                repository,
            } => {
                let found = hub.source(host, repository, digest);
                let found = found.map(BlobStream::here);
                found.ok_or_else(RegistryError::not_found)
            }
        }
    }

    /// A layer that need not be unpacked.
    pub(super) fn unpacked(&self, digest: Digest) -> Option<Arc<Layer>> {
        let Self::Hub {
            hub,
            host,
            repository,
        } = self
        else {
            return None;
        };
        if let Some(layer) = hub.imported_layer(host, repository, digest) {
            return Some(layer);
        }
        let layer = hub.layer_of(host, repository, digest)?;
        Some(Arc::new(Layer {
            descriptor: LayerDescriptor {
                digest,
                size_bytes: layer.blob.size_bytes(),
                diff_id: layer.diff_id,
            },
            blob: Source::Memory(layer.blob.bytes),
            tar: Source::Memory(layer.tar),
        }))
    }

    /// Whether layers that Zstandard has compressed are read.
    pub(super) fn reads_zstd(&self) -> bool {
        matches!(self, Self::Import(_))
    }
}
