//! Starting, stopping, waiting, restarting and removing containers.

use crate::world::{World, busybox, seconds};
use runtime::{ExitStatus, Signal};
use zone::{
    AccountId, Copying, CreateRequest, Operation, Outcome, Reply, RestartPolicyRequest, State,
    StopTimeout,
};

const STOP: Operation = Operation::Stop {
    timeout: StopTimeout::DEFAULT,
};
const RESTART: Operation = Operation::Restart {
    timeout: StopTimeout::DEFAULT,
};
const KILL: Operation = Operation::Kill {
    signal: Some(Signal::Kill),
};
const REMOVE: Operation = Operation::Delete {
    force: false,
    link: false,
};
const REMOVE_FORCED: Operation = Operation::Delete {
    force: true,
    link: false,
};

fn world_with(request: CreateRequest) -> (World, AccountId, runtime::InstanceId) {
    let mut world = World::new();
    let account = world.account("demo");
    let id = world.create(account, "c", request).expect("created");
    (world, account, id.instance())
}

fn policy(name: &str, maximum: i64) -> CreateRequest {
    CreateRequest {
        restart_policy: Some(RestartPolicyRequest {
            name: name.to_owned(),
            maximum_retry_count: maximum,
        }),
        ..busybox()
    }
}

fn text(outcome: Outcome) -> String {
    match outcome {
        Outcome::Done(Err(error)) => error.to_string(),
        other => panic!("a refusal, not {other:?}"),
    }
}

fn waited(status: i32) -> Reply {
    Reply::Waited {
        status: ExitStatus(status),
    }
}

#[test]
fn a_container_starts_exits_and_is_waited_for() {
    let (mut world, account, instance) = world_with(busybox());
    let created = world.container(account, "c");
    assert_eq!(
        (created.state, created.started_once),
        (State::Stopped, false)
    );
    assert_eq!(world.done(account, "c", Operation::Wait), Ok(waited(0)));
    assert_eq!(world.done(account, "c", Operation::Start), Ok(Reply::Empty));
    let running = world.container(account, "c");
    assert!(running.is_running() && running.pid > 0);
    assert_eq!(running.booted_at, Some(world.now));
    assert_eq!(world.done(account, "c", Operation::Start), Ok(Reply::Empty));
    assert_eq!(running.incarnation().0, 1);
    let wait = world.pending(account, "c", Operation::Wait);
    world.exit(instance, 3);
    assert_eq!(world.answer(wait), Some(Ok(waited(3))));
    let stopped = world.container(account, "c");
    assert_eq!(stopped.exit.expect("an exit").status, ExitStatus(3));
    assert_eq!((stopped.booted_at, stopped.pid), (None, 0));
    assert_eq!(world.done(account, "c", Operation::Wait), Ok(waited(3)));
    assert_eq!(world.zone.view().operator_pending_jobs(), 0);
    assert!(world.timers.is_empty());
}

#[test]
fn a_command_that_ends_at_once_is_still_started() {
    let (mut world, account, instance) = world_with(busybox());
    world.answer_starts = false;
    let start = world.pending(account, "c", Operation::Start);
    world.exit(instance, 17);
    assert_eq!(world.answer(start), Some(Ok(Reply::Empty)));
    let container = world.container(account, "c");
    assert!(container.started_once && !container.is_running());
    assert_eq!(container.exit.expect("an exit").status, ExitStatus(17));
}

#[test]
fn a_stop_is_term_then_kill_then_halt() {
    let (mut world, account, instance) = world_with(busybox());
    assert_eq!(world.done(account, "c", STOP), Ok(Reply::Empty));
    let _ = world.done(account, "c", Operation::Start);
    world.happened();
    let stop = world.pending(account, "c", STOP);
    world.advance(seconds(10));
    world.advance(seconds(10));
    assert_eq!(
        world.happened(),
        [
            "signal TERM",
            "timer Stop",
            "timer NodeLimit",
            "timer Stop",
            "signal KILL",
            "halt"
        ]
    );
    assert_eq!(world.answer(stop), None);
    world.exit(instance, -9);
    assert_eq!(world.answer(stop), Some(Ok(Reply::Empty)));
    assert!(world.timers.is_empty());
}

#[test]
fn a_stop_without_time_kills_and_one_for_ever_only_asks() {
    let (mut world, account, instance) = world_with(busybox());
    let _ = world.done(account, "c", Operation::Start);
    world.happened();
    let timeout = StopTimeout::Seconds(0);
    let stop = world.pending(account, "c", Operation::Stop { timeout });
    assert_eq!(world.happened()[0], "signal KILL");
    world.exit(instance, -9);
    assert_eq!(world.answer(stop), Some(Ok(Reply::Empty)));
    let _ = world.done(account, "c", Operation::Start);
    let timeout = StopTimeout::Forever;
    let stop = world.pending(account, "c", Operation::Stop { timeout });
    world.advance(seconds(100_000));
    assert_eq!(world.answer(stop), None);
    world.exit(instance, 0);
    assert_eq!(world.answer(stop), Some(Ok(Reply::Empty)));
}

#[test]
fn a_node_that_does_not_answer_fails_the_operation_with_its_text() {
    let (mut world, account, instance) = world_with(busybox());
    world.answer_starts = false;
    let start = world.pending(account, "c", Operation::Start);
    world.advance(seconds(120));
    let error = world.answer(start).expect("answered").expect_err("failed");
    assert_eq!(error.to_string(), "problem starting container");
    world.started(instance);
    let stop = world.pending(account, "c", STOP);
    world.advance(seconds(310));
    let error = world.answer(stop).expect("answered").expect_err("failed");
    assert_eq!(error.to_string(), "problem stopping container");
    let restart = world.pending(account, "c", RESTART);
    world.advance(seconds(310));
    let error = world
        .answer(restart)
        .expect("answered")
        .expect_err("failed");
    assert_eq!(error.to_string(), "problem restarting container");
}

#[test]
fn a_restart_stops_and_starts_and_starts_a_stopped_one() {
    let (mut world, account, instance) = world_with(busybox());
    assert_eq!(world.done(account, "c", RESTART), Ok(Reply::Empty));
    let restart = world.pending(account, "c", RESTART);
    world.exit(instance, 0);
    assert_eq!(world.answer(restart), Some(Ok(Reply::Empty)));
    let container = world.container(account, "c");
    assert!(container.is_running());
    assert_eq!(container.incarnation().0, 2);
}

#[test]
fn kill_sends_and_does_not_wait() {
    let (mut world, account, instance) = world_with(busybox());
    assert_eq!(world.done(account, "c", KILL), Ok(Reply::Empty));
    let _ = world.done(account, "c", Operation::Start);
    world.happened();
    assert_eq!(world.done(account, "c", KILL), Ok(Reply::Empty));
    assert_eq!(world.happened(), ["signal KILL"]);
    let look = Operation::Kill { signal: None };
    assert_eq!(world.done(account, "c", look), Ok(Reply::Empty));
    assert!(world.happened().is_empty());
    world.exit(instance, -9);
}

#[test]
fn operations_on_one_container_take_turns() {
    let (mut world, account, instance) = world_with(busybox());
    let _ = world.done(account, "c", Operation::Start);
    let stop = world.pending(account, "c", STOP);
    let start = world.pending(account, "c", Operation::Start);
    let rename = world.pending(
        account,
        "c",
        Operation::Rename {
            name: "other".into(),
        },
    );
    world.exit(instance, 0);
    assert_eq!(world.answer(stop), Some(Ok(Reply::Empty)));
    assert_eq!(world.answer(start), Some(Ok(Reply::Empty)));
    assert_eq!(world.answer(rename), Some(Ok(Reply::Empty)));
    assert!(world.container(account, "other").is_running());
    assert!(world.timers.is_empty());
}

#[test]
fn a_queued_operation_waits_two_minutes() {
    let (mut world, account, instance) = world_with(busybox());
    let _ = world.done(account, "c", Operation::Start);
    let timeout = StopTimeout::Forever;
    let stop = world.pending(account, "c", Operation::Stop { timeout });
    let start = world.pending(account, "c", Operation::Start);
    let kill = world.pending(account, "c", KILL);
    world.advance(seconds(119));
    let remove = world.pending(account, "c", REMOVE_FORCED);
    world.advance(seconds(1));
    let error = |answer: Option<Result<Reply, zone::Error>>| {
        answer.expect("answered").expect_err("failed").to_string()
    };
    assert_eq!(error(world.answer(start)), "problem starting container");
    assert_eq!(
        error(world.answer(kill)),
        "problem sending signal to container"
    );
    world.exit(instance, 0);
    assert_eq!(world.answer(stop), Some(Ok(Reply::Empty)));
    assert_eq!(world.answer(remove), Some(Ok(Reply::Empty)));
}

#[test]
fn a_stop_has_the_ticket_for_ten_minutes() {
    let (mut world, account, instance) = world_with(busybox());
    let _ = world.done(account, "c", Operation::Start);
    let timeout = StopTimeout::Forever;
    let stop = world.pending(account, "c", Operation::Stop { timeout });
    world.advance(seconds(599));
    let kill = world.pending(account, "c", KILL);
    world.happened();
    world.advance(seconds(1));
    assert_eq!(world.answer(kill), Some(Ok(Reply::Empty)));
    assert!(world.happened().contains(&"signal KILL".to_owned()));
    assert_eq!(world.answer(stop), None);
    world.exit(instance, -9);
    assert_eq!(world.answer(stop), Some(Ok(Reply::Empty)));
    assert!(world.timers.is_empty());
}

#[test]
fn a_stop_that_has_lost_its_ticket_hears_of_the_removal() {
    let (mut world, account, _) = world_with(busybox());
    let _ = world.done(account, "c", Operation::Start);
    let timeout = StopTimeout::Seconds(10_000);
    let stop = world.pending(account, "c", Operation::Stop { timeout });
    world.advance(seconds(600));
    assert_eq!(world.done(account, "c", REMOVE_FORCED), Ok(Reply::Empty));
    assert_eq!(world.answer(stop), Some(Ok(Reply::Empty)));
    assert!(world.timers.is_empty());
}

#[test]
fn a_restart_that_has_lost_its_ticket_asks_again() {
    let (mut world, account, instance) = world_with(busybox());
    let _ = world.done(account, "c", Operation::Start);
    let timeout = StopTimeout::Forever;
    let restart = world.pending(account, "c", Operation::Restart { timeout });
    world.advance(seconds(600));
    assert_eq!(world.done(account, "c", KILL), Ok(Reply::Empty));
    world.exit(instance, -9);
    assert_eq!(world.answer(restart), Some(Ok(Reply::Empty)));
    assert!(world.container(account, "c").is_running());
    assert!(world.timers.is_empty());
}

#[test]
fn a_stop_without_its_ticket_still_kills_and_fails_in_time() {
    let (mut world, account, _) = world_with(busybox());
    let _ = world.done(account, "c", Operation::Start);
    let timeout = StopTimeout::Seconds(1_000);
    let stop = world.pending(account, "c", Operation::Stop { timeout });
    world.advance(seconds(999));
    world.happened();
    world.advance(seconds(1));
    assert!(world.happened().contains(&"signal KILL".to_owned()));
    world.advance(seconds(300));
    let error = world.answer(stop).expect("answered").expect_err("failed");
    assert_eq!(error.to_string(), "problem stopping container");
    assert!(world.timers.is_empty());
}

#[test]
fn what_waits_for_a_removed_container_hears_of_it() {
    let (mut world, account, instance) = world_with(busybox());
    let _ = world.done(account, "c", Operation::Start);
    let stop = world.pending(account, "c", STOP);
    let remove = world.pending(account, "c", REMOVE_FORCED);
    let start = world.pending(account, "c", Operation::Start);
    world.exit(instance, 0);
    assert_eq!(world.answer(stop), Some(Ok(Reply::Empty)));
    assert_eq!(world.answer(remove), Some(Ok(Reply::Empty)));
    let error = world.answer(start).expect("answered").expect_err("failed");
    assert_eq!(error.to_string(), "problem starting container");
    assert_eq!(world.zone.view().operator_pending_jobs(), 0);
}

#[test]
fn removal_needs_force_while_it_runs_and_answers_waiters() {
    let (mut world, account, _) = world_with(busybox());
    let _ = world.done(account, "c", Operation::Start);
    let refusal = text(world.operate(account, "c", REMOVE));
    assert_eq!(
        refusal,
        "Conflict, You cannot remove a running container. Stop the container before attempting removal or use -f"
    );
    let link = Operation::Delete {
        force: true,
        link: true,
    };
    let refusal = text(world.operate(account, "c", link));
    assert_eq!(
        refusal,
        "Conflict, cannot remove the default name of the container"
    );
    let wait = world.pending(account, "c", Operation::Wait);
    world.happened();
    assert_eq!(world.done(account, "c", REMOVE_FORCED), Ok(Reply::Empty));
    assert_eq!(world.happened(), ["destroy", "close", "finish"]);
    assert_eq!(world.answer(wait), Some(Ok(waited(-9))));
    assert_eq!(
        text(world.operate(account, "c", REMOVE)),
        "No such container: c"
    );
}

#[test]
fn policies_restart_with_growing_delays() {
    let (mut world, account, instance) = world_with(policy("always", 0));
    let _ = world.done(account, "c", Operation::Start);
    for (count, delay_ms) in [(1, 100), (2, 200), (3, 400)] {
        world.exit(instance, 0);
        let at = world.next_timer().expect("a restart is planned").1;
        assert_eq!(at.since(world.now).as_millis(), delay_ms);
        assert!(!world.container(account, "c").is_running());
        world.advance(std::time::Duration::from_millis(400));
        let container = world.container(account, "c");
        assert!(container.is_running());
        assert_eq!(container.restart_count, count);
    }
    world.advance(seconds(11));
    world.exit(instance, 0);
    let at = world.next_timer().expect("a restart is planned").1;
    assert_eq!(at.since(world.now).as_millis(), 100);
    assert_eq!(world.done(account, "c", STOP), Ok(Reply::Empty));
    assert!(world.timers.is_empty());
    let _ = world.done(account, "c", Operation::Start);
    assert_eq!(world.container(account, "c").restart_count, 0);
}

#[test]
fn a_killed_container_with_a_policy_comes_back_and_a_stopped_one_does_not() {
    let (mut world, account, instance) = world_with(policy("on-failure", 1));
    let _ = world.done(account, "c", Operation::Start);
    let _ = world.done(account, "c", KILL);
    world.exit(instance, -9);
    world.advance(seconds(1));
    assert!(world.container(account, "c").is_running());
    world.exit(instance, 1);
    assert!(world.timers.is_empty(), "one retry only");
    let _ = world.done(account, "c", Operation::Start);
    let stop = world.pending(account, "c", STOP);
    world.exit(instance, 1);
    assert_eq!(world.answer(stop), Some(Ok(Reply::Empty)));
    assert!(world.timers.is_empty());
}

#[test]
fn policies_without_meaning_are_none() {
    for name in ["no", "", "unless-stopped"] {
        let (world, account, _) = world_with(policy(name, 5));
        let container = world.container(account, "c");
        assert_eq!(container.config.restart_policy, None, "{name}");
    }
}

#[test]
fn reports_of_an_earlier_start_are_ignored() {
    let (mut world, account, instance) = world_with(busybox());
    let _ = world.done(account, "c", Operation::Start);
    let old = world.starts[&instance].0;
    world.exit(instance, 0);
    let _ = world.done(account, "c", Operation::Start);
    let at = world.now;
    let _ = world.apply(zone::Command::Runtime(runtime::RuntimeEvent::Exited {
        instance,
        incarnation: old,
        status: ExitStatus(1),
        at,
    }));
    assert!(world.container(account, "c").is_running());
}

#[test]
fn copies_take_the_ticket_one_after_the_other_and_give_it_back() {
    let (mut world, account, _) = world_with(busybox());
    let copy = || Operation::Copy(Copying::Out);
    let Ok(Reply::Ticket { job: first, .. }) = world.done(account, "c", copy()) else {
        panic!("the ticket is free");
    };
    let second = world.pending(account, "c", copy());
    let third = world.pending(account, "c", copy());
    // Who leaves the queue is passed over.
    let _ = world.apply(zone::Command::EndCopy { job: second });
    let _ = world.apply(zone::Command::EndCopy { job: first });
    let granted = world.answer(third);
    assert!(matches!(granted, Some(Ok(Reply::Ticket { .. }))));
    // A copy that takes too long goes on without the ticket.
    world.advance(seconds(599));
    let start = world.pending(account, "c", Operation::Start);
    assert_eq!(world.answer(start), None);
    world.advance(seconds(1));
    assert_eq!(world.answer(start), Some(Ok(Reply::Empty)));
    let _ = world.apply(zone::Command::EndCopy { job: third });
    assert!(world.container(account, "c").is_running());
}

#[test]
fn renames_are_checked_by_front_end_and_inventory() {
    let (mut world, account, _) = world_with(busybox());
    let _ = world.create(account, "taken", busybox());
    let rename = |name: &str| Operation::Rename {
        name: name.to_owned(),
    };
    let check = |world: &mut World, name: &str, expected: &str| {
        assert_eq!(text(world.operate(account, "c", rename(name))), expected);
    };
    check(
        &mut world,
        "x",
        "Error when allocating new name: Invalid container name (x)",
    );
    check(
        &mut world,
        "taken",
        "problem renaming container: Invalid VM update parameters: \"alias\" (Duplicate) Already exists for this owner_uuid",
    );
    assert_eq!(world.done(account, "c", rename("/fresh")), Ok(Reply::Empty));
    assert_eq!(&*world.container(account, "fresh").name, "fresh");
    assert_eq!(
        text(world.operate(account, "c", STOP)),
        "No such container: c"
    );
}

#[test]
fn a_start_that_the_runtime_refuses_fails_and_is_not_tried_again() {
    let (mut world, account, instance) = world_with(policy("always", 0));
    world.answer_starts = false;
    let start = world.pending(account, "c", Operation::Start);
    let incarnation = world.starts[&instance].0;
    let refused = zone::Command::StartRefused {
        instance,
        incarnation,
    };
    assert_eq!(world.run(refused), Ok(Reply::Empty));
    let error = world.answer(start).expect("answered").expect_err("failed");
    assert_eq!(error.to_string(), "problem starting container");
    assert!(world.timers.is_empty());
    assert!(!world.container(account, "c").is_running());
    world.answer_starts = true;
    assert_eq!(world.done(account, "c", Operation::Start), Ok(Reply::Empty));
}
