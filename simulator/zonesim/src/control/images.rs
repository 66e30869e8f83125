//! Images from files of this machine.

use super::error::ControlError;
use super::{Answer, Control};
use bytes::Bytes;
use images::ImportedImage;
use images::layout::{Layout, LayoutImage};
use images::pull::{Origin as Source, PullError, Pulled, media_type_of, pull};
use images::registry::ManifestAnswer;
use serde::Deserialize;
use serde_json::json;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use zone::{Command, Digest, ImageReference, NewName, Origin, Selector};

/// What to import.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ImportBody {
    /// An archive of `docker save`, an OCI layout in an archive or a directory: an absolute path.
    path: PathBuf,
    /// The name that the only image there gets, instead of its own.
    name: Option<String>,
    /// Login or id of an account that gets the images, too.
    account: Option<String>,
}

/// A name to be, and the manifest that it leads to.
type Wanted = (ImageReference, Digest);

impl Control {
    /// Adds images to the hub, and gives them to an account as if it had pulled them. All of them, or none.
    pub(super) async fn import_images(&self, body: ImportBody) -> Result<Answer, ControlError> {
        let account = body.account.as_deref().map(|login| self.account(login));
        let account = account.transpose()?.map(|account| account.id);
        let refused =
            |reason: String| ControlError::Malformed(format!("{} {reason}", body.path.display()));
        if !body.path.is_absolute() {
            return Err(refused("is no absolute path".to_owned()));
        }
        let path = body.path.clone();
        let reading = tokio::task::spawn_blocking(move || layout(&path)).await;
        let read = reading.map_err(|error| error.to_string()).flatten();
        let layout = Arc::new(read.map_err(refused)?);
        let wanted = wanted(layout.images(), body.name.as_deref())?
            .ok_or_else(|| refused(NAMELESS.to_owned()))?;
        let mut pulled = Vec::new();
        for (reference, manifest) in wanted {
            let by_digest = ImageReference {
                selector: Selector::Digest(manifest.to_string()),
                ..reference.clone()
            };
            let source = Source::Import(Arc::clone(&layout));
            let image = self.read_image(&source, &by_digest).await;
            pulled.push((reference, image.map_err(refused)?));
        }
        let driver = &self.service.driver;
        let mut imported = Vec::new();
        for (reference, image) in pulled {
            let Selector::Tag(tag) = reference.selector else {
                continue;
            };
            let manifest = Bytes::copy_from_slice(&image.image.manifest);
            let entry = ImportedImage {
                manifest: ManifestAnswer {
                    media_type: media_type_of(&manifest).to_owned(),
                    bytes: manifest,
                },
                config: Bytes::copy_from_slice(&image.image.config),
                layers: image.chain.clone(),
            };
            let (host, repository) = (&reference.index, &reference.remote_name);
            driver.hub().import(host, repository, &tag, entry);
            let repo = reference.local_name;
            imported.push(json!({
                "id": image.image.id.to_string(),
                "name": format!("{repo}:{tag}"),
            }));
            let Some(account) = account else {
                continue;
            };
            let command = Command::RecordImage {
                account,
                image: Box::new(image.image),
                names: vec![NewName::Tag { repo, tag }],
                origin: Origin::Pull,
            };
            driver
                .record_image(command, image.chain, Some(image.tree))
                .await?;
        }
        Ok(Answer::created(json!(imported)))
    }

    /// What is wrong goes on from the name of the source.
    pub(super) async fn read_image(
        &self,
        source: &Source<'_>,
        reference: &ImageReference,
    ) -> Result<Pulled, String> {
        let store = self.service.driver.store();
        // What is wrong in a file stays wrong.
        let (silent, at_once) = (|_| ready(), ready);
        let pulled = pull(source, reference, store, &silent, &at_once).await;
        pulled.map_err(|error| match error {
            PullError::Internal(reason) | PullError::Download { detail: reason, .. } => {
                format!("has a damaged image: {reason}")
            }
            PullError::NotFound(_) => "lacks a part of an image".to_owned(),
            error => format!("has an image that cannot be read: {error}"),
        })
    }
}

fn ready() -> futures_util::future::BoxFuture<'static, ()> {
    Box::pin(std::future::ready(()))
}

const NAMELESS: &str =
    "has not one image with one name, or several that all have names: say one image's name";

fn layout(path: &Path) -> Result<Layout, String> {
    let known = std::fs::metadata(path).map_err(|error| format!("cannot be read: {error}"))?;
    let layout = match known.is_dir() {
        true => Layout::of_directory(path),
        false => File::open(path)
            .map_err(Into::into)
            .and_then(Layout::of_archive),
    };
    layout.map_err(|error| error.to_string())
}

/// The names that images get. `None`: some would have none.
fn wanted(images: &[LayoutImage], name: Option<&str>) -> Result<Option<Vec<Wanted>>, ControlError> {
    let named = |name: &str| {
        let parsed = ImageReference::parse_tag(name).and_then(|_| ImageReference::parse(name));
        parsed.map_err(|error| ControlError::Malformed(error.to_string()))
    };
    let mut all = Vec::new();
    match (images, name) {
        ([only], Some(name)) => all.push((named(name)?, only.manifest)),
        (_, Some(_)) | ([], None) => return Ok(None),
        (images, None) => {
            for image in images {
                if image.names.is_empty() {
                    return Ok(None);
                }
                for name in &image.names {
                    all.push((named(name)?, image.manifest));
                }
            }
        }
    }
    Ok(Some(all))
}
