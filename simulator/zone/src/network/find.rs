//! What a network's text means for an account (network.md 4.2).

use crate::{AccountId, Error, Network, View};

impl Network {
    /// The id that Docker clients see: the UUID twice, without dashes.
    pub fn docker_id(&self) -> String {
        self.id.0.simple().to_string().repeat(2)
    }
}

impl View {
    /// The networks that an account may use, by id; those of the operators' own traffic are not among them.
    pub fn networks(&self, account: AccountId) -> impl Iterator<Item = &Network> {
        self.0
            .networks
            .values()
            .map(AsRef::as_ref)
            .filter(move |network: &&Network| {
                network.is_visible_to(account) && &*network.nic_tag != "admin"
            })
    }

    /// The network of this full id, else of this name, else whose id begins so.
    pub fn find_network(&self, account: AccountId, text: &str) -> Result<&Network, Error> {
        let by_id = self
            .networks(account)
            .find(|network| network.docker_id() == text);
        if let Some(network) = by_id {
            return Ok(network);
        }
        for matches in [
            |network: &Network, text: &str| &*network.name == text,
            |network: &Network, text: &str| {
                !text.is_empty() && network.docker_id().starts_with(text)
            },
        ] {
            let mut found = self
                .networks(account)
                .filter(|network| matches(network, text));
            match (found.next(), found.next()) {
                (Some(network), None) => return Ok(network),
                (Some(_), Some(_)) => return Err(Error::AmbiguousNetwork(text.to_owned())),
                (None, _) => {}
            }
        }
        Err(Error::NoSuchNetwork(text.to_owned()))
    }
}
