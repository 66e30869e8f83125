//! File trees of images, made once and shared by all containers.

use images::Hub;
use images::store::{Layer, Store};
use rootfs::{ArchiveLimits, Source, Tree};
use std::fmt;
use std::sync::{Arc, OnceLock};
use zone::{BASE_64, ImageRef};

/// The layers of the zone, the trees made from them, and the hub.
pub(crate) struct Trees {
    hub: Hub,
    store: Store,
    base_64: OnceLock<Option<Arc<Tree>>>,
}

impl Trees {
    pub(crate) fn new(hub: Hub) -> Self {
        Self {
            hub,
            store: Store::new(),
            base_64: OnceLock::new(),
        }
    }

    pub(super) fn hub(&self) -> &Hub {
        &self.hub
    }

    pub(super) fn store(&self) -> &Store {
        &self.store
    }

    /// The tree of an image; `None` when a layer is missing or damaged.
    pub(super) fn tree(&self, image: &ImageRef) -> Option<Arc<Tree>> {
        if *image == ImageRef::smartos(BASE_64) {
            return self.base_64();
        }
        let made = self.store.tree(&image.layers)?;
        made.inspect_err(
            |error| tracing::error!(image = %image.id, %error, "a layer cannot be unpacked"),
        )
        .ok()
    }

    /// The files of `base-64`, made when they are first needed.
    fn base_64(&self) -> Option<Arc<Tree>> {
        let made = self.base_64.get_or_init(|| {
            let layers = self.hub.base_64().iter();
            let layers = layers.map(|layer| Source::Memory(layer.tar.clone()));
            let tree = Tree::from_layers(layers, &ArchiveLimits::default());
            tree.map(Arc::new).ok()
        });
        made.clone()
    }

    /// The tree of an image of the hub, whether it was pulled or not.
    pub(crate) fn tree_of_hub(&self, image: &ImageRef) -> Option<Arc<Tree>> {
        let layers = image.layers.iter().map(|descriptor| {
            let layer = self.hub.layer(descriptor.digest)?;
            Some(Arc::new(Layer {
                descriptor: *descriptor,
                blob: Source::Memory(layer.blob.bytes),
                tar: Source::Memory(layer.tar),
            }))
        });
        let chain: Option<Vec<Arc<Layer>>> = layers.collect();
        if let Some(chain) = chain {
            self.store.keep(&chain);
        }
        self.tree(image)
    }
}

impl fmt::Debug for Trees {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trees")
            .field("store", &self.store)
            .finish_non_exhaustive()
    }
}
