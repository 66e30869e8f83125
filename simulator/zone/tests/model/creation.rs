//! Creating containers: the order of checks, identity, addresses, placement.

use crate::world::{World, busybox, pull};
use std::collections::BTreeSet;
use zone::{
    AccountChange, AccountId, Command, ContainerId, CreateRequest, Error, LabelValue, Operation,
    Outcome, PortBinding, Setting, State, StopTimeout, ZoneConfig,
};

fn world() -> (World, AccountId) {
    let mut world = World::new();
    let account = world.account("demo");
    (world, account)
}

fn refusal(request: CreateRequest) -> String {
    let (mut world, account) = world();
    let error = world.create(account, "c", request).expect_err("refused");
    error.to_string()
}

#[test]
fn a_container_has_two_uuids_a_hostname_an_address_and_a_package() {
    let (mut world, account) = world();
    let id = world.create(account, "", busybox()).expect("created");
    let container = world.container(account, &id.to_string());
    assert_eq!(
        id.to_string()[..32],
        container.instance().0.simple().to_string()
    );
    assert_eq!(container.config.hostname, id.short());
    let (adjective, surname) = container.name.split_once('_').expect("two words");
    assert!(adjective.len() > 2 && surname.len() > 2);
    let nic = container.primary_nic().expect("an interface");
    assert_eq!(nic.ip.to_string(), "192.168.128.5");
    assert!(nic.mac.to_string().starts_with("90:b8:d0:"));
    assert_eq!((nic.interface.as_str(), nic.prefix_len), ("net0", 22));
    assert_eq!(
        world.zone.view().package_name(&container),
        Some("sample-1G")
    );
    assert_eq!(container.resolvers(), ["8.8.8.8", "8.8.4.4"]);
    assert_eq!(container.config.cmd, ["sh"]);
}

#[test]
fn refusals_come_in_order() {
    let everything = CreateRequest {
        image: "nosuch".into(),
        network_mode: "nonet".into(),
        hostname: "a_b".into(),
        entrypoint: Some(vec![]),
        cmd: Some(vec![]),
        memory_bytes: Some(65.0 * f64::from(1 << 30)),
        labels: vec![("triton.x".into(), LabelValue::Text(String::new()))],
        binds: vec!["data:/x".into()],
        ..busybox()
    };
    assert_eq!(refusal(everything.clone()), "No such image: nosuch");
    let known = CreateRequest {
        image: "busybox".into(),
        ..everything
    };
    assert_eq!(refusal(known.clone()), "host volumes are not supported");
    let unbound = CreateRequest {
        binds: vec![],
        ..known
    };
    assert_eq!(refusal(unbound.clone()), "network nonet not found");
    let bridged = CreateRequest {
        network_mode: "default".into(),
        ..unbound
    };
    assert_eq!(
        refusal(bridged.clone()),
        "invalid label: Unrecognized special triton tag \"triton.x\""
    );
    let plain = CreateRequest {
        labels: vec![],
        ..bridged
    };
    assert_eq!(
        refusal(plain.clone()),
        "no package supports the given container constraints: memory=65g"
    );
    let small = CreateRequest {
        memory_bytes: None,
        ..plain
    };
    assert_eq!(refusal(small.clone()), "No command specified");
    let links = vec!["db".into()];
    let linked = CreateRequest {
        cmd: Some(vec!["sh".into()]),
        links,
        ..small
    };
    assert_eq!(
        refusal(linked.clone()),
        "Invalid link config entry found: db, expected to find a colan character."
    );
    let lost = CreateRequest {
        links: vec!["db:db".into()],
        ..linked
    };
    assert_eq!(refusal(lost.clone()), "Could not get container for db");
    let alone = CreateRequest {
        links: vec![],
        ..lost
    };
    assert_eq!(
        refusal(alone),
        r#"problem creating container: Invalid VM parameters: "hostname" (Invalid) String does not match regexp: /^[a-z0-9][a-z0-9\-]{0,62}(?:\.[a-z0-9][a-z0-9\-]{0,62})*$/i"#
    );
}

#[test]
fn fields_are_refused_together_and_names_are_unique_in_the_account() {
    let (mut world, account) = world();
    world.create(account, "db", busybox()).expect("created");
    let bad = CreateRequest {
        hostname: "-".into(),
        ..busybox()
    };
    let error = world.create(account, "db", bad).expect_err("refused");
    let Error::InvalidInstance(faults) = &error else {
        panic!("field errors, not {error:?}");
    };
    assert_eq!(faults.len(), 2);
    assert_eq!(
        faults[0].to_string(),
        "\"alias\" (Duplicate) Already exists for this owner_uuid"
    );
    let other = world.account("other");
    assert!(world.create(other, "db", busybox()).is_ok());
}

#[test]
fn only_approved_accounts_create_and_pull() {
    let (mut world, account) = world();
    let change = Box::new(AccountChange {
        approved_for_provisioning: Some(false),
        ..AccountChange::default()
    });
    world
        .run(Command::UpdateAccount { account, change })
        .expect("changed");
    let error = world.create(account, "c", busybox()).expect_err("refused");
    let text = "demo does not have permission to pull or provision";
    assert_eq!(error.to_string(), text);
    let error = world.run(pull(account)).expect_err("refused");
    assert_eq!(error.to_string(), text);
}

#[test]
fn references_are_ids_names_and_unambiguous_prefixes_of_the_account() {
    let (mut world, account) = world();
    let other = world.account("other");
    let ids: Vec<ContainerId> = (0..40)
        .map(|_| world.create(account, "", busybox()).expect("created"))
        .collect();
    let view = world.zone.view();
    for id in &ids {
        let hex = id.to_string();
        assert_eq!(view.container(account, &hex).expect("found").id, *id);
        assert_eq!(view.container(account, &id.short()).expect("found").id, *id);
        assert!(view.container(other, &hex).is_err());
        assert!(view.container(account, &hex.to_uppercase()).is_err());
        let dashed = id.instance().to_string();
        assert!(view.container(account, &dashed).is_err());
    }
    let ambiguous = "0123456789abcdef".chars().map(String::from).find(|digit| {
        ids.iter()
            .filter(|id| id.to_string().starts_with(digit))
            .count()
            > 1
    });
    let ambiguous = ambiguous.expect("40 ids share first digits");
    let error = view.container(account, &ambiguous).expect_err("ambiguous");
    assert_eq!(error.to_string(), format!("No such container: {ambiguous}"));
    let first = ids[0].to_string();
    let named = world
        .create(account, &first[..12], busybox())
        .expect("created");
    let view = world.zone.view();
    let found = view.container(account, &first[..12]).expect("found");
    assert_eq!(found.id, named, "a name wins over a prefix");
}

#[test]
fn lists_are_newest_first() {
    let (mut world, account) = world();
    let mut ids: Vec<ContainerId> = (0..5)
        .map(|_| world.create(account, "", busybox()).expect("created"))
        .collect();
    ids.reverse();
    let view = world.zone.view();
    let listed: Vec<ContainerId> = view.containers(account).map(|c| c.id).collect();
    assert_eq!(listed, ids);
}

#[test]
fn a_container_is_provisioning_until_its_node_has_made_it() {
    let (mut world, account) = world();
    let name = Some("c".to_owned());
    let request = Box::new(busybox());
    let command = Command::CreateContainer {
        account,
        name,
        request,
    };
    let applied = world.zone.apply(command, world.now);
    assert!(matches!(applied.outcome, Outcome::Pending(_)));
    assert_eq!(world.container(account, "c").state, State::Provisioning);
    let timeout = StopTimeout::DEFAULT;
    let check = |world: &mut World, operation, text: &str| {
        let error = world.done(account, "c", operation).expect_err("refused");
        assert_eq!(error.to_string(), text);
    };
    use zone::Operation::*;
    check(&mut world, Start, "problem starting container");
    check(&mut world, Stop { timeout }, "problem stopping container");
    check(
        &mut world,
        Restart { timeout },
        "problem restarting container",
    );
    check(
        &mut world,
        Kill { signal: None },
        "problem sending signal to container",
    );
    check(
        &mut world,
        Rename { name: "dd".into() },
        "problem renaming container",
    );
    let refused = "Container state \"provisioning\" not allowed for this command";
    check(
        &mut world,
        Delete {
            force: true,
            link: false,
        },
        refused,
    );
    check(
        &mut world,
        CreateExec(Box::default()),
        "VM is still provisioning",
    );
    assert!(world.done(account, "c", Wait).is_ok());
    let instance = world.container(account, "c").instance();
    let succeeded = false;
    let applied = world.zone.apply(
        Command::InstanceCreated {
            instance,
            succeeded,
        },
        world.now,
    );
    let [
        ..,
        zone::Effect::Finish {
            result: Err(error), ..
        },
    ] = applied.effects.as_slice()
    else {
        panic!("the create fails, not {:?}", applied.effects);
    };
    assert_eq!(error.to_string(), "problem creating container");
    assert!(world.zone.view().container(account, "c").is_err());
    assert!(
        world.create(account, "c", busybox()).is_ok(),
        "the name is free again"
    );
}

#[test]
fn published_ports_add_the_public_interface() {
    let (mut world, account) = world();
    let binding = PortBinding {
        key: "80/tcp".into(),
        host_ports: Some(vec!["80".into()]),
    };
    let request = CreateRequest {
        port_bindings: vec![binding],
        ..busybox()
    };
    world
        .create(account, "c", request.clone())
        .expect("created");
    let container = world.container(account, "c");
    let nic = container.primary_nic().expect("an interface");
    assert_eq!(
        (nic.interface.as_str(), nic.ip.to_string()),
        ("net1", "203.0.113.10".into())
    );
    assert_eq!(container.nics.len(), 2);
    let label = |name: &str| {
        (
            "triton.network.public".to_owned(),
            LabelValue::Text(name.into()),
        )
    };
    let unpublished = CreateRequest {
        labels: vec![label("External")],
        ..busybox()
    };
    let error = world
        .create(account, "d", unpublished)
        .expect_err("refused");
    assert_eq!(
        error.to_string(),
        "triton.network.public label requires a container with published ports"
    );
    let unknown = CreateRequest {
        labels: vec![label("nosuch")],
        ..request
    };
    let error = world.create(account, "d", unknown).expect_err("refused");
    assert_eq!(error.to_string(), "network nosuch not found");
    let external = CreateRequest {
        network_mode: "External".into(),
        ..busybox()
    };
    world.create(account, "e", external).expect("created");
    let nic = &world.container(account, "e").nics[0];
    assert_eq!(nic.ip.to_string(), "203.0.113.11");
}

#[test]
fn an_account_is_spread_over_the_servers_and_then_packed() {
    let (mut world, account) = world();
    let node = |world: &mut World, account, name: &str| {
        world.create(account, name, busybox()).expect("created");
        world.container(account, name).node
    };
    let first: BTreeSet<_> = (0..4)
        .map(|index| node(&mut world, account, &format!("a{index}")))
        .collect();
    assert_eq!(first.len(), 4);
    let head = world.zone.view();
    let head = head.operator_servers().find(|server| server.headnode);
    assert!(!first.contains(&head.expect("a headnode").id));
    // The fifth and later go where there is least room that is still enough: always the same server.
    let big = CreateRequest {
        memory_bytes: Some(8.0 * f64::from(1 << 30)),
        ..busybox()
    };
    world.create(account, "big", big).expect("created");
    let fullest = world.container(account, "big").node;
    let later: BTreeSet<_> = (0..6)
        .map(|index| node(&mut world, account, &format!("b{index}")))
        .collect();
    assert_eq!(later, BTreeSet::from([fullest]));
}

#[test]
fn a_full_zone_refuses_with_the_step_that_left_no_server() {
    let mut config = ZoneConfig::default();
    config.servers.truncate(1);
    config.servers[0].memory_mib = 3000;
    let mut world = World::with(config, 1);
    let account = world.account("demo");
    for name in ["a1", "a2"] {
        world.create(account, name, busybox()).expect("created");
    }
    let check = |world: &mut World, reason: &str| {
        let error = world.create(account, "a3", busybox()).expect_err("refused");
        let text = "problem creating container: No compute resources available: ";
        assert_eq!(error.to_string(), format!("{text}{reason}"));
    };
    check(&mut world, "no servers with enough unreserved RAM");
    world
        .run(Command::Set(Setting::ServerInstanceLimit(2)))
        .expect("set");
    check(&mut world, "no servers with more VMs than limit");
    world
        .run(Command::Set(Setting::FailPlacement(true)))
        .expect("set");
    check(&mut world, "forced failure");
}

#[test]
fn a_removed_container_gives_its_room_and_address_back() {
    let mut config = ZoneConfig::default();
    config.servers.truncate(1);
    config.servers[0].memory_mib = 1300;
    let mut world = World::with(config, 1);
    let account = world.account("demo");
    world.create(account, "aa", busybox()).expect("created");
    assert!(world.create(account, "bb", busybox()).is_err());
    let remove = zone::Operation::Delete {
        force: false,
        link: false,
    };
    world.done(account, "aa", remove).expect("removed");
    world.create(account, "bb", busybox()).expect("created");
    let ip = world.container(account, "bb").nics[0].ip;
    assert_eq!(
        ip.to_string(),
        "192.168.128.6",
        "fresh addresses come first"
    );
}

#[test]
fn a_full_network_refuses() {
    let (mut world, account) = world();
    let request = CreateRequest {
        network_mode: "External".into(),
        memory_bytes: Some(1.0),
        ..busybox()
    };
    for index in 0..241 {
        let name = format!("c{index}");
        world
            .create(account, &name, request.clone())
            .expect("created");
    }
    let error = world.create(account, "last", request).expect_err("refused");
    assert_eq!(error.to_string(), "problem creating container");
    assert!(matches!(
        error,
        Error::Failed {
            cause: zone::Cause::NetworkFull,
            ..
        }
    ));
}

#[test]
fn from_seven_servers_on_the_emptiest_are_kept_back() {
    let nodes = |servers: usize, containers: usize| -> Vec<_> {
        let mut config = ZoneConfig::default();
        let server = config.servers[0].clone();
        config.servers = vec![server; servers];
        let mut world = World::with(config, 5);
        let account = world.account("demo");
        let mut place = |index: usize| {
            let name = format!("c{index}");
            world.create(account, &name, busybox()).expect("created");
            world.container(account, &name).node
        };
        (0..containers).map(&mut place).collect()
    };
    let distinct = |nodes: &[_]| nodes.iter().collect::<BTreeSet<_>>().len();
    assert_eq!(distinct(&nodes(6, 6)), 6);
    let seven = nodes(7, 7);
    assert_eq!((distinct(&seven[..6]), distinct(&seven)), (6, 6));
    for servers in [51, 200] {
        assert!(distinct(&nodes(servers, 12)) > 1, "{servers}");
    }
}

#[test]
fn many_links_to_a_large_environment_are_cut_off() {
    let mut world = World::new();
    let account = world.account("demo");
    let target = CreateRequest {
        env: vec![format!("A={}", "x".repeat(1 << 20))],
        ..busybox()
    };
    world.create(account, "db", target).expect("created");
    let request = CreateRequest {
        links: (0..256).map(|number| format!("db:a{number}")).collect(),
        ..busybox()
    };
    let id = world.create(account, "web", request).expect("created");
    let _ = world.done(account, "web", Operation::Start);
    let env = &world.starts[&id.instance()].1.env;
    let bytes: usize = env.iter().map(bytes::Bytes::len).sum();
    assert!((8 << 20..10 << 20).contains(&bytes), "{bytes} bytes");
}

#[test]
fn a_hundred_thousand_ports_are_counted_before_they_are_too_many() {
    let mut world = World::new();
    let account = world.account("demo");
    let keys = (1..=u16::MAX).flat_map(|number| ["tcp", "udp"].map(|p| format!("{number}/{p}")));
    let binding = |key| PortBinding {
        key,
        host_ports: Some(Vec::new()),
    };
    let request = CreateRequest {
        port_bindings: keys.map(binding).collect(),
        ..busybox()
    };
    let error = world.create(account, "web", request).expect_err("too many");
    assert_eq!(
        error.to_string(),
        "publish port: only support exposing 128 TCP ports"
    );
}
