//! What must always hold between the parts of a state.

use crate::placement::Load;
use crate::state::State;
use crate::view::View;
use crate::{ExecState, TimerId};
use runtime::NodeId;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

impl View {
    /// Compares indexes and sums with the containers they are derived from; the text names the first that differs.
    pub fn operator_check(&self) -> Result<(), String> {
        let state = &*self.0;
        state.check_roles()?;
        state.check_indexes()?;
        state.check_addresses()?;
        state.check_holders()?;
        state.check_loads()?;
        state.check_tickets()?;
        state.images.check()?;
        state.check_timers()
    }
}

impl State {
    /// Every address that is given is an interface's: a leaked one would never come back.
    fn check_addresses(&self) -> Result<(), String> {
        for (id, addresses) in &self.addresses {
            let Some(network) = self.networks.get(id) else {
                return Err(format!("addresses of no network {id}"));
            };
            let held = addresses.held(network);
            let used = self
                .containers
                .values()
                .flat_map(|container| container.nics.iter())
                .filter(|nic| nic.network == *id)
                .count();
            if held != used {
                return Err(format!(
                    "{held} addresses of {} are given, {used} used",
                    network.name
                ));
            }
        }
        Ok(())
    }

    /// Every interface's address leads to its instance, and every network that needs a NAT zone has one.
    fn check_holders(&self) -> Result<(), String> {
        let mut nics = 0;
        for container in self.containers.values() {
            for nic in container.nics.iter() {
                nics += 1;
                let holder = self.holders.get(&(nic.network, nic.ip));
                if holder != Some(&container.instance()) {
                    return Err(format!("{} leads to {holder:?}", nic.ip));
                }
            }
        }
        if nics != self.holders.len() {
            return Err(format!(
                "{} addresses of {nics} lead anywhere",
                self.holders.len()
            ));
        }
        match self
            .nat_zones
            .networks()
            .find(|network| !self.has_holders(*network))
        {
            Some(network) => Err(format!("the NAT zone of {network} serves nobody")),
            None => Ok(()),
        }
    }

    fn check_indexes(&self) -> Result<(), String> {
        let count = self.containers.len();
        let indexes = [
            ("names", self.container_names.len()),
            ("ids", self.container_ids.len()),
            ("ages", self.container_ages.len()),
        ];
        for (what, entries) in indexes {
            if entries != count {
                return Err(format!("{entries} {what} of {count} containers"));
            }
        }
        for (instance, container) in &self.containers {
            let key = (container.owner, Arc::clone(&container.name));
            if self.container_names.get(&key) != Some(instance) {
                return Err(format!("name {} leads elsewhere", container.name));
            }
        }
        let links: usize = self.links.values().map(|links| links.len()).sum();
        if links != self.linked_by.len() {
            return Err(format!("{links} links, {} backwards", self.linked_by.len()));
        }
        for (source, links) in &self.links {
            let lost = links
                .iter()
                .any(|link| !self.containers.contains_key(&link.target));
            if lost || !self.containers.contains_key(source) {
                return Err(format!("links of {source} lead nowhere"));
            }
        }
        let macs: usize = self.containers.values().map(|c| c.nics.len()).sum();
        if macs != self.macs.len() {
            return Err(format!(
                "{} hardware addresses of {macs} are known",
                self.macs.len()
            ));
        }
        Ok(())
    }

    fn check_loads(&self) -> Result<(), String> {
        let mut loads: BTreeMap<NodeId, Load> = BTreeMap::new();
        for container in self.containers.values() {
            loads.entry(container.node).or_default().add(container);
        }
        for server in &self.servers {
            let expected = loads.remove(&server.id).unwrap_or_default();
            if self.load(server.id) != expected {
                return Err(format!("the load of server {} is wrong", server.hostname));
            }
        }
        Ok(())
    }

    /// Every ticket has a holder that works, every queued job stands in its queue, and every other job that needs a
    /// ticket has lost it by its age.
    fn check_tickets(&self) -> Result<(), String> {
        for (instance, tickets) in &self.tickets {
            for job in tickets.queue.iter().chain([&tickets.holder]) {
                if self
                    .jobs
                    .get(job)
                    .is_none_or(|job| job.instance != *instance)
                {
                    return Err(format!("{job:?} has a ticket of {instance} and is unknown"));
                }
            }
        }
        for (id, job) in &self.jobs {
            if job.needs_ticket() {
                let tickets = self.tickets.get(&job.instance);
                let known = tickets.is_some_and(|t| t.holder == *id || t.queue.contains(id));
                let container = self.container_of(job.instance);
                let overdue = container.is_some_and(|c| c.lifecycle.overdue.contains(id));
                if !known && !overdue {
                    return Err(format!("{id:?} has lost its ticket"));
                }
            } else if !self.containers.contains_key(&job.instance) {
                return Err(format!("{id:?} waits for nothing"));
            }
        }
        Ok(())
    }

    /// Exactly the timers that somebody waits for are set, and nobody is attached to nothing.
    fn check_timers(&self) -> Result<(), String> {
        let set: BTreeSet<TimerId> = self.timers.keys().copied().collect();
        let wanted: BTreeSet<TimerId> = self.wanted_timers().collect();
        if set != wanted {
            return Err(format!("timers {set:?} are set, {wanted:?} are wanted"));
        }
        for (attach, entry) in &self.attaches {
            let container = self.container_of(entry.instance);
            if !container.is_some_and(|c| c.lifecycle.attaches.contains(attach)) {
                return Err(format!("{attach:?} is attached to nothing"));
            }
        }
        for exec in self.execs.values() {
            let container = self.container_of(exec.instance);
            if !container.is_some_and(|c| c.lifecycle.execs.contains(&exec.id)) {
                return Err(format!("exec {} is in no container", exec.id));
            }
        }
        Ok(())
    }

    fn wanted_timers(&self) -> impl Iterator<Item = TimerId> {
        let jobs = self.jobs.values().flat_map(|job| job.work.timers());
        let attaches = self.attaches.values().filter_map(|attach| attach.timer);
        let remembered = self.authenticated.values().map(|entry| entry.timer);
        let containers = self.containers.values().flat_map(|container| {
            let lifecycle = &container.lifecycle;
            [
                lifecycle.held,
                lifecycle.restart_timer,
                lifecycle.creation_timer,
                lifecycle.shutdown_timer,
            ]
        });
        let execs = self.execs.values().filter_map(|exec| match exec.state {
            ExecState::Created { expiry } => Some(expiry),
            _ => None,
        });
        let containers = containers.flatten();
        jobs.chain(attaches)
            .chain(remembered)
            .chain(containers)
            .chain(execs)
    }
}
