//! Users and roles, and whose keys count for an account (ACC-08).

use crate::world::World;
use zone::{
    AccountId, Command, Error, KeyHolder, Member, MemberId, NewAccount, NewKey, NewUser, Profile,
    Reply, UserId,
};

const ALICE: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f alice";
const BOB: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g bob";

fn create_user(account: AccountId, login: &str, key: &str) -> Command {
    Command::CreateUser {
        account,
        new: Box::new(NewUser {
            login: login.to_owned(),
            email: format!("{login}@example.com"),
            profile: Profile::default(),
            keys: vec![NewKey::line(key)],
        }),
    }
}

fn user(world: &mut World, account: AccountId, login: &str, key: &str) -> UserId {
    match world.run(create_user(account, login, key)) {
        Ok(Reply::User(user)) => user,
        other => panic!("the user is made, not {other:?}"),
    }
}

fn account_with_key(world: &mut World, login: &str, key: &str) -> AccountId {
    let new = NewAccount {
        keys: vec![NewKey::line(key)],
        ..NewAccount::approved(login)
    };
    match world.run(Command::CreateAccount(Box::new(new))) {
        Ok(Reply::Account(account)) => account,
        other => panic!("the account is made, not {other:?}"),
    }
}

fn set_role(world: &mut World, account: AccountId, name: &str, members: &[(MemberId, bool)]) {
    let set = role(account, name, members);
    assert!(matches!(world.run(set), Ok(Reply::Role(_))));
}

fn role(account: AccountId, name: &str, members: &[(MemberId, bool)]) -> Command {
    let members = members.iter();
    let member = |(who, default): &(MemberId, bool)| Member {
        who: *who,
        default: *default,
    };
    Command::SetRole {
        account,
        name: name.to_owned(),
        members: members.map(member).collect(),
    }
}

/// Whether the key of a line counts as the account's, by its fingerprint.
fn counts(world: &World, account: AccountId, line: &str) -> bool {
    let view = world.zone.view();
    assert_eq!(view.operator_check(), Ok(()));
    let fingerprint = zone::Key::parse(line, None).expect("a line").fingerprint;
    let account = view.account(account).expect("there");
    view.proving_key(account, &fingerprint.to_string())
        .is_some()
}

#[test]
fn default_members_of_administrator_stand_in_with_keys_of_their_own() {
    let mut world = World::new();
    let one = world.account("one");
    let alice = MemberId::User(user(&mut world, one, "alice", ALICE));
    assert!(!counts(&world, one, ALICE));
    set_role(&mut world, one, "administrator", &[(alice, false)]);
    assert!(!counts(&world, one, ALICE), "not a default member");
    set_role(&mut world, one, "Administrator", &[(alice, true)]);
    assert!(!counts(&world, one, ALICE), "another role");
    set_role(&mut world, one, "administrator", &[(alice, true)]);
    assert!(counts(&world, one, ALICE));
    let view = world.zone.view();
    let account = view.account(one).expect("there");
    assert!(view.proving_key(account, "alice").is_none(), "not by name");

    let remove = Command::RemoveRole {
        account: one,
        name: "administrator".to_owned(),
    };
    assert_eq!(world.run(remove.clone()), Ok(Reply::Empty));
    assert!(!counts(&world, one, ALICE));
    let gone = Error::NoSuchRole("administrator".to_owned());
    assert_eq!(world.run(remove), Err(gone));
}

#[test]
fn an_account_that_is_a_member_brings_no_users_of_its_own() {
    let mut world = World::new();
    let one = world.account("one");
    let bob = account_with_key(&mut world, "bob", BOB);
    user(&mut world, bob, "alice", ALICE);
    set_role(
        &mut world,
        one,
        "administrator",
        &[(MemberId::Account(bob), true)],
    );
    assert!(counts(&world, one, BOB));
    assert!(!counts(&world, one, ALICE));
    assert!(!counts(&world, bob, ALICE));
    let key = KeyHolder::Account(bob);
    let remove = Command::RemoveKey {
        holder: key,
        key: "bob".to_owned(),
    };
    assert!(world.run(remove).is_ok());
    assert!(
        !counts(&world, one, BOB),
        "keys are looked up when they count"
    );
}

#[test]
fn a_user_that_is_removed_leaves_every_role() {
    let mut world = World::new();
    let one = world.account("one");
    let alice = user(&mut world, one, "alice", ALICE);
    let member = MemberId::User(alice);
    set_role(&mut world, one, "administrator", &[(member, true)]);
    set_role(&mut world, one, "reader", &[(member, false)]);
    let remove = Command::RemoveUser {
        account: one,
        user: alice,
    };
    assert_eq!(world.run(remove.clone()), Ok(Reply::Empty));
    let view = world.zone.view();
    let account = view.account(one).expect("there");
    assert!(account.user("alice").is_none());
    assert!(account.roles.iter().all(|role| role.members.is_empty()));
    assert!(!counts(&world, one, ALICE));
    assert!(matches!(world.run(remove), Err(Error::NoSuchUser(_))));
    let holder = KeyHolder::User(one, alice);
    let key = NewKey::line(BOB);
    let late = world.run(Command::AddKey { holder, key });
    assert!(matches!(late, Err(Error::NoSuchUser(_))));
}

#[test]
fn what_makes_no_user_or_role_is_refused_and_changes_nothing() {
    let mut world = World::new();
    let (one, two) = (world.account("one"), world.account("two"));
    let alice = MemberId::User(user(&mut world, one, "alice", ALICE));
    set_role(&mut world, one, "reader", &[(alice, false)]);
    let before = world.zone.clone();
    let nobody = MemberId::Account(AccountId(uuid::Uuid::nil()));
    let refused = [
        create_user(one, "alice", BOB),
        create_user(one, "1x", BOB),
        create_user(one, "bob", "nonsense"),
        role(one, "reader", &[(alice, true), (alice, false)]),
        role(one, "reader", &[(nobody, true)]),
        role(two, "reader", &[(alice, true)]),
        role(one, "", &[]),
        role(one, "a,b", &[]),
        role(one, "_operator", &[]),
        role(AccountId(uuid::Uuid::nil()), "reader", &[]),
    ];
    for command in refused {
        let text = format!("{command:?}");
        assert!(world.run(command).is_err(), "{text}");
        assert!(world.zone == before, "{text}");
    }
    assert!(world.run(create_user(two, "alice", ALICE)).is_ok());
}
