//! File trees of images, made once and shared by all containers.

use images::{Hub, HubImage};
use rootfs::{ArchiveLimits, Tree};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use zone::{Digest, ImageRef};

/// The layer store and the trees made from it.
pub(crate) struct Trees {
    hub: Hub,
    layers: Mutex<HashMap<Digest, bytes::Bytes>>,
    /// Top of a chain of layers → its tree.
    trees: Mutex<HashMap<zone::LayerId, Arc<Tree>>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Trees {
    pub(crate) fn new(hub: Hub) -> Self {
        Self {
            hub,
            layers: Mutex::default(),
            trees: Mutex::default(),
        }
    }

    pub(super) fn hub(&self) -> &Hub {
        &self.hub
    }

    /// Keeps the unpacked layers of a pulled image.
    pub(super) fn keep(&self, image: &HubImage) {
        let mut layers = lock(&self.layers);
        for layer in &image.layers {
            layers.insert(layer.blob.digest, layer.tar.clone());
        }
    }

    /// The tree of an image; `None` when a layer is missing or damaged.
    pub(super) fn tree(&self, image: &ImageRef) -> Option<Arc<Tree>> {
        if let Some(tree) = lock(&self.trees).get(&image.top_layer) {
            return Some(Arc::clone(tree));
        }
        let tars: Option<Vec<bytes::Bytes>> = {
            let layers = lock(&self.layers);
            image
                .layers
                .iter()
                .map(|layer| layers.get(&layer.digest).cloned())
                .collect()
        };
        let tree = Tree::from_tar_layers(
            tars?.iter().map(|tar| &tar[..]),
            &ArchiveLimits::default(),
        )
        .inspect_err(
            |error| tracing::error!(image = %image.id, %error, "a layer cannot be unpacked"),
        )
        .ok()?;
        let tree = Arc::new(tree);
        lock(&self.trees).insert(image.top_layer, Arc::clone(&tree));
        Some(tree)
    }

    /// The tree of an image of the hub, whether it was pulled or not.
    pub(crate) fn tree_of_hub(&self, image: &ImageRef) -> Option<Arc<Tree>> {
        if let Some(of_hub) = self.hub.by_layers(&image.layers) {
            self.keep(&of_hub);
        }
        self.tree(image)
    }
}

impl fmt::Debug for Trees {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trees")
            .field("layers", &lock(&self.layers).len())
            .field("trees", &lock(&self.trees).len())
            .finish_non_exhaustive()
    }
}
