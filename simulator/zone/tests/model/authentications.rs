//! Remembered authentications (ACC-33).

use crate::world::{World, seconds};
use zone::{Command, Error, Reply};

fn remember(world: &mut World, login: &str, key: u8) -> Result<Reply, Error> {
    let subject_key_sha512 = [key; 64];
    let login = login.to_owned();
    world.run(Command::RememberAuthentication {
        login,
        subject_key_sha512,
    })
}

fn remembered(world: &World, login: &str) -> Option<u8> {
    let view = world.zone.view();
    let remembered = view.remembered(login)?;
    Some(remembered.subject_key_sha512[0])
}

#[test]
fn a_login_has_one_slot_for_two_minutes() {
    let mut world = World::new();
    world.account("one");
    assert!(remember(&mut world, "nosuch", 0).is_err());
    assert!(remember(&mut world, "one", 1).is_ok());
    assert_eq!(remembered(&world, "one"), Some(1));
    assert!(remember(&mut world, "one", 2).is_ok());
    assert_eq!(remembered(&world, "one"), Some(2));
    world.advance(seconds(119));
    assert_eq!(remembered(&world, "one"), Some(2));
    let login = "one".to_owned();
    assert!(world.run(Command::UseAuthentication { login }).is_ok());
    world.advance(seconds(1));
    assert_eq!(remembered(&world, "one"), None, "its use prolongs nothing");
    assert!(world.timers.is_empty());
}

#[test]
fn of_a_hundred_logins_the_one_used_longest_ago_makes_room() {
    let mut world = World::new();
    let login = |number: u8| format!("user{number}");
    for number in 0..=100 {
        world.account(&login(number));
    }
    for number in 0..100 {
        assert!(remember(&mut world, &login(number), number).is_ok());
    }
    let latest = |world: &World, number| {
        let view = world.zone.view();
        view.remembered(&login(number))
            .is_some_and(|known| known.latest)
    };
    assert!(latest(&world, 99) && !latest(&world, 0));
    let used = Command::UseAuthentication { login: login(0) };
    assert!(world.run(used).is_ok());
    assert!(latest(&world, 0) && !latest(&world, 99));
    assert!(remember(&mut world, &login(100), 100).is_ok());
    assert_eq!(remembered(&world, &login(0)), Some(0));
    assert_eq!(remembered(&world, &login(1)), None, "it made room");
    assert_eq!(remembered(&world, &login(100)), Some(100));
    assert_eq!(world.timers.len(), 100);
    let forgotten = Command::UseAuthentication { login: login(1) };
    assert!(world.run(forgotten).is_ok());
    assert_eq!(remembered(&world, &login(1)), None);
}
