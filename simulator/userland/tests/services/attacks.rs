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
