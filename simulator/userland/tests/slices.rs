//! How long a program keeps others waiting: CPU time between two chances to let them run.

#[expect(dead_code, reason = "other tests use what this one does not")]
mod fleet;
#[expect(dead_code, reason = "other tests use what this one does not")]
mod root;
#[expect(dead_code, reason = "a bench uses what this one does not")]
mod workloads;

use fleet::{Fleet, PATIENCE};
use root::Root;
use runtime::clock::Mode;
use runtime::{InstanceId, Runtime, Signal};
use std::time::Instant;
use userland::exec::fuel::SLICE_FUEL;
use workloads::{BYTE_FORMS, NUMBERS_AND_TREES, SHELL, TEXT, Workload};

/// CPU time that a process may use before it lets others run, nanoseconds of a nominal core, beside what making its memory
/// ready costs.
const LARGEST_SLICE_NS: u64 = 10 * SLICE_FUEL;

#[track_caller]
fn check(workloads: &[Workload]) {
    let mut larger = Vec::new();
    for Workload {
        name,
        prepare,
        script,
    } in workloads
    {
        let root = Root::new();
        let outcome = root.run(format!("{prepare}\n{script}").as_bytes());
        let slice = root.userland().largest_slice_nanos();
        let said = String::from_utf8_lossy(&outcome.stderr);
        assert!(
            outcome.status.is_some_and(|status| status >= 0),
            "{name}: {said}"
        );
        assert_eq!(said, "", "{name}");
        if slice > LARGEST_SLICE_NS {
            larger.push((name, slice));
        }
    }
    assert!(larger.is_empty(), "{larger:?}");
}

#[test]
fn tools_for_text_let_others_run() {
    check(TEXT);
}

#[test]
fn archives_and_sums_let_others_run() {
    check(BYTE_FORMS);
}

#[test]
fn numbers_and_file_trees_let_others_run() {
    check(NUMBERS_AND_TREES);
}

#[test]
fn the_shell_lets_others_run() {
    check(SHELL);
}

#[test]
fn what_is_busy_dies_at_its_next_checkpoint() {
    for script in [
        "while :; do :; done",
        "yes >/dev/null",
        "awk 'BEGIN { while (1) i++ }'",
        "f() { f2; }; f2() { :; }; while f; do :; done",
        "cat /dev/zero | gzip | md5sum",
        "seq 1 100000000 | sort",
        "v=$(head -c 1000000 /dev/zero | tr '\\0' a); while :; do w=${v##*x}; done",
    ] {
        let mut fleet = Fleet::new(1, Mode::Stepped);
        fleet.start(&[script]);
        let until = Instant::now() + PATIENCE;
        while fleet.userland.spent_nanos() < 100 * SLICE_FUEL {
            assert!(Instant::now() < until, "{script} does nothing");
            std::thread::yield_now();
        }
        let before = {
            let _held = fleet.userland.hold();
            let instance = InstanceId(uuid::Uuid::from_u128(1));
            let signalled = fleet.userland.signal(instance, Signal::Kill);
            signalled.expect("it runs");
            fleet.userland.spent_nanos()
        };
        fleet.settle();
        let spent = fleet.userland.spent_nanos() - before;
        // The slice that was running goes on to its end.
        assert!(spent <= LARGEST_SLICE_NS, "{spent} ns: {script}");
        assert_eq!(fleet.ends()[0].2, -9, "{script}");
    }
}
