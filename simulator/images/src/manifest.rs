//! Manifests and lists of them, as canonical bytes.

use crate::Blob;
use crate::hub::{HubLayer, HubManifest};
use serde_json::{Value, json};

/// The media types of a family of documents.
#[derive(Debug)]
pub(crate) struct Format {
    pub(crate) manifest: &'static str,
    pub(crate) list: &'static str,
    /// Whether a list says its own media type.
    list_names_itself: bool,
    pub(crate) config: &'static str,
    pub(crate) layer: &'static str,
    pub(crate) uncompressed_layer: &'static str,
}

/// Schema 2 and manifest lists.
pub(crate) const DOCKER: Format = Format {
    manifest: "application/vnd.docker.distribution.manifest.v2+json",
    list: "application/vnd.docker.distribution.manifest.list.v2+json",
    list_names_itself: true,
    config: "application/vnd.docker.container.image.v1+json",
    layer: "application/vnd.docker.image.rootfs.diff.tar.gzip",
    uncompressed_layer: "application/vnd.docker.image.rootfs.diff.tar",
};

/// OCI. Its indexes leave their media type to the `Content-Type` they are served with (images.md 15.2).
pub(crate) const OCI: Format = Format {
    manifest: "application/vnd.oci.image.manifest.v1+json",
    list: "application/vnd.oci.image.index.v1+json",
    list_names_itself: false,
    config: "application/vnd.oci.image.config.v1+json",
    layer: "application/vnd.oci.image.layer.v1.tar+gzip",
    uncompressed_layer: "application/vnd.oci.image.layer.v1.tar",
};

/// What an entry of a list is for; the system is Linux.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Platform {
    pub(crate) architecture: &'static str,
    pub(crate) variant: Option<&'static str>,
}

impl Format {
    /// A manifest of one image, layers base first.
    pub(crate) fn manifest(&self, config: &Blob, layers: &[HubLayer]) -> HubManifest {
        let layers: Vec<_> = layers
            .iter()
            .map(|layer| match layer.is_compressed() {
                true => descriptor(self.layer, &layer.blob),
                false => descriptor(self.uncompressed_layer, &layer.blob),
            })
            .collect();
        let document = json!({
            "schemaVersion": 2,
            "mediaType": self.manifest,
            "config": descriptor(self.config, config),
            "layers": layers,
        });
        HubManifest::new(self.manifest, bytes_of(&document))
    }

    /// A list of manifests by platforms.
    pub(crate) fn list(&self, entries: &[(Platform, &HubManifest)]) -> HubManifest {
        let manifests: Vec<_> = entries
            .iter()
            .map(|(platform, manifest)| {
                let mut entry = descriptor(manifest.media_type, &manifest.blob);
                let mut about = json!({"architecture": platform.architecture, "os": "linux"});
                if let Some(variant) = platform.variant {
                    about["variant"] = json!(variant);
                }
                entry["platform"] = about;
                entry
            })
            .collect();
        let document = match self.list_names_itself {
            true => json!({"schemaVersion": 2, "mediaType": self.list, "manifests": manifests}),
            false => json!({"schemaVersion": 2, "manifests": manifests}),
        };
        HubManifest::new(self.list, bytes_of(&document))
    }
}

fn descriptor(media_type: &str, blob: &Blob) -> Value {
    json!({"mediaType": media_type, "size": blob.size_bytes(), "digest": blob.digest.to_string()})
}

fn bytes_of(document: &Value) -> Vec<u8> {
    serde_json::to_vec_pretty(document).expect("a JSON value can be written")
}
