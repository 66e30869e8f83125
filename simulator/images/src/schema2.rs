//! Manifests of images that are made here.

use crate::Blob;
use serde_json::json;
use zone::LayerDescriptor;

const MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
const CONFIG: &str = "application/vnd.docker.container.image.v1+json";
const LAYER: &str = "application/vnd.docker.image.rootfs.diff.tar.gzip";
const PLAIN_LAYER: &str = "application/vnd.docker.image.rootfs.diff.tar";

/// A manifest of schema 2, layers base first. The same parts give the same bytes.
pub fn schema2(config: &Blob, layers: &[LayerDescriptor]) -> Blob {
    let layers = layers.iter().map(|layer| {
        let media_type = match layer.digest == layer.diff_id {
            true => PLAIN_LAYER,
            false => LAYER,
        };
        json!({
            "mediaType": media_type,
            "size": layer.size_bytes,
            "digest": layer.digest.to_string(),
        })
    });
    let document = json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": {
            "mediaType": CONFIG,
            "size": config.size_bytes(),
            "digest": config.digest.to_string(),
        },
        "layers": layers.collect::<Vec<_>>(),
    });
    Blob::new(document.to_string().into_bytes())
}
