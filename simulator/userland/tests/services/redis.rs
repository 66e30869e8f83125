//! redis.

use super::served::Served;
use runtime::service_program;

pub(crate) fn served_with(arguments: &str) -> Served {
    let (server, cli) = (
        service_program("redis-server", "3.2.8"),
        service_program("redis-cli", "3.2.8"),
    );
    let files: &[(&str, &[u8], u32)] = &[
        ("data/", b"", 0o755),
        ("bin/redis-server", &server, 0o755),
        ("bin/redis-cli", &cli, 0o755),
    ];
    let script = format!("cd /data; redis-server --daemonize yes --logfile /data/log {arguments}");
    Served::start(files, &script, 6379)
}

fn served() -> Served {
    served_with("")
}

/// Commands a line each, and their answers.
fn check(served: &Served, commands: &str, answers: &str) {
    let request = commands.replace('\n', "\r\n");
    let expected = answers.replace('\n', "\r\n");
    assert_eq!(served.ask(request.as_bytes()), expected, "{commands}");
}

#[test]
fn texts_and_keys() {
    let served = served();
    check(&served, "set k v\nget k\nget none\n", "+OK\n$1\nv\n$-1\n");
    check(
        &served,
        "set k w nx\nset n 1 xx\nset k w xx ex 10\nttl k\n",
        "$-1\n$-1\n+OK\n:10\n",
    );
    check(
        &served,
        "incr n\nincrby n 5\ndecr n\nincrbyfloat n 0.5\nincr n\n",
        ":1\n:6\n:5\n$3\n5.5\n-ERR value is not an integer or out of range\n",
    );
    check(
        &served,
        "append a xy\nappend a z\nstrlen a\ngetrange a 1 -1\nsetrange a 5 q\nget a\n",
        ":2\n:3\n:3\n$2\nyz\n:6\n$6\nxyz\0\0q\n",
    );
    check(
        &served,
        "mset x 1 y 2\nmget x none y\nmsetnx y 3 z 4\nexists x y z\n",
        "+OK\n*3\n$1\n1\n$-1\n$1\n2\n:0\n:2\n",
    );
    check(
        &served,
        "setbit b 7 1\ngetbit b 7\nget b\n",
        ":0\n:1\n$1\n\x01\n",
    );
    check(
        &served,
        "rename x xx\nrename none a\ntype xx\ntype none\ndel xx y none\n",
        "+OK\n-ERR no such key\n+string\n+none\n:2\n",
    );
    check(
        &served,
        "expire k 100\npersist k\nttl k\nttl none\nexpire k -1\nexists k\n",
        ":1\n:1\n:-1\n:-2\n:1\n:0\n",
    );
    check(
        &served,
        "keys *\nkeys [ab]\nscan 0 count 2\ndbsize\n",
        "*3\n$1\na\n$1\nb\n$1\nn\n*2\n$1\na\n$1\nb\n*2\n$1\n2\n*2\n$1\na\n$1\nb\n:3\n",
    );
    check(
        &served,
        "select 1\nset k v\ndbsize\nselect 16\nflushdb\nselect 0\ndbsize\nflushall\ndbsize\n",
        "+OK\n+OK\n:1\n-ERR invalid DB index\n+OK\n+OK\n:3\n+OK\n:0\n",
    );
    check(
        &served,
        "set k\nnosuch\nget a b\nset k v ex 0\nset k v px x\n",
        "-ERR wrong number of arguments for 'set' command\n-ERR unknown command 'nosuch'\n-ERR wrong number of arguments for 'get' command\n-ERR invalid expire time in set\n-ERR value is not an integer or out of range\n",
    );
}

#[test]
fn lists_sets_hashes_and_sorted_sets() {
    let served = served();
    check(
        &served,
        "rpush l a b c d\nlpush l z\nlrange l 0 -1\nlindex l -1\nlset l 0 y\nlinsert l before b n\nlrem l 0 n\nltrim l 1 2\nlrange l 0 -1\nlpop l\nrpop l\nexists l\n",
        ":4\n:5\n*5\n$1\nz\n$1\na\n$1\nb\n$1\nc\n$1\nd\n$1\nd\n+OK\n:6\n:1\n+OK\n*2\n$1\na\n$1\nb\n$1\na\n$1\nb\n:0\n",
    );
    check(
        &served,
        "rpush l a b\nrpoplpush l m\nrpoplpush l l\nlrange m 0 -1\nget l\n",
        ":2\n$1\nb\n$1\na\n*1\n$1\nb\n-WRONGTYPE Operation against a key holding the wrong kind of value\n",
    );
    check(
        &served,
        "sadd s a b a\nsadd t b c\nsismember s a\nsinter s t\nsunion s t\nsdiff s t\nsinterstore u s t\nscard u\nsmove s t a\nsmembers t\nsrem t a b c\nexists t\n",
        ":2\n:2\n:1\n*1\n$1\nb\n*3\n$1\na\n$1\nb\n$1\nc\n*1\n$1\na\n:1\n:1\n:1\n*3\n$1\na\n$1\nb\n$1\nc\n:3\n:0\n",
    );
    check(
        &served,
        "hset h a 1\nhset h a 2\nhmset h b 3 c 4\nhget h a\nhmget h a none\nhgetall h\nhincrby h a 5\nhincrby h none x\nhdel h a b\nhlen h\nhsetnx h c 9\nhkeys h\n",
        ":1\n:0\n+OK\n$1\n2\n*2\n$1\n2\n$-1\n*6\n$1\na\n$1\n2\n$1\nb\n$1\n3\n$1\nc\n$1\n4\n:7\n-ERR value is not an integer or out of range\n:2\n:1\n:0\n*1\n$1\nc\n",
    );
    check(
        &served,
        "zadd z 2 b 1 a 3 c\nzadd z nx 9 a\nzrange z 0 -1 withscores\nzrevrange z 0 0\nzrangebyscore z (1 +inf\nzrangebyscore z -inf 3 limit 1 1\nzrank z c\nzrevrank z c\nzscore z b\nzincrby z 0.5 a\nzcount z 2 3\nzremrangebyscore z 2 2\nzcard z\n",
        ":3\n:0\n*6\n$1\na\n$1\n1\n$1\nb\n$1\n2\n$1\nc\n$1\n3\n*1\n$1\nc\n*2\n$1\nb\n$1\nc\n*1\n$1\nb\n:2\n:0\n$1\n2\n$3\n1.5\n:2\n:1\n:2\n",
    );
}

#[test]
fn members_are_chosen_and_taken_at_random() {
    let served = served();
    let said = served.ask(b"sadd s a b c d\r\nsrandmember s 99\r\nsrandmember s -5\r\nsrandmember s -9999999\r\nspop s 3\r\nscard s\r\nspop s\r\nexists s\r\nspop s\r\nspop s 2\r\nsrandmember s\r\n");
    let lines: Vec<&str> = said.split("\r\n").collect();
    assert_eq!(lines[..2], [":4", "*4"], "{said}");
    assert_eq!(lines[10], "*5", "{said}");
    assert_eq!(lines[21], "-ERR value is out of range", "{said}");
    assert_eq!((lines[22], lines[29]), ("*3", ":1"), "{said}");
    assert_eq!(lines[32..], [":0", "$-1", "*0", "$-1", ""], "{said}");
    let mut popped = [lines[24], lines[26], lines[28], lines[31]];
    popped.sort_unstable();
    assert_eq!(popped, ["a", "b", "c", "d"], "{said}");
}

#[test]
fn transactions_watch_keys() {
    let served = served();
    check(
        &served,
        "multi\nset a 1\nincr a\nexec\nexec\ndiscard\n",
        "+OK\n+QUEUED\n+QUEUED\n*2\n+OK\n:2\n-ERR EXEC without MULTI\n-ERR DISCARD without MULTI\n",
    );
    check(
        &served,
        "multi\nnosuch\nset a 2\nexec\nget a\n",
        "+OK\n-ERR unknown command 'nosuch'\n+QUEUED\n-EXECABORT Transaction discarded because of previous errors.\n$1\n2\n",
    );
    check(
        &served,
        "watch a\nset a 3\nmulti\nget a\nexec\nmulti\nlpop a\nget a\nexec\n",
        "+OK\n+OK\n+OK\n+QUEUED\n*-1\n+OK\n+QUEUED\n+QUEUED\n*2\n-WRONGTYPE Operation against a key holding the wrong kind of value\n$1\n3\n",
    );
    check(
        &served,
        "multi\nset a 9\ndiscard\nget a\n",
        "+OK\n+QUEUED\n+OK\n$1\n3\n",
    );
}

#[test]
fn clients_wait_for_lists_and_for_messages() {
    let served = served();
    let script = "
        (printf 'blpop one two 0\\r\\n'; sleep 9) | nc 127.0.0.1 6379 > /tmp/first &
        (printf 'brpop two 20\\r\\n'; sleep 9) | nc 127.0.0.1 6379 > /tmp/second &
        (printf 'brpop never 3\\r\\n'; sleep 9) | nc 127.0.0.1 6379 > /tmp/late &
        (printf 'subscribe news\\r\\npsubscribe n*\\r\\nget x\\r\\n'; sleep 9) | nc 127.0.0.1 6379 > /tmp/news &
        sleep 1
        printf 'rpush two a b c\\r\\npublish news hello\\r\\npubsub numsub news\\r\\nclient list\\r\\n' | nc 127.0.0.1 6379 | head -n 5
        sleep 20
        for file in first second late news; do echo $file; tr -d '\\r' < /tmp/$file; done
        printf 'lrange two 0 -1\\r\\npublish news x\\r\\n' | nc 127.0.0.1 6379";
    let said = served.run(script).replace('\r', "");
    assert_eq!(
        said,
        ":3\n:2\n*2\n$4\nnews\n\
         first\n*2\n$3\ntwo\n$1\na\nsecond\n*2\n$3\ntwo\n$1\nc\nlate\n*-1\n\
         news\n*3\n$9\nsubscribe\n$4\nnews\n:1\n*3\n$10\npsubscribe\n$2\nn*\n:2\n\
         -ERR only (P)SUBSCRIBE / (P)UNSUBSCRIBE / PING / QUIT allowed in this context\n\
         *3\n$7\nmessage\n$4\nnews\n$5\nhello\n*4\n$8\npmessage\n$2\nn*\n$4\nnews\n$5\nhello\n\
         *1\n$1\nb\n:0\n"
    );
}

#[test]
fn keys_go_when_their_time_comes_and_nothing_wakes_without_one() {
    let served = served();
    check(&served, "set k v px 1500\nsetex l 100 v\n", "+OK\n+OK\n");
    served.root.pass(std::time::Duration::from_secs(2));
    check(
        &served,
        "get k\ndbsize\nttl l\npttl none\n",
        "$-1\n:1\n:98\n:-2\n",
    );
    served.root.pass(std::time::Duration::from_secs(100));
    let info = served.ask(b"info stats\r\ninfo keyspace\r\n");
    assert!(
        info.contains("expired_keys:2\r\n") && info.ends_with("# Keyspace\r\n\r\n"),
        "{info}"
    );
    // All that is due is done, saving included.
    served.root.pass(std::time::Duration::from_secs(4000));
    let before = served.root.userland().wake_ups();
    served.root.pass(std::time::Duration::from_secs(100_000));
    assert_eq!(served.root.userland().wake_ups() - before, 0);
}

#[test]
fn what_is_saved_is_there_after_a_restart_and_a_damaged_file_is_refused() {
    let served = served();
    check(
        &served,
        "set k v\nrpush l a b\nexpire l 1000\nselect 3\nzadd z 1.5 m\nbgsave\n",
        "+OK\n:2\n:1\n+OK\n:1\n+Background saving started\n",
    );
    served.expect(
        "sleep 1; pkill redis-server; sleep 1; ls /data",
        "dump.rdb\nlog\n",
    );
    served.expect(
        "cd /data; redis-server --daemonize yes --logfile /data/log; sleep 1",
        "",
    );
    check(
        &served,
        "get k\nlrange l 0 -1\nselect 3\nzscore z m\nlastsave\nsave\n",
        "$1\nv\n*2\n$1\na\n$1\nb\n+OK\n$3\n1.5\n:1500000002\n+OK\n",
    );
    let log = served.run("cat /data/log");
    for what in [
        "Background saving terminated with success",
        "Received SIGTERM scheduling shutdown...",
        "DB loaded from disk",
        "Redis is now ready to exit, bye bye...",
    ] {
        assert!(log.contains(what), "{what} is missing in {log}");
    }
    served.ask(b"shutdown nosave\r\n");
    let said = served.run("sleep 1; cd /data; printf x | dd of=dump.rdb bs=1 seek=30 conv=notrunc 2>/dev/null; redis-server; echo $?");
    assert!(
        said.contains(
            "Bad file format reading the RDB file /data/dump.rdb: the checksum differs\n1\n"
        ),
        "{said}"
    );
    let said = served.run("cd /data; echo REDIS0007 > dump.rdb; redis-server; echo $?");
    assert!(
        said.contains("it is a dump of a real redis, which this one does not read\n1\n"),
        "{said}"
    );
}

#[test]
fn passwords_limits_and_names() {
    let served = served_with("--requirepass secret --maxmemory 20kb");
    check(
        &served,
        "get k\nauth wrong\nauth secret\nget k\n",
        "-NOAUTH Authentication required.\n-ERR invalid password\n+OK\n$-1\n",
    );
    let big = "x".repeat(30_000);
    let request = format!("auth secret\r\nset a {big}\r\nset b x\r\nget a\r\ndel a\r\nset b x\r\n");
    let answer = served.ask(request.as_bytes());
    assert!(answer.starts_with(
        "+OK\r\n+OK\r\n-OOM command not allowed when used memory > 'maxmemory'.\r\n$30000\r\n"
    ));
    assert!(answer.ends_with("\r\n:1\r\n+OK\r\n"));
    check(
        &served,
        "auth secret\nclient setname me\nclient getname\nconfig get maxmem*ory\nconfig set nosuch 1\nconfig set maxmemory-policy allkeys-lru\n",
        "+OK\n+OK\n$2\nme\n*2\n$9\nmaxmemory\n$5\n20480\n-ERR Unsupported CONFIG parameter: nosuch\n-ERR Invalid argument 'allkeys-lru' for CONFIG SET 'maxmemory-policy'\n",
    );
    check(
        &served,
        "auth secret\ncommand count\necho hi\nquit\nping\n",
        "+OK\n:130\n$2\nhi\n+OK\n",
    );
}

#[test]
fn clients_that_are_too_many_or_idle_too_long_go() {
    let served = served_with("--maxclients 1 --timeout 10");
    let script = "
        (printf 'ping\\r\\n'; sleep 100) | (nc 127.0.0.1 6379; echo gone) &
        sleep 1
        printf 'ping\\r\\n' | nc 127.0.0.1 6379
        sleep 20
        printf 'ping\\r\\n' | nc 127.0.0.1 6379
        grep 'open files' /proc/$(pgrep redis-server)/limits
        wait";
    let said = served.run(script).replace('\r', "");
    assert_eq!(
        said,
        "+PONG\n-ERR max number of clients reached\ngone\n+PONG\nMax open files            1024                 65536                files     \n"
    );
    let served = served_with("");
    let limits = served.run("grep 'open files' /proc/$(pgrep redis-server)/limits");
    assert!(
        limits.starts_with("Max open files            10032 "),
        "{limits}"
    );
}
