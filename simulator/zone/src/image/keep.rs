//! Keeping new images (images.md 2).

use super::{Digest, ImageRecord, NewImage, NewName, Origin};
use crate::change::Change;
use crate::{AccountId, Error, Reply};

/// Most layers of an image: far more than any builder makes.
const LAYER_LIMIT: usize = 1024;

impl Change {
    /// Keeps the account's record of an image and its names, and the layers for the whole zone.
    pub(crate) fn record_image(
        &mut self,
        account: AccountId,
        image: NewImage,
        names: Vec<NewName>,
        origin: Origin,
    ) -> Result<Reply, Error> {
        if origin != Origin::Commit {
            self.state.require_approval(account)?;
        }
        if image.layers.len() > LAYER_LIMIT {
            return Err(Error::Plain("image has too many layers".to_owned()));
        }
        let (id, alias, manifest) = (image.id, image.alias, image.manifest_digest);
        let known = self.state.images.record(account, id).cloned();
        let images = &mut self.state.images;
        let record = known.unwrap_or_else(|| ImageRecord::of(image.clone(), origin));
        images.insert(account, ImageRecord::of(image, origin));
        if let Some(alias) = alias {
            images.set_alias(account, alias, record.manifest_digest);
        }
        if manifest != record.manifest_digest {
            // What is known stays as it is, and is found by this digest, too.
            images.set_alias(account, manifest, record.manifest_digest);
        }
        for name in names {
            self.name_image(account, id, manifest, name, origin);
        }
        Ok(Reply::Image(id))
    }

    fn name_image(
        &mut self,
        account: AccountId,
        image: Digest,
        manifest: Digest,
        name: NewName,
        origin: Origin,
    ) {
        let images = &mut self.state.images;
        let (repo, name) = match name {
            NewName::Tag { repo, tag } => {
                let key = (repo.as_str().into(), tag.as_str().into());
                images.set_tag(account, key, image);
                let name = format!("{repo}:{tag}");
                (repo, name)
            }
            NewName::Digest { repo } => {
                images.set_digest(account, &repo, manifest, image);
                let name = format!("{repo}@{manifest}");
                (repo, name)
            }
        };
        let action = match origin {
            Origin::Pull => "pull",
            Origin::Build | Origin::Commit => "tag",
        };
        self.tell_image(account, action, &repo, name);
    }
}
