//! Order, fairness, time, and what idleness costs.

use super::harness::{Zone, child, command, program, uuid};
use crate::kernel::{Main, WaitFlags, WaitFor};
use runtime::clock::{Mode, TimerReason};
use runtime::console::Console;
use runtime::{Disk, Incarnation, InstanceId, NodeId, Runtime};
use std::sync::Arc;
use std::time::Duration;

fn many_talkers() -> Main {
    program!(sys, {
        for number in 0..20u64 {
            sys.fork(child!(|sys| {
                for turn in 0..10u64 {
                    sys.burn(700 + number * 37 % 900).await;
                    sys.write_all(1, format!("{number}.{turn} ").as_bytes())
                        .await?;
                    sys.sleep(Duration::from_nanos(
                        (number * 7919 + turn * 104_729) % 5000,
                    ))
                    .await?;
                }
                Ok(0)
            }))?;
        }
        while sys.wait(WaitFor::Any, WaitFlags::default()).await.is_ok() {}
        Ok(0)
    })
}

fn trace(seed: u64) -> (String, u64) {
    let zone = Zone::with(many_talkers(), seed, Mode::Stepped);
    zone.start(command(&["test"]));
    let mut output = String::new();
    loop {
        zone.settle();
        output += &zone.output();
        let held = zone.userland.hold();
        let jumped = zone.clock.jump(|_| true);
        drop(held);
        if jumped.is_none() {
            break;
        }
    }
    assert_eq!(zone.exit_status(), 0);
    (output + &zone.output(), zone.userland.trace())
}

#[test]
fn the_same_seed_gives_the_same_run() {
    let first = trace(1);
    assert_eq!(first, trace(1));
    assert_ne!(first.0, trace(2).0);
}

#[test]
fn busy_loops_share_the_processor() {
    let zone = Zone::new(program!(sys, {
        for _ in 0..2 {
            sys.fork(child!(|sys| {
                loop {
                    sys.burn(100).await;
                }
            }))?;
        }
        for _ in 0..500 {
            sys.burn(10_000).await;
        }
        let used: Vec<u64> = sys.processes()[1..].iter().map(|row| row.cpu_ns).collect();
        let fair = used
            .iter()
            .all(|used| (4_000_000..6_000_000).contains(used));
        assert!(fair, "{used:?}");
        Ok(0)
    }));
    assert_eq!(zone.run(command(&["test"])).0, 0);
}

#[test]
fn containers_share_the_processor_by_their_shares() {
    let zone = Zone::new(program!(sys, {
        loop {
            sys.burn(100).await;
        }
    }));
    let image = {
        let files = zone.userland.files(zone.instance).expect("it exists");
        let files = files.lock().expect("nobody panicked");
        files.tree().clone()
    };
    let second = InstanceId(uuid(7));
    let created = zone.userland.create(
        second,
        NodeId(uuid(2)),
        Arc::clone(&image),
        Disk::of(1 << 20),
    );
    created.expect("it is new");
    let held = zone.userland.hold();
    let mut spec = command(&["test"]);
    spec.cpu_shares = 300;
    zone.start(command(&["test"]));
    let started = zone
        .userland
        .start(second, Incarnation(1), spec, Console::new(None));
    started.expect("it does not run");
    drop(held);
    let used = |instance| {
        let usage = zone.userland.usage(instance).expect("it exists");
        usage.cpu_nanos
    };
    while used(zone.instance) < 5_000_000 {
        std::thread::yield_now();
    }
    let held = zone.userland.hold();
    let (one, three) = (used(zone.instance), used(second));
    drop(held);
    let ratio = three as f64 / one as f64;
    zone.userland.destroy(second).expect("it exists");
    assert!((2.8..3.2).contains(&ratio), "{one} and {three}");
}

#[test]
fn a_thousand_sleepers_cost_an_hour_of_nothing() {
    let zone = Zone::new(program!(sys, {
        for _ in 0..1000 {
            sys.fork(child!(|sys| {
                sys.sleep(Duration::from_secs(3600)).await?;
                Ok(0)
            }))?;
        }
        let mut ended = 0;
        while sys.wait(WaitFor::Any, WaitFlags::default()).await.is_ok() {
            ended += 1;
        }
        Ok(u8::from(ended != 1000))
    }));
    zone.start(command(&["test"]));
    zone.settle();
    let before = zone.clock.now();
    zone.clock.jump(|_| true).expect("processes sleep");
    assert_eq!(zone.exit_status(), 0);
    assert_eq!(zone.clock.now().since(before), Duration::from_secs(3600));
}

#[test]
fn an_idle_container_wakes_no_thread() {
    let zone = Zone::with(
        program!(sys, {
            sys.pause().await;
            Ok(0)
        }),
        1,
        Mode::Real,
    );
    zone.start(command(&["test"]));
    zone.settle();
    // The worker has gone to sleep once the next notification wakes it.
    let before = zone.userland.wake_ups();
    let until = std::time::Instant::now() + Duration::from_millis(100);
    while std::time::Instant::now() < until {
        std::thread::yield_now();
    }
    assert!(zone.userland.wake_ups() - before <= 1);
    assert!(zone.userland.is_idle());
}

#[test]
fn a_capped_container_waits_for_its_next_period() {
    let zone = Zone::new(program!(sys, {
        for _ in 0..1500 {
            sys.burn(100_000).await;
        }
        Ok(0)
    }));
    let mut spec = command(&["test"]);
    spec.cpu_cap_percent = Some(50);
    zone.start(spec);
    let before = zone.clock.now();
    zone.settle();
    while zone.reports.all().len() < 2 {
        let jumped = zone
            .clock
            .jump(|timer| timer.reason == TimerReason::Throttle);
        jumped.expect("the container is throttled");
        zone.settle();
    }
    assert_eq!(zone.exit_status(), 0);
    // 150 ms of work at half a core use up two periods and a half or little more.
    let taken = zone.clock.now().since(before);
    assert!(
        [200, 300].map(Duration::from_millis).contains(&taken),
        "{taken:?}"
    );
}

#[test]
fn a_throttled_container_can_be_ended_at_once() {
    let zone = Zone::new(program!(sys, {
        loop {
            sys.burn(100).await;
        }
    }));
    let mut spec = command(&["test"]);
    spec.cpu_cap_percent = Some(1);
    zone.start(spec);
    zone.settle();
    assert_eq!(zone.clock.timers().len(), 1);
    zone.userland.halt(zone.instance).expect("it runs");
    assert_eq!(zone.exit_status(), -9);
}

#[test]
fn a_start_and_exit_is_quick() {
    let zone = Zone::with(program!(_sys, { Ok(0) }), 1, Mode::Real);
    zone.run(command(&["true"]));
    let begun = std::time::Instant::now();
    for _ in 0..200 {
        zone.start(command(&["true"]));
        zone.exit_status();
    }
    let each = begun.elapsed() / 200;
    println!("start and exit of `true`: {each:?}");
    assert!(each < Duration::from_millis(5), "{each:?}");
}
