//! Interfaces, ways and names, read from the published view.

use super::names;
use arc_swap::ArcSwap;
use runtime::InstanceId;
use runtime::net::{Fabric, Interface, Packet, Path};
use std::fmt;
use std::sync::Arc;
use zone::View;

/// What the runtime asks about the zone's networks.
pub(crate) struct ZoneFabric(Arc<ArcSwap<View>>);

impl ZoneFabric {
    /// Reads whatever view is the newest.
    pub(crate) fn new(view: Arc<ArcSwap<View>>) -> Self {
        Self(view)
    }
}

impl Fabric for ZoneFabric {
    fn interfaces(&self, instance: InstanceId) -> Vec<Interface> {
        let nics = self.0.load().operator_interfaces(instance);
        nics.iter()
            .map(|nic| Interface {
                name: nic.interface.clone(),
                mac: nic.mac.0,
                address: nic.ip,
                prefix_len: nic.prefix_len,
                gateway: nic.gateway,
                primary: nic.primary,
                mtu: nic.mtu,
            })
            .collect()
    }

    fn path(&self, packet: &Packet) -> Path {
        self.0.load().operator_path(packet)
    }

    fn resolve(&self, _: InstanceId, query: &[u8]) -> Option<Vec<u8>> {
        let view = self.0.load();
        names::answer(query, |name| view.settings().addresses_of(name))
    }
}

impl fmt::Debug for ZoneFabric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ZoneFabric").finish_non_exhaustive()
    }
}
