//! Every applet waiting for something that never comes, and signals sent to it meanwhile: a stop stops it, a signal that
//! ends it waits for the CONT, a KILL does not, and afterwards nothing of it is left.

#[expect(dead_code, reason = "other tests use what this one does not")]
mod root;

use root::Root;
use runtime::InstanceId;
use runtime::net::{Fabric, Interface, Packet, Path, PathEnd};
use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::sync::Arc;

/// A network on which nobody answers.
#[derive(Debug)]
struct Silence;

impl Fabric for Silence {
    fn interfaces(&self, _: InstanceId) -> Vec<Interface> {
        vec![Interface {
            name: "net0".into(),
            mac: [2, 0, 0, 0, 0, 1],
            address: Ipv4Addr::new(10, 0, 0, 1),
            prefix_len: 24,
            gateway: Some(Ipv4Addr::new(10, 0, 0, 254)),
            primary: true,
            mtu: 1500,
        }]
    }

    fn path(&self, _: &Packet) -> Path {
        Path {
            routers: Vec::new(),
            end: PathEnd::Nowhere,
        }
    }

    fn resolve(&self, _: InstanceId, _: &[u8]) -> Option<Vec<u8>> {
        None
    }
}

/// Descriptor 3 is a pipe that nobody writes to, 4 one that is full, `fifo` one that nobody else opens. `state PID` prints
/// the letter of the process's state once it does not run any more, or `-` when it is gone.
const PRELUDE: &str = r#"
cd /tmp
rm -f never full fifo
mkfifo never full fifo
exec 3<>never 4<>full
dd if=/dev/zero bs=65536 count=1 >&4 2>/dev/null
state() {
    sleep 0.01
    while :; do
        IFS= read -r line 2>/dev/null </proc/$1/stat || line=') -'
        line=${line##*) }
        case $line in R*) sleep 0.01;; *) break;; esac
    done
    letter=${line%% *}
}
"#;

/// Sends signals to what `start` starts in the background: what came of it, in one line for each order of signals.
const SIGNALS: &str = r#"
run() {
    start & p=$!
    state $p
    if [ $letter = - ]; then
        wait $p; echo "ended $?"; return
    fi
    seen=$letter
    for signal; do
        kill -$signal $p
        state $p
        seen=$seen$letter
        if [ $letter = - ]; then break; fi
    done
    if [ $letter != - ]; then kill -KILL $p; seen=$seen!; fi
    wait $p
    echo $seen $?
}
run STOP TERM CONT
run STOP KILL
run STOP CONT KILL
"#;

/// What a process that does nothing about signals comes to.
const ENDED: &str = "STT- 143\nST- 137\nSTS- 137\n";

fn signalled(root: &Root, command: &str) -> String {
    let script = format!("{PRELUDE}start() {{ {command}; }}\n{SIGNALS}");
    let outcome = root.run(script.as_bytes());
    assert_eq!(outcome.status, Some(0), "{command}: {outcome:?}");
    String::from_utf8_lossy(&outcome.stdout).into_owned()
}

/// Runs each command under every order of signals; the names of those that never waited.
fn check<'a>(commands: impl Iterator<Item = (&'a str, String)>) -> BTreeSet<&'a str> {
    let root = Root::on(Arc::new(Silence));
    let (mut ended, mut others) = (BTreeSet::new(), Vec::new());
    for (name, command) in commands {
        let seen = signalled(&root, &command);
        if seen.starts_with("ended") {
            ended.insert(name);
        } else if seen != ENDED {
            others.push(format!("{command}: {}", seen.replace('\n', ", ")));
        }
    }
    assert!(others.is_empty(), "{}", others.join("\n"));
    ended
}

fn names() -> Vec<&'static str> {
    userland::registry::standard()
        .names()
        .filter(|name| *name != "busybox")
        .collect()
}

/// Each writes something: its output, or that it was called wrongly; but two, and one that only writes to terminals.
#[test]
fn blocked_in_write() {
    let names = names();
    let commands = names.iter().map(|name| {
        let arguments = match *name {
            "echo" | "yes" | "printf" | "basename" | "dirname" | "expr" | "seq" => "1",
            "test" => "1 -eq x",
            "[" => "1 -eq x ]",
            "sh" | "ash" => "-c 'echo; :'",
            "usleep" | "sleep" | "kill" | "time" => "x",
            "printenv" => "PWD",
            _ => "--no-such-option",
        };
        (
            *name,
            format!("exec {name} {arguments} </dev/null >&4 2>&4"),
        )
    });
    let ended = check(commands);
    assert_eq!(ended, BTreeSet::from(["false", "reset", "true"]));
}

/// Programs that read their input or a file.
const READERS: &[&str] = &[
    "ash",
    "awk 1",
    "base64",
    "bc",
    "bunzip2 -c",
    "bzcat",
    "cat",
    "cksum",
    "cmp - /etc/passwd",
    "comm - /etc/passwd",
    "cpio -t",
    "crontab -c /tmp -",
    "cut -f 1",
    "dc",
    "dd",
    "diff - /etc/passwd",
    "egrep x",
    "expand",
    "factor",
    "fgrep x",
    "fold",
    "grep x",
    "gunzip -c",
    "gzip -c",
    "head",
    "hexdump",
    "httpd -i",
    "join - /etc/passwd",
    "logger",
    "lzcat",
    "md5sum",
    "more",
    "less",
    "nl",
    "od",
    "paste",
    "patch",
    "rev",
    "sed p",
    "sh",
    "sha1sum",
    "sha256sum",
    "sha512sum",
    "sort",
    "split",
    "strings",
    "sum",
    "tac",
    "tail",
    "tar -t",
    "tee",
    "tr a b",
    "unexpand",
    "uniq",
    "unlzma -c",
    "unxz -c",
    "wc",
    "xargs",
    "xxd",
    "xzcat",
    "zcat",
];

#[test]
fn blocked_in_read() {
    let commands = READERS
        .iter()
        .map(|command| (*command, format!("exec {command} <&3 >/dev/null 2>&1")));
    assert_eq!(check(commands), BTreeSet::new());
}

/// The same, and others, at a FIFO that nobody opens at its other end.
#[test]
fn blocked_in_open() {
    let commands = [
        "sh fifo",
        "awk 1 fifo",
        "base64 fifo",
        "bc fifo",
        "bzcat fifo",
        "cat fifo",
        "cksum fifo",
        "cmp fifo /etc/passwd",
        "comm fifo /etc/passwd",
        "cp fifo copy",
        "cpio -tF fifo",
        "crontab -c /tmp fifo",
        "cut -f 1 fifo",
        "dc fifo",
        "dd if=fifo",
        "dd of=fifo",
        "egrep x fifo",
        "expand fifo",
        "fgrep x fifo",
        "fold fifo",
        "grep x fifo",
        "zcat fifo",
        "head fifo",
        "hexdump fifo",
        "install fifo copy",
        "join fifo /etc/passwd",
        "lzcat fifo",
        "md5sum fifo",
        "more fifo",
        "nl fifo",
        "od fifo",
        "paste fifo",
        "patch -i fifo",
        "rev fifo",
        "sed p fifo",
        "sha1sum fifo",
        "sha256sum fifo",
        "sha512sum fifo",
        "sort fifo",
        "split fifo",
        "strings fifo",
        "sum fifo",
        "tac fifo",
        "tail fifo",
        "tar -tf fifo",
        "tee fifo",
        "unexpand fifo",
        "uniq fifo",
        "unzip fifo",
        "wc fifo",
        "xxd fifo",
        "xzcat fifo",
        "time -o fifo true",
    ];
    let commands = commands.iter().map(|command| {
        (
            *command,
            format!("exec {command} </dev/null >/dev/null 2>&1"),
        )
    });
    assert_eq!(check(commands), BTreeSet::new());
}

/// Waiting for a child, which is ended with its parent's group afterwards.
#[test]
fn blocked_in_wait() {
    let commands = [
        "sh -c 'sleep 1000; :'",
        "sh -c 'sleep 1000 & wait'",
        "time sleep 1000",
        "find /etc/passwd -exec sleep 1000 ;",
        "awk 'BEGIN { system(\"sleep 1000\") }'",
        "watch -n 1 sleep 1000",
    ];
    let commands = commands.iter().map(|command| {
        let command_line = command.replace(" ;", " \\;");
        let command_line = format!("exec {command_line} </dev/null >/dev/null 2>&1");
        (*command, command_line)
    });
    let root = Root::new();
    for (_, command) in commands {
        assert_eq!(signalled(&root, &command), ENDED, "{command}");
        // What they waited for goes on without them.
        root.run(b"killall sleep");
    }
}

/// What runs another program in its own place, or in a process of its own that it waits for.
#[test]
fn blocked_in_sleep() {
    let commands = [
        "sleep 1000",
        "usleep 1000000000",
        "watch -n 1000 true",
        "crond -f -c /tmp",
        "top -b -d 1000",
        "env sleep 1000",
        "nice sleep 1000",
        "nohup sleep 1000",
        "chroot / sleep 1000",
        "su -c 'exec sleep 1000'",
        "setsid sleep 1000",
        "timeout 1000 sleep 999",
        "tail -f /etc/passwd",
        "ping -i 1000 10.0.0.1",
    ];
    let commands = commands.iter().map(|command| {
        (
            *command,
            format!("exec {command} </dev/null >/dev/null 2>&1"),
        )
    });
    assert_eq!(check(commands), BTreeSet::new());
}

#[test]
fn blocked_in_connect_and_accept() {
    let commands = [
        "nc 192.0.2.1 80",
        "nc -l -p 80",
        "nc -u 192.0.2.1 80",
        "wget http://192.0.2.1/",
        "telnet 192.0.2.1",
        "ping 192.0.2.1",
        "traceroute -w 100 192.0.2.1",
        "nslookup name 192.0.2.1",
        "httpd -f -p 8080",
    ];
    let commands = commands
        .iter()
        .map(|command| (*command, format!("exec {command} <&3 >/dev/null 2>&1")));
    assert_eq!(check(commands), BTreeSet::new());
}
