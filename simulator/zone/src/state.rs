//! The whole state of a zone.

use crate::account::Authentication;
use crate::container::Attach;
use crate::firewall::Rules;
use crate::image::Images;
use crate::job::{Job, Tickets, ZoneTimer};
use crate::network::{Addresses, NatZones};
use crate::placement::Load;
use crate::{
    Account, AccountId, AttachId, Container, ContainerId, Exec, Fault, JobId, Link, Mac, Network,
    NetworkId, Package, Server, Settings, TimerId,
};
use imbl::{OrdMap, OrdSet, Vector};
use runtime::{ExecId, InstanceId, NodeId, Timestamp};
use std::net::Ipv4Addr;
use std::sync::Arc;

/// Everything a zone knows. A clone shares all maps.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct State {
    pub(crate) name: Arc<str>,
    pub(crate) seed: u64,
    /// Number of the next command; it decides that command's randomness.
    pub(crate) sequence: u64,
    /// Source of job, timer, attach and link numbers.
    pub(crate) next_number: u64,
    pub(crate) settings: Arc<Settings>,
    pub(crate) faults: Arc<Vec<Fault>>,
    pub(crate) mac_prefix: [u8; 3],
    pub(crate) fabric_subnet: ipnet::Ipv4Net,
    pub(crate) fabric_range: std::ops::RangeInclusive<std::net::Ipv4Addr>,
    pub(crate) resolvers: Arc<[std::net::Ipv4Addr]>,

    pub(crate) admin: AccountId,
    pub(crate) accounts: OrdMap<AccountId, Arc<Account>>,
    pub(crate) logins: OrdMap<Arc<str>, AccountId>,
    pub(crate) authenticated: OrdMap<Arc<str>, Authentication>,

    pub(crate) packages: Vector<Arc<Package>>,
    pub(crate) servers: Vector<Arc<Server>>,

    /// What the instances of each server take of it; derived from the containers.
    pub(crate) loads: OrdMap<NodeId, Load>,

    pub(crate) networks: OrdMap<NetworkId, Arc<Network>>,
    pub(crate) external: NetworkId,
    pub(crate) addresses: OrdMap<NetworkId, Addresses>,
    pub(crate) macs: OrdSet<Mac>,
    /// Who has which address; derived from the containers.
    pub(crate) holders: OrdMap<(NetworkId, Ipv4Addr), InstanceId>,
    pub(crate) nat_zones: NatZones,
    pub(crate) rules: Rules,

    pub(crate) images: Images,

    pub(crate) containers: OrdMap<InstanceId, Arc<Container>>,
    pub(crate) container_names: OrdMap<(AccountId, Arc<str>), InstanceId>,
    pub(crate) container_ids: OrdSet<(AccountId, ContainerId)>,
    /// By age: the number orders those of one instant.
    pub(crate) container_ages: OrdMap<(AccountId, Timestamp, u64), InstanceId>,
    pub(crate) links: OrdMap<InstanceId, Arc<Vec<Link>>>,
    /// Target, number of the link, source: links that lead to a container, oldest first.
    pub(crate) linked_by: OrdSet<(InstanceId, u64, InstanceId)>,
    pub(crate) execs: OrdMap<ExecId, Arc<Exec>>,
    pub(crate) attaches: OrdMap<AttachId, Attach>,

    pub(crate) jobs: OrdMap<JobId, Job>,
    pub(crate) tickets: OrdMap<InstanceId, Tickets>,
    pub(crate) timers: OrdMap<TimerId, ZoneTimer>,
}
