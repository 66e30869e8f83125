//! Images from before ids were digests (images.md 4.4): IMG-09.

use super::images::{Images, Tag};
use super::lookup::hex_range;
use super::{Digest, ImageRecord, NewImage, Origin, Removal};
use crate::change::Change;
use crate::error::ImageConflict;
use crate::state::State;
use crate::{AccountId, Effect, Error, Reply};
use imbl::OrdMap;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Account, id, registry.
type Key = (AccountId, Digest, Arc<str>);
/// Account, repository, tag.
type TagKey = (AccountId, Arc<str>, Arc<str>);

/// Records and tags of such images.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Legacy {
    records: OrdMap<Key, Arc<ImageRecord>>,
    /// Id and registry of what a tag means.
    tags: OrdMap<TagKey, (Digest, Arc<str>)>,
}

impl Legacy {
    /// All records of all accounts.
    pub(super) fn all(&self) -> impl Iterator<Item = &ImageRecord> {
        self.records.values().map(Arc::as_ref)
    }

    /// The account's records.
    pub(crate) fn records(&self, account: AccountId) -> impl Iterator<Item = &ImageRecord> {
        self.records_between(account, Digest([0; 32]), Digest([0xff; 32]))
    }

    fn records_between(
        &self,
        account: AccountId,
        low: Digest,
        high: Digest,
    ) -> impl Iterator<Item = &ImageRecord> {
        self.records
            .range((account, low, "".into())..)
            .take_while(move |((owner, id, _), _)| *owner == account && *id <= high)
            .map(|(_, record)| record.as_ref())
    }

    /// The record that another one was built on.
    pub(crate) fn parent(&self, account: AccountId, of: &ImageRecord) -> Option<&ImageRecord> {
        let registry = of.registry.clone()?;
        let found = self.records.get(&(account, of.parent?, registry));
        found.map(Arc::as_ref)
    }

    /// An image and what it was built on.
    fn chain<'a>(
        &'a self,
        account: AccountId,
        from: &'a ImageRecord,
    ) -> impl Iterator<Item = &'a ImageRecord> {
        std::iter::successors(Some(from), move |at| self.parent(account, at))
    }

    /// The images with names that need a record, itself not among them.
    fn heads_on(&self, account: AccountId, image: &ImageRecord) -> Vec<&ImageRecord> {
        let heads = self.records(account).filter(|head| head.head);
        let needs = |head: &&ImageRecord| {
            let mut below = self.chain(account, head).skip(1);
            below.any(|record| record.is_legacy(image))
        };
        heads.filter(needs).collect()
    }

    /// The image that has a tag.
    pub(super) fn by_tag(&self, account: AccountId, (repo, tag): Tag) -> Option<&ImageRecord> {
        let (id, registry) = self.tags.get(&(account, repo, tag))?;
        let found = self.records.get(&(account, *id, Arc::clone(registry)));
        found.map(Arc::as_ref)
    }

    /// The image whose id begins so. Several ids are none; one id of several registries is refused.
    pub(super) fn by_id_prefix(
        &self,
        account: AccountId,
        digits: &str,
        given: &str,
    ) -> Result<Option<&ImageRecord>, Error> {
        let Some((low, high)) = hex_range(digits) else {
            return Ok(None);
        };
        let matches: Vec<&ImageRecord> = self
            .records_between(account, Digest(low), Digest(high))
            .collect();
        let ids: BTreeSet<Digest> = matches.iter().map(|record| record.id).collect();
        match (matches.as_slice(), ids.len()) {
            ([only], _) => Ok(Some(only)),
            ([_, ..], 1) => {
                let registries = matches
                    .iter()
                    .filter_map(|record| record.registry.as_deref());
                Err(Error::AmbiguousImageId {
                    given: given.to_owned(),
                    registries: registries.collect::<Vec<_>>().join(", "),
                })
            }
            _ => Ok(None),
        }
    }

    /// The tags of an image, sorted.
    pub(crate) fn tags_of(
        &self,
        account: AccountId,
        image: &ImageRecord,
    ) -> impl Iterator<Item = (&str, &str)> {
        let registry = image.registry.clone();
        let id = image.id;
        let owned = self.tags.iter();
        let owned = owned.filter(move |((owner, ..), (of, from))| {
            (*owner, *of, Some(from)) == (account, id, registry.as_ref())
        });
        owned.map(|((_, repo, tag), _)| (repo.as_ref(), tag.as_ref()))
    }

    /// Whether every name leads to a record.
    pub(super) fn check(&self) -> Result<(), String> {
        let lost = |(key, image): (&TagKey, &(Digest, Arc<str>))| {
            let (id, registry) = image;
            let record = (key.0, *id, Arc::clone(registry));
            !self.records.contains_key(&record)
        };
        match self.tags.iter().any(lost) {
            true => Err("a tag leads to a legacy image that is not there".to_owned()),
            false => Ok(()),
        }
    }
}

impl ImageRecord {
    fn is_legacy(&self, other: &Self) -> bool {
        (self.id, &self.registry) == (other.id, &other.registry)
    }
}

impl Images {
    fn add_legacy(&mut self, account: AccountId, registry: &Arc<str>, new: NewImage) {
        let key = (account, new.id, Arc::clone(registry));
        if let Some(known) = self.legacy.records.get_mut(&key) {
            if new.head && !known.head {
                Arc::make_mut(known).head = true;
            }
            return;
        }
        self.add_layers(&new.layers);
        let record = ImageRecord {
            registry: Some(Arc::clone(registry)),
            ..ImageRecord::of(new, Origin::Pull)
        };
        self.legacy.records.insert(key, Arc::new(record));
    }
}

impl Change {
    /// Keeps an image as zones did before ids were digests: a record for each layer, base first, and a tag of the last.
    pub(crate) fn record_legacy_image(
        &mut self,
        account: AccountId,
        registry: &str,
        images: Vec<NewImage>,
        (repo, tag): (&str, &str),
    ) -> Result<Reply, Error> {
        self.state.require_approval(account)?;
        let registry: Arc<str> = registry.into();
        let last = images.last().map(|image| image.id);
        let last = last.ok_or_else(|| Error::Plain("image has no layers".to_owned()))?;
        let own = &mut self.state.images;
        for image in images {
            own.add_legacy(account, &registry, image);
        }
        let key = (account, repo.into(), tag.into());
        own.legacy.tags.insert(key, (last, registry));
        Ok(Reply::Image(last))
    }

    /// Removes a name, or an image with all that only it needs. `tag`: the name by which it was found.
    pub(super) fn delete_legacy(
        &mut self,
        account: AccountId,
        image: &ImageRecord,
        (given, tag): (&str, Option<Tag>),
        force: bool,
    ) -> Result<Reply, Error> {
        let legacy = &self.state.images.legacy;
        let names: Vec<Tag> = legacy
            .tags_of(account, image)
            .map(|(repo, tag)| (repo.into(), tag.into()))
            .collect();
        if let (Some(name), true) = (&tag, names.len() > 1) {
            return Ok(Reply::Removed(vec![self.untag_legacy(account, name)]));
        }
        if names.len() > 1 && !force {
            return Err(ImageConflict::Referenced(image.id.short()).into());
        }
        let heads = legacy.heads_on(account, image);
        if !heads.is_empty() {
            let heads = heads.iter().map(|head| head.id.short());
            return Err(ImageConflict::Intermediate {
                image: image.id.short(),
                heads: heads.collect::<Vec<_>>().join(", "),
            }
            .into());
        }
        self.state
            .check_legacy_unused(account, image, given, force)?;
        let mut removed = Vec::new();
        for name in &names {
            removed.push(self.untag_legacy(account, name));
        }
        let images = &self.state.images;
        let chain: Vec<ImageRecord> = images.legacy.chain(account, image).cloned().collect();
        let mut layers = Vec::new();
        for (index, record) in chain.into_iter().enumerate() {
            let images = &mut self.state.images;
            let is_needed = record.head || !images.legacy.heads_on(account, &record).is_empty();
            if index > 0 && is_needed {
                break;
            }
            let registry = record.registry.clone().unwrap_or_default();
            images
                .legacy
                .records
                .remove(&(account, record.id, registry));
            layers.extend(images.release_layer(record.top_layer));
            removed.push(Removal::DeletedLegacy(record.id));
        }
        if !layers.is_empty() {
            let layers = layers.into_iter().map(|(id, _)| id).collect();
            self.effects.push(Effect::DropLayers { layers });
        }
        Ok(Reply::Removed(removed))
    }

    fn untag_legacy(&mut self, account: AccountId, (repo, tag): &Tag) -> Removal {
        let key = (account, Arc::clone(repo), Arc::clone(tag));
        self.state.images.legacy.tags.remove(&key);
        let name = format!("{repo}:{tag}");
        self.tell_image(account, "untag", repo, name.clone());
        Removal::Untagged(name)
    }
}

impl State {
    fn check_legacy_unused(
        &self,
        account: AccountId,
        image: &ImageRecord,
        given: &str,
        force: bool,
    ) -> Result<(), Error> {
        let uses = || self.containers_on(account, image);
        let name = given.to_owned();
        if let Some(running) = uses().find(|container| container.is_running()) {
            return Err(ImageConflict::LegacyRunning {
                name,
                force: if force { "force " } else { "" },
                container: running.id.short(),
            }
            .into());
        }
        match uses().next() {
            Some(container) if !force => Err(ImageConflict::LegacyInUse {
                name,
                container: container.id.short(),
            }
            .into()),
            _ => Ok(()),
        }
    }
}
