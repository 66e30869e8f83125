//! Manifests of images that are made here.

use crate::Blob;
use crate::manifest::DOCKER;
use serde_json::json;
use zone::LayerDescriptor;

/// A manifest of schema 2, layers base first. The same parts give the same bytes.
pub fn schema2(config: &Blob, layers: &[LayerDescriptor]) -> Blob {
    let layers = layers.iter().map(|layer| {
        let media_type = match layer.digest == layer.diff_id {
            true => DOCKER.uncompressed_layer,
            false => DOCKER.layer,
        };
        json!({
            "mediaType": media_type,
            "size": layer.size_bytes,
            "digest": layer.digest.to_string(),
        })
    });
    let document = json!({
        "schemaVersion": 2,
        "mediaType": DOCKER.manifest,
        "config": {
            "mediaType": DOCKER.config,
            "size": config.size_bytes(),
            "digest": config.digest.to_string(),
        },
        "layers": layers.collect::<Vec<_>>(),
    });
    Blob::new(document.to_string().into_bytes())
}
