//! The embedded hub: a catalogue that answers for the official index, and for a few names of other hosts, without a
//! network (images.md 23). It is read as a registry is: manifests by tag or digest, blobs by digest.

mod image;
mod imported;
mod search;
#[cfg(test)]
mod tests;

pub use image::{HubImage, HubLayer, HubManifest};
pub use imported::ImportedImage;
pub use search::SearchResult;

use crate::embedded::{CATALOGUE, OFFICIAL, OnBusyboxes, Release, Repository, Source};
use crate::registry::ManifestAnswer;
use crate::store::Layer;
use bytes::Bytes;
use imported::Imports;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use zone::Digest;

/// The catalogue. An image is made at the first request for it, not at start.
pub struct Hub {
    on_busybox: Arc<OnBusyboxes>,
    imports: Imports,
}

impl Hub {
    /// A hub whose programs are `applets`, each a link to the multi-call binary.
    pub fn new(applets: impl IntoIterator<Item = String>) -> Self {
        let applets: BTreeSet<String> = applets.into_iter().collect();
        Self {
            on_busybox: OnBusyboxes::of(applets.into_iter().collect()),
            imports: Imports::default(),
        }
    }

    /// Adds an image, or puts it in the place of the one that has its name.
    pub fn import(&self, host: &str, repository: &str, tag: &str, image: ImportedImage) {
        self.imports.add(host, repository, tag, image);
    }

    /// Whether it answers for all of a host; the official index is `docker.io`.
    pub fn answers_for(&self, host: &str) -> bool {
        CATALOGUE.iter().any(|repository| repository.host == host)
    }

    /// Whether it answers for a repository.
    pub fn has(&self, host: &str, repository: &str) -> bool {
        self.answers_for(host) || self.imports.has(host, repository)
    }

    /// The remote names of the repositories of the official index; each has the tag `latest`.
    pub fn repositories(&self) -> impl Iterator<Item = &'static str> + use<> {
        let official = |repository: &&Repository| repository.host == OFFICIAL;
        CATALOGUE
            .iter()
            .filter(official)
            .map(|repository| repository.name)
    }

    /// The repositories of the official index whose name or description has `term` in it, at most 25.
    pub fn search(&self, term: &str) -> Vec<SearchResult> {
        search::search(term, &self.imports.repositories(OFFICIAL))
    }

    /// What a registry answers to `GET /v2/REPOSITORY/manifests/REFERENCE`: the document that a tag names, or the
    /// manifest, list or index of that digest, `sha256:…`. `repository` is the remote name, `library/busybox`.
    pub fn manifest(&self, host: &str, repository: &str, reference: &str) -> Option<HubManifest> {
        let found = match Digest::parse(reference) {
            Some(digest) => self
                .releases(host, repository)
                .find_map(|release| release.manifest(digest)),
            None => self.release(host, repository, reference)?.named(),
        };
        found.cloned()
    }

    /// What a registry answers to `GET /v2/REPOSITORY/blobs/DIGEST`: a configuration, or a layer as it travels.
    pub fn blob(&self, host: &str, repository: &str, digest: Digest) -> Option<Bytes> {
        self.releases(host, repository)
            .find_map(|release| release.blob(digest))
            .map(|blob| blob.bytes.clone())
    }

    /// The same of the images that were imported, too.
    pub(crate) fn answer(
        &self,
        host: &str,
        repository: &str,
        reference: &str,
    ) -> Option<ManifestAnswer> {
        let imported = self.imports.manifest(host, repository, reference);
        imported.or_else(|| {
            let found = self.manifest(host, repository, reference)?;
            Some(ManifestAnswer {
                media_type: found.media_type.to_owned(),
                bytes: found.blob.bytes,
            })
        })
    }

    /// As [`Hub::blob`], of the images that were imported, too.
    pub(crate) fn source(
        &self,
        host: &str,
        repository: &str,
        digest: Digest,
    ) -> Option<rootfs::Source> {
        let imported = self.imports.blob(host, repository, digest);
        imported.or_else(|| self.blob(host, repository, digest).map(Into::into))
    }

    /// A layer that was imported.
    pub(crate) fn imported_layer(
        &self,
        host: &str,
        repository: &str,
        digest: Digest,
    ) -> Option<Arc<Layer>> {
        self.imports.layer(host, repository, digest)
    }

    /// The layer of any image that travels under this digest, also when another registry has sent it.
    pub fn layer(&self, digest: Digest) -> Option<HubLayer> {
        let mut layers = self.all().flat_map(|release| &release.layers);
        layers.find(|layer| layer.blob.digest == digest).cloned()
    }

    /// The layers of the image `base-64` of SmartOS, base first; no registry has it.
    pub fn base_64(&self) -> &[HubLayer] {
        self.on_busybox.base_64()
    }

    /// A layer of a repository, as [`Hub::blob`] finds it.
    pub fn layer_of(&self, host: &str, repository: &str, digest: Digest) -> Option<HubLayer> {
        let releases = self.releases(host, repository);
        let mut layers = releases.flat_map(|release| &release.layers);
        layers.find(|layer| layer.blob.digest == digest).cloned()
    }

    /// The image of `repository` of the official index and `tag`. None for one of schema 1, which has no manifest of
    /// its own before it is converted.
    pub fn by_tag(&self, repository: &str, tag: &str) -> Option<Arc<HubImage>> {
        self.release(OFFICIAL, repository, tag)?.image.clone()
    }

    fn release(&self, host: &str, repository: &str, tag: &str) -> Option<&Release> {
        let tags = repository_of(host, repository)?.tags;
        let (_, source) = tags.iter().find(|(name, _)| *name == tag)?;
        Some(self.made(*source))
    }

    /// What the tags of a repository lead to, each made when the search comes to it.
    fn releases(&self, host: &str, repository: &str) -> impl Iterator<Item = &Release> {
        let repository = repository_of(host, repository);
        let tags = repository.map_or(&[][..], |repository| repository.tags);
        tags.iter().map(|(_, source)| self.made(*source))
    }

    fn all(&self) -> impl Iterator<Item = &Release> {
        CATALOGUE
            .iter()
            .flat_map(|repository| repository.tags)
            .map(|(_, source)| self.made(*source))
    }

    fn made(&self, source: Source) -> &Release {
        match source {
            Source::Constant(release) => release,
            Source::Derived(image) => self.on_busybox.release(image),
        }
    }
}

fn repository_of(host: &str, name: &str) -> Option<&'static Repository> {
    CATALOGUE
        .iter()
        .find(|repository| repository.host == host && repository.name == name)
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hub")
            .field("repositories", &CATALOGUE.len())
            .finish_non_exhaustive()
    }
}
