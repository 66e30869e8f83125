//! Images in files: layouts of OCI, and what `docker save` writes.

mod archive;
mod error;
mod files;
mod index;
mod old;
mod saved;

pub use error::LayoutError;

use crate::registry::{BlobStream, ManifestAnswer, RegistryError};
use files::Files;
use rootfs::Source;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use zone::Digest;

/// The longest manifest or index, bytes.
const DOCUMENT_BYTES: u64 = 8 << 20;

/// Images that lie in a directory or an archive.
#[derive(Debug)]
pub struct Layout {
    files: Files,
    images: Vec<LayoutImage>,
    /// Blobs that are not where a layout has them, by digest.
    elsewhere: BTreeMap<Digest, Source>,
}

/// An image of a layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayoutImage {
    /// Digest of its manifest, or of a list.
    pub manifest: Digest,
    /// Full names (`docker.io/library/busybox:latest`, `busybox:latest`).
    pub names: Vec<String>,
    /// A tag of a repository that is not told.
    pub tag: Option<String>,
    media_type: String,
}

impl Layout {
    /// What a directory has, which must be an OCI layout or the unpacked archive of `docker save`.
    pub fn of_directory(path: &Path) -> Result<Self, LayoutError> {
        Self::of(Files::Directory(path.to_owned()))
    }

    /// The same of an archive, plain or packed. Reads all of it: this takes its time.
    pub fn of_archive(file: File) -> Result<Self, LayoutError> {
        Self::of(archive::files(file)?)
    }

    fn of(files: Files) -> Result<Self, LayoutError> {
        let read = |name| files.read(name, DOCUMENT_BYTES);
        if let Some(index) = read("index.json")? {
            let images = index::images(&index)?;
            return Ok(Self {
                files,
                images,
                elsewhere: BTreeMap::new(),
            });
        }
        if let Some(list) = read("manifest.json")? {
            let (images, elsewhere) = saved::images(&files, &list)?;
            return Ok(Self {
                files,
                images,
                elsewhere,
            });
        }
        let list = read("repositories")?.ok_or(LayoutError::NoLayout)?;
        let (images, elsewhere) = old::images(&files, &list)?;
        Ok(Self {
            files,
            images,
            elsewhere,
        })
    }

    /// Its images, in its order.
    pub fn images(&self) -> &[LayoutImage] {
        &self.images
    }

    /// A manifest by tag or digest. A single image without a name is `latest`.
    pub(crate) fn manifest(&self, reference: &str) -> Result<ManifestAnswer, RegistryError> {
        if let Some(digest) = Digest::parse(reference) {
            let known = self.images.iter().find(|image| image.manifest == digest);
            let media_type = known.map_or("", |image| &image.media_type);
            return self.manifest_bytes(digest, media_type);
        }
        let named = self.images.iter().find(|image| image.has_tag(reference));
        let only = || match self.images.as_slice() {
            [only] if only.is_nameless() && reference == "latest" => Some(only),
            _ => None,
        };
        let image = named.or_else(only).ok_or_else(RegistryError::not_found)?;
        self.manifest_bytes(image.manifest, &image.media_type)
    }

    fn manifest_bytes(
        &self,
        digest: Digest,
        media_type: &str,
    ) -> Result<ManifestAnswer, RegistryError> {
        let source = self.source(digest)?;
        let bytes = files::bytes(&source, DOCUMENT_BYTES);
        let bytes = bytes.map_err(|error| RegistryError::Broken(error.to_string()))?;
        Ok(ManifestAnswer {
            media_type: media_type.to_owned(),
            bytes,
        })
    }

    /// The bytes of a blob.
    pub(crate) fn blob(&self, digest: Digest) -> Result<BlobStream, RegistryError> {
        self.source(digest).map(BlobStream::here)
    }

    fn source(&self, digest: Digest) -> Result<Source, RegistryError> {
        if let Some(source) = self.elsewhere.get(&digest) {
            return Ok(source.clone());
        }
        let text = digest.to_string();
        let found = self
            .files
            .open(&format!("blobs/{}", text.replace(':', "/")));
        let found = found.map_err(|error| RegistryError::Broken(error.to_string()))?;
        found.ok_or_else(RegistryError::not_found)
    }
}

impl LayoutImage {
    fn has_tag(&self, tag: &str) -> bool {
        let ends = |name: &String| name.rsplit_once(':').is_some_and(|(_, own)| own == tag);
        self.tag.as_deref() == Some(tag) || self.names.iter().any(ends)
    }

    fn is_nameless(&self) -> bool {
        self.tag.is_none() && self.names.is_empty()
    }
}
