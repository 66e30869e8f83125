//! Attached connections and the first process that waits for them.

use crate::world::{World, busybox, seconds};
use runtime::{ExitStatus, Signal};
use zone::{AccountId, AttachId, AttachState, Command, Operation, Reply};

fn world() -> (World, AccountId, runtime::InstanceId) {
    let mut world = World::new();
    let account = world.account("demo");
    let id = world.create(account, "c", busybox()).expect("created");
    world.happened();
    (world, account, id.instance())
}

fn attach(world: &mut World, account: AccountId) -> (AttachId, AttachState) {
    match world.done(account, "c", Operation::Attach) {
        Ok(Reply::Attach { attach, state, .. }) => (attach, state),
        other => panic!("attached, not {other:?}"),
    }
}

fn detach(world: &mut World, attach: AttachId) {
    let reply = world.run(Command::DetachAttach { attach });
    assert_eq!(reply, Ok(Reply::Empty));
}

#[test]
fn an_attach_before_the_start_waits_for_it() {
    let (mut world, account, instance) = world();
    let (_, state) = attach(&mut world, account);
    assert_eq!(state, AttachState::Waiting);
    assert_eq!(world.done(account, "c", Operation::Start), Ok(Reply::Empty));
    assert!(world.timers.is_empty(), "nothing waits any more");
    let (_, state) = attach(&mut world, account);
    assert_eq!(state, AttachState::Running);
    world.happened();
    world.exit(instance, 0);
    assert_eq!(world.happened(), ["close"]);
}

#[test]
fn an_attach_that_sees_no_start_is_cut_after_a_minute() {
    let (mut world, account, _) = world();
    attach(&mut world, account);
    world.advance(seconds(60));
    assert_eq!(world.happened(), ["timer AttachWait", "cut"]);
    assert_eq!(world.done(account, "c", Operation::Start), Ok(Reply::Empty));
    assert!(world.container(account, "c").is_running());
    assert!(world.timers.is_empty(), "its announcement has gone with it");
}

#[test]
fn a_lost_attach_holds_the_process_until_status_45() {
    let (mut world, account, instance) = world();
    let (lost, _) = attach(&mut world, account);
    detach(&mut world, lost);
    assert_eq!(world.done(account, "c", Operation::Start), Ok(Reply::Empty));
    assert!(world.container(account, "c").is_running());
    assert!(
        !world.starts.contains_key(&instance),
        "the command does not run"
    );
    let wait = world.pending(account, "c", Operation::Wait);
    world.advance(seconds(60));
    let status = ExitStatus(45);
    assert_eq!(world.answer(wait), Some(Ok(Reply::Waited { status })));
    assert_eq!(
        world.container(account, "c").exit.map(|exit| exit.status),
        Some(status)
    );
}

#[test]
fn another_attach_takes_the_place_of_a_lost_one() {
    let (mut world, account, instance) = world();
    let (lost, _) = attach(&mut world, account);
    detach(&mut world, lost);
    let _ = world.done(account, "c", Operation::Start);
    let (_, state) = attach(&mut world, account);
    assert_eq!(state, AttachState::Running);
    assert!(world.starts.contains_key(&instance));
    assert!(world.timers.is_empty());
    world.exit(instance, 3);
    let exit = world.container(account, "c").exit.expect("an exit");
    assert_eq!(exit.status, ExitStatus(3));
}

#[test]
fn a_held_process_hears_only_kill() {
    let (mut world, account, _) = world();
    let (lost, _) = attach(&mut world, account);
    detach(&mut world, lost);
    let _ = world.done(account, "c", Operation::Start);
    world.happened();
    let kill = |signal| Operation::Kill {
        signal: Some(signal),
    };
    let _ = world.done(account, "c", kill(Signal::Term));
    assert!(world.container(account, "c").is_running());
    let _ = world.done(account, "c", kill(Signal::Kill));
    let exit = world.container(account, "c").exit.expect("an exit");
    assert_eq!(exit.status, ExitStatus(-9));
    assert_eq!(world.happened(), ["cancel", "close"]);
}

#[test]
fn a_held_process_is_stopped_by_the_kill_of_the_stop() {
    let (mut world, account, _) = world();
    let (lost, _) = attach(&mut world, account);
    detach(&mut world, lost);
    let _ = world.done(account, "c", Operation::Start);
    let timeout = zone::StopTimeout::Seconds(5);
    let stop = world.pending(account, "c", Operation::Stop { timeout });
    world.advance(seconds(5));
    assert_eq!(world.answer(stop), Some(Ok(Reply::Empty)));
    assert!(world.timers.is_empty());
}

#[test]
fn removal_cuts_what_waits() {
    let (mut world, account, _) = world();
    attach(&mut world, account);
    world.happened();
    let remove = Operation::Delete {
        force: false,
        link: false,
    };
    assert_eq!(world.done(account, "c", remove), Ok(Reply::Empty));
    assert_eq!(world.happened(), ["destroy", "close", "cancel", "cut"]);
}

#[test]
fn the_announcement_of_a_lost_attach_lasts_a_minute() {
    let (mut world, account, instance) = world();
    let (lost, _) = attach(&mut world, account);
    detach(&mut world, lost);
    world.advance(seconds(60));
    assert_eq!(
        world.happened(),
        ["timer AttachWait"],
        "nobody is left to be cut"
    );
    let _ = world.done(account, "c", Operation::Start);
    assert!(world.starts.contains_key(&instance));
}
