//! How long a service keeps others waiting while it works for a client.

use super::redis::served_with;
use super::served::Served;
use runtime::service_program;
use userland::exec::fuel::SLICE_FUEL;

/// CPU time that a process may use before it lets others run, nanoseconds of a nominal core.
const LARGEST_SLICE_NS: u64 = 10 * SLICE_FUEL;

#[track_caller]
fn check_slices(served: &Served, what: &str) {
    let slice = served.root.userland().largest_slice_nanos();
    assert!(slice <= LARGEST_SLICE_NS, "{slice} ns after {what}");
}

/// Lets a redis add a hundred thousand elements by commands that begin so; how each is written, as `sed` says.
fn fill(served: &Served, command: &str, written: &str) {
    let script = format!(
        "seq 0 99999 | sed 's/.*/{written}/' | xargs -n 500 echo {command} | nc 127.0.0.1 6379 | grep -v '^[:+]'"
    );
    assert_eq!(served.run(&script), "", "{command}");
    check_slices(served, command);
}

#[test]
fn long_commands_of_redis_let_others_run() {
    type Rows<'a> = &'a [(&'a str, usize)];
    let rows: &[(&str, &str, Rows<'_>)] = &[
        (
            "sadd s",
            "&",
            &[
                ("smembers s", 100_000),
                ("sunion s s", 100_000),
                ("sinter s s", 100_000),
                ("sdiff s none", 100_000),
                ("sunionstore s2 s", 1),
                ("srandmember s 50000", 50_000),
                ("spop s2 50000", 50_000),
                ("save", 1),
                ("del s", 1),
            ],
        ),
        (
            "rpush l",
            "&",
            &[
                ("lrange l 0 -1", 100_000),
                ("linsert l before 99999 x", 1),
                ("lrem l 0 5", 1),
                ("ltrim l 25000 75000", 1),
                ("flushall", 1),
            ],
        ),
        (
            "hmset h",
            "& m&",
            &[("hgetall h", 200_000), ("hvals h", 100_000), ("del h", 1)],
        ),
        (
            "zadd z",
            "& m&",
            &[
                ("zrange z 0 -1", 100_000),
                ("zrangebyscore z 5 50000", 49_996),
                ("zrank z m50000", 1),
                ("zremrangebyrank z 0 9999", 1),
            ],
        ),
        (
            "mset",
            "key& &",
            &[
                ("keys *", 100_000),
                ("keys *77", 1000),
                ("scan 50000 count 10000", 10_001),
                ("randomkey", 1),
                ("flushdb", 1),
            ],
        ),
    ];
    for (add, written, commands) in rows {
        let served = served_with("--save ''");
        fill(&served, add, written);
        for (command, lines) in *commands {
            let answer = served.run(&format!("set -f; redis-cli {command} | wc -l"));
            assert_eq!(answer, format!("{lines}\n"), "{command}");
            check_slices(&served, command);
        }
    }
}

/// Whoever asks meanwhile waits until the command has ended.
#[test]
fn nobody_sees_what_a_command_has_half_done() {
    let served = served_with("--save ''");
    fill(&served, "mset", "key& &");
    // The first one's command is under way when the others ask.
    let script = "
        redis-cli flushall & redis-cli dbsize & redis-cli exists key99999 & redis-cli get key0 & redis-cli dbsize &
        wait; redis-cli dbsize";
    let said = served.run(script);
    let mut answers: Vec<&str> = said.lines().collect();
    answers.sort_unstable();
    // Each is of before or of behind; the key of the empty answer has gone.
    for answer in &answers {
        assert!(
            matches!(*answer, "" | "0" | "1" | "100000" | "OK"),
            "{said}"
        );
    }
    assert_eq!(answers.len(), 6, "{said}");
}

/// The dump is of the moment of the command: what the same client, or another, changes right behind it is not in it.
#[test]
fn a_background_save_is_of_its_moment() {
    let served = served_with("--save ''");
    for commands in [
        r"set k before\r\nbgsave\r\nset k after\r\nset new x\r\n",
        r"set k before\r\nmulti\r\nbgsave\r\nset k after\r\nset new x\r\nexec\r\n",
    ] {
        let script = format!(
            "printf '{commands}' | nc 127.0.0.1 6379 >/dev/null; redis-cli get k; sleep 1; pkill -9 redis-server; sleep 1
            cd /data; redis-server --daemonize yes --logfile log --save ''; sleep 1; redis-cli get k; redis-cli dbsize"
        );
        assert_eq!(served.run(&script), "after\nbefore\n1\n", "{commands}");
    }
}

#[test]
fn web_servers_send_large_files_and_let_others_run() {
    let conf =
        "events { } http { access_log off; error_log /dev/null; server { listen 80; root /www; } }";
    let program = service_program("nginx", "1.11.10");
    let files: &[(&str, &[u8], u32)] = &[
        ("etc/nginx/", b"", 0o755),
        ("etc/nginx/nginx.conf", conf.as_bytes(), 0o644),
        ("var/", b"", 0o755),
        ("var/run/", b"", 0o755),
        ("var/log/", b"", 0o755),
        ("var/log/nginx/", b"", 0o755),
        ("www/", b"", 0o755),
        ("sbin/", b"", 0o755),
        ("sbin/nginx", &program, 0o755),
    ];
    let served = Served::start(files, "truncate -s 100M /www/large; /sbin/nginx", 80);
    let fetched = served.run("wget -q -O - http://127.0.0.1/large | wc -c");
    assert_eq!(fetched, "104857600\n");
    check_slices(&served, "a file of 100 MB");
}
