//! How a stepped clock moves while processes compute: their CPU time passes on it, when the zone says so, and so do the
//! waits of a container at its CPU cap.

mod fleet;

use fleet::Fleet;
use runtime::clock::Mode;
use std::time::Duration;

/// A container that runs a script on a stepped clock on which CPU time passes: what it printed, and the zone time it took.
/// Nothing else moves the clock.
fn run(script: &str, cpu_cap_percent: Option<u32>) -> (String, Duration) {
    let mut fleet = Fleet::new(1, Mode::Stepped);
    fleet.cpu_cap_percent = cpu_cap_percent;
    fleet.userland.let_cpu_time_pass(true);
    let begun = fleet.clock.now();
    fleet.start(&[script]);
    fleet.settle();
    let ends = fleet.ends();
    assert_eq!(ends.len(), 1, "it goes on");
    (fleet.output(1), ends[0].1.since(begun))
}

const LOOP: &str = "i=0; while [ $i -lt 20000 ]; do i=$((i + 1)); done; echo $i";

#[test]
fn a_busy_loop_cannot_stop_the_clock() {
    let (said, took) = run(
        "sleep 0.02 & timeout 0.1 sh -c 'while :; do :; done'; echo $?; kill -0 $! || echo gone",
        None,
    );
    // The loop is ended at the first look after a tenth of a second.
    assert_eq!(said.lines().next(), Some("Terminated"), "{said}");
    assert!(said.contains("143\n"), "{said}");
    assert!((0.1..0.12).contains(&took.as_secs_f64()), "{took:?}");
}

#[test]
fn a_container_at_its_cap_goes_on_when_its_period_has_passed() {
    let (whole, uncapped) = run(LOOP, None);
    let (quarter, capped) = run(LOOP, Some(1));
    assert_eq!((whole.as_str(), quarter.as_str()), ("20000\n", "20000\n"));
    let ratio = capped.as_secs_f64() / uncapped.as_secs_f64();
    assert!(
        (80.0..110.0).contains(&ratio),
        "{capped:?} and {uncapped:?}"
    );
}

#[test]
fn caps_stretch_time_by_their_percents() {
    let work = "awk 'BEGIN { while (i < 2000000) i++ }'";
    let (_, whole) = run(work, Some(100));
    let (_, quarter) = run(work, Some(25));
    let ratio = quarter.as_secs_f64() / whole.as_secs_f64();
    assert!((3.8..4.2).contains(&ratio), "{quarter:?} and {whole:?}");
}

#[test]
fn a_busy_loop_at_its_cap_is_ended_by_a_timeout() {
    let (said, took) = run("timeout 2 sh -c 'while :; do :; done'; echo $?", Some(2));
    assert!(said.ends_with("143\n"), "{said}");
    assert!((2.0..2.3).contains(&took.as_secs_f64()), "{took:?}");
}

#[test]
fn a_container_that_waits_beside_its_cap_moves_no_time() {
    let mut fleet = Fleet::new(1, Mode::Stepped);
    fleet.cpu_cap_percent = Some(1);
    fleet.userland.let_cpu_time_pass(true);
    fleet.start(&[&format!("{LOOP}; sleep 1000"), "sleep 2000"]);
    fleet.settle();
    let computed = fleet.clock.now();
    fleet.settle();
    assert_eq!(fleet.clock.now(), computed);
    assert_eq!(fleet.ends(), []);
    let ends = fleet.finish();
    assert_eq!(ends.len(), 2);
}

/// Nobody is waited for: the clock stands, and goes on where it stood.
#[test]
fn a_cap_waits_until_cpu_time_passes() {
    let mut fleet = Fleet::new(1, Mode::Stepped);
    fleet.cpu_cap_percent = Some(1);
    let begun = fleet.clock.now();
    fleet.start(&[LOOP]);
    fleet.settle();
    assert_eq!(fleet.clock.now(), begun);
    assert_eq!(fleet.ends(), []);
    fleet.userland.let_cpu_time_pass(true);
    fleet.settle();
    assert_eq!(fleet.ends().len(), 1);
}
