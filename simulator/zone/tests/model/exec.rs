//! Execs.

use crate::world::{World, busybox, seconds};
use runtime::{ExecId, ExitStatus, RuntimeEvent};
use zone::{AccountId, Command, Error, ExecRequest, ExecStart, ExecState, Operation, Reply};

fn world() -> (World, AccountId, runtime::InstanceId) {
    let mut world = World::new();
    let account = world.account("demo");
    let id = world.create(account, "c", busybox()).expect("created");
    let _ = world.done(account, "c", Operation::Start);
    world.happened();
    (world, account, id.instance())
}

fn request(detach: bool) -> Operation {
    Operation::CreateExec(Box::new(ExecRequest {
        cmd: vec!["true".to_owned()],
        detach,
        ..ExecRequest::default()
    }))
}

fn create(world: &mut World, account: AccountId, detach: bool) -> ExecId {
    match world.done(account, "c", request(detach)) {
        Ok(Reply::ExecCreated { exec }) => exec,
        other => panic!("created, not {other:?}"),
    }
}

fn start(world: &mut World, account: AccountId, exec: ExecId) -> ExecStart {
    match world.run(Command::StartExec { account, exec }) {
        Ok(Reply::ExecStarted { start, .. }) => start,
        other => panic!("started, not {other:?}"),
    }
}

fn state(world: &World, account: AccountId, exec: ExecId) -> ExecState {
    world.zone.view().exec(account, exec).expect("known").state
}

fn end(world: &mut World, instance: runtime::InstanceId, exec: ExecId, status: i32) {
    let (status, at) = (ExitStatus(status), world.now);
    let event = RuntimeEvent::ExecExited {
        exec,
        instance,
        status,
        at,
    };
    let _ = world.run(Command::Runtime(event));
}

#[test]
fn an_exec_is_launched_when_its_start_connects() {
    let (mut world, account, instance) = world();
    let exec = create(&mut world, account, false);
    assert_eq!(world.happened(), ["timer ExecStart"]);
    assert_eq!(start(&mut world, account, exec), ExecStart::Stream);
    assert_eq!(world.happened(), ["cancel", "exec"]);
    assert_eq!(start(&mut world, account, exec), ExecStart::Closed);
    end(&mut world, instance, exec, 17);
    assert_eq!(world.happened(), ["close exec"]);
    assert_eq!(
        state(&world, account, exec),
        ExecState::Ended(ExitStatus(17))
    );
}

#[test]
fn a_detached_exec_is_launched_when_it_is_created() {
    let (mut world, account, _) = world();
    let exec = create(&mut world, account, true);
    assert_eq!(world.happened(), ["exec"]);
    assert_eq!(start(&mut world, account, exec), ExecStart::Detached);
    assert!(world.happened().is_empty());
}

#[test]
fn a_start_after_thirty_seconds_is_closed() {
    let (mut world, account, _) = world();
    let exec = create(&mut world, account, false);
    world.advance(seconds(30));
    assert_eq!(state(&world, account, exec), ExecState::Expired);
    assert_eq!(start(&mut world, account, exec), ExecStart::Closed);
}

#[test]
fn execs_need_a_running_container_and_belong_to_the_account() {
    let (mut world, account, instance) = world();
    let other = world.account("other");
    let exec = create(&mut world, account, false);
    let running = create(&mut world, account, true);
    assert_eq!(
        world.run(Command::StartExec {
            account: other,
            exec
        }),
        Err(Error::NoSuchExec)
    );
    world.exit(instance, 0);
    assert_eq!(state(&world, account, exec), ExecState::Expired);
    let error = world
        .done(account, "c", request(false))
        .expect_err("refused");
    assert_eq!(error.to_string(), "Container c is not running");
    assert_eq!(state(&world, account, running), ExecState::Running);
    end(&mut world, instance, running, -9);
    assert_eq!(
        state(&world, account, running),
        ExecState::Ended(ExitStatus(-9))
    );
    let remove = Operation::Delete {
        force: false,
        link: false,
    };
    let _ = world.done(account, "c", remove);
    let view = world.zone.view();
    assert_eq!(view.exec(account, exec), Err(Error::NoSuchExec));
    assert!(world.timers.is_empty());
}

#[test]
fn only_execs_that_have_not_ended_are_limited() {
    let (mut world, account, instance) = world();
    let refused = |world: &mut World| {
        let error = world.done(account, "c", request(true)).expect_err("full");
        assert_eq!(error.to_string(), "problem executing command");
    };
    for _ in 0..1100 {
        let exec = create(&mut world, account, true);
        end(&mut world, instance, exec, 0);
    }
    let mut live: Vec<ExecId> = (0..1024)
        .map(|_| create(&mut world, account, true))
        .collect();
    refused(&mut world);
    let ended = live.swap_remove(0);
    end(&mut world, instance, ended, 3);
    assert_eq!(
        state(&world, account, ended),
        ExecState::Ended(ExitStatus(3))
    );
    create(&mut world, account, true);
    refused(&mut world);
    let container = world.container(account, "c");
    let view = world.zone.view();
    assert_eq!(view.operator_execs(&container).count(), 1100 + 1025);
}
