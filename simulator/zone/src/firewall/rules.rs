//! The rules of a zone, to be found by whom they are about.

use super::{Rule, Target};
use crate::AccountId;
use imbl::{OrdMap, Vector};
use runtime::InstanceId;
use std::sync::Arc;

/// Every rule, oldest first wherever several are found.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Rules {
    /// Those to one instance.
    named: OrdMap<InstanceId, Vector<Arc<Rule>>>,
    /// The others, by account.
    broad: OrdMap<Option<AccountId>, Vector<Arc<Rule>>>,
}

impl Rules {
    pub(crate) fn add(&mut self, rule: Rule) {
        let rule = Arc::new(rule);
        let list = match rule.to {
            Target::Vm(instance) => self.named.entry(instance).or_default(),
            _ => self.broad.entry(rule.owner).or_default(),
        };
        list.push_back(rule);
    }

    /// The rules to this one instance.
    pub(crate) fn naming(&self, instance: InstanceId) -> impl Iterator<Item = &Rule> {
        let list = self.named.get(&instance);
        list.into_iter().flatten().map(Arc::as_ref)
    }

    /// The rules of an account, or those of all accounts, that are not to one instance.
    pub(crate) fn broad(&self, owner: Option<AccountId>) -> impl Iterator<Item = &Rule> {
        let list = self.broad.get(&owner);
        list.into_iter().flatten().map(Arc::as_ref)
    }

    /// Every rule that may be about an instance of an account.
    pub(crate) fn about(
        &self,
        owner: AccountId,
        instance: InstanceId,
    ) -> impl Iterator<Item = &Rule> {
        self.naming(instance)
            .chain(self.broad(Some(owner)))
            .chain(self.broad(None))
    }
}
