//! `index.json` of an OCI layout.

use super::{LayoutError, LayoutImage};
use serde::Deserialize;
use std::collections::BTreeMap;
use zone::Digest;

/// A tag, or a full name, by who has written it.
const REF_NAME: &str = "org.opencontainers.image.ref.name";
/// A full name.
const IMAGE_NAME: &str = "io.containerd.image.name";

#[derive(Deserialize)]
struct Index {
    manifests: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    #[serde(default)]
    media_type: String,
    digest: Digest,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
}

/// The images of an index.
pub(super) fn images(document: &[u8]) -> Result<Vec<LayoutImage>, LayoutError> {
    let index: Index = serde_json::from_slice(document).map_err(|error| LayoutError::Document {
        name: "index.json",
        reason: error.to_string(),
    })?;
    Ok(index.manifests.into_iter().map(image).collect())
}

fn image(mut entry: Entry) -> LayoutImage {
    let mut names: Vec<String> = entry.annotations.remove(IMAGE_NAME).into_iter().collect();
    let tag = match entry.annotations.remove(REF_NAME) {
        Some(name) if name.contains([':', '/']) => {
            names.push(name);
            None
        }
        tag => tag,
    };
    LayoutImage {
        manifest: entry.digest,
        names,
        tag,
        media_type: entry.media_type,
    }
}
