//! What the in-process Unix may cost, counted: these numbers are promises (SPECIFICATION.md).

use crate::root::Root;

/// Two copies for a pipe (in and out) and one for the console, and nothing else for each byte.
#[test]
fn a_piped_byte_is_copied_three_times() {
    let root = Root::new();
    let before = root.userland().copied_bytes();
    let outcome = root.run(b"head -c 1000000 /dev/zero | cat");
    assert_eq!(outcome.stdout.len(), 1_000_000);
    let copied = root.userland().copied_bytes() - before;
    assert_eq!(copied, 3_000_000);
}

/// Starting and ending `true` from a shell.
#[test]
fn a_command_that_does_nothing_costs_little_cpu_time() {
    let root = Root::new();
    assert_eq!(root.run(b"true").status, Some(0));
    root.pass(std::time::Duration::ZERO);
    let before = root.userland().spent_nanos();
    assert_eq!(root.run(b"/bin/true").status, Some(0));
    root.pass(std::time::Duration::ZERO);
    let spent = root.userland().spent_nanos() - before;
    assert!(spent > 0, "CPU time is counted");
    assert!(
        spent <= 100_000,
        "{spent} ns of CPU time for a shell and `true`"
    );
}

/// CPU time depends on the work only.
#[test]
fn the_same_work_costs_the_same_cpu_time() {
    let spent = || {
        let root = Root::new();
        // Its first process begins to wait.
        root.pass(std::time::Duration::ZERO);
        let before = root.userland().spent_nanos();
        root.run(
            b"i=0; while [ $i -lt 100 ]; do i=$((i+1)); done; seq 1 1000 | sort -n | tail -n 1",
        );
        root.pass(std::time::Duration::ZERO);
        root.userland().spent_nanos() - before
    };
    assert_eq!(spent(), spent());
}

/// A container whose process sleeps wakes nobody.
#[test]
fn an_idle_container_has_no_wake_ups() {
    let root = Root::new();
    root.run(b"sleep 100000 &");
    let before = root.userland().wake_ups();
    root.pass(std::time::Duration::from_secs(3600));
    assert_eq!(root.userland().wake_ups() - before, 0);
}
