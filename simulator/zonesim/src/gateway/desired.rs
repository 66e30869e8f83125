//! Which ports of which addresses the host should listen at.

use super::dial::Dialer;
use std::collections::BTreeMap;
use std::net::SocketAddrV4;
use zone::ContainerId;

/// Every public address and port that somebody listens at and that is open to everybody.
pub(super) fn desired(dialer: &Dialer) -> BTreeMap<SocketAddrV4, ContainerId> {
    let view = dialer.driver().view();
    let mut wanted = BTreeMap::new();
    for listening in dialer.listening() {
        let Some(container) = view.operator_container(listening.instance) else {
            continue;
        };
        let own = container.nics.iter().filter(|nic| {
            let bound = listening.address.ip();
            !nic.is_fabric() && (bound.is_unspecified() || *bound == nic.ip)
        });
        for nic in own {
            let address = SocketAddrV4::new(nic.ip, listening.address.port());
            if dialer.is_open(address) {
                wanted.insert(address, container.id);
            }
        }
    }
    wanted
}
