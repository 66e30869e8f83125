//! Images that were added to the catalogue.

use crate::registry::ManifestAnswer;
use crate::store::Layer;
use bytes::Bytes;
use rootfs::Source;
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use zone::Digest;

/// An image with all that it consists of.
#[derive(Clone, Debug)]
pub struct ImportedImage {
    /// The document, and its `Content-Type`.
    pub manifest: ManifestAnswer,
    /// The configuration document.
    pub config: Bytes,
    /// Base first.
    pub layers: Vec<Arc<Layer>>,
}

/// Host and remote name.
type Repository = (String, String);

/// The images by repository and tag. They count for more than those of the catalogue.
#[derive(Debug, Default)]
pub(super) struct Imports(RwLock<BTreeMap<Repository, BTreeMap<String, ImportedImage>>>);

impl Imports {
    pub(super) fn add(&self, host: &str, repository: &str, tag: &str, image: ImportedImage) {
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let tags = all.entry((host.to_owned(), repository.to_owned()));
        tags.or_default().insert(tag.to_owned(), image);
    }

    pub(super) fn has(&self, host: &str, repository: &str) -> bool {
        self.find(host, repository, |_, _| Some(())).is_some()
    }

    /// The remote names of a host's repositories.
    pub(super) fn repositories(&self, of: &str) -> Vec<String> {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let own = all.keys().filter(|(host, _)| host == of);
        own.map(|(_, name)| name.clone()).collect()
    }

    /// A manifest by tag or digest.
    pub(super) fn manifest(
        &self,
        host: &str,
        repository: &str,
        reference: &str,
    ) -> Option<ManifestAnswer> {
        let digest = Digest::parse(reference);
        self.find(host, repository, |tag, image| {
            let is_it = match digest {
                Some(digest) => Digest::of(&image.manifest.bytes) == digest,
                None => tag == reference,
            };
            is_it.then(|| image.manifest.clone())
        })
    }

    /// A configuration, or a layer as it travels.
    pub(super) fn blob(&self, host: &str, repository: &str, digest: Digest) -> Option<Source> {
        let config = self.find(host, repository, |_, image| {
            let is_it = Digest::of(&image.config) == digest;
            is_it.then(|| Source::Memory(image.config.clone()))
        });
        config.or_else(|| {
            let layer = self.layer(host, repository, digest)?;
            Some(layer.blob.clone())
        })
    }

    /// A layer by the digest under which it travels.
    pub(super) fn layer(&self, host: &str, repository: &str, digest: Digest) -> Option<Arc<Layer>> {
        self.find(host, repository, |_, image| {
            let mut layers = image.layers.iter();
            let layer = layers.find(|layer| layer.descriptor.digest == digest);
            layer.cloned()
        })
    }

    fn find<T>(
        &self,
        host: &str,
        repository: &str,
        look: impl Fn(&str, &ImportedImage) -> Option<T>,
    ) -> Option<T> {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let tags = all.get(&(host.to_owned(), repository.to_owned()))?;
        tags.iter().find_map(|(tag, image)| look(tag, image))
    }
}
