//! All images of a zone, and the ways to find them.

use super::legacy::Legacy;
use super::{Digest, ImageRecord, LayerDescriptor};
use crate::{AccountId, LayerId};
use imbl::{OrdMap, OrdSet};
use std::sync::Arc;

/// Repository and tag.
pub(crate) type Tag = (Arc<str>, Arc<str>);

/// Records, tags and digest records of accounts, and the layers that all share. Every lookup takes the account.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Images {
    records: OrdMap<(AccountId, Digest), Arc<ImageRecord>>,
    /// Account, repository, tag → image.
    tags: OrdMap<(AccountId, Arc<str>, Arc<str>), Digest>,
    /// Account, repository, manifest digest → image.
    digests: OrdMap<(AccountId, Arc<str>, Digest), Digest>,
    /// Account, digest of a list → manifest digest.
    aliases: OrdMap<(AccountId, Digest), Digest>,
    layers: OrdMap<LayerId, Layer>,
    /// Images from before ids were digests.
    pub(crate) legacy: Legacy,

    // Derived: the same backwards.
    tags_of: OrdSet<(AccountId, Digest, Arc<str>, Arc<str>)>,
    digests_of: OrdSet<(AccountId, Digest, Arc<str>, Digest)>,
    /// Account, manifest digest, image.
    by_manifest: OrdSet<(AccountId, Digest, Digest)>,
    /// Account, manifest digest, digest of a list.
    aliases_of: OrdSet<(AccountId, Digest, Digest)>,
    /// Account, parent, image.
    children: OrdSet<(AccountId, Digest, Digest)>,
}

/// A layer of the zone.
#[derive(Clone, Debug, PartialEq)]
struct Layer {
    descriptor: LayerDescriptor,
    /// What it lies on.
    below: Option<LayerId>,
    /// How many records have it on top, and how many layers lie on it.
    uses: u64,
}

const LOWEST: Digest = Digest([0; 32]);
const HIGHEST: Digest = Digest([0xff; 32]);

impl Images {
    /// A record of the account.
    pub(crate) fn record(&self, account: AccountId, id: Digest) -> Option<&ImageRecord> {
        self.records.get(&(account, id)).map(Arc::as_ref)
    }

    /// All records of the account, by id.
    pub(crate) fn records(&self, account: AccountId) -> impl Iterator<Item = &ImageRecord> {
        self.records_between(account, LOWEST, HIGHEST)
    }

    /// The records of all accounts.
    pub(super) fn all_records(&self) -> impl Iterator<Item = (AccountId, &ImageRecord)> {
        let all = self.records.iter();
        all.map(|((account, _), record)| (*account, record.as_ref()))
    }

    /// The records of the account whose ids lie between two.
    pub(crate) fn records_between(
        &self,
        account: AccountId,
        low: Digest,
        high: Digest,
    ) -> impl Iterator<Item = &ImageRecord> {
        let range = self.records.range((account, low)..=(account, high));
        range.map(|(_, record)| record.as_ref())
    }

    /// The image that has a tag.
    pub(crate) fn by_tag(&self, account: AccountId, repo: &str, tag: &str) -> Option<&ImageRecord> {
        let id = self.tags.get(&(account, repo.into(), tag.into()))?;
        self.record(account, *id)
    }

    /// The images that have a manifest digest, or one to which a list of that digest leads (IMG-38).
    pub(crate) fn by_manifest(
        &self,
        account: AccountId,
        digest: Digest,
    ) -> impl Iterator<Item = &ImageRecord> {
        let alias = self.aliases.get(&(account, digest)).copied();
        let manifest = alias.unwrap_or(digest);
        let range = (account, manifest, LOWEST)..=(account, manifest, HIGHEST);
        let ids = self.by_manifest.range(range);
        ids.filter_map(move |(_, _, id)| self.record(account, *id))
    }

    /// The tags of an image, sorted.
    pub(crate) fn tags_of(
        &self,
        account: AccountId,
        image: Digest,
    ) -> impl Iterator<Item = (&str, &str)> {
        self.tags_of
            .range((account, image, "".into(), "".into())..)
            .take_while(move |(owner, id, _, _)| (*owner, *id) == (account, image))
            .map(|(_, _, repo, tag)| (repo.as_ref(), tag.as_ref()))
    }

    /// The digest records of an image: repository and manifest digest.
    pub(crate) fn digests_of(
        &self,
        account: AccountId,
        image: Digest,
    ) -> impl Iterator<Item = (&str, Digest)> {
        self.digests_of
            .range((account, image, "".into(), LOWEST)..)
            .take_while(move |(owner, id, _, _)| (*owner, *id) == (account, image))
            .map(|(_, _, repo, digest)| (repo.as_ref(), *digest))
    }

    /// The images that were built on this one.
    pub(crate) fn children(
        &self,
        account: AccountId,
        image: Digest,
    ) -> impl Iterator<Item = Digest> {
        let range = (account, image, LOWEST)..=(account, image, HIGHEST);
        self.children.range(range).map(|(_, _, child)| *child)
    }

    /// The repositories of an account, with the tags and images in each: those named exactly `repo`.
    pub(crate) fn tags_in(
        &self,
        account: AccountId,
        repo: &str,
    ) -> impl Iterator<Item = (&str, Digest)> {
        let repo: Arc<str> = repo.into();
        self.tags
            .range((account, Arc::clone(&repo), "".into())..)
            .take_while(move |((owner, name, _), _)| *owner == account && *name == repo)
            .map(|((_, _, tag), id)| (tag.as_ref(), *id))
    }

    /// Keeps a record and the layers that it needs. What is known already stays as it is, its manifest digest included;
    /// a head stays one.
    pub(crate) fn insert(&mut self, account: AccountId, record: ImageRecord) {
        let id = record.id;
        if let Some(known) = self.records.get_mut(&(account, id)) {
            if record.head && !known.head {
                Arc::make_mut(known).head = true;
            }
            return;
        }
        self.add_layers(&record.layers);
        self.by_manifest
            .insert((account, record.manifest_digest, id));
        if let Some(parent) = record.parent {
            self.children.insert((account, parent, id));
        }
        self.records.insert((account, id), Arc::new(record));
    }

    /// Gives an image a tag, which leaves the image that has it.
    pub(crate) fn set_tag(&mut self, account: AccountId, (repo, tag): Tag, image: Digest) {
        self.remove_tag(account, &repo, &tag);
        self.tags
            .insert((account, Arc::clone(&repo), Arc::clone(&tag)), image);
        self.tags_of.insert((account, image, repo, tag));
    }

    /// Takes a tag away.
    pub(crate) fn remove_tag(&mut self, account: AccountId, repo: &str, tag: &str) {
        let key = (account, repo.into(), tag.into());
        if let Some(image) = self.tags.remove(&key) {
            let (_, repo, tag) = key;
            self.tags_of.remove(&(account, image, repo, tag));
        }
    }

    /// Notes that an image was pulled by the digest of its manifest.
    pub(crate) fn set_digest(
        &mut self,
        account: AccountId,
        repo: &str,
        manifest: Digest,
        image: Digest,
    ) {
        let repo: Arc<str> = repo.into();
        let key = (account, Arc::clone(&repo), manifest);
        if let Some(before) = self.digests.insert(key, image) {
            let key = (account, before, Arc::clone(&repo), manifest);
            self.digests_of.remove(&key);
        }
        self.digests_of.insert((account, image, repo, manifest));
    }

    /// Makes a manifest digest lead to another.
    pub(crate) fn set_alias(&mut self, account: AccountId, alias: Digest, manifest: Digest) {
        if let Some(before) = self.aliases.insert((account, alias), manifest) {
            self.aliases_of.remove(&(account, before, alias));
        }
        self.aliases_of.insert((account, manifest, alias));
    }

    /// Removes a record with all its names and the layers that nobody needs any more, top first.
    pub(crate) fn remove(
        &mut self,
        account: AccountId,
        image: Digest,
    ) -> Vec<(LayerId, LayerDescriptor)> {
        let Some(record) = self.records.remove(&(account, image)) else {
            return Vec::new();
        };
        let manifest = record.manifest_digest;
        self.by_manifest.remove(&(account, manifest, image));
        if let Some(parent) = record.parent {
            self.children.remove(&(account, parent, image));
        }
        let tags: Vec<(String, String)> = self
            .tags_of(account, image)
            .map(|(repo, tag)| (repo.to_owned(), tag.to_owned()))
            .collect();
        for (repo, tag) in tags {
            self.remove_tag(account, &repo, &tag);
        }
        let digests: Vec<(Arc<str>, Digest)> = self
            .digests_of(account, image)
            .map(|(repo, digest)| (repo.into(), digest))
            .collect();
        for (repo, digest) in digests {
            self.digests.remove(&(account, Arc::clone(&repo), digest));
            self.digests_of.remove(&(account, image, repo, digest));
        }
        if self.by_manifest(account, manifest).next().is_none() {
            self.remove_aliases(account, manifest);
        }
        self.release_layer(record.top_layer)
    }

    fn remove_aliases(&mut self, account: AccountId, manifest: Digest) {
        let range = (account, manifest, LOWEST)..=(account, manifest, HIGHEST);
        let aliases: Vec<Digest> = self
            .aliases_of
            .range(range)
            .map(|(_, _, alias)| *alias)
            .collect();
        for alias in aliases {
            self.aliases.remove(&(account, alias));
            self.aliases_of.remove(&(account, manifest, alias));
        }
    }

    /// Counts one more use of the topmost of these layers; missing ones are made.
    pub(super) fn add_layers(&mut self, layers: &[LayerDescriptor]) {
        let mut below = None;
        for (index, descriptor) in layers.iter().enumerate() {
            let id = LayerId::of_chain(&layers[..=index]);
            if !self.layers.contains_key(&id) {
                let layer = Layer {
                    descriptor: *descriptor,
                    below,
                    uses: 0,
                };
                self.layers.insert(id, layer);
                below.inspect(|below| self.use_layer(*below));
            }
            below = Some(id);
        }
        below.inspect(|top| self.use_layer(*top));
    }

    fn use_layer(&mut self, layer: LayerId) {
        if let Some(layer) = self.layers.get_mut(&layer) {
            layer.uses += 1;
        }
    }

    /// Ends a use of a layer; it goes with the last one, and so do those below.
    pub(super) fn release_layer(&mut self, top: LayerId) -> Vec<(LayerId, LayerDescriptor)> {
        let mut gone = Vec::new();
        let mut at = Some(top);
        while let Some(id) = at {
            let Some(layer) = self.layers.get_mut(&id) else {
                break;
            };
            layer.uses = layer.uses.saturating_sub(1);
            if layer.uses > 0 {
                break;
            }
            gone.push((id, layer.descriptor));
            at = layer.below;
            self.layers.remove(&id);
        }
        gone
    }

    /// Whether the zone has a layer.
    pub(crate) fn has_layer(&self, layer: LayerId) -> bool {
        self.layers.contains_key(&layer)
    }

    /// Compares what is derived with what it is derived from.
    pub(crate) fn check(&self) -> Result<(), String> {
        let backwards = [
            ("tags", self.tags.len(), self.tags_of.len()),
            ("digests", self.digests.len(), self.digests_of.len()),
            ("aliases", self.aliases.len(), self.aliases_of.len()),
            ("manifests", self.records.len(), self.by_manifest.len()),
        ];
        for (what, forwards, backwards) in backwards {
            if forwards != backwards {
                return Err(format!(
                    "{forwards} {what} of images, {backwards} backwards"
                ));
            }
        }
        let lost =
            |account: &AccountId, image: &Digest| !self.records.contains_key(&(*account, *image));
        let mut named = self.tags.iter().map(|((account, ..), id)| (account, id));
        if let Some((_, id)) = named.find(|(account, id)| lost(account, id)) {
            return Err(format!("a tag leads to {id}, which is not there"));
        }
        let mut parents = self.children.iter();
        if let Some((_, _, id)) = parents.find(|(account, _, id)| lost(account, id)) {
            return Err(format!("{id} is a child and not there"));
        }
        self.legacy.check()?;
        self.check_layers()
    }

    fn check_layers(&self) -> Result<(), String> {
        let mut uses: std::collections::BTreeMap<LayerId, u64> = std::collections::BTreeMap::new();
        for record in self
            .records
            .values()
            .map(Arc::as_ref)
            .chain(self.legacy.all())
            .filter(|record| !record.layers.is_empty())
        {
            *uses.entry(record.top_layer).or_default() += 1;
        }
        for below in self.layers.values().filter_map(|layer| layer.below) {
            *uses.entry(below).or_default() += 1;
        }
        for (id, layer) in &self.layers {
            let found = uses.remove(id).unwrap_or(0);
            if layer.uses != found || found == 0 {
                return Err(format!(
                    "layer {id} has {} uses, {found} are known",
                    layer.uses
                ));
            }
        }
        match uses.keys().next() {
            Some(missing) => Err(format!("layer {missing} is used and not there")),
            None => Ok(()),
        }
    }
}
