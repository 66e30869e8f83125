//! The embedded hub: a catalogue that answers for docker.io without a network (images.md 23).

use crate::Blob;
use crate::embedded;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, OnceLock};
use zone::Digest;

/// One image for linux/amd64 as the hub serves it.
#[derive(Clone, Debug)]
pub struct HubImage {
    /// The platform's schema 2 manifest.
    pub manifest: Blob,
    /// The manifest list that leads to it, when the tag names one (IMG-38).
    pub list: Option<Blob>,
    /// The configuration document.
    pub config: Blob,
    /// Compressed layers, base first, with the digest of their unpacked form.
    pub layers: Vec<HubLayer>,
}

/// A compressed layer.
#[derive(Clone, Debug)]
pub struct HubLayer {
    /// The gzip bytes.
    pub blob: Blob,
    /// Digest of the unpacked tar.
    pub diff_id: Digest,
    /// The tar itself.
    pub tar: bytes::Bytes,
}

/// The catalogue. It is made at the first request for an image, not at start.
pub struct Hub {
    applets: Vec<String>,
    catalogue: OnceLock<BTreeMap<(String, String), Arc<HubImage>>>,
}

impl Hub {
    /// A hub whose programs are `applets`, each a link to the multi-call binary.
    pub fn new(applets: impl IntoIterator<Item = String>) -> Self {
        let mut applets: Vec<String> = applets.into_iter().collect();
        applets.sort();
        applets.dedup();
        Self {
            applets,
            catalogue: OnceLock::new(),
        }
    }

    fn catalogue(&self) -> &BTreeMap<(String, String), Arc<HubImage>> {
        self.catalogue
            .get_or_init(|| embedded::catalogue(&self.applets))
    }

    /// The image of `repository` (remote name, `library/busybox`) and `tag`.
    pub fn by_tag(&self, repository: &str, tag: &str) -> Option<Arc<HubImage>> {
        self.catalogue()
            .get(&(repository.to_owned(), tag.to_owned()))
            .cloned()
    }

    /// The image of `repository` whose manifest, or manifest list, has this digest.
    pub fn by_digest(&self, repository: &str, digest: Digest) -> Option<Arc<HubImage>> {
        self.catalogue()
            .iter()
            .filter(|((name, _), _)| name == repository)
            .map(|(_, image)| image)
            .find(|image| {
                image.manifest.digest == digest
                    || image
                        .list
                        .as_ref()
                        .is_some_and(|list| list.digest == digest)
            })
            .cloned()
    }
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hub")
            .field("applets", &self.applets.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ImageConfig;

    fn hub() -> Hub {
        Hub::new(["sh", "echo", "cat"].map(str::to_owned))
    }

    #[test]
    fn busybox_is_the_same_bytes_every_time() {
        let first = hub().by_tag("library/busybox", "latest").expect("embedded");
        let second = hub().by_tag("library/busybox", "latest").expect("embedded");
        assert_eq!(first.manifest.digest, second.manifest.digest);
        let by_list = first.list.as_ref().expect("busybox is a list").digest;
        for digest in [first.manifest.digest, by_list] {
            assert!(hub().by_digest("library/busybox", digest).is_some());
            assert!(hub().by_digest("library/other", digest).is_none());
        }
        assert!(hub().by_tag("library/busybox", "nope").is_none());
    }

    #[test]
    fn documents_name_the_blobs_that_are_served() {
        let image = hub().by_tag("library/busybox", "latest").expect("embedded");
        let config = ImageConfig::parse(&image.config.bytes).expect("a configuration");
        let run = config.config.expect("a run section");
        assert_eq!(run.cmd, Some(vec!["sh".to_owned()]));
        let diff_ids: Vec<_> = image.layers.iter().map(|l| l.diff_id.to_string()).collect();
        assert_eq!(config.rootfs.diff_ids, diff_ids);
        let manifest = String::from_utf8_lossy(&image.manifest.bytes);
        for digest in [image.config.digest, image.layers[0].blob.digest] {
            assert!(manifest.contains(&digest.to_string()));
        }
        assert_eq!(Digest::of(&image.layers[0].tar), image.layers[0].diff_id);
    }
}
