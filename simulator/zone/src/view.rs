//! Reading a zone.

use crate::state::State;
use crate::{
    Account, AccountId, Container, Error, Exec, ImageRecord, Key, Link, Network, NetworkId,
    Package, PackageId, Remembered, Server, Settings,
};
use runtime::{ExecId, InstanceId};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;

/// The state of a zone at one moment. Clones are cheap and share everything. Whatever belongs to an account is
/// found only with that account; methods that are an operator's begin with `operator_`.
#[derive(Clone, Debug)]
pub struct View(pub(crate) Arc<State>);

impl View {
    /// Name of the zone.
    pub fn zone_name(&self) -> &str {
        &self.0.name
    }

    /// The seed that decides everything random.
    pub fn seed(&self) -> u64 {
        self.0.seed
    }

    /// What operators have set.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// The account of this id.
    pub fn account(&self, id: AccountId) -> Option<&Account> {
        self.0.accounts.get(&id).map(Arc::as_ref)
    }

    /// The account of this login, else of this id (ACC-03).
    pub fn account_by_login_or_id(&self, text: &str) -> Option<&Account> {
        self.0.account_by_login_or_id(text)
    }

    /// The account that operates the zone (ACC-04).
    pub fn admin(&self) -> &Account {
        self.account(self.0.admin)
            .expect("the zone is made with its admin account and accounts are never removed")
    }

    /// Every account, by id.
    pub fn operator_accounts(&self) -> impl Iterator<Item = &Account> {
        self.0.accounts.values().map(Arc::as_ref)
    }

    /// The key with which a Docker client proves to be `account`: one of its own by name or MD5 fingerprint, else one
    /// of an administrator's by fingerprint (ACC-08).
    pub fn proving_key<'v>(
        &'v self,
        account: &'v Account,
        name_or_fingerprint: &str,
    ) -> Option<&'v Key> {
        self.0.proving_key(account, name_or_fingerprint)
    }

    /// The key that `login` has proved to hold within the last 120 s (ACC-33). A timer of the zone ends it.
    pub fn remembered(&self, login: &str) -> Option<Remembered> {
        self.0.remembered(login)
    }

    /// The containers of an account, newest first.
    pub fn containers(&self, account: AccountId) -> impl Iterator<Item = &Container> {
        self.0.containers_of(account)
    }

    /// The container that `reference` names inside the account: id, name, or unambiguous prefix of an id.
    pub fn container(&self, account: AccountId, reference: &str) -> Result<&Container, Error> {
        self.0.find_container(account, reference)
    }

    /// The container behind an instance, whoever owns it.
    pub fn operator_container(&self, instance: InstanceId) -> Option<&Container> {
        self.0.containers.get(&instance).map(Arc::as_ref)
    }

    /// Every container of every account, by instance.
    pub fn operator_containers(&self) -> impl Iterator<Item = &Container> {
        self.0.containers.values().map(Arc::as_ref)
    }

    /// The links that a container has, oldest first.
    pub fn links_from(&self, container: &Container) -> impl Iterator<Item = &Link> {
        self.0.links_from(container.instance())
    }

    /// The links that lead to a container and the containers that have them, oldest first.
    pub fn links_to(&self, container: &Container) -> impl Iterator<Item = (&Link, &Container)> {
        self.0.links_to(container.instance())
    }

    /// The name of a container's package as its account sees it now (PLC-07); `None` when it is not visible.
    pub fn package_name(&self, container: &Container) -> Option<&str> {
        let package = self.package(container.owner, container.package)?;
        Some(&package.name)
    }

    /// The ports of a container as they are now.
    pub fn ports(&self, container: &Container) -> crate::Ports {
        self.0.ports_of(container)
    }

    /// The execs of a container, oldest first.
    pub fn operator_execs<'a>(
        &'a self,
        container: &'a Container,
    ) -> impl Iterator<Item = &'a Exec> {
        let execs = container.lifecycle.execs.iter();
        execs.filter_map(|exec| self.0.execs.get(exec).map(Arc::as_ref))
    }

    /// An exec of the account.
    pub fn exec(&self, account: AccountId, exec: ExecId) -> Result<&Exec, Error> {
        self.0.find_exec(account, exec)
    }

    /// The account's images, newest first, with their tags.
    pub fn images(&self, account: AccountId) -> impl Iterator<Item = &ImageRecord> {
        self.0.images_of(account)
    }

    /// The image that a name, tag, id, prefix of an id or digest means for the account (images.md 4).
    pub fn image(&self, account: AccountId, reference: &str) -> Result<&ImageRecord, Error> {
        self.0.find_image(account, reference)
    }

    /// The account's tags of an image, `repo` and `tag`, sorted.
    pub fn image_tags(
        &self,
        account: AccountId,
        image: &ImageRecord,
    ) -> impl Iterator<Item = (&str, &str)> {
        let legacy = self.0.images.legacy.tags_of(account, image);
        let current = self.0.images.tags_of(account, image.id);
        let current = current.filter(|_| image.registry.is_none());
        current.chain(legacy)
    }

    /// The account's digest records of an image: `repo` and manifest digest.
    pub fn image_digests(
        &self,
        account: AccountId,
        image: &ImageRecord,
    ) -> impl Iterator<Item = (&str, crate::Digest)> {
        self.0.images.digests_of(account, image.id)
    }

    /// The account's images that were built on one of this id, be it known or not.
    pub fn children_of(
        &self,
        account: AccountId,
        image: crate::Digest,
    ) -> impl Iterator<Item = crate::Digest> {
        self.0.images.children(account, image)
    }

    /// The image that another one of the account was built on, if it is known.
    pub fn image_parent(&self, account: AccountId, of: &ImageRecord) -> Option<&ImageRecord> {
        match of.registry {
            Some(_) => self.0.images.legacy.parent(account, of),
            None => self.image_by_id(account, of.parent?),
        }
    }

    /// An image of the account by its id alone.
    pub fn image_by_id(&self, account: AccountId, id: crate::Digest) -> Option<&ImageRecord> {
        self.0.images.record(account, id)
    }

    /// The tags of a repository (its local name) and the images that they lead to, sorted.
    pub fn tags_in(
        &self,
        account: AccountId,
        repo: &str,
    ) -> impl Iterator<Item = (&str, crate::Digest)> {
        self.0.images.tags_in(account, repo)
    }

    /// Whether the zone holds a layer for its images (IMG-02).
    pub fn has_layer(&self, layer: crate::LayerId) -> bool {
        self.0.images.has_layer(layer)
    }

    /// The packages an account may use, in the order of the package service.
    pub fn packages(&self, account: AccountId) -> impl Iterator<Item = &Package> {
        self.0.packages_of(account)
    }

    /// A package that the account may use.
    pub fn package(&self, account: AccountId, id: PackageId) -> Option<&Package> {
        self.packages(account).find(|package| package.id == id)
    }

    /// A network that the account may use.
    pub fn network(&self, account: AccountId, id: NetworkId) -> Option<&Network> {
        self.0
            .networks
            .get(&id)
            .map(Arc::as_ref)
            .filter(|network| network.is_visible_to(account))
    }

    /// Every package, in the order of the package service.
    pub fn operator_packages(&self) -> impl Iterator<Item = &Package> {
        self.0.packages.iter().map(Arc::as_ref)
    }

    /// Every server, in the order of the configuration.
    pub fn operator_servers(&self) -> impl Iterator<Item = &Server> {
        self.0.servers.iter().map(Arc::as_ref)
    }

    /// What is to go wrong.
    pub fn operator_faults(&self) -> &[crate::Fault] {
        &self.0.faults
    }

    /// A digest of the whole state: equal for states that are equal, whichever compiler has made the program.
    pub fn operator_digest(&self) -> u64 {
        let digest = Sha256::digest(format!("{:?}", self.0));
        let (first, _) = digest.split_first_chunk().expect("there are 32 bytes");
        u64::from_be_bytes(*first)
    }

    /// The container that a pending job is about.
    pub fn operator_job(&self, job: crate::JobId) -> Option<InstanceId> {
        self.0.jobs.get(&job).map(|job| job.instance)
    }

    /// How many jobs are pending.
    pub fn operator_pending_jobs(&self) -> usize {
        self.0.jobs.len()
    }
}
