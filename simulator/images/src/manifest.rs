//! Schema 2 manifests and manifest lists, as canonical bytes.

use crate::Blob;
use serde_json::json;

const MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
const LIST: &str = "application/vnd.docker.distribution.manifest.list.v2+json";
const CONFIG: &str = "application/vnd.docker.container.image.v1+json";
const LAYER: &str = "application/vnd.docker.image.rootfs.diff.tar.gzip";

/// A schema 2 manifest of one image, layers base first.
pub(crate) fn manifest(config: &Blob, layers: &[&Blob]) -> Blob {
    let layers: Vec<_> = layers
        .iter()
        .map(|layer| descriptor(LAYER, layer))
        .collect();
    document(&json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": descriptor(CONFIG, config),
        "layers": layers,
    }))
}

/// A manifest list of `(architecture, manifest)` entries for Linux.
pub(crate) fn manifest_list(entries: &[(&str, &Blob)]) -> Blob {
    let manifests: Vec<_> = entries
        .iter()
        .map(|(architecture, manifest)| {
            let mut entry = descriptor(MANIFEST, manifest);
            entry["platform"] = json!({"architecture": architecture, "os": "linux"});
            entry
        })
        .collect();
    document(&json!({"schemaVersion": 2, "mediaType": LIST, "manifests": manifests}))
}

fn descriptor(media_type: &str, blob: &Blob) -> serde_json::Value {
    json!({"mediaType": media_type, "size": blob.size_bytes(), "digest": blob.digest.to_string()})
}

fn document(value: &serde_json::Value) -> Blob {
    let text = serde_json::to_string_pretty(value).expect("a JSON value can be written");
    Blob::new(text.into_bytes())
}
