//! Finding an account's containers (containers.md 4).

use super::{Container, Exec};
use crate::image::hex_range;
use crate::state::State;
use crate::{AccountId, ContainerId, Error, Link};
use runtime::{ExecId, InstanceId, Timestamp};
use std::sync::Arc;

impl State {
    /// A whole id, else a name, else the only id that begins with the reference (CTR-02: several are none).
    pub(crate) fn find_container(
        &self,
        account: AccountId,
        reference: &str,
    ) -> Result<&Container, Error> {
        self.container_by_whole_id(account, reference)
            .or_else(|| self.container_by_name(account, reference))
            .or_else(|| self.container_by_id_prefix(account, reference))
            .ok_or_else(|| Error::NoSuchContainer(reference.to_owned()))
    }

    fn container_by_whole_id(&self, account: AccountId, reference: &str) -> Option<&Container> {
        if reference.len() != 64 {
            return None;
        }
        self.container_by_id_prefix(account, reference)
    }

    fn container_by_name(&self, account: AccountId, name: &str) -> Option<&Container> {
        let instance = self.container_names.get(&(account, Arc::from(name)))?;
        self.container_of(*instance)
    }

    fn container_by_id_prefix(&self, account: AccountId, digits: &str) -> Option<&Container> {
        let (low, high) = hex_range(digits)?;
        let range = (account, ContainerId(low))..=(account, ContainerId(high));
        let mut matches = self.container_ids.range(range);
        let (_, id) = matches.next()?;
        if matches.next().is_some() {
            return None;
        }
        self.container_of(id.instance())
    }

    /// The container behind an instance; only for instances that an account's own records name.
    pub(crate) fn container_of(&self, instance: InstanceId) -> Option<&Container> {
        self.containers.get(&instance).map(Arc::as_ref)
    }

    /// The account's containers, newest first.
    pub(crate) fn containers_of(&self, account: AccountId) -> impl Iterator<Item = &Container> {
        let oldest = (account, Timestamp(0), 0);
        let newest = (account, Timestamp(u64::MAX), u64::MAX);
        self.container_ages
            .range(oldest..=newest)
            .rev()
            .filter_map(|(_, instance)| self.container_of(*instance))
    }

    /// An exec of the account.
    pub(crate) fn find_exec(&self, account: AccountId, exec: ExecId) -> Result<&Exec, Error> {
        let exec = self.execs.get(&exec).map(Arc::as_ref);
        exec.filter(|exec| exec.owner == account)
            .ok_or(Error::NoSuchExec)
    }

    /// The links of a container, oldest first.
    pub(crate) fn links_from(&self, source: InstanceId) -> impl Iterator<Item = &Link> {
        self.links
            .get(&source)
            .into_iter()
            .flat_map(|links| links.iter())
    }

    /// The links to a container with their sources, oldest first.
    pub(crate) fn links_to(&self, target: InstanceId) -> impl Iterator<Item = (&Link, &Container)> {
        let nil = InstanceId(uuid::Uuid::nil());
        let max = InstanceId(uuid::Uuid::max());
        self.linked_by
            .range((target, 0, nil)..=(target, u64::MAX, max))
            .filter_map(|(_, sequence, source)| {
                let link = self
                    .links_from(*source)
                    .find(|link| link.sequence == *sequence)?;
                Some((link, self.container_of(*source)?))
            })
    }
}
