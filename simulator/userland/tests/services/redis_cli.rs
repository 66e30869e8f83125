//! redis-cli.

use super::redis::served_with;

#[test]
fn answers_are_shown_for_people_and_for_programs() {
    let served = served_with("");
    served.expect(
        "redis-cli set k 'a b'; redis-cli get k; redis-cli incr n; redis-cli get none",
        "OK\na b\n1\n\n",
    );
    served.expect(
        "redis-cli rpush l a 'b\"' > /dev/null; redis-cli --no-raw lrange l 0 -1; redis-cli --no-raw get none; redis-cli --no-raw incr k; redis-cli --no-raw lrange x 0 1",
        "1) \"a\"\n2) \"b\\\"\"\n(nil)\n(error) ERR value is not an integer or out of range\n(empty list or set)\n",
    );
    served.expect("printf 'set x 1\\nincr x\\n\\n3 incr x\\n' | redis-cli -n 2; redis-cli -n 2 get x; redis-cli exists x", "OK\n2\n3\n4\n5\n5\n0\n");
    served.expect(
        "printf 'from input' | redis-cli -x set y; redis-cli get y; redis-cli -r 2 incr z",
        "OK\nfrom input\n1\n2\n",
    );
    served.expect("redis-cli --version", "redis-cli 3.2.8\n");
    assert_eq!(
        served.run("redis-cli -p 1 ping; echo $?; redis-cli -p x ping; echo $?"),
        "Could not connect to Redis at 127.0.0.1:1: Connection refused\n1\n\
         Unrecognized option or bad number of args for: '-p'\n1\n"
    );
    served.expect(
        "redis-cli shutdown; sleep 1; pgrep redis-server | wc -l",
        "0\n",
    );
}

#[test]
fn a_prompt_asks_again_and_again() {
    let served = served_with("");
    let mut terminal = served.root.terminal(&["redis-cli"]);
    terminal.expect("127.0.0.1:6379> ");
    terminal.send(b"set k v\r");
    terminal.expect("OK\r\n127.0.0.1:6379> ");
    terminal.send(b"get k\r");
    terminal.expect("\"v\"\r\n127.0.0.1:6379> ");
    terminal.send(b"select 4\r");
    terminal.expect("OK\r\n127.0.0.1:6379[4]> ");
    terminal.send(b"get \"\r");
    terminal.expect("Invalid argument(s)\r\n127.0.0.1:6379[4]> ");
    terminal.send(b"exit\r");
    assert_eq!(terminal.status(), 0);
}
