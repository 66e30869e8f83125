//! The host's ways to containers, by the program.

use crate::program::{DEADLINE, Running, at, complaint, output, start, start_command, zonesim};
use serde_json::{Value, json};
use std::fs::{self, Permissions};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Instant;
use tempfile::TempDir;

/// A user without rights.
const NOBODY: u32 = 65_534;
/// What is added to a port that the host does not give.
const DETOUR: u16 = 8000;

/// Runs a web server in a container named `web`.
fn serve(zone: &Running, port: u16, published: bool) {
    let pulled = zone.ask(
        "POST",
        "/images/create?fromImage=busybox&tag=latest",
        "",
        "",
    );
    assert!(pulled.starts_with("HTTP/1.1 200 "), "{pulled}");
    let script = format!("mkdir /www; echo hello > /www/a; exec httpd -f -p {port} -h /www");
    let key = format!("{port}/tcp");
    let ports = match published {
        true => json!({ (key): [{"HostPort": port.to_string()}] }),
        false => json!({}),
    };
    let body = json!({
        "Image": "busybox",
        "Cmd": ["sh", "-c", script],
        "HostConfig": {"PortBindings": ports},
    });
    let created = zone.ask("POST", "/containers/create?name=web", "", &body.to_string());
    assert!(created.contains("\"Id\":"), "{created}");
    let started = zone.ask("POST", "/containers/web/start", "", "");
    assert!(started.starts_with("HTTP/1.1 204 "), "{started}");
}

fn until<T>(what: &str, mut look: impl FnMut() -> Result<T, String>) -> T {
    let began = Instant::now();
    loop {
        match look() {
            Ok(seen) => return seen,
            Err(seen) => assert!(began.elapsed() < DEADLINE, "{what}: {seen}"),
        }
    }
}

fn talk(mut command: Command, input: &str) -> Output {
    let child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = child.expect("the program runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    // One that is refused reads nothing.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().expect("it ends")
}

#[test]
fn standard_input_and_output_reach_a_container() {
    let home = TempDir::new().expect("a directory");
    let zone = start(home.path(), &[]);
    serve(&zone, 8080, false);
    let connect = |host: &str, port: &str| {
        let mut command = zonesim(home.path());
        command.args(["connect", host, port]);
        talk(command, "GET /a HTTP/1.0\r\n\r\n")
    };
    let answer = until("the server's answer", || {
        let answer = connect("web", "8080");
        match answer.status.code() {
            Some(0) => Ok(String::from_utf8_lossy(&answer.stdout).into_owned()),
            _ => Err(format!("{answer:?}")),
        }
    });
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.ends_with("\r\n\r\nhello\n"), "{answer}");
    let refused = connect("web", "81");
    assert_eq!(refused.status.code(), Some(6));
    let text = complaint(&refused);
    assert!(text.ends_with(":81: connection refused"), "{text}");
    let unknown = connect("nosuch", "80");
    assert_eq!(unknown.status.code(), Some(2));
    assert_eq!(
        complaint(&unknown),
        "zonesim: nosuch is neither an address nor a name that the zone knows"
    );
    assert_eq!(zone.stop(), Some(0));
    assert_eq!(connect("web", "8080").status.code(), Some(5));
}

/// Whether a process without rights may bind a port.
fn is_given(port: u16) -> bool {
    let path = "/proc/sys/net/ipv4/ip_unprivileged_port_start";
    let first = fs::read_to_string(path).ok();
    let first = first.and_then(|text| text.trim().parse::<u16>().ok());
    port >= first.unwrap_or(1024)
}

/// The zone as a user without rights, who may neither read this folder nor run what is in it.
fn start_without_rights(home: &Path) -> Running {
    let program = home.join("zonesim");
    // Copied by another process: a file that this one writes could not be run while any test of it forks.
    let copied = Command::new("cp")
        .arg(env!("CARGO_BIN_EXE_zonesim"))
        .arg(&program)
        .status();
    assert!(copied.expect("cp runs").success());
    fs::set_permissions(home, Permissions::from_mode(0o777)).expect("it is ours");
    let mut command = at(&program, home);
    command.arg("serve");
    if rustix::process::getuid().is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    start_command(command)
}

#[test]
#[cfg(target_os = "linux")]
fn a_port_that_the_host_does_not_give_is_served_8000_higher() {
    const PORT: u16 = 80;
    let home = TempDir::new().expect("a directory");
    let zone = start_without_rights(home.path());
    serve(&zone, PORT, true);
    let ready = home.path().join("ready.json");
    fs::write(&ready, zone.ready.to_string()).expect("a file");
    let ports = |arguments: &[&str]| {
        let mut command = zonesim(home.path());
        command.arg("ports").arg("--ready-file").arg(&ready);
        let listed = output(command.args(arguments));
        assert!(listed.status.success(), "{listed:?}");
        String::from_utf8_lossy(&listed.stdout).into_owned()
    };
    let port = until("the port", || {
        let listed: Value = serde_json::from_str(&ports(&["--json"])).expect("JSON");
        match &listed[0] {
            Value::Null => Err("none".to_owned()),
            port => Ok(port.clone()),
        }
    });
    let address = port["address"].as_str().expect("an address");
    let (host, _) = address.split_once(':').expect("a port");
    let served = match is_given(PORT) {
        true => PORT,
        false => PORT + DETOUR,
    };
    let served = format!("{host}:{served}");
    assert_eq!(port["served"], *served, "{port}");
    assert!(ports(&[]).contains(&served));
    let mut stream = TcpStream::connect(&served).expect("it listens");
    stream
        .write_all(b"GET /a HTTP/1.0\r\n\r\n")
        .expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    assert!(answer.ends_with("\r\n\r\nhello\n"), "{answer}");
    assert_eq!(zone.stop(), Some(0));
}

#[test]
fn whoever_speaks_no_socks_is_hung_up_on() {
    let home = TempDir::new().expect("a directory");
    let zone = start(home.path(), &[]);
    let login = format!("\x01\x04demo\x20{}", zone.ready("socks_token"));
    let asked = |request: &[u8]| [b"\x05\x01\x02", login.as_bytes(), request].concat();
    let granted = b"\x05\x02\x01\x00".to_vec();
    for (sent, answer) in [
        (b"GET / HTTP/1.1\r\n\r\n".to_vec(), Vec::new()),
        (b"\x04\x01\x00\x50\x7f\x00\x00\x01\x00".to_vec(), Vec::new()),
        (b"\x05\x01\x00".to_vec(), b"\x05\xff".to_vec()),
        (b"\x05\x00".to_vec(), b"\x05\xff".to_vec()),
        (b"\x05\x01\x02\x02".to_vec(), b"\x05\x02".to_vec()),
        (
            b"\x05\x01\x02\x01\x04demo\x00".to_vec(),
            b"\x05\x02\x01\x01".to_vec(),
        ),
        (
            b"\x05\x01\x02\x01\x00\x00".to_vec(),
            b"\x05\x02\x01\x01".to_vec(),
        ),
        (asked(b"\x04\x01\x00\x01"), granted.clone()),
        // BIND and IPv6 there are not.
        (
            asked(b"\x05\x02\x00\x01\x7f\x00\x00\x01\x00\x50"),
            [&granted[..], b"\x05\x07\x00\x01\0\0\0\0\0\0"].concat(),
        ),
        (
            asked(&[&b"\x05\x01\x00\x04"[..], &[0; 18]].concat()),
            [&granted[..], b"\x05\x08\x00\x01\0\0\0\0\0\0"].concat(),
        ),
        (
            asked(b"\x05\x01\x00\x03\x02\xff\xfe\x00\x50"),
            [&granted[..], b"\x05\x04\x00\x01\0\0\0\0\0\0"].concat(),
        ),
    ] {
        let mut stream = TcpStream::connect(zone.ready("socks")).expect("it listens");
        stream.set_read_timeout(Some(DEADLINE)).expect("a limit");
        stream.write_all(&sent).expect("it reads");
        let mut seen = Vec::new();
        // What it had not read when it hung up makes a reset of the end.
        let _ = stream.read_to_end(&mut seen);
        assert_eq!(
            seen.escape_ascii().to_string(),
            answer.escape_ascii().to_string(),
            "{}",
            sent.escape_ascii()
        );
    }
    assert_eq!(zone.stop(), Some(0));
}
