//! `manifest.json` of `docker save`.

use super::files::{Files, bytes, digest_of};
use super::{DOCUMENT_BYTES, LayoutError, LayoutImage};
use crate::{Blob, ImageConfig, schema2};
use rootfs::Source;
use serde::Deserialize;
use std::collections::BTreeMap;
use zone::{Digest, LayerDescriptor};

const NAME: &str = "manifest.json";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Saved {
    config: String,
    #[serde(default)]
    repo_tags: Option<Vec<String>>,
    layers: Vec<String>,
}

/// The images of a list, and their blobs: manifests of schema 2, which no archive has, configurations and layers.
pub(super) fn images(
    files: &Files,
    document: &[u8],
) -> Result<(Vec<LayoutImage>, BTreeMap<Digest, Source>), LayoutError> {
    let list: Vec<Saved> = serde_json::from_slice(document).map_err(invalid)?;
    let mut blobs = BTreeMap::new();
    let mut digests = BTreeMap::new();
    let mut images = Vec::new();
    for saved in list {
        let open = |name: &str| {
            let found = files.open(name)?;
            found.ok_or_else(|| LayoutError::Missing(name.to_owned()))
        };
        let config = Blob::new(bytes(&open(&saved.config)?, DOCUMENT_BYTES)?);
        let diff_ids = ImageConfig::parse(&config.bytes).map_err(invalid)?;
        let diff_ids = diff_ids.diff_ids().map_err(invalid)?;
        let mut layers = Vec::new();
        for (index, name) in saved.layers.iter().enumerate() {
            let source = open(name)?;
            let digest = match digests.get(name) {
                Some(digest) => *digest,
                None => digest_of(&source)?,
            };
            digests.insert(name.clone(), digest);
            layers.push(LayerDescriptor {
                digest,
                size_bytes: source.len(),
                diff_id: diff_ids.get(index).copied().unwrap_or(digest),
            });
            blobs.insert(digest, source);
        }
        let manifest = schema2(&config, &layers);
        images.push(LayoutImage {
            manifest: manifest.digest,
            names: saved.repo_tags.unwrap_or_default(),
            tag: None,
            media_type: String::new(),
        });
        for blob in [config, manifest] {
            blobs.insert(blob.digest, blob.bytes.into());
        }
    }
    Ok((images, blobs))
}

fn invalid(reason: impl std::fmt::Display) -> LayoutError {
    LayoutError::Document {
        name: NAME,
        reason: reason.to_string(),
    }
}
