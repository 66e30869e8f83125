//! Links, and the files and environment of a start.

use crate::world::{World, busybox};
use zone::{AccountId, CreateRequest, Operation};

fn world() -> (World, AccountId) {
    let mut world = World::new();
    let account = world.account("demo");
    let target = CreateRequest {
        hostname: "dbhost".into(),
        env: vec!["MODE=fast".into(), "HOME=/x".into(), "BARE".into()],
        ..busybox()
    };
    world.create(account, "db", target).expect("created");
    (world, account)
}

fn create(world: &mut World, account: AccountId, name: &str, links: &[&str]) {
    let request = CreateRequest {
        hostname: "web".into(),
        domainname: "example.com".into(),
        extra_hosts: vec!["foo:1.2.3.4".into(), "six:fe80::1".into()],
        dns_search: vec!["a.test".into()],
        env: vec!["OWN=1".into()],
        links: links.iter().map(|link| (*link).to_owned()).collect(),
        ..busybox()
    };
    world.create(account, name, request).expect("created");
}

fn started(world: &mut World, account: AccountId, name: &str) -> runtime::StartSpec {
    let instance = world.container(account, name).instance();
    let _ = world.done(account, name, Operation::Start);
    world.starts[&instance].1.clone()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_start_writes_hosts_resolvers_and_link_variables() {
    let (mut world, account) = world();
    create(&mut world, account, "web", &["db:my-own-db"]);
    let spec = started(&mut world, account, "web");
    assert_eq!(
        text(&spec.files.hosts),
        "192.168.128.6\tweb\n\
127.0.0.1\tlocalhost\n\
::1\tlocalhost ip6-localhost ip6-loopback\n\
fe00::0\tip6-localnet\n\
ff00::0\tip6-mcastprefix\n\
ff02::1\tip6-allnodes\n\
ff02::2\tip6-allrouters\n\
1.2.3.4\tfoo\n\
fe80::1\tsix\n\
192.168.128.5\tmy-own-db dbhost db\n"
    );
    assert_eq!(
        text(&spec.files.resolv_conf),
        "nameserver 8.8.8.8\nnameserver 8.8.4.4\nsearch a.test example.com\n"
    );
    assert_eq!(text(&spec.files.hostname), "web\n");
    let env: Vec<String> = spec.env.iter().map(|entry| text(entry)).collect();
    assert_eq!(
        env,
        [
            "MY_OWN-DB_NAME=/web/my-own-db",
            "MY_OWN-DB_ENV_A=image",
            "MY_OWN-DB_ENV_MODE=fast",
            "MY_OWN-DB_ENV_BARE",
            "MY_OWN-DB_PORT_80_TCP=tcp://192.168.128.5:80",
            "MY_OWN-DB_PORT_80_TCP_ADDR=192.168.128.5",
            "MY_OWN-DB_PORT_80_TCP_PORT=80",
            "MY_OWN-DB_PORT_80_TCP_PROTO=tcp",
            "PATH=/bin",
            "A=image",
            "OWN=1"
        ]
    );
    assert_eq!(spec.memory_bytes, 1024 << 20);
    assert_eq!((spec.swap_bytes, spec.max_processes), (3072 << 20, 4000));
    assert_eq!((spec.cpu_cap_percent, spec.cpu_shares), (Some(100), 64));
}

#[test]
fn links_follow_renames_and_go_with_either_side() {
    let (mut world, account) = world();
    create(&mut world, account, "web", &["db:a", "db:b", "db:a"]);
    let view = world.zone.view();
    let db = world.container(account, "db");
    let names = |view: &zone::View| -> Vec<String> {
        let links = view.links_to(&db);
        links
            .map(|(link, source)| format!("/{}/{}", source.name, link.alias))
            .collect()
    };
    assert_eq!(names(&view), ["/web/a", "/web/b"]);
    let rename = |name: &str| Operation::Rename { name: name.into() };
    let _ = world.done(account, "db", rename("sql"));
    let _ = world.done(account, "web", rename("www"));
    let www = world.container(account, "www");
    let view = world.zone.view();
    assert_eq!(names(&view), ["/www/a", "/www/b"]);
    let targets: Vec<_> = view
        .links_from(&www)
        .map(|link| &link.target_name)
        .collect();
    assert_eq!(targets, ["sql", "sql"]);
    for alias in ["b", "nosuch"] {
        let alias = alias.to_owned();
        let removed = world.done(account, "www", Operation::DeleteLink { alias });
        assert_eq!(removed, Ok(zone::Reply::Empty));
    }
    assert_eq!(names(&world.zone.view()), ["/www/a"]);
    let remove = Operation::Delete {
        force: false,
        link: false,
    };
    let _ = world.done(account, "sql", remove);
    let spec = started(&mut world, account, "www");
    assert!(!text(&spec.files.hosts).contains("dbhost"));
    assert_eq!(world.zone.view().links_from(&www).count(), 0);
}
