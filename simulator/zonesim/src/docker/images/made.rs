//! Images that are made in the zone.

use images::dockerfile::Document;
use images::store::{Layer, LayerWriter};
use images::{Blob, ImageConfig, schema2};
use rootfs::{ArchiveError, DiffWriter, Lend, RootFs};
use std::sync::{Arc, Mutex};
use zone::{Digest, ImageRecord, LayerDescriptor, NewImage};

/// Bytes of the archive that are made at once.
const PIECE_BYTES: usize = 256 * 1024;

/// What has changed in a container's files since `before`, as a layer. It is given up with the future.
pub(in crate::docker) async fn changed_layer(
    before: RootFs,
    files: Arc<Mutex<RootFs>>,
    excluded: Vec<String>,
) -> Result<Layer, String> {
    let waits = Arc::new(());
    let waiting = Arc::downgrade(&waits);
    let making = tokio::task::spawn_blocking(move || {
        make_layer(before, &*files, &excluded, || waiting.strong_count() > 0)
    });
    let layer = making.await.map_err(|error| error.to_string())?;
    drop(waits);
    layer
}

/// The files are lent for one piece at a time.
fn make_layer(
    before: RootFs,
    files: &impl Lend,
    excluded: &[String],
    is_wanted: impl Fn() -> bool,
) -> Result<Layer, String> {
    let mut writer = DiffWriter::new(before, excluded);
    let mut layer = LayerWriter::new();
    let mut goes_on = true;
    while goes_on {
        if !is_wanted() {
            return Err("nobody waits for the layer".to_owned());
        }
        let mut piece = Vec::new();
        let made = files.lend(|fs| {
            while goes_on && piece.len() < PIECE_BYTES {
                goes_on = writer.next(fs, &mut piece)?;
            }
            Ok(())
        });
        made.map_err(|error: ArchiveError| format!("invalid layer: {error}"))?;
        layer.write(&piece).map_err(|error| error.to_string())?;
    }
    layer.finish().map_err(|error| error.to_string())
}

/// What an image is made on.
#[derive(Clone, Debug, Default)]
pub(in crate::docker) struct Base {
    /// Its layers, base first.
    pub(in crate::docker) layers: Vec<LayerDescriptor>,
    /// What they take together.
    pub(in crate::docker) size_bytes: u64,
}

impl Base {
    /// An image of the account.
    pub(in crate::docker) fn of(record: &ImageRecord) -> Self {
        Self {
            layers: record.layers.to_vec(),
            size_bytes: record.size_bytes,
        }
    }

    /// The same with another layer on it; those made here count unpacked (images.md 5).
    pub(in crate::docker) fn with_layer(mut self, layer: &Layer) -> Self {
        self.layers.push(layer.descriptor);
        self.size_bytes += layer.tar.len();
        self
    }

    /// The image that a document describes, of these layers.
    pub(in crate::docker) fn image(&self, document: &Document, parent: Option<Digest>) -> NewImage {
        let config = Blob::new(document.to_bytes());
        let manifest = schema2(&config, &self.layers);
        let read = ImageConfig::parse(&config.bytes).unwrap_or_default();
        NewImage {
            id: config.digest,
            manifest_digest: manifest.digest,
            alias: None,
            head: true,
            parent,
            size_bytes: self.size_bytes,
            layers: self.layers.clone().into(),
            defaults: Arc::new(read.defaults()),
            created_at: read.created_at().unwrap_or_default(),
            config: config.bytes.to_vec().into(),
            manifest: manifest.bytes.to_vec().into(),
        }
    }
}
