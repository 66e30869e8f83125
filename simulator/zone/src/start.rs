//! The state of a new zone.

use crate::change::Change;
use crate::firewall::Rules;
use crate::image::Images;
use crate::network::{Addresses, NatZones, external};
use crate::random::Random;
use crate::state::State;
use crate::{AccountId, NetworkId, PackageId, Reply, ZoneConfig};
use imbl::{OrdMap, OrdSet};
use runtime::{NodeId, Timestamp};
use std::sync::Arc;
use uuid::Uuid;

impl State {
    /// Everything that `config` names; ids that are nil are drawn from the seed.
    pub(crate) fn new(mut config: ZoneConfig, seed: u64) -> Self {
        let mut random = Random::new(seed, 0);
        for package in &mut config.packages {
            if package.id.0.is_nil() {
                package.id = PackageId(random.uuid());
            }
        }
        for server in &mut config.servers {
            if server.id.0.is_nil() {
                server.id = NodeId(random.uuid());
            }
        }
        let resolvers: Arc<[_]> = config.resolvers.into();
        let public = NetworkId(random.uuid());
        let public = external(
            public,
            config.public_subnet,
            &config.public_range,
            Arc::clone(&resolvers),
        );
        let state = Self {
            name: config.name.into(),
            seed,
            sequence: 1,
            next_number: 0,
            settings: Arc::new(config.settings),
            faults: Arc::default(),
            mac_prefix: config.mac_prefix,
            fabric_subnet: config.fabric_subnet,
            fabric_range: config.fabric_range,
            resolvers,
            admin: AccountId(Uuid::nil()),
            accounts: OrdMap::new(),
            logins: OrdMap::new(),
            authenticated: OrdMap::new(),
            packages: config.packages.into_iter().map(Arc::new).collect(),
            servers: config.servers.into_iter().map(Arc::new).collect(),
            loads: OrdMap::new(),
            external: public.id,
            addresses: OrdMap::unit(public.id, Addresses::new(&public)),
            networks: OrdMap::unit(public.id, Arc::new(public)),
            macs: OrdSet::new(),
            holders: OrdMap::new(),
            nat_zones: NatZones::default(),
            rules: Rules::of_zone(),
            images: Images::default(),
            containers: OrdMap::new(),
            container_names: OrdMap::new(),
            container_ids: OrdSet::new(),
            container_ages: OrdMap::new(),
            links: OrdMap::new(),
            linked_by: OrdSet::new(),
            execs: OrdMap::new(),
            attaches: OrdMap::new(),
            jobs: OrdMap::new(),
            tickets: OrdMap::new(),
            timers: OrdMap::new(),
        };
        state.with_admin(config.admin)
    }

    /// The account that operates the zone is made as every other, but was always there.
    fn with_admin(&self, mut admin: crate::NewAccount) -> Self {
        admin.operator = true;
        let mut change = Change::new(self, Timestamp::default());
        match change.create_account(admin, None) {
            Ok(Reply::Account(id)) => change.state.admin = id,
            other => unreachable!("`ZoneConfig::check` refuses what it is refused for: {other:?}"),
        }
        change.state
    }
}
