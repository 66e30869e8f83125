//! The layers of a zone, and the file trees that are made of them.

use super::Layer;
use rootfs::{ArchiveError, ArchiveLimits, Tree};
use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use zone::{Digest, LayerDescriptor, LayerId};

/// Most layers of pulls that have failed.
const LEFT_OVERS: usize = 64;

/// All layers, by what they lie on.
#[derive(Default)]
pub struct Store(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    layers: HashMap<LayerId, Arc<Layer>>,
    /// The same bytes are kept once, whatever they lie on.
    blobs: HashMap<Digest, Weak<Layer>>,
    /// Complete layers of pulls that have failed, oldest first.
    left_over: VecDeque<Arc<Layer>>,
    /// Top of a chain of layers → its tree, made when it is first asked for.
    trees: HashMap<LayerId, Arc<Tree>>,
}

impl Store {
    /// No layers.
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A layer that the zone holds.
    pub fn layer(&self, id: LayerId) -> Option<Arc<Layer>> {
        self.lock().layers.get(&id).cloned()
    }

    /// A complete layer that is here by chance: of a pull that has failed.
    pub fn left_over(&self, digest: Digest) -> Option<Arc<Layer>> {
        let inner = self.lock();
        let mut layers = inner.left_over.iter();
        layers
            .find(|layer| layer.descriptor.digest == digest)
            .cloned()
    }

    /// Some layer of these bytes, whatever it lies on.
    pub fn blob(&self, digest: Digest) -> Option<Arc<Layer>> {
        let inner = self.lock();
        inner.blobs.get(&digest).and_then(Weak::upgrade)
    }

    /// Keeps a chain of layers, base first.
    pub fn keep(&self, chain: &[Arc<Layer>]) {
        let mut inner = self.lock();
        for (index, layer) in chain.iter().enumerate() {
            let digests = chain[..=index].iter().map(|layer| layer.descriptor.digest);
            let id = LayerId::of_digests(digests);
            if inner.layers.contains_key(&id) {
                continue;
            }
            let layer = inner.shared(layer);
            inner
                .left_over
                .retain(|left| left.descriptor.digest != layer.descriptor.digest);
            inner.layers.insert(id, layer);
        }
    }

    /// Keeps layers of a pull that has failed, so that the next one need not get them again.
    pub fn keep_left_over(&self, layers: impl IntoIterator<Item = Arc<Layer>>) {
        let mut inner = self.lock();
        for layer in layers {
            let layer = inner.shared(&layer);
            let digest = layer.descriptor.digest;
            inner
                .left_over
                .retain(|left| left.descriptor.digest != digest);
            inner.left_over.push_back(layer);
            if inner.left_over.len() > LEFT_OVERS {
                inner.left_over.pop_front();
            }
        }
    }

    /// Forgets layers and their trees; containers that are made of one keep it.
    pub fn forget(&self, layers: &[LayerId]) {
        let mut inner = self.lock();
        for id in layers {
            inner.layers.remove(id);
            inner.trees.remove(id);
        }
        inner.blobs.retain(|_, layer| layer.strong_count() > 0);
    }

    /// The tree of layers that are kept, base first; `None`: one is missing.
    pub fn tree(&self, layers: &[LayerDescriptor]) -> Option<Result<Arc<Tree>, ArchiveError>> {
        let top = LayerId::of_chain(layers);
        let chain: Option<Vec<Arc<Layer>>> = {
            let inner = self.lock();
            if let Some(tree) = inner.trees.get(&top) {
                return Some(Ok(Arc::clone(tree)));
            }
            let ids = (0..layers.len()).map(|index| LayerId::of_chain(&layers[..=index]));
            ids.map(|id| inner.layers.get(&id).cloned()).collect()
        };
        let made = tree_of(&chain?);
        if let Ok(tree) = &made {
            let mut inner = self.lock();
            // The layers may have been forgotten meanwhile: then their tree is of no more use than they.
            if layers.is_empty() || inner.layers.contains_key(&top) {
                inner.trees.insert(top, Arc::clone(tree));
            }
        }
        Some(made)
    }

    /// Keeps a tree that was made of these layers, which are kept.
    pub fn keep_tree(&self, layers: &[LayerDescriptor], tree: Arc<Tree>) {
        self.lock().trees.insert(LayerId::of_chain(layers), tree);
    }
}

/// The tree of layers, base first.
pub fn tree_of(chain: &[Arc<Layer>]) -> Result<Arc<Tree>, ArchiveError> {
    let archives = chain.iter().map(|layer| layer.tar.clone());
    Tree::from_layers(archives, &ArchiveLimits::default()).map(Arc::new)
}

impl Inner {
    /// The layer that has these bytes already, or this one from now on.
    fn shared(&mut self, layer: &Arc<Layer>) -> Arc<Layer> {
        let digest = layer.descriptor.digest;
        if let Some(known) = self.blobs.get(&digest).and_then(Weak::upgrade) {
            return known;
        }
        self.blobs.insert(digest, Arc::downgrade(layer));
        Arc::clone(layer)
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = self.lock();
        f.debug_struct("Store")
            .field("layers", &inner.layers.len())
            .field("left_over", &inner.left_over.len())
            .field("trees", &inner.trees.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use rootfs::Source;

    fn layer(text: &'static str) -> Arc<Layer> {
        let mut archive = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.set_size(0);
        header.set_mode(0o644);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(0);
        archive
            .append_data(&mut header, text, &[][..])
            .expect("memory");
        let bytes = Bytes::from(archive.into_inner().expect("memory"));
        let source = Source::from(bytes.clone());
        let digest = Digest::of(&bytes);
        Arc::new(Layer::unpack(source, digest, "x.tar", None).expect("an archive"))
    }

    fn descriptors(chain: &[Arc<Layer>]) -> Vec<LayerDescriptor> {
        chain.iter().map(|layer| layer.descriptor).collect()
    }

    #[test]
    fn the_same_bytes_are_kept_once_and_other_chains_are_other_layers() {
        let store = Store::new();
        let chain = [layer("a"), layer("b")];
        store.keep(&chain);
        let backwards = [layer("b"), layer("a")];
        store.keep(&backwards);
        assert_eq!(store.lock().layers.len(), 4);
        let top = store.layer(LayerId::of_chain(&descriptors(&backwards)));
        assert!(Arc::ptr_eq(&top.expect("kept"), &chain[0]));
        let tree = store.tree(&descriptors(&chain)).expect("kept");
        assert_eq!(tree.expect("sound").len(), 3);
    }

    #[test]
    fn what_is_forgotten_is_gone_with_its_bytes() {
        let store = Store::new();
        let chain = [layer("a"), layer("b")];
        let digest = chain[1].descriptor.digest;
        let layers = descriptors(&chain);
        store.keep(&chain);
        drop(chain);
        store.forget(&[LayerId::of_chain(&layers)]);
        assert!(store.blob(digest).is_none());
        assert!(store.tree(&layers).is_none());
        assert!(store.tree(&layers[..1]).is_some());
    }

    #[test]
    fn left_overs_are_few_and_become_layers() {
        let store = Store::new();
        let chain = [layer("a")];
        let digest = chain[0].descriptor.digest;
        store.keep_left_over(chain.iter().cloned());
        assert!(store.left_over(digest).is_some());
        store.keep(&chain);
        assert!(store.left_over(digest).is_none());
    }
}
