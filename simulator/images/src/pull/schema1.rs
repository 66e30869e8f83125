//! Manifests of schema 1, which are turned into those of schema 2 (images.md 15.2).

use super::document::Descriptor;
use super::schema1_signature::payload;
use crate::Blob;
use crate::old_image::{self, OldImage};
use serde::Deserialize;
use zone::{Digest, LayerDescriptor};

/// A manifest of schema 1 whose signature is right.
#[derive(Debug)]
pub(super) struct Schema1 {
    digest: Digest,
    /// Layers and the images that they were the last step of, oldest first.
    steps: Vec<(Digest, OldImage)>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Form {
    fs_layers: Vec<FsLayer>,
    history: Vec<History>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FsLayer {
    blob_sum: Digest,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct History {
    v1_compatibility: String,
}

impl Schema1 {
    /// Reads a manifest and checks its signatures.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, String> {
        let payload = payload(bytes)?;
        let form: Form = serde_json::from_slice(&payload).map_err(|error| error.to_string())?;
        if form.fs_layers.is_empty() || form.fs_layers.len() != form.history.len() {
            return Err(format!(
                "{} layers, {} in the history",
                form.fs_layers.len(),
                form.history.len()
            ));
        }
        let steps = form.fs_layers.iter().zip(&form.history).rev();
        let steps = steps.map(|(layer, history)| {
            let image = OldImage::parse(history.v1_compatibility.as_bytes());
            Ok((layer.blob_sum, image.map_err(|error| error.to_string())?))
        });
        Ok(Self {
            digest: Digest::of(&payload),
            steps: steps.collect::<Result<_, String>>()?,
        })
    }

    /// What `repo@sha256:…` refers to: the digest of what is signed.
    pub(super) fn digest(&self) -> Digest {
        self.digest
    }

    /// The layers that are more than a step of their history, base first.
    pub(super) fn layers(&self) -> Vec<Descriptor> {
        let steps = self.steps.iter();
        let steps = steps.filter(|(_, image)| !image.is_empty_layer());
        let layers = steps.map(|(blob, _)| Descriptor {
            media_type: String::new(),
            digest: *blob,
            size: 0,
            urls: Vec::new(),
        });
        layers.collect()
    }

    /// The configuration and the manifest of schema 2, once its layers are known.
    pub(super) fn convert(&self, layers: &[LayerDescriptor]) -> Result<(Blob, Blob), String> {
        let steps: Vec<&OldImage> = self.steps.iter().map(|(_, image)| image).collect();
        old_image::convert(&steps, layers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn schema1() -> Schema1 {
        let step = |blob: &[u8], document: Value| {
            let image = OldImage::parse(document.to_string().as_bytes());
            (Digest::of(blob), image.expect("an object"))
        };
        Schema1 {
            digest: Digest::of(b"payload"),
            steps: vec![
                step(
                    b"base",
                    json!({"id": "aa", "created": "2015-01-01T00:00:00Z",
                           "container_config": {"Cmd": ["/bin/sh", "-c", "#(nop) ADD file:x in /"]}}),
                ),
                step(
                    b"nothing",
                    json!({"id": "bb", "parent": "aa", "created": "2015-01-02T00:00:00Z",
                           "config": {"Cmd": ["sh"]}, "os": "linux",
                           "container_config": {"Cmd": ["/bin/sh", "-c", "#(nop) CMD [\"sh\"]"]}}),
                ),
            ],
        }
    }

    #[test]
    fn steps_without_a_layer_stay_in_the_history() {
        let layers = schema1().layers();
        assert_eq!(layers.len(), 1);
        assert_eq!(layers[0].digest, Digest::of(b"base"));
        let layer = LayerDescriptor {
            digest: Digest::of(b"base"),
            size_bytes: 4,
            diff_id: Digest::of(b"tar"),
        };
        let (config, manifest) = schema1().convert(&[layer]).expect("converts");
        let config: Value = serde_json::from_slice(&config.bytes).expect("JSON");
        assert_eq!(config["parent"], "aa");
        assert_eq!(config.get("id"), None);
        assert_eq!(config["config"]["Cmd"], json!(["sh"]));
        assert_eq!(config["history"][1]["empty_layer"], true);
        assert_eq!(config["history"][0].get("empty_layer"), None);
        assert_eq!(
            config["rootfs"]["diff_ids"],
            json!([Digest::of(b"tar").to_string()])
        );
        let again = schema1().convert(&[layer]).expect("converts").1;
        assert_eq!(manifest.digest, again.digest);
    }
}
