//! Images as they were before ids were digests: a document for each step, which names the one before it.

use crate::{Blob, schema2};
use serde_json::{Map, Value, json};
use zone::LayerDescriptor;

/// Members of an image's document that no configuration has.
const LEFT_OUT: [&str; 6] = ["id", "parent", "layer_id", "throwaway", "Size", "parent_id"];

/// Commands that make layers though they are noted as `#(nop)`.
const MAKE_LAYERS: [&str; 3] = ["ADD", "COPY", "RUN"];

/// The document of one.
#[derive(Debug)]
pub(crate) struct OldImage(Map<String, Value>);

/// The configuration and the manifest of schema 2 that stand for the last of these images, oldest first. `layers` are
/// those of its steps that have one.
pub(crate) fn convert(
    images: &[&OldImage],
    layers: &[LayerDescriptor],
) -> Result<(Blob, Blob), String> {
    let newest = images.last().ok_or("there are no steps")?;
    let mut config = newest.0.clone();
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
    let history: Vec<Value> = images.iter().map(|image| image.history()).collect();
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

impl OldImage {
    /// Reads a document.
    pub(crate) fn parse(document: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(document).map(Self)
    }

    /// The image that it was built on.
    pub(crate) fn parent(&self) -> Option<&str> {
        let parent = self.0.get("parent").and_then(Value::as_str);
        parent.filter(|parent| !parent.is_empty())
    }

    fn command(&self) -> String {
        let cmd = self.0.get("container_config");
        let words = cmd.and_then(|config| config.get("Cmd")?.as_array());
        let words = words.map_or(&[][..], Vec::as_slice);
        let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
        words.join(" ")
    }

    /// Whether its step has changed no files.
    pub(crate) fn is_empty_layer(&self) -> bool {
        if let Some(throwaway) = self.0.get("throwaway") {
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
            if let Some(value) = self.0.get(name).filter(|value| *value != "") {
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
