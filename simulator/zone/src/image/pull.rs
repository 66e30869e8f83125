//! Recording a pull (images.md 2).

use super::{ImageRecord, PulledImage};
use crate::change::Change;
use crate::{AccountId, Error, LayerId, Reply};
use std::sync::Arc;

/// Most layers of an image: far more than any builder makes.
const LAYER_LIMIT: usize = 1024;

impl Change {
    /// Keeps the account's record and its tag or digest record, and the layers for the whole zone.
    pub(crate) fn record_pull(
        &mut self,
        account: AccountId,
        image: PulledImage,
    ) -> Result<Reply, Error> {
        self.state.require_approval(account)?;
        if image.layers.len() > LAYER_LIMIT {
            return Err(Error::Plain("image has too many layers".to_owned()));
        }
        self.record_layers(&image);
        let repo: Arc<str> = image.repo.as_str().into();
        let before = match &image.tag {
            Some(tag) => {
                let key = (account, repo, tag.as_str().into());
                self.state.tags.insert(key, image.id)
            }
            None => {
                let key = (account, repo, image.manifest_digest);
                self.state.digests.insert(key, image.id)
            }
        };
        if let Some(list) = image.list_digest {
            let manifest = image.manifest_digest;
            self.state.list_aliases.insert((account, list), manifest);
        }
        let id = image.id;
        let name = match &image.tag {
            Some(tag) => format!("{}:{tag}", image.repo),
            None => format!("{}@{}", image.repo, image.manifest_digest),
        };
        self.tell_image(account, "pull", &image.repo, name);
        self.record_image(account, image);
        Ok(Reply::Pulled {
            id,
            updated: before != Some(id),
        })
    }

    /// What is known already stays as it is, its manifest digest included; it is listed from now on.
    fn record_image(&mut self, account: AccountId, image: PulledImage) {
        let known = self.state.images.get_mut(&(account, image.id));
        match known {
            Some(known) => Arc::make_mut(known).head = true,
            None => {
                let key = (account, image.id);
                self.state.images.insert(key, Arc::new(record_of(image)));
            }
        }
    }

    /// A layer's name is that of its chain: the same blob under another chain is another layer.
    fn record_layers(&mut self, image: &PulledImage) {
        for (index, layer) in image.layers.iter().enumerate() {
            let id = LayerId::of_chain(&image.layers[..=index]);
            self.state.layers.insert(id, *layer);
        }
    }
}

fn record_of(image: PulledImage) -> ImageRecord {
    ImageRecord {
        id: image.id,
        manifest_digest: image.manifest_digest,
        head: true,
        parent: None,
        size_bytes: image.layers.iter().map(|layer| layer.size_bytes).sum(),
        top_layer: LayerId::of_chain(&image.layers),
        layers: image.layers,
        defaults: image.defaults,
        created_at: image.created_at,
        config: image.config,
        manifest: image.manifest,
    }
}
