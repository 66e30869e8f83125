//! What containers cost: the life of one, and ten thousand that sleep.

mod zone;

use criterion::{Criterion, criterion_group, criterion_main};
use runtime::{Runtime, Signal};
use std::time::{Duration, Instant};
use zone::{PATIENCE, Zone, instance};

/// Containers that sleep.
const SLEEPERS: usize = 10_000;

fn start_all(zone: &Zone, argv: &[&'static str]) {
    for number in 0..SLEEPERS {
        zone.start(number, argv);
    }
    assert!(zone.userland.wait_idle(PATIENCE), "busy without end");
}

/// Lets time pass; what is due at one instant is due at once.
fn pass(zone: &Zone, time: Duration) {
    let until = zone.clock.now() + time;
    loop {
        let held = zone.userland.hold();
        let fired = zone.clock.fire_next(until);
        drop(held);
        assert!(zone.userland.wait_idle(PATIENCE), "busy without end");
        if fired.is_none() {
            break;
        }
    }
    zone.clock.advance_to(until);
}

fn kill_all(zone: &Zone) {
    for number in 0..SLEEPERS {
        zone.userland
            .signal(instance(number), Signal::Kill)
            .expect("it runs");
    }
    assert_eq!(zone.ends.wait(SLEEPERS), -9);
}

/// Create, start, the end of `true`, destroy.
fn life(criterion: &mut Criterion) {
    let zone = Zone::with_files(&[]);
    let mut number = 0;
    criterion.bench_function("create and run true", |bencher| {
        bencher.iter(|| {
            zone.start(number, &["true"]);
            number += 1;
            zone.ends.wait(number);
            zone.destroy(number - 1);
        });
    });
}

/// What is done to ten thousand containers, without the time to start them.
fn of_all(argv: &[&'static str], rounds: u64, act: impl Fn(&Zone)) -> Duration {
    let mut total = Duration::ZERO;
    for _ in 0..rounds {
        let zone = Zone::with_files(&[]);
        start_all(&zone, argv);
        let begun = Instant::now();
        act(&zone);
        total += begun.elapsed();
    }
    total
}

fn sleepers(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("ten thousand containers");
    group.sample_size(10);
    group.bench_function("kill", |bencher| {
        bencher.iter_custom(|rounds| of_all(&["sleep", "100000"], rounds, kill_all));
    });
    group.bench_function("an hour of sleep 3600 before its end", |bencher| {
        bencher.iter_custom(|rounds| {
            of_all(&["sleep", "3600"], rounds, |zone| {
                pass(zone, Duration::from_secs(3599));
            })
        });
    });
    group.bench_function("an hour of sleep 3600 and its end", |bencher| {
        bencher.iter_custom(|rounds| {
            of_all(&["sleep", "3600"], rounds, |zone| {
                pass(zone, Duration::from_secs(3600));
            })
        });
    });
    group.bench_function("an hour of a loop of sleep 60", |bencher| {
        let argv = ["sh", "-c", "while :; do sleep 60; done"];
        bencher.iter_custom(|rounds| {
            of_all(&argv, rounds, |zone| {
                pass(zone, Duration::from_secs(3600));
            })
        });
    });
    group.finish();
}

criterion_group!(cost, life, sleepers);
criterion_main!(cost);
