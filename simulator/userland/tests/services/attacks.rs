//! Clients that mean harm, and crowds: the service goes on, and nothing is left of them.

use super::redis::served_with;
use super::served::{Served, body};
use runtime::service_program;

fn web() -> Served {
    let program = service_program("nginx", "1.11.10");
    let conf = "events { worker_connections 1000; } http { access_log off; error_log /dev/null; server { listen 80; root /www; keepalive_timeout 65; } }";
    let large = vec![b'x'; 1 << 20];
    let files: &[(&str, &[u8], u32)] = &[
        ("etc/nginx/", b"", 0o755),
        ("etc/nginx/nginx.conf", conf.as_bytes(), 0o644),
        ("var/", b"", 0o755),
        ("var/run/", b"", 0o755),
        ("var/log/", b"", 0o755),
        ("var/log/nginx/", b"", 0o755),
        ("www/", b"", 0o755),
        ("www/index.html", b"fine\n", 0o644),
        ("www/large", &large, 0o644),
        ("sbin/", b"", 0o755),
        ("sbin/nginx", &program, 0o755),
    ];
    Served::start(files, "/sbin/nginx", 80)
}

const GET: &[u8] = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";

#[test]
fn a_crowd_of_web_clients_is_served_and_leaves_nothing() {
    let served = web();
    let crowd = "
        i=0
        while [ $i -lt 200 ]; do
            (printf 'GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n'; sleep 5) | nc 127.0.0.1 80 | grep fine &
            i=$((i+1))
        done
        wait";
    assert_eq!(served.run(crowd).matches("fine\n").count(), 200);
    // Tables have grown to their size now.
    let before = served.footprint("nginx");
    assert_eq!(served.run(crowd).matches("fine\n").count(), 200);
    // Some say nothing, some hang up in the middle, some read nothing, some send a head without end.
    let rabble = "
        i=0
        while [ $i -lt 20 ]; do
            sleep 300 | nc 127.0.0.1 80 &
            printf 'GET / HT' | nc 127.0.0.1 80 &
            (printf 'GET /large HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n'; sleep 300) | nc 127.0.0.1 80 | sleep 200 &
            (printf 'GET / HTTP/1.1\\r\\n'; yes 'X: y') | nc 127.0.0.1 80 > /dev/null &
            i=$((i+1))
        done
        sleep 1
        pkill -9 nc
        wait";
    served.run(rabble);
    assert_eq!(body(&served.ask(GET)), "fine\n");
    assert_eq!(served.footprint("nginx"), before);
}

#[test]
fn a_client_that_reads_nothing_is_given_up() {
    let served = web();
    let before = served.footprint("nginx");
    // It takes nothing for longer than the server waits.
    let script = "(printf 'GET /large HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n'; sleep 200) | nc 127.0.0.1 80 | (sleep 190; wc -c)";
    let count: usize = served.run(script).trim().parse().expect("a number");
    assert!(count < 1 << 20, "{count} bytes came");
    assert_eq!(served.footprint("nginx"), before);
}

#[test]
fn a_crowd_of_redis_clients_leaves_nothing() {
    let served = served_with("--save ''");
    let crowd = "
        i=0
        while [ $i -lt 100 ]; do
            (printf 'blpop nothing 0\\r\\n'; sleep 300) | nc 127.0.0.1 6379 &
            (printf 'subscribe a\\r\\nmulti\\r\\n'; sleep 300) | nc 127.0.0.1 6379 > /dev/null &
            printf '*3\\r\\n$3\\r\\nset\\r\\n$1\\r\\nk\\r\\n$100000\\r\\nabc' | nc 127.0.0.1 6379 &
            i=$((i+1))
        done
        sleep 1
        pkill -9 nc
        wait";
    served.run(crowd);
    // Tables have grown to their size now.
    let before = served.footprint("redis-server");
    served.run(crowd);
    assert_eq!(served.ask(b"dbsize\r\n"), ":0\r\n");
    assert_eq!(served.footprint("redis-server"), before);
}

#[test]
fn a_redis_that_asks_for_too_much_is_killed_alone() {
    let served = served_with("--save ''");
    let script = "(printf '*3\\r\\n$3\\r\\nset\\r\\n$1\\r\\nk\\r\\n$500000000\\r\\n'; cat /dev/zero) | nc 127.0.0.1 6379; echo over; pgrep redis-server | wc -l";
    let said = served.run(script);
    assert!(said.ends_with("over\n0\n"), "{said}");
    served.expect(
        "cd /data; redis-server --daemonize yes --save '' --logfile log; sleep 1; redis-cli ping",
        "PONG\n",
    );
}

#[test]
fn a_container_that_is_destroyed_while_it_serves_leaves_no_timers() {
    let web = web();
    let clients = "
        for i in 1 2 3 4 5; do
            (printf 'GET /large HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n'; sleep 1000) | nc 127.0.0.1 80 | sleep 1000 &
            (printf 'GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n'; sleep 1000) | nc 127.0.0.1 80 > /dev/null &
        done
        sleep 1";
    web.run(clients);
    assert_eq!(web.root.destroy(), (0, 0));
    let redis = served_with("");
    redis.run(
        "(printf 'set k v ex 50\\r\\nblpop a 100\\r\\n'; sleep 1000) | nc 127.0.0.1 6379 & sleep 1",
    );
    assert_eq!(redis.root.destroy(), (0, 0));
}

#[test]
fn a_head_has_to_come_whole_in_time() {
    let served = web();
    // A byte every 20 seconds is a byte too late after a minute.
    let script = "(printf 'GET / HTTP/1.1\\r\\nHost: a\\r\\n'; for i in 1 2 3 4 5 6; do sleep 20; printf 'X'; done; printf ': y\\r\\n\\r\\n') | nc 127.0.0.1 80; echo over";
    assert_eq!(served.run(script), "over\n");
    let script = "(printf 'GET / HTTP/1.1\\r\\nHost: a\\r\\n'; for i in 1 2; do sleep 20; printf 'X'; done; printf ': y\\r\\n\\r\\n') | nc 127.0.0.1 80";
    assert_eq!(body(&served.run(script)), "fine\n");
}

/// Numbers that look random, the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits") % most
    }

    /// Some bytes of `sound` changed, left out or repeated.
    fn damaged(&mut self, sound: &[u8]) -> Vec<u8> {
        const BYTES: &[u8] = b"\0\r\n \t\"'\\{}<>;:*$%?#/.-0199999aZ\xff";
        let mut bytes = sound.to_vec();
        for _ in 0..=self.below(6) {
            let at = self.below(bytes.len());
            let byte = BYTES[self.below(BYTES.len())];
            match self.below(4) {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 if bytes.len() > 1 => {
                    bytes.remove(at);
                }
                _ => {
                    let piece = bytes[at..].to_vec();
                    bytes.extend(piece);
                }
            }
        }
        bytes
    }
}

/// Requests and configurations that are a little wrong: whatever is made of them, the servers go on.
#[test]
fn garbage_harms_nobody() {
    const ROUNDS: usize = 150;
    let mut dice = Dice(0x5eed_5eed_5eed_5eed);
    let served = web();
    let request = b"POST /%41?x=1 HTTP/1.1\r\nHost: a:80\r\nContent-Length: 3\r\nRange: bytes=0-1,3-\r\nIf-Modified-Since: Tue, 13 May 2014 16:53:20 GMT\r\n\r\nabcGET / HTTP/1.0\r\n\r\n";
    for _ in 0..ROUNDS {
        served.ask(&dice.damaged(request));
    }
    assert_eq!(body(&served.ask(GET)), "fine\n");
    let conf = b"events { worker_connections 9; } http { types { a/b c; } log_format x '$uri ${host}'; server { listen 81; location ~* \\.x$ { return 200 \"a b\"; } error_page 404 =200 /x; } }";
    for _ in 0..ROUNDS {
        let escaped: String = dice
            .damaged(conf)
            .iter()
            .map(|byte| format!("\\{byte:03o}"))
            .collect();
        let said = served.run(&format!(
            "printf '{escaped}' > /tmp/conf; /sbin/nginx -t -c /tmp/conf; echo $?"
        ));
        assert!(
            said.ends_with("\n0\n") || said.ends_with("test failed\n1\n"),
            "{escaped}: {said}"
        );
    }
    let served = served_with("--save ''");
    let commands = b"*3\r\n$3\r\nset\r\n$1\r\nk\r\n$2\r\nab\r\nzadd z 1 a 2 \"b c\"\r\nlrange l -1 9\r\nscan 0 count 3\r\nsetrange k 3 x\r\nmulti\r\nincr n\r\nexec\r\n";
    for _ in 0..ROUNDS {
        served.ask(&dice.damaged(commands));
    }
    assert_eq!(served.ask(b"ping\r\n"), "+PONG\r\n");
    let conf = b"save 60 1\nmaxmemory 10mb\nport 7000\nbind 127.0.0.1\nrequirepass \"a b\"\nloglevel notice\n";
    for _ in 0..ROUNDS {
        let escaped: String = dice
            .damaged(conf)
            .iter()
            .map(|byte| format!("\\{byte:03o}"))
            .collect();
        // Where the port is taken it ends soon, whatever else it has read.
        let said = served.run(&format!("(printf '{escaped}'; printf '\\nport 6379\\nbind 0.0.0.0\\nlogfile \"\"\\ndaemonize no\\n') > /tmp/conf; redis-server /tmp/conf; echo $?"));
        assert!(said.ends_with("\n1\n"), "{escaped}: {said}");
    }
    assert_eq!(served.ask(b"ping\r\n"), "+PONG\r\n");
}
