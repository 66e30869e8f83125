//! What processes may hold: every buffer that grows is charged before it grows, and who asks for more than the package
//! has is killed. Counted with an allocator that knows its peak, so the tests of this file run one after the other.

#[expect(dead_code, reason = "the terminal test uses what this one does not")]
mod root;

use std::sync::{Mutex, MutexGuard, PoisonError};

use peak_alloc::PeakAlloc;
use root::Root;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// RAM of the package.
const LIMIT_BYTES: usize = 16 << 20;
/// What the zone itself may need meanwhile.
const SLACK_BYTES: usize = 1 << 20;
/// CPU time that a process may spend for each byte before it is killed, fuel.
const FUEL_PER_BYTE: u64 = 8;

/// Keeps other tests from allocating.
fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a script that asks for too much has cost.
struct Cost {
    stdout: String,
    stderr: String,
    fuel: u64,
    /// Peak of the allocator above what was allocated before, bytes.
    real: usize,
    /// Peak of the charges, bytes.
    charged: usize,
}

fn measure(limit: usize, script: &str) -> Cost {
    let root = Root::with_memory(limit as u64);
    root.run(b"true");
    let spent = root.userland().spent_nanos();
    ALLOCATOR.reset_peak_usage();
    let before = ALLOCATOR.current_usage();
    let outcome = root.run(script.as_bytes());
    let real = ALLOCATOR.peak_usage() - before;
    let (_, charged) = root.userland().process_memory();
    assert!(outcome.status.is_some(), "it did not end: {script}");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Cost {
        stdout: text(&outcome.stdout),
        stderr: text(&outcome.stderr),
        fuel: root.userland().spent_nanos() - spent,
        real,
        charged: usize::try_from(charged).expect("a small number"),
    }
}

impl Cost {
    fn check_memory(&self, limit: usize, script: &str) {
        let Cost { real, charged, .. } = *self;
        assert!(charged <= limit, "{charged} bytes charged: {script}");
        assert!(
            real <= 2 * charged + SLACK_BYTES,
            "{real} bytes for {charged} that were charged: {script}"
        );
    }
}

/// Runs `command` in a shell of its own, which is killed or whose child is; the shell around it goes on.
fn is_killed(command: &str) -> Cost {
    let script = format!("{command}\necho status $?");
    let cost = measure(LIMIT_BYTES, &script);
    cost.check_memory(LIMIT_BYTES, command);
    assert_eq!(cost.stdout, "status 137\n", "{command}: {}", cost.stderr);
    assert!(
        cost.stderr.ends_with("Killed\n"),
        "{command}: {}",
        cost.stderr
    );
    cost
}

/// As [`is_killed`], and little CPU time was spent before.
fn is_killed_soon(command: &str) {
    let cost = is_killed(command);
    let most = FUEL_PER_BYTE * LIMIT_BYTES as u64;
    assert!(cost.fuel <= most, "{} fuel: {command}", cost.fuel);
}

#[test]
fn who_asks_for_too_much_is_killed_soon() {
    let _alone = alone();
    is_killed_soon("tail /dev/zero");
    is_killed_soon("sh -c 'a=x; while :; do a=$a$a; done'");
    is_killed_soon("awk 'BEGIN{while(1)s=s s \"x\"}'");
    is_killed_soon("sort /dev/zero");
    is_killed_soon("dd if=/dev/zero of=/dev/null bs=4G count=1");
}

#[test]
fn what_calculators_keep_is_charged() {
    let _alone = alone();
    for command in [
        "sh -c 'echo \"define f(){return f()}\nf()\" | bc'",
        "sh -c 'echo \"define f(x){return f(x+1)+1}\nf(2^1000)\" | bc'",
        "sh -c 'echo \"while(1)a[i++]=i\" | bc'",
        "sh -c 'echo \"scale=400000000;1/3\" | bc'",
        "dc -e '[1lax1]salax'",
        "dc -e '[d1+lax]sa0lax'",
        "dc -e '[d1+Sblax]sa0lax'",
        "dc -e '[d1+ddSblax]sa2 9999^lax'",
    ] {
        is_killed(command);
    }
}

#[test]
fn what_a_shell_keeps_is_charged() {
    let _alone = alone();
    for command in [
        "sh -c 'a=$(cat /dev/zero | tr \"\\0\" x)'",
        "sh -c 'i=0; while :; do eval v$i=$i; i=$((i+1)); done'",
        "sh -c 'i=0; while :; do eval \"f$i() { :; }\"; i=$((i+1)); done'",
    ] {
        is_killed(command);
    }
}

#[test]
fn what_a_command_is_made_of_is_charged() {
    let _alone = alone();
    for command in [
        // Arguments.
        "sh -c 'set x; while :; do set \"$@\" \"$@\"; done'",
        // What a pattern stands for: each `*` has all of `/` to choose from.
        "sh -c 'echo /*/../*/../*/../*/../*/../*/../*'",
        // A here-document of 64 KiB pieces.
        "sh -c 'a=$(yes | head -c 65536)\nwhile :; do a=$a$a\ncat <<E >/dev/null\n$a$a$a$a\nE\ndone'",
        // A program that has no end.
        "sh -c '{ echo {; yes :; } | sh'",
        "sh -c 'yes \"f() { :; }; \" | tr -d \"\\n\" | sh'",
        "sh -c '{ echo \": <<E\"; yes; } | sh'",
    ] {
        is_killed(command);
    }
}

/// The one beside it goes on, and so does the rest of the container.
#[test]
fn the_neighbour_of_who_is_killed_runs_on() {
    let _alone = alone();
    let script = "i=0; while [ $i -lt 300 ]; do i=$((i+1)); echo $i; done > counted & tail /dev/zero; echo $?
                  wait $!; echo $?; tail -n 1 counted";
    let cost = measure(LIMIT_BYTES, script);
    cost.check_memory(LIMIT_BYTES, script);
    assert_eq!(cost.stdout, "137\n0\n300\n", "{}", cost.stderr);
}
