//! `repositories` of `docker save` before 1.10: a folder for each step, with its document and its archive.

use super::files::{Files, bytes, digest_of};
use super::{DOCUMENT_BYTES, LayoutError, LayoutImage};
use crate::old_image::{self, OldImage};
use rootfs::Source;
use std::collections::{BTreeMap, BTreeSet};
use zone::{Digest, LayerDescriptor};

const NAME: &str = "repositories";
const DOCUMENT: &str = "json";

/// The images of a list of repositories, and their blobs, turned into what is saved today.
pub(super) fn images(
    files: &Files,
    document: &[u8],
) -> Result<(Vec<LayoutImage>, BTreeMap<Digest, Source>), LayoutError> {
    let list: BTreeMap<String, BTreeMap<String, String>> =
        serde_json::from_slice(document).map_err(|error| invalid(NAME, error))?;
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (repository, tags) in list {
        for (tag, id) in tags {
            names
                .entry(id)
                .or_default()
                .push(format!("{repository}:{tag}"));
        }
    }
    let mut blobs = BTreeMap::new();
    let mut images = Vec::new();
    for (id, names) in names {
        let steps = steps(files, &id)?;
        let mut layers = Vec::new();
        for (id, _) in steps.iter().filter(|(_, image)| !image.is_empty_layer()) {
            let source = open(files, &format!("{id}/layer.tar"))?;
            let digest = digest_of(&source)?;
            layers.push(LayerDescriptor {
                digest,
                size_bytes: source.len(),
                diff_id: digest,
            });
            blobs.insert(digest, source);
        }
        let steps: Vec<&OldImage> = steps.iter().map(|(_, image)| image).collect();
        let converted = old_image::convert(&steps, &layers);
        let (config, manifest) = converted.map_err(|error| invalid(DOCUMENT, error))?;
        images.push(LayoutImage {
            manifest: manifest.digest,
            names,
            tag: None,
            media_type: String::new(),
        });
        for blob in [config, manifest] {
            blobs.insert(blob.digest, blob.bytes.into());
        }
    }
    Ok((images, blobs))
}

/// The image and those that it was built on, oldest first.
fn steps(files: &Files, top: &str) -> Result<Vec<(String, OldImage)>, LayoutError> {
    let mut met = BTreeSet::new();
    let mut steps = Vec::new();
    let mut next = Some(top.to_owned());
    while let Some(id) = next {
        if !met.insert(id.clone()) {
            return Err(invalid(DOCUMENT, format!("{id} was built on itself")));
        }
        let document = bytes(&open(files, &format!("{id}/{DOCUMENT}"))?, DOCUMENT_BYTES)?;
        let image = OldImage::parse(&document).map_err(|error| invalid(DOCUMENT, error))?;
        next = image.parent().map(str::to_owned);
        steps.push((id, image));
    }
    steps.reverse();
    Ok(steps)
}

fn open(files: &Files, name: &str) -> Result<Source, LayoutError> {
    let found = files.open(name)?;
    found.ok_or_else(|| LayoutError::Missing(name.to_owned()))
}

fn invalid(name: &'static str, reason: impl std::fmt::Display) -> LayoutError {
    LayoutError::Document {
        name,
        reason: reason.to_string(),
    }
}
