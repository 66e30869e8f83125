//! Choosing a server, giving addresses, and having the container made (containers.md 2, steps 17 and 18).

use crate::change::{Change, Progress};
use crate::container::{ContainerConfig, Lifecycle, Tag, share};
use crate::job::{Purpose, Work};
use crate::placement::Request;
use crate::{
    AccountId, Container, ContainerId, Effect, Error, FaultKind, FaultPoint, JobId, Link,
    NetworkId, Package, Resources, State,
};
use runtime::clock::{TimerOwner, TimerReason};
use runtime::{InstanceId, NodeId};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// A container that nothing speaks against any more but capacity.
pub(super) struct Draft {
    pub(super) id: ContainerId,
    pub(super) owner: AccountId,
    pub(super) name: Arc<str>,
    pub(super) package: Package,
    pub(super) config: ContainerConfig,
    pub(super) tags: BTreeMap<String, Tag>,
    pub(super) networks: Vec<NetworkId>,
    pub(super) links: Vec<Link>,
}

impl Change {
    /// Places the container and tells its node to make it; the answer comes when that is done.
    pub(super) fn provision(&mut self, draft: Draft) -> Result<Progress, Error> {
        self.join_containers(draft.owner);
        let published = &draft.config.ports.published;
        self.publish(draft.owner, draft.id.instance(), published);
        let node = self.choose_server(&draft)?;
        let nics = self.give_nics(draft.id.instance(), &draft.networks)?;
        let job = JobId(self.number());
        let container = Container {
            id: draft.id,
            name: draft.name,
            owner: draft.owner,
            node,
            state: State::Provisioning,
            created_at: self.now,
            booted_at: None,
            exit: None,
            started_once: false,
            pid: 0,
            package: draft.package.id,
            resources: Resources::of(&draft.package, self.state.settings.disk_free_bytes),
            config: Arc::new(draft.config),
            tags: share(draft.tags),
            nics,
            restart_count: 0,
            lifecycle: Lifecycle {
                create_job: Some(job),
                age: self.number(),
                ..Lifecycle::default()
            },
        };
        let instance = container.instance();
        self.state.index_container(container);
        let links = draft.links;
        self.add_job(job, draft.owner, instance, Work::Create { links });
        self.hand_creation_to_node(instance);
        Ok(Progress::Pending(job))
    }

    /// The node takes its time, fails, or never gets to it.
    fn hand_creation_to_node(&mut self, instance: InstanceId) {
        match self.strike(FaultPoint::Provision, Some(instance)) {
            Some(FaultKind::Hangs) => {
                if let Some(container) = self.container_mut(instance) {
                    container.lifecycle.creation_hangs = true;
                }
            }
            Some(FaultKind::Fails(cause)) => self.creation_failed(instance, cause),
            None => match self.state.settings.timing.provision {
                Duration::ZERO => self.begin_creation(instance),
                delay => {
                    let owner = TimerOwner::Instance(instance);
                    let purpose = Purpose::Provision(instance);
                    let timer = self.set_timer(delay, owner, TimerReason::NodeTime, purpose);
                    if let Some(container) = self.container_mut(instance) {
                        container.lifecycle.creation_timer = Some(timer);
                    }
                }
            },
        }
    }

    /// The node makes the container.
    pub(crate) fn begin_creation(&mut self, instance: InstanceId) {
        if let Some(container) = self.container_mut(instance) {
            container.lifecycle.creation_timer = None;
            let creation = container.creation();
            self.effects.push(creation);
        }
    }

    fn choose_server(&mut self, draft: &Draft) -> Result<NodeId, Error> {
        let networks = draft.networks.iter();
        let nic_tags = networks
            .filter_map(|network| self.state.networks.get(network))
            .map(|network| network.nic_tag.split('/').next().unwrap_or_default())
            .collect();
        let request = Request {
            owner: draft.owner,
            package: &draft.package,
            nic_tags,
            settings: &self.state.settings,
        };
        self.state.place(&request, &mut self.random)
    }
}

impl Container {
    /// What its node is told to make.
    pub(crate) fn creation(&self) -> Effect {
        Effect::CreateInstance {
            instance: self.instance(),
            node: self.node,
            image: self.config.image.clone(),
            disk: self.resources.disk(),
            volumes: self.config.volumes.clone(),
        }
    }
}

impl Resources {
    fn of(package: &Package, free_bytes: Option<u64>) -> Self {
        let quota_bytes = package.quota_mib << 20;
        Self {
            memory_mib: package.memory_mib,
            swap_mib: package.swap_mib,
            quota_mib: package.quota_mib,
            disk_taken_bytes: free_bytes.map_or(0, |free| quota_bytes.saturating_sub(free)),
            cpu_cap_percent: package.cpu_cap_percent,
            cpu_shares: package.cpu_shares(),
            max_lwps: package.max_lwps,
        }
    }
}
