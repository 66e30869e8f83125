//! Where packets go, by network.md 6.2, and the ports that rules show.

use crate::world::{World, busybox};
use runtime::InstanceId;
use runtime::net::{Packet, PathEnd, Source, Transport};
use std::net::Ipv4Addr;
use zone::{AccountId, CreateRequest, Operation, PortBinding, Protocol};

/// An address outside every network.
const OUTSIDE: Ipv4Addr = Ipv4Addr::new(8, 8, 8, 8);

fn published(ports: &[&str]) -> CreateRequest {
    CreateRequest {
        port_bindings: ports
            .iter()
            .map(|port| PortBinding {
                key: (*port).to_owned(),
                host_ports: Some(Vec::new()),
            })
            .collect(),
        ..busybox()
    }
}

struct Scene {
    world: World,
    own: AccountId,
    other: AccountId,
}

impl Scene {
    /// `web` publishes port 80, `db` nothing; `guest` belongs to the other account, `peer` publishes too.
    fn new() -> Self {
        let mut world = World::new();
        let own = world.account("demo");
        let other = world.account("other");
        let create = |world: &mut World, account, name: &str, request| {
            world.create(account, name, request).expect("created");
            let _ = world.done(account, name, Operation::Start);
        };
        create(&mut world, own, "web", published(&["80/tcp"]));
        create(&mut world, own, "db", busybox());
        create(&mut world, own, "peer", published(&["81/tcp"]));
        create(&mut world, other, "guest", busybox());
        Self { world, own, other }
    }

    fn instance(&self, name: &str) -> InstanceId {
        let account = match name {
            "guest" => self.other,
            _ => self.own,
        };
        self.world.container(account, name).instance()
    }

    /// The address of a container on a fabric, or on the external network.
    fn address(&self, name: &str, public: bool) -> Ipv4Addr {
        let view = self.world.zone.view();
        let nics = view.operator_interfaces(self.instance(name));
        let is_public = |address: Ipv4Addr| address.octets()[0] == 203;
        let nic = nics.iter().find(|nic| is_public(nic.ip) == public);
        nic.expect("the container has the interface").ip
    }

    /// Whether a packet arrives, and under which address.
    fn seen(&self, from: &str, to: (&str, bool), transport: Transport) -> Option<Ipv4Addr> {
        let to_address = self.address(to.0, to.1);
        let (source, own) = match from {
            "outside" => (Source::Internet, OUTSIDE),
            "machine" => (Source::Tenant(self.own.0), OUTSIDE),
            name => {
                let view = self.world.zone.view();
                let nics = view.operator_interfaces(self.instance(name));
                // On a network of its own when it has one there, else by the primary interface.
                let near = nics
                    .iter()
                    .find(|nic| nic.ip.octets()[..2] == to_address.octets()[..2]);
                let nic = near.or(nics.iter().find(|nic| nic.primary));
                let interface = nic.expect("the container has an interface").ip;
                let instance = self.instance(name);
                (
                    Source::Instance {
                        instance,
                        interface,
                    },
                    interface,
                )
            }
        };
        let path = self.world.zone.view().operator_path(&Packet {
            source,
            from: own,
            to: to_address,
            transport,
        });
        match path.end {
            PathEnd::Instance { instance, seen_as } => {
                assert_eq!(instance, self.instance(to.0));
                Some(seen_as)
            }
            PathEnd::Nowhere => None,
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn packets_arrive_where_the_matrix_says() {
    let scene = Scene::new();
    let check = |from: &str, to: (&str, bool), transport, expected: bool| {
        let seen = scene.seen(from, to, transport).is_some();
        assert_eq!(seen, expected, "{from} to {to:?} by {transport:?}");
    };
    let (fabric, public) = (false, true);
    let (tcp, udp) = (Transport::Tcp(9000), Transport::Udp(9000));
    check("db", ("web", fabric), tcp, true);
    check("db", ("web", fabric), udp, true);
    check("web", ("db", fabric), tcp, true);
    check("guest", ("web", public), Transport::Tcp(80), true);
    check("outside", ("web", public), Transport::Tcp(80), true);
    check("outside", ("web", public), Transport::Udp(80), false);
    check("outside", ("web", public), tcp, false);
    check("guest", ("web", public), tcp, false);
    check("outside", ("web", public), Transport::Echo, true);
    check("outside", ("web", fabric), Transport::Echo, false);
    check("peer", ("web", public), tcp, true);
    check("db", ("web", public), tcp, false);
    check("db", ("web", public), Transport::Tcp(80), true);
    check("machine", ("db", fabric), tcp, true);
    check("machine", ("web", public), Transport::Tcp(80), true);
    check("machine", ("web", public), tcp, false);
}

#[test]
fn another_accounts_fabric_is_another_world() {
    let scene = Scene::new();
    // Both fabrics number their containers alike.
    assert_eq!(
        scene.address("guest", false),
        Ipv4Addr::new(192, 168, 128, 5)
    );
    let path = scene.world.zone.view().operator_path(&Packet {
        source: Source::Instance {
            instance: scene.instance("guest"),
            interface: scene.address("guest", false),
        },
        from: scene.address("guest", false),
        to: scene.address("db", false),
        transport: Transport::Echo,
    });
    assert!(!matches!(
        path.end,
        PathEnd::Instance { instance, .. } if instance == scene.instance("db")
    ));
}

#[test]
fn a_fabric_is_seen_outside_as_its_nat_zone() {
    let scene = Scene::new();
    let port = Transport::Tcp(80);
    let of_db = scene.seen("db", ("web", true), port).expect("it arrives");
    let of_guest = scene.seen("guest", ("web", true), port);
    let of_guest = of_guest.expect("it arrives");
    assert_eq!(of_db.octets()[..3], [192, 0, 2]);
    assert_eq!(of_guest.octets()[..3], [192, 0, 2]);
    assert_ne!(of_db, of_guest);
    assert_eq!(
        scene.seen("peer", ("web", true), port),
        Some(scene.address("peer", true))
    );
}

#[test]
fn published_ports_are_those_of_the_rules() {
    let mut world = World::new();
    let account = world.account("demo");
    let ports: Vec<String> = (1..=10).rev().map(|port| format!("{port}/tcp")).collect();
    let ports: Vec<&str> = ports.iter().map(String::as_str).chain(["9/udp"]).collect();
    world
        .create(account, "web", published(&ports))
        .expect("created");
    let container = world.container(account, "web");
    let shown = world.zone.view().ports(&container);
    // Eight in one rule, each rule in numeric order.
    let tcp = shown
        .published
        .iter()
        .filter(|port| port.protocol == Protocol::Tcp);
    let mut numbers: Vec<u16> = tcp.map(|port| port.number).collect();
    assert_eq!(numbers.len(), 10);
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=10).collect::<Vec<u16>>());
    assert_eq!(shown.published.len(), 11);
    let unpublished: Vec<u16> = shown.unpublished.iter().map(|port| port.number).collect();
    assert_eq!(unpublished, [80]);
}

#[test]
fn what_is_removed_is_nowhere() {
    let mut scene = Scene::new();
    let from = Source::Instance {
        instance: scene.instance("db"),
        interface: scene.address("db", false),
    };
    let packet = Packet {
        source: from,
        from: scene.address("db", false),
        to: scene.address("web", false),
        transport: Transport::Tcp(80),
    };
    let end = |scene: &Scene| scene.world.zone.view().operator_path(&packet).end;
    assert!(matches!(end(&scene), PathEnd::Instance { .. }));
    let own = scene.own;
    let instance = scene.instance("web");
    let remove = Operation::Delete {
        force: true,
        link: false,
    };
    let _ = scene.world.operate(own, "web", remove);
    scene.world.exit(instance, 137);
    assert_eq!(end(&scene), PathEnd::Nowhere);
}
