//! Pulling one image.

use super::document::{Descriptor, Document, own_platform};
use super::download::{Downloads, Layers};
use super::error::PullError;
use super::origin::Origin;
use super::schema1::Schema1;
use super::{Pause, PullEvent, Report};
use crate::config::ImageConfig;
use crate::registry::ManifestAnswer;
use crate::store::{Layer, Store, tree_of};
use bytes::Bytes;
use rootfs::Tree;
use std::sync::Arc;
use zone::{Digest, ImageReference, LayerDescriptor, NewImage, Selector};

/// An image that is here.
#[derive(Debug)]
pub struct Pulled {
    /// What the zone is to keep of it.
    pub image: NewImage,
    /// Its layers, base first.
    pub chain: Vec<Arc<Layer>>,
    /// What they are together.
    pub tree: Arc<Tree>,
    /// Layers that the zone did not have, base first.
    pub new: Vec<Digest>,
}

/// Gets an image with all its layers. Nothing is kept but complete layers of a pull that fails.
pub async fn pull(
    origin: &Origin<'_>,
    reference: &ImageReference,
    store: &Store,
    report: &Report<'_>,
    pause: &Pause<'_>,
) -> Result<Pulled, PullError> {
    let image = reference.named();
    let wanted = match &reference.selector {
        Selector::Tag(text) | Selector::Digest(text) => text,
    };
    let found = find(origin, wanted, &image).await?;
    report(PullEvent::Found).await;
    let downloads = Downloads {
        origin,
        store,
        image: &image,
        report,
        pause,
    };
    let internal = PullError::Internal;
    let parts = match found.document {
        Document::Image { config, layers } => {
            of_image(&downloads, found.manifest, &config, &layers).await?
        }
        Document::Schema1(schema1) => of_schema1(&downloads, &schema1).await?,
        Document::List(_) => return Err(internal("a list leads to a list".to_owned())),
    };
    let chain = parts.layers.chain;
    let tree = tree(store, &chain).await.map_err(internal)?;
    for digest in &parts.layers.new {
        for status in ["Activating image", "Pull complete"] {
            report(PullEvent::Layer(*digest, status)).await;
        }
    }
    let config = ImageConfig::parse(&parts.config).map_err(|error| internal(error.to_string()))?;
    let descriptors: Vec<LayerDescriptor> = chain.iter().map(|layer| layer.descriptor).collect();
    let created_at = config.created_at();
    Ok(Pulled {
        image: NewImage {
            id: Digest::of(&parts.config),
            manifest_digest: Digest::of(&parts.manifest),
            alias: found.alias,
            head: true,
            parent: config.parent(),
            size_bytes: descriptors.iter().map(|layer| layer.size_bytes).sum(),
            layers: descriptors.into(),
            defaults: Arc::new(config.defaults()),
            created_at: created_at.ok_or_else(|| internal("no time of creation".to_owned()))?,
            config: parts.config.to_vec().into(),
            manifest: parts.manifest.to_vec().into(),
        },
        chain,
        tree,
        new: parts.layers.new,
    })
}

/// A manifest of one image, and what else leads to it.
struct Found {
    document: Document,
    manifest: Bytes,
    alias: Option<Digest>,
}

/// What an image consists of.
struct Parts {
    manifest: Bytes,
    config: Bytes,
    layers: Layers,
}

async fn find(origin: &Origin<'_>, wanted: &str, image: &str) -> Result<Found, PullError> {
    let answer = fetch(origin, wanted, image).await?;
    let document = Document::read(&answer.media_type, &answer.bytes);
    let document = document.map_err(PullError::Internal)?;
    match document {
        Document::List(list) => {
            let own = own_platform(&list);
            let own = own.ok_or_else(|| PullError::Internal("no linux/amd64".to_owned()))?;
            let list = Digest::of(&answer.bytes);
            let answer = fetch(origin, &own.to_string(), image).await?;
            let document = Document::read(&answer.media_type, &answer.bytes);
            Ok(Found {
                document: document.map_err(PullError::Internal)?,
                manifest: answer.bytes,
                alias: Some(list),
            })
        }
        Document::Schema1(ref schema1) => Ok(Found {
            alias: Some(schema1.digest()),
            document,
            manifest: answer.bytes,
        }),
        Document::Image { .. } => Ok(Found {
            document,
            manifest: answer.bytes,
            alias: None,
        }),
    }
}

/// A manifest, which must be what its digest says when it is asked for by that.
async fn fetch(
    origin: &Origin<'_>,
    wanted: &str,
    image: &str,
) -> Result<ManifestAnswer, PullError> {
    let answer = origin.manifest(wanted).await;
    let answer = answer.map_err(|error| PullError::of_registry(error, image))?;
    if wanted.contains(':') {
        let found = match Document::read(&answer.media_type, &answer.bytes) {
            Ok(Document::Schema1(schema1)) => schema1.digest(),
            _ => Digest::of(&answer.bytes),
        };
        if Digest::parse(wanted) != Some(found) {
            return Err(PullError::Internal(format!("{wanted} is {found}")));
        }
    }
    Ok(answer)
}

async fn of_image(
    downloads: &Downloads<'_, '_, '_, '_>,
    manifest: Bytes,
    config: &Descriptor,
    layers: &[Descriptor],
) -> Result<Parts, PullError> {
    let document = downloads.config(config.digest).await?;
    let read = ImageConfig::parse(&document);
    let read = read.map_err(|error| PullError::Internal(error.to_string()))?;
    let diff_ids = read.diff_ids().map_err(PullError::Internal)?;
    if diff_ids.len() != layers.len() {
        let text = format!("{} layers, {} diff ids", layers.len(), diff_ids.len());
        return Err(PullError::Internal(text));
    }
    let told = read.history_layers();
    if told.is_some_and(|told| told != layers.len()) {
        let text = format!("{} layers, {told:?} in the history", layers.len());
        return Err(PullError::Internal(text));
    }
    let layers = downloads.layers(layers, Some(&diff_ids)).await?;
    Ok(Parts {
        manifest,
        config: document,
        layers,
    })
}

async fn of_schema1(
    downloads: &Downloads<'_, '_, '_, '_>,
    schema1: &Schema1,
) -> Result<Parts, PullError> {
    let layers = downloads.layers(&schema1.layers(), None).await?;
    for digest in &layers.new {
        for status in ["Uncompressing layer", "Uncompression completed"] {
            (downloads.report)(PullEvent::Layer(*digest, status)).await;
        }
    }
    let descriptors: Vec<LayerDescriptor> =
        layers.chain.iter().map(|layer| layer.descriptor).collect();
    let converted = schema1.convert(&descriptors);
    let (config, manifest) = converted.map_err(PullError::Internal)?;
    Ok(Parts {
        manifest: manifest.bytes,
        config: config.bytes,
        layers,
    })
}

/// What layers are together; making it shows whether they are sound.
async fn tree(store: &Store, chain: &[Arc<Layer>]) -> Result<Arc<Tree>, String> {
    let descriptors: Vec<LayerDescriptor> = chain.iter().map(|layer| layer.descriptor).collect();
    if let Some(Ok(tree)) = store.tree(&descriptors) {
        return Ok(tree);
    }
    let chain = chain.to_vec();
    let made = tokio::task::spawn_blocking(move || tree_of(&chain)).await;
    let made = made.map_err(|error| error.to_string())?;
    made.map_err(|error| error.to_string())
}
