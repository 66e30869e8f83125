//! The embedded hub: a catalogue that answers for docker.io without a network (images.md 23).

use crate::Blob;
use crate::embedded;
use std::fmt;
use std::sync::{Arc, OnceLock};
use zone::{Digest, LayerDescriptor};

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

/// The catalogue. An image is made at the first request for it, not at start.
pub struct Hub {
    applets: Vec<String>,
    busybox: OnceLock<Arc<HubImage>>,
}

impl Hub {
    /// A hub whose programs are `applets`, each a link to the multi-call binary.
    pub fn new(applets: impl IntoIterator<Item = String>) -> Self {
        let mut applets: Vec<String> = applets.into_iter().collect();
        applets.sort();
        applets.dedup();
        Self {
            applets,
            busybox: OnceLock::new(),
        }
    }

    /// The remote names of all images.
    pub fn repositories(&self) -> impl Iterator<Item = &'static str> + use<> {
        embedded::repositories()
    }

    /// The image of `repository` (remote name, `library/busybox`) and `tag`.
    pub fn by_tag(&self, repository: &str, tag: &str) -> Option<Arc<HubImage>> {
        match (repository, tag) {
            (embedded::BUSYBOX, embedded::TAG) => {
                let busybox = self
                    .busybox
                    .get_or_init(|| embedded::busybox(&self.applets));
                Some(Arc::clone(busybox))
            }
            (_, embedded::TAG) => embedded::constant(repository),
            _ => None,
        }
    }

    /// The image of `repository` whose manifest, or manifest list, has this digest.
    pub fn by_digest(&self, repository: &str, digest: Digest) -> Option<Arc<HubImage>> {
        let image = self.by_tag(repository, embedded::TAG)?;
        let list = image.list.as_ref().map(|list| list.digest);
        (image.manifest.digest == digest || list == Some(digest)).then_some(image)
    }

    /// The image that consists of these layers, base first.
    pub fn by_layers(&self, layers: &[LayerDescriptor]) -> Option<Arc<HubImage>> {
        let mut images = embedded::repositories()
            .filter_map(|repository| self.by_tag(repository, embedded::TAG));
        images.find(|image| {
            let own = image.layers.iter().map(|layer| layer.blob.digest);
            own.eq(layers.iter().map(|layer| layer.digest))
        })
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

    /// With the applets of [`hub`].
    const PINNED: [&str; 6] = [
        "busybox sha256:53ff0c40f46d9a660d60cebe361f8c4601a34ed1b5d5fc1bd40d7e728fae8007",
        "debian sha256:48fa7c2213f95fec518b45de139571ea48c22b4c9ae029aed8f010b25f952ae2",
        "nginx sha256:359b703786f0a2e77c163adcc281e1ed8dfd760e60ce1236870fd558d8356b5a",
        "httpd sha256:57d395c65f87faeefcc54caa7e31eb3aeb4db577fdc394587c70caa1b809c031",
        "redis sha256:858d8feb10b077f4cd2f21ac8913af6ee3a53dd0b285cfbb870fdda78e366bf8",
        "consul sha256:51840d11baa28141320237e76e595bbe93f8b45468436d2f7130705260a0199d",
    ];

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

    /// What changes an image changes what its digest names: on purpose, or not at all.
    #[test]
    fn the_digests_of_embedded_images_are_constants() {
        let hub = hub();
        let digests = embedded::repositories().map(|repository| {
            let image = hub.by_tag(repository, "latest").expect("it is embedded");
            let name = repository.trim_start_matches("library/");
            format!("{name} {}", image.manifest.digest)
        });
        assert_eq!(digests.collect::<Vec<_>>(), PINNED);
    }

    #[test]
    fn images_on_debian_share_its_layer() {
        let hub = hub();
        let layers = |name: &str| {
            let image = hub.by_tag(&format!("library/{name}"), "latest");
            let layers = image.expect("it is embedded").layers.clone();
            layers
                .iter()
                .map(|layer| layer.blob.digest)
                .collect::<Vec<_>>()
        };
        let base = layers("debian");
        for (name, own) in [("nginx", 2), ("httpd", 3), ("redis", 4), ("consul", 2)] {
            let layers = layers(name);
            assert_eq!((&layers[..1], layers.len()), (&base[..], 1 + own), "{name}");
        }
    }

    #[test]
    fn an_image_is_found_by_its_layers() {
        let hub = hub();
        let layers_of = |image: &HubImage| -> Vec<LayerDescriptor> {
            let blobs = image.layers.iter().map(|layer| &layer.blob);
            blobs
                .map(|blob| LayerDescriptor {
                    digest: blob.digest,
                    size_bytes: blob.bytes.len() as u64,
                })
                .collect()
        };
        for repository in embedded::repositories() {
            let image = hub.by_tag(repository, "latest").expect("embedded");
            let found = hub.by_layers(&layers_of(&image)).expect("it is there");
            assert_eq!(found.config.digest, image.config.digest, "{repository}");
        }
        assert!(hub.by_layers(&[]).is_none());
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
