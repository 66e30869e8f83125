//! Manifests of schema 1, which are turned into those of schema 2 (images.md 15.2).

use super::document::Descriptor;
use super::schema1_signature::payload;
use crate::Blob;
use crate::schema2;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use zone::{Digest, LayerDescriptor};

/// A manifest of schema 1 whose signature is right.
#[derive(Debug)]
pub(super) struct Schema1 {
    digest: Digest,
    /// Oldest first.
    steps: Vec<Step>,
}

/// A layer and how it was made.
#[derive(Debug)]
struct Step {
    blob: Digest,
    /// The document of that time's image.
    compatibility: Map<String, Value>,
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

/// Members of an image's document that no configuration has.
const LEFT_OUT: [&str; 6] = ["id", "parent", "layer_id", "throwaway", "Size", "parent_id"];

/// Commands that make layers though they are noted as `#(nop)`.
const MAKE_LAYERS: [&str; 3] = ["ADD", "COPY", "RUN"];

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
            let compatibility = serde_json::from_str(&history.v1_compatibility);
            Ok(Step {
                blob: layer.blob_sum,
                compatibility: compatibility.map_err(|error| error.to_string())?,
            })
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
        let steps = self.steps.iter().filter(|step| !step.is_empty_layer());
        let layers = steps.map(|step| Descriptor {
            media_type: String::new(),
            digest: step.blob,
            size: 0,
            urls: Vec::new(),
        });
        layers.collect()
    }

    /// The configuration and the manifest of schema 2, once its layers are known.
    pub(super) fn convert(&self, layers: &[LayerDescriptor]) -> Result<(Blob, Blob), String> {
        let newest = self.steps.last().ok_or("there are no steps")?;
        let mut config = newest.compatibility.clone();
        let parent = config.get("parent").cloned();
        for name in LEFT_OUT {
            config.remove(name);
        }
        if let Some(parent) = parent {
            config.insert("parent".to_owned(), parent);
        }
        let diff_ids: Vec<String> = layers
            .iter()
            .map(|layer| layer.diff_id.to_string())
            .collect();
        let history: Vec<Value> = self.steps.iter().map(Step::history).collect();
        config.insert("history".to_owned(), history.into());
        config.insert(
            "rootfs".to_owned(),
            json!({"type": "layers", "diff_ids": diff_ids}),
        );
        let config = serde_json::to_vec(&config).map_err(|error| error.to_string())?;
        let config = Blob::new(config);
        let manifest = schema2(&config, layers);
        Ok((config, manifest))
    }
}

impl Step {
    fn command(&self) -> String {
        let cmd = &self.compatibility.get("container_config");
        let words = cmd.and_then(|config| config.get("Cmd")?.as_array());
        let words = words.map_or(&[][..], Vec::as_slice);
        let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
        words.join(" ")
    }

    fn is_empty_layer(&self) -> bool {
        if let Some(throwaway) = self.compatibility.get("throwaway") {
            return throwaway == true;
        }
        let command = self.command();
        let Some((_, noted)) = command.split_once("#(nop)") else {
            return false;
        };
        let first = noted.split_whitespace().next().unwrap_or_default();
        !MAKE_LAYERS.contains(&first)
    }

    fn history(&self) -> Value {
        let mut entry = Map::new();
        for name in ["created", "author", "comment"] {
            if let Some(value) = self.compatibility.get(name).filter(|value| *value != "") {
                entry.insert(name.to_owned(), value.clone());
            }
        }
        let command = self.command();
        if !command.is_empty() {
            entry.insert("created_by".to_owned(), command.into());
        }
        if self.is_empty_layer() {
            entry.insert("empty_layer".to_owned(), true.into());
        }
        entry.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema1() -> Schema1 {
        let step = |blob: &[u8], compatibility: Value| Step {
            blob: Digest::of(blob),
            compatibility: compatibility.as_object().expect("an object").clone(),
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
