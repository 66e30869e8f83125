//! Layers that vanish from the zone's store (images.md 2): images with them are not found any more.

use super::Digest;
use super::images::Images;
use crate::change::Change;
use crate::{AccountId, Effect, Error, LayerId, Reply};

impl Images {
    /// The records of all accounts whose images have a layer.
    fn with_layer(&self, layer: LayerId) -> Vec<(AccountId, Digest)> {
        let has = |chain: &[super::LayerDescriptor]| {
            (1..=chain.len()).any(|count| LayerId::of_chain(&chain[..count]) == layer)
        };
        let all = self.all_records();
        all.filter(|(_, record)| has(&record.layers))
            .map(|(account, record)| (account, record.id))
            .collect()
    }
}

impl Change {
    /// Forgets the images that have the layer on top of this one. Containers keep their files. The cloud does so when an
    /// image is next asked for; here it is at once.
    pub(crate) fn lose_layer(&mut self, account: AccountId, image: &str) -> Result<Reply, Error> {
        let layer = self.state.find_image(account, image)?.top_layer;
        let mut layers = Vec::new();
        for (owner, image) in self.state.images.with_layer(layer) {
            let gone = self.state.images.remove(owner, image);
            layers.extend(gone.into_iter().map(|(id, _)| id));
            self.tell_image_gone(owner, image);
        }
        if !layers.is_empty() {
            self.effects.push(Effect::DropLayers { layers });
        }
        Ok(Reply::Empty)
    }
}
