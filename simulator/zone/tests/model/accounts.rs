//! Accounts, keys, remembered authentications.

use crate::world::World;
use zone::{
    AccountChange, Command, Error, KeyHolder, NewAccount, NewKey, Outcome, Reply, Zone, ZoneConfig,
};

const KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f one";
const OTHER: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g one";

fn add(
    world: &mut World,
    account: zone::AccountId,
    name: Option<&str>,
    line: &str,
) -> Result<Reply, Error> {
    let (name, openssh) = (name.map(str::to_owned), line.to_owned());
    world.run(Command::AddKey {
        holder: KeyHolder::Account(account),
        key: NewKey { name, openssh },
    })
}

#[test]
fn accounts_are_found_by_login_and_id_and_have_their_own_fabric() {
    let mut world = World::new();
    let (one, two) = (world.account("one"), world.account("two"));
    let view = world.zone.view();
    assert_eq!(view.account_by_login_or_id("one").map(|a| a.id), Some(one));
    assert_eq!(
        view.account_by_login_or_id(&two.to_string()).map(|a| a.id),
        Some(two)
    );
    let other = [
        "nosuch".to_owned(),
        "ONE".to_owned(),
        two.to_string().to_uppercase(),
        two.to_string().replace('-', ""),
        format!("{{{two}}}"),
    ];
    for text in other {
        assert!(view.account_by_login_or_id(&text).is_none(), "{text}");
    }
    let network = |account| view.account(account).expect("there").default_network;
    assert_ne!(network(one), network(two));
    assert!(
        view.network(one, network(one))
            .is_some_and(|network| network.fabric)
    );
    assert!(view.network(one, network(two)).is_none());
    assert_eq!(
        (view.admin().login.as_str(), view.admin().operator),
        ("admin", true)
    );
}

#[test]
fn logins_are_unique_and_well_formed() {
    let mut world = World::new();
    world.account("one");
    let mut create = |login: &str| {
        let new = Box::new(NewAccount::approved(login));
        world.run(Command::CreateAccount(new)).map(|_| ())
    };
    assert_eq!(create("one"), Err(Error::LoginTaken("one".into())));
    assert_eq!(create("admin"), Err(Error::LoginTaken("admin".into())));
    assert_eq!(create("local"), Err(Error::InvalidLogin("local".into())));
    assert_eq!(create("my_login"), Ok(()));
}

#[test]
fn keys_are_unique_by_name_and_fingerprint_inside_an_account() {
    let mut world = World::new();
    let (one, two) = (world.account("one"), world.account("two"));
    let Ok(Reply::Key(fingerprint)) = add(&mut world, one, None, KEY) else {
        panic!("the key is added");
    };
    let text = fingerprint.to_string();
    assert_eq!(
        add(&mut world, one, None, OTHER),
        Err(Error::KeyNameTaken("one".into()))
    );
    assert_eq!(
        add(&mut world, one, Some("two"), KEY),
        Err(Error::KeyFingerprintTaken(text.clone()))
    );
    assert!(add(&mut world, one, Some("two"), OTHER).is_ok());
    assert!(add(&mut world, two, None, KEY).is_ok());
    let view = world.zone.view();
    let account = view.account(one).expect("there");
    assert_eq!(account.keys.find("one"), account.keys.find(&text));
    let remove = |key: &str| Command::RemoveKey {
        holder: KeyHolder::Account(one),
        key: key.to_owned(),
    };
    assert_eq!(world.run(remove(&text)), Ok(Reply::Empty));
    assert_eq!(
        world.run(remove("one")),
        Err(Error::NoSuchKey("one".into()))
    );
    assert_eq!(world.run(remove("two")), Ok(Reply::Empty));
    let view = world.zone.view();
    assert!(view.account(one).expect("there").keys.is_empty());
    assert_eq!(view.account(two).expect("there").keys.len(), 1);
}

#[test]
fn a_refusal_changes_nothing_and_consumes_nothing() {
    let mut world = World::new();
    let account = world.account("one");
    let before = world.zone.clone();
    let change = Box::new(AccountChange {
        disabled: Some(true),
        ..AccountChange::default()
    });
    let nobody = zone::AccountId(uuid::Uuid::nil());
    let refused = [
        Command::UpdateAccount {
            account: nobody,
            change: change.clone(),
        },
        Command::AddKey {
            holder: KeyHolder::Account(account),
            key: NewKey::line("nonsense"),
        },
        Command::CreateAccount(Box::new(NewAccount {
            keys: vec![NewKey::line(KEY), NewKey::line("nonsense")],
            ..NewAccount::approved("two")
        })),
        Command::CreateContainer {
            account,
            name: None,
            request: Box::default(),
        },
    ];
    for command in refused {
        assert!(world.run(command).is_err());
        assert!(world.zone == before);
    }
    assert!(
        world
            .run(Command::UpdateAccount { account, change })
            .is_ok()
    );
    let view = world.zone.view();
    assert!(
        view.account(account)
            .is_some_and(|account| account.disabled)
    );
}

#[test]
fn the_seed_decides_every_id() {
    let admin = |seed| {
        let mut zone = Zone::new(ZoneConfig::default(), seed);
        let new = Box::new(NewAccount::approved("one"));
        let applied = zone.apply(
            Command::CreateAccount(new),
            runtime::Timestamp::from_secs(1),
        );
        let Outcome::Done(Ok(Reply::Account(account))) = applied.outcome else {
            panic!("the account is made");
        };
        let view = zone.view();
        let servers: Vec<_> = view.operator_servers().map(|server| server.id).collect();
        (account, view.admin().id, servers)
    };
    assert_eq!(admin(1), admin(1));
    assert_ne!(admin(1), admin(2));
}
