//! Accounts, keys, remembered authentications.

use crate::world::{World, seconds};
use zone::{AccountChange, Command, Error, NewAccount, Outcome, Reply, Zone, ZoneConfig};

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
        account,
        name,
        openssh,
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
    assert!(view.account_by_login_or_id("nosuch").is_none());
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
    assert_eq!(account.key("one"), account.key(&text));
    let remove = |key: &str| Command::RemoveKey {
        account: one,
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
fn an_authentication_is_remembered_for_two_minutes_and_a_hundred_logins() {
    let mut world = World::new();
    let remember = |world: &mut World, login: &str, key: u8| {
        let subject_key_sha512 = [key; 64];
        let login = login.to_owned();
        world.run(Command::RememberAuthentication {
            login,
            subject_key_sha512,
        })
    };
    for number in 0..101 {
        world.account(&format!("user{number}"));
    }
    assert!(remember(&mut world, "nosuch", 0).is_err());
    assert!(remember(&mut world, "user0", 1).is_ok());
    assert_eq!(world.zone.view().auth_cache("user0"), Some([1; 64]));
    assert!(remember(&mut world, "user0", 2).is_ok());
    assert_eq!(world.zone.view().auth_cache("user0"), Some([2; 64]));
    world.advance(seconds(119));
    assert!(world.zone.view().auth_cache("user0").is_some());
    world.advance(seconds(1));
    assert_eq!(world.zone.view().auth_cache("user0"), None);
    for number in 0..101 {
        assert!(remember(&mut world, &format!("user{number}"), 3).is_ok());
    }
    let view = world.zone.view();
    assert_eq!(view.auth_cache("user0"), None, "the oldest made room");
    assert_eq!(view.auth_cache("user100"), Some([3; 64]));
    assert_eq!(world.timers.len(), 100);
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
            account,
            name: None,
            openssh: "nonsense".into(),
        },
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
