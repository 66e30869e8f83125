//! Order, fairness, time, and what idleness costs.

use super::harness::{PATIENCE, Zone, child, command, program, uuid};
use crate::kernel::{KillTarget, Main, OpenFlags, WaitFlags, WaitFor};
use runtime::clock::{Mode, TimerReason};
use runtime::console::Console;
use runtime::{Disk, Incarnation, InstanceId, NodeId, Runtime, Signal, StartSpec};
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

/// Burns without end.
const BUSY: Main = program!(sys, {
    loop {
        sys.burn(100).await;
    }
});

/// Forks so many that burn without end.
const CROWD: Main = program!(sys, {
    for _ in 1..500 {
        sys.fork(child!(|sys| {
            loop {
                sys.burn(100).await;
            }
        }))?;
    }
    loop {
        sys.burn(100).await;
    }
});

/// A second container beside a zone's own, of the same image and on the same node.
struct Neighbour<'a> {
    zone: &'a Zone,
    instance: InstanceId,
}

impl<'a> Neighbour<'a> {
    fn new(zone: &'a Zone) -> Self {
        let files = zone.userland.files(zone.instance).expect("it exists");
        let image = files.lock().expect("nobody panicked").tree().clone();
        let instance = InstanceId(uuid(7));
        let disk = Disk::of(1 << 20);
        let created =
            zone.userland
                .create(instance, NodeId(uuid(2)), Arc::clone(&image), disk, &[]);
        created.expect("it is new");
        Self { zone, instance }
    }

    fn start(&self, spec: StartSpec) {
        let started =
            self.zone
                .userland
                .start(self.instance, Incarnation(1), spec, Console::new(None));
        started.expect("it does not run");
    }

    /// CPU time of the zone's own container and of this one, at one instant.
    fn used(&self) -> (u64, u64) {
        let held = self.zone.userland.hold();
        let used = |instance| {
            let usage = self.zone.userland.usage(instance).expect("it exists");
            usage.cpu_nanos
        };
        let both = (used(self.zone.instance), used(self.instance));
        drop(held);
        both
    }
}

impl Drop for Neighbour<'_> {
    fn drop(&mut self) {
        // It may be gone.
        let _ = self.zone.userland.destroy(self.instance);
    }
}

/// CPU time of two containers that never wait, once the first has used 50 ms; the second has `crowd` processes.
fn contend(first: StartSpec, second: StartSpec, main: Main, crowd: usize) -> f64 {
    let zone = Zone::with_programs(&[("test", main), ("busy", BUSY)]);
    let neighbour = Neighbour::new(&zone);
    let held = zone.userland.hold();
    zone.start(first);
    neighbour.start(second);
    drop(held);
    let until = std::time::Instant::now() + PATIENCE;
    loop {
        let (one, other) = neighbour.used();
        if one >= 50_000_000 {
            let processes = zone.userland.processes(neighbour.instance);
            // All of the second one's, and the scheduler, take part.
            assert_eq!(processes.expect("it runs").len(), 1 + crowd);
            return other as f64 / one as f64;
        }
        assert!(
            std::time::Instant::now() < until,
            "{one} ns in all this time"
        );
        std::thread::yield_now();
    }
}

#[test]
fn containers_share_the_processor_by_their_shares() {
    let mut second = command(&["busy"]);
    second.cpu_shares = 300;
    let ratio = contend(command(&["busy"]), second, BUSY, 1);
    assert!((2.85..3.15).contains(&ratio), "{ratio}");
}

#[test]
fn a_crowd_gets_no_more_than_one() {
    let ratio = contend(command(&["busy"]), command(&["test"]), CROWD, 500);
    assert!((0.95..1.05).contains(&ratio), "{ratio}");
}

#[test]
fn caps_divide_the_processor_by_their_percents() {
    let zone = Zone::with_programs(&[("busy", BUSY)]);
    let neighbour = Neighbour::new(&zone);
    let capped = |percent| StartSpec {
        cpu_cap_percent: Some(percent),
        ..command(&["busy"])
    };
    zone.start(capped(25));
    neighbour.start(capped(100));
    for _ in 0..40 {
        zone.settle();
        let jumped = zone
            .clock
            .jump(|timer| timer.reason == TimerReason::Throttle);
        jumped.expect("both containers are throttled");
    }
    zone.settle();
    let (quarter, whole) = neighbour.used();
    let ratio = whole as f64 / quarter as f64;
    assert!((3.8..4.2).contains(&ratio), "{quarter} and {whole}");
}

#[test]
fn the_load_averages_count_who_can_run() {
    let zone = Zone::new(program!(sys, {
        let mut busy = Vec::new();
        for _ in 0..3 {
            busy.push(sys.fork(child!(|sys| {
                loop {
                    sys.burn(10_000).await;
                }
            }))?);
        }
        let begun = sys.now();
        while sys.now().since(begun) < Duration::from_secs(15) {
            sys.burn(10_000).await;
        }
        for pid in busy {
            sys.kill(KillTarget::Pid(pid), Some(Signal::Kill))?;
        }
        let fd = sys.open(b"/proc/loadavg", OpenFlags::READ, 0).await?;
        let mut text = [0; 64];
        let count = sys.read(fd, &mut text).await?;
        sys.write_all(1, &text[..count]).await?;
        Ok(0)
    }));
    zone.userland.let_cpu_time_pass(true);
    let (status, output) = zone.run(command(&["test"]));
    assert_eq!(status, 0, "{output}");
    // Four of them for 15 s of 60, 300 and 900: 1 - e^-0.25 of four, and so on.
    let averages: Vec<f64> = output
        .split(' ')
        .take(3)
        .map(|average| average.parse().expect("a number"))
        .collect();
    for (average, expected) in averages.iter().zip([0.88, 0.2, 0.07]) {
        assert!((average - expected).abs() < 0.02, "{output}");
    }
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
