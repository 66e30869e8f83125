//! Giving interfaces to containers (network.md 3 and 4).

use super::{Network, Nic};
use crate::change::Change;
use crate::image::hex_range;
use crate::state::State;
use crate::{Account, AccountId, Action, Cause, Error, NetworkId};
use runtime::InstanceId;
use std::net::Ipv4Addr;
use std::sync::Arc;

impl State {
    /// The networks of a new container, the primary one last: the chosen one, and the public one when it
    /// publishes ports (NET-02 to NET-05).
    pub(crate) fn choose_networks(
        &self,
        account: &Account,
        mode: &str,
        publishes: bool,
        public_label: Option<&str>,
    ) -> Result<Vec<NetworkId>, Error> {
        let mut networks = vec![match mode {
            "" | "bridge" | "default" => account.default_network,
            name => self.network_by_text(account.id, name)?,
        }];
        match public_label {
            Some(_) if !publishes => {
                let text = "triton.network.public label requires a container with published ports";
                return Err(Error::Validation(text.to_owned()));
            }
            Some(name) => {
                let mut named = self.networks_of(account.id).filter(|n| &*n.name == name);
                let network = named.next();
                networks.push(
                    network
                        .ok_or_else(|| Error::NoSuchNetwork(name.to_owned()))?
                        .id,
                );
            }
            None if publishes => networks.push(self.external),
            None => {}
        }
        Ok(networks)
    }

    /// A whole id, else a name, else a prefix of an id; several at one step are ambiguous (NET-03).
    fn network_by_text(&self, account: AccountId, text: &str) -> Result<NetworkId, Error> {
        let steps: [&dyn Fn(&Network) -> bool; 3] = [
            &|network| docker_id(network.id) == text,
            &|network| &*network.name == text,
            &|network| {
                text.len() <= 62
                    && hex_range(text).is_some()
                    && docker_id(network.id).starts_with(text)
            },
        ];
        for step in steps {
            let mut matches = self.networks_of(account).filter(|network| step(network));
            match (matches.next(), matches.next()) {
                (Some(_), Some(_)) => return Err(Error::AmbiguousNetwork(text.to_owned())),
                (Some(network), None) => return Ok(network.id),
                _ => {}
            }
        }
        Err(Error::NoSuchNetwork(text.to_owned()))
    }

    /// Whether some instance has an address on a network.
    pub(crate) fn has_holders(&self, network: NetworkId) -> bool {
        let all = (network, Ipv4Addr::UNSPECIFIED)..=(network, Ipv4Addr::BROADCAST);
        self.holders.range(all).next().is_some()
    }

    /// The networks that an account may use: the zone's and those of its fabric.
    pub(crate) fn networks_of(&self, account: AccountId) -> impl Iterator<Item = &Network> {
        self.networks
            .values()
            .map(Arc::as_ref)
            .filter(move |network| network.is_visible_to(account))
    }
}

/// A network's id as Docker shows it: the UUID without dashes, twice.
pub(crate) fn docker_id(network: NetworkId) -> String {
    let half = network.0.simple().to_string();
    format!("{half}{half}")
}

impl Change {
    /// One interface on each network; the last one is primary. 507 when a network is full (NET-26).
    pub(crate) fn give_nics(
        &mut self,
        instance: InstanceId,
        networks: &[NetworkId],
    ) -> Result<Arc<[Nic]>, Error> {
        let primary = networks.len().saturating_sub(1);
        let given: Result<Arc<[Nic]>, Error> = networks
            .iter()
            .enumerate()
            .map(|(index, network)| self.give_nic(*network, index, index == primary))
            .collect();
        for nic in given.iter().flat_map(|nics| nics.iter()) {
            self.state.holders.insert((nic.network, nic.ip), instance);
        }
        given
    }

    fn give_nic(&mut self, network: NetworkId, index: usize, primary: bool) -> Result<Nic, Error> {
        let failed = |cause| Error::Failed {
            action: Action::Create,
            cause,
        };
        let found = self.state.networks.get(&network).map(Arc::clone);
        let network = found.ok_or(failed(Cause::NotFound))?;
        let addresses = self.state.addresses.get_mut(&network.id);
        let addresses = addresses.ok_or(failed(Cause::NotFound))?;
        let ip = addresses.take(&network).ok_or(failed(Cause::NetworkFull))?;
        self.state.nat_zones.start(&network);
        let prefix = self.state.mac_prefix;
        let mut mac = self.random.mac(prefix);
        while self.state.macs.insert(mac).is_some() {
            mac = self.random.mac(prefix);
        }
        Ok(Nic {
            interface: format!("net{index}"),
            mac,
            ip,
            prefix_len: network.subnet.prefix_len(),
            gateway: network.gateway,
            network: network.id,
            nic_tag: Arc::clone(&network.nic_tag),
            vlan_id: network.vlan_id,
            mtu: network.mtu,
            primary,
            resolvers: Arc::clone(&network.resolvers),
        })
    }

    /// Takes interfaces back: their addresses may be given again.
    pub(crate) fn release_nics(&mut self, nics: &[Nic]) {
        for nic in nics {
            self.state.macs.remove(&nic.mac);
            self.state.holders.remove(&(nic.network, nic.ip));
            if let Some(addresses) = self.state.addresses.get_mut(&nic.network) {
                addresses.release(nic.ip);
            }
            if !self.state.has_holders(nic.network) {
                self.state.nat_zones.stop(nic.network);
            }
        }
    }
}
