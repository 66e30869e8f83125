//! Removing images and their names (images.md 9).

use super::lookup::FoundBy;
use super::{Digest, ImageRecord};
use crate::change::Change;
use crate::error::ImageConflict;
use crate::state::State;
use crate::{AccountId, Container, Effect, Error, LayerId, Reply};

/// What a removal has taken away, one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Removal {
    /// `repo:tag` or `repo@sha256:…`.
    Untagged(String),
    /// An image, or a layer by the digest of its archive.
    Deleted(Digest),
    /// An image whose id is no digest (IMG-09).
    DeletedLegacy(Digest),
}

impl State {
    /// The account's containers that use the layer on top of an image, whatever image they were made from (IMG-25).
    pub(super) fn containers_on(
        &self,
        account: AccountId,
        image: &ImageRecord,
    ) -> impl Iterator<Item = &Container> {
        let top_layer = image.top_layer;
        let containers = self.containers_of(account);
        containers.filter(move |container| container.config.image.top_layer == top_layer)
    }
}

impl Change {
    /// Removes a name, or an image with all that only it needs. Replies [`Reply::Removed`].
    pub(crate) fn delete_image(
        &mut self,
        account: AccountId,
        reference: &str,
        force: bool,
    ) -> Result<Reply, Error> {
        let (image, by) = self.state.look_up_image(account, reference)?;
        let image = image.clone();
        if image.registry.is_some() {
            let tag = match by {
                FoundBy::Tag { repo, tag } => Some((repo.into(), tag.into())),
                FoundBy::Digest | FoundBy::Id => None,
            };
            return self.delete_legacy(account, &image, (reference, tag), force);
        }
        let tags = self.state.images.tags_of(account, image.id).count();
        let short = || image.id.short();
        match &by {
            FoundBy::Tag { repo, tag } if tags > 1 => {
                return Ok(Reply::Removed(vec![self.untag(account, repo, tag)]));
            }
            FoundBy::Id | FoundBy::Digest if tags > 1 && !force => {
                return Err(ImageConflict::Referenced(short()).into());
            }
            _ => {}
        }
        if self
            .state
            .images
            .children(account, image.id)
            .next()
            .is_some()
        {
            return Err(ImageConflict::HasChildren(short()).into());
        }
        if self.in_use(account, &image, &by, force)?
            && let FoundBy::Tag { repo, tag } = &by
        {
            return Ok(Reply::Removed(vec![self.untag(account, repo, tag)]));
        }
        Ok(Reply::Removed(self.remove_image(account, &image)))
    }

    fn untag(&mut self, account: AccountId, repo: &str, tag: &str) -> Removal {
        self.state.images.remove_tag(account, repo, tag);
        let name = format!("{repo}:{tag}");
        self.tell_image(account, "untag", repo, name.clone());
        Removal::Untagged(name)
    }

    /// Whether a running container keeps the image and only its name goes; refuses where a container keeps all of it.
    fn in_use(
        &self,
        account: AccountId,
        image: &ImageRecord,
        by: &FoundBy,
        force: bool,
    ) -> Result<bool, Error> {
        let uses = || self.state.containers_on(account, image);
        let running = uses().find(|container| container.is_running());
        let found = running.or_else(|| uses().next().filter(|_| !force));
        let Some(found) = found else {
            return Ok(false);
        };
        let (image_short, container) = (image.id.short(), found.id.short());
        match by {
            FoundBy::Tag { .. } if force => Ok(true),
            FoundBy::Tag { repo, tag } => Err(ImageConflict::NameInUse {
                name: format!("{repo}:{tag}"),
                container,
                image: image_short,
            }
            .into()),
            FoundBy::Id | FoundBy::Digest if found.is_running() => Err(ImageConflict::Running {
                image: image_short,
                container,
            }
            .into()),
            FoundBy::Id | FoundBy::Digest => Err(ImageConflict::InUse {
                image: image_short,
                state: found.state.name(),
                container,
            }
            .into()),
        }
    }

    /// Names, the image, the steps that led to it and nothing else, then layers from the top (IMG-27).
    fn remove_image(&mut self, account: AccountId, image: &ImageRecord) -> Vec<Removal> {
        let mut removed = Vec::new();
        let images = &self.state.images;
        let tags = images.tags_of(account, image.id);
        let tags: Vec<(String, String)> = tags
            .map(|(repo, tag)| (repo.to_owned(), tag.to_owned()))
            .collect();
        let digests = images.digests_of(account, image.id);
        let digests: Vec<(String, String)> = digests
            .map(|(repo, digest)| (repo.to_owned(), format!("{repo}@{digest}")))
            .collect();
        for (repo, tag) in tags {
            removed.push(self.untag(account, &repo, &tag));
        }
        for (repo, name) in digests {
            self.tell_image(account, "untag", &repo, name.clone());
            removed.push(Removal::Untagged(name));
        }
        let mut layers: Vec<LayerId> = Vec::new();
        let mut archives: Vec<Removal> = Vec::new();
        let mut at = Some(image.clone());
        while let Some(image) = at {
            let gone = self.state.images.remove(account, image.id);
            removed.push(Removal::Deleted(image.id));
            self.tell_image_gone(account, image.id);
            for (id, layer) in gone {
                layers.push(id);
                archives.push(Removal::Deleted(layer.diff_id));
            }
            at = image
                .parent
                .and_then(|parent| self.prunable(account, parent));
        }
        removed.extend(archives);
        if !layers.is_empty() {
            self.effects.push(Effect::DropLayers { layers });
        }
        removed
    }

    /// A step that nobody has named and nothing else was built on (IMG-26).
    fn prunable(&self, account: AccountId, image: Digest) -> Option<ImageRecord> {
        let images = &self.state.images;
        let record = images.record(account, image)?;
        let is_needed = record.head
            || images.tags_of(account, image).next().is_some()
            || images.children(account, image).next().is_some();
        (!is_needed).then(|| record.clone())
    }
}
