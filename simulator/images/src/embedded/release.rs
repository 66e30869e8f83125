//! What a tag of the catalogue leads to.

use crate::Blob;
use crate::hub::{HubImage, HubLayer, HubManifest};
use std::sync::Arc;
use zone::Digest;

/// Everything that is served for one tag.
#[derive(Debug)]
pub(crate) struct Release {
    /// The document that the tag names, then those that it leads to.
    pub(crate) manifests: Vec<HubManifest>,
    /// Configurations of all platforms.
    pub(crate) configs: Vec<Blob>,
    /// Layers of all platforms.
    pub(crate) layers: Vec<HubLayer>,
    /// The image for amd64; none of schema 1.
    pub(crate) image: Option<Arc<HubImage>>,
}

impl Release {
    /// An image for one platform.
    pub(super) fn single(manifest: HubManifest, config: Blob, layers: Vec<HubLayer>) -> Self {
        let image = HubImage {
            manifest: manifest.blob.clone(),
            list: None,
            config: config.clone(),
            layers: layers.clone(),
        };
        Self {
            manifests: vec![manifest],
            configs: vec![config],
            layers,
            image: Some(Arc::new(image)),
        }
    }

    /// The document that the tag names.
    pub(crate) fn named(&self) -> Option<&HubManifest> {
        self.manifests.first()
    }

    /// The document that this digest refers to.
    pub(crate) fn manifest(&self, digest: Digest) -> Option<&HubManifest> {
        let mut manifests = self.manifests.iter();
        manifests.find(|manifest| manifest.digest == digest)
    }

    /// The configuration or layer of this digest.
    pub(crate) fn blob(&self, digest: Digest) -> Option<&Blob> {
        let layers = self.layers.iter().map(|layer| &layer.blob);
        let mut blobs = self.configs.iter().chain(layers);
        blobs.find(|blob| blob.digest == digest)
    }
}
