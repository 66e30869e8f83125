//! One seed gives one run: whole scripts in several containers run twice, and the order in which their processes ran,
//! what they printed, when they ended and the CPU time are the same.

mod fleet;

use fleet::{Ends, Fleet};
use runtime::clock::Mode;

/// What can be seen of a run.
#[derive(Debug, PartialEq)]
struct Seen {
    outputs: Vec<String>,
    ends: Ends,
    fuel: u64,
    trace: u64,
}

/// Runs the scripts in a container each.
fn run(scripts: &[&str], seed: u64, cpu_time_passes: bool) -> Seen {
    let mut fleet = Fleet::new(seed, Mode::Stepped);
    fleet.userland.let_cpu_time_pass(cpu_time_passes);
    fleet.start(scripts);
    let ends = fleet.finish();
    assert_eq!(ends.len(), scripts.len(), "not all have ended: {ends:?}");
    let outputs = (1..=scripts.len()).map(|number| fleet.output(number));
    let outputs: Vec<String> = outputs.collect();
    for output in &outputs {
        assert!(!output.contains("sh: "), "a script fails: {output}");
    }
    Seen {
        outputs,
        ends,
        fuel: fleet.userland.spent_nanos(),
        trace: fleet.userland.trace(),
    }
}

/// One seed gives one run, and another seed another order.
#[track_caller]
fn check(scripts: &[&str]) {
    for cpu_time_passes in [false, true] {
        let first = run(scripts, 1, cpu_time_passes);
        for _ in 0..2 {
            assert_eq!(run(scripts, 1, cpu_time_passes), first);
        }
        let other = run(scripts, 2, cpu_time_passes);
        assert_ne!(other.trace, first.trace, "the order is another one");
    }
}

#[test]
fn pipelines_and_jobs_interleave_as_the_seed_says() {
    let script = "
        for i in 1 2 3 4 5 6 7 8; do
            { seq 1 200 | sed s/^/$i-/ | while read line; do echo $line; done; } &
        done
        wait
        yes word | head -n 20000 | sort | uniq -c
        seq 1 3000 | awk '{ s += $1 } END { print s }' | tee sum | cat sum -
        find / -xdev | wc -l";
    check(&[script, script]);
}

#[test]
fn sleepers_wake_in_the_order_of_the_seed() {
    let script = "
        for i in $(seq 1 30); do
            { sleep 0.$((i % 3)); echo $i; sleep 1; echo $i again; } &
        done
        wait; date +%s.%N";
    check(&[script, script, script]);
}

#[test]
fn signals_come_where_the_seed_says() {
    let busy = "
        trap 'n=$((n + 1))' USR1
        n=0 i=0
        ( while kill -USR1 $$ 2>/dev/null; do i=$((i + 1)); done ) &
        while [ $i -lt 2000 ]; do i=$((i + 1)); done
        kill -9 $!; wait; echo $n";
    let stopped = "
        ( while :; do echo tick; sleep 0.1; done ) & p=$!
        sleep 1; kill -STOP $p; sleep 1; kill -CONT $p; sleep 0.5; kill $p; wait $p; echo $?
        timeout 2 sleep 10; echo $?";
    check(&[busy, stopped, busy]);
}

#[test]
fn sockets_between_containers_carry_bytes_in_the_order_of_the_seed() {
    let server = "nc -ll -p 7000 -e sh -c 'read name; echo hello $name; cat' & p=$!
        sleep 5; kill $p; wait $p; echo $?";
    let client = "
        sleep 0.1
        for i in 1 2 3 4 5 6 7 8; do
            { echo $i; seq 1 300; } | nc 10.0.0.1 7000 | tail -n 2 &
        done
        wait";
    check(&[server, client, client, "ping -c 2 10.0.0.1; hostname -i"]);
}

#[test]
fn chance_follows_from_the_seed() {
    let script = "head -c 8 /dev/urandom | od -An -tx1; mktemp; echo $RANDOM
        awk 'BEGIN { srand(); print rand() }'; ls /tmp";
    check(&[script, "seq 1 50 & seq 1 50 & wait"]);
    assert_ne!(run(&[script], 1, false), run(&[script], 2, false));
}

#[test]
fn services_and_their_clients_repeat_themselves() {
    let server = "redis-server --save '' --appendonly no >log & p=$!
        sleep 10; redis-cli dbsize; redis-cli lrange l 0 -1; kill $p; wait $p; echo $?";
    let client = "sleep 1
        for i in 1 2 3 4 5; do
            for j in 1 2 3 4; do redis-cli -h 10.0.0.1 rpush l $(hostname).$i.$j; done &
        done
        wait; redis-cli -h 10.0.0.1 info keyspace";
    check(&[server, client, client]);
}
