//! `zonesim replay`: what a zone was told leads to the same states again.

use crate::program::{DEADLINE, Running, complaint, output, start, zonesim};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A zone that is told much, and what its state was meanwhile.
struct Session {
    running: Running,
    /// How many steps the journal had, and the digest of the state then.
    states: Vec<(u64, String)>,
}

impl Session {
    fn start(home: &Path) -> Self {
        Self::start_with(home, &[])
    }

    fn start_with(home: &Path, arguments: &[&str]) -> Self {
        let own = ["--journal", "--clock", "stepped", "--no-gateway"];
        let running = start(home, &[&own, arguments].concat());
        let states = Vec::new();
        Self { running, states }
    }

    /// Gives the account the image that its containers are made from.
    fn pull(&mut self) {
        self.ask(
            "POST /images/create?fromImage=busybox&tag=latest",
            &Value::Null,
        );
    }

    /// The status and the body of an answer; notes the state then.
    fn ask(&mut self, line: &str, body: &Value) -> (u16, String) {
        let (method, path) = line.split_once(' ').expect("a method and a path");
        let body = match body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        let answer = self.running.ask(method, path, "", &body);
        self.note_state();
        let status = answer.split(' ').nth(1).and_then(|code| code.parse().ok());
        let (_, body) = answer.split_once("\r\n\r\n").expect("a whole head");
        (status.expect("a status"), body.to_owned())
    }

    fn control(&mut self, line: &str, body: &Value) {
        self.running.control(line, body);
        self.note_state();
    }

    fn note_state(&mut self) {
        let journal = self.running.control("GET /journal", &Value::Null);
        let last = journal.lines().last().expect("it is not empty");
        let last: Value = serde_json::from_str(last).expect("JSON");
        let (steps, digest) = (&last["end"]["steps"], &last["end"]["digest"]);
        let steps = steps.as_u64().expect("a number");
        let digest = digest.as_str().expect("a digest").to_owned();
        if self.states.last().is_none_or(|(last, _)| *last < steps) {
            self.states.push((steps, digest));
        }
    }

    /// Sends a request and input on one connection, and reads to the end.
    fn hijack(&mut self, line: &str, input: &[u8]) -> Vec<u8> {
        let stream = UnixStream::connect(self.running.ready("socket"));
        let mut stream = stream.expect("it listens");
        let head = format!(
            "{line} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\
             Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n{{}}"
        );
        stream.write_all(head.as_bytes()).expect("it reads");
        stream.write_all(input).expect("it reads");
        stream.shutdown(Shutdown::Write).expect("it is open");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("it answers");
        self.note_state();
        answer
    }

    fn create(&mut self, name: &str, script: &str) {
        let body = json!({
            "Image": "busybox",
            "Cmd": ["sh", "-c", script],
            "OpenStdin": true,
            "HostConfig": {"RestartPolicy": {"Name": "on-failure"}},
        });
        let (status, _) = self.ask(&format!("POST /containers/create?name={name}"), &body);
        assert_eq!(status, 200);
    }

    /// Copies a file into `/etc` of a container.
    fn upload(&mut self, container: &str, name: &str, content: &str) {
        let mut archive = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(0);
        let added = archive.append_data(&mut header, name, content.as_bytes());
        added.expect("a name and a content");
        let archive = archive.into_inner().expect("in memory");
        let archive = String::from_utf8(archive).expect("headers and content are text");
        let path = format!("/containers/{container}/archive?path=/etc");
        let answer = self.running.ask("PUT", &path, "", &archive);
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        self.note_state();
    }

    /// Create, start, exec, upload, kill, rename, remove, time, faults, a reboot and requests that fail.
    fn carry_out(&mut self) {
        let none = Value::Null;
        assert_eq!(
            self.ask("POST /images/create?fromImage=busybox&tag=latest", &none)
                .0,
            200
        );
        self.create(
            "web",
            "while read line; do echo got $line; done; sleep 1000",
        );
        assert_eq!(
            self.ask(
                "POST /containers/create?name=web",
                &json!({"Image": "busybox"})
            )
            .0,
            422
        );
        self.control("POST /faults", &json!({"point": "start"}));
        assert_eq!(self.ask("POST /containers/web/start", &none).0, 500);
        assert_eq!(self.ask("POST /containers/web/start", &none).0, 204);
        self.upload("web", "note", "unpacked\n");
        let body = json!({"Cmd": ["sh", "-c", "cat - /etc/note; exit 3"], "AttachStdin": true, "AttachStdout": true});
        let (status, exec) = self.ask("POST /containers/web/exec", &body);
        assert_eq!(status, 200);
        let exec: Value = serde_json::from_str(&exec).expect("JSON");
        let exec = exec["Id"].as_str().expect("an id");
        let answer = self.hijack(&format!("POST /exec/{exec}/start"), b"secret bytes\n");
        let answer = String::from_utf8_lossy(&answer).into_owned();
        assert!(answer.contains("secret bytes\n"), "{answer}");
        assert!(answer.ends_with("unpacked\n"), "{answer}");
        self.create("timed", "sleep 5; echo slept; exit 1");
        assert_eq!(self.ask("POST /containers/timed/start", &none).0, 204);
        self.control("POST /clock/advance", &json!({"ms": 20_000}));
        assert_eq!(
            self.ask("POST /containers/web/rename?name=other", &none).0,
            200
        );
        assert_eq!(
            self.ask("POST /containers/other/kill?signal=KILL", &none).0,
            204
        );
        self.control("POST /clock/advance", &json!({"ms": 1_000}));
        self.control("POST /servers/all/reboot", &json!({"crash": true}));
        assert_eq!(self.ask("DELETE /containers/nosuch", &none).0, 404);
        assert_eq!(self.ask("DELETE /containers/other?force=1", &none).0, 204);
    }

    fn write_journal(&self, home: &Path) -> PathBuf {
        let path = home.join("replay.ndjson");
        let text = self.running.control("GET /journal", &Value::Null);
        std::fs::write(&path, text).expect("written");
        path
    }
}

fn replay(home: &Path, file: &Path, arguments: &[&str]) -> Output {
    output(zonesim(home).arg("replay").arg(file).args(arguments))
}

/// The objects that it has printed.
fn objects(output: &Output) -> Vec<Value> {
    let text = String::from_utf8_lossy(&output.stdout);
    let lines = text.lines().map(serde_json::from_str);
    lines.map(|object| object.expect("JSON")).collect()
}

#[test]
fn a_session_is_told_again_and_has_the_same_state_wherever_it_stops() {
    let home = TempDir::new().expect("a directory");
    let mut session = Session::start(home.path());
    session.carry_out();
    let file = session.write_journal(home.path());
    let digest = session.running.control("GET /state/digest", &Value::Null);
    let digest: Value = serde_json::from_str(&digest).expect("JSON");
    assert!(session.states.len() > 12, "{:?}", session.states);
    for (steps, digest) in &session.states {
        let to = steps.to_string();
        let stopped = replay(home.path(), &file, &["--json", "--to", &to]);
        assert_eq!(stopped.status.code(), Some(0), "{stopped:?}");
        let objects = objects(&stopped);
        let end = objects.last().expect("an end");
        assert_eq!(
            (&end["steps"], &end["digest"]),
            (&json!(steps), &json!(digest))
        );
        assert_eq!(objects.len() as u64, steps + 1);
    }
    let whole = objects(&replay(home.path(), &file, &["--json"]));
    let end = whole.last().expect("an end");
    assert_eq!(end["digest"], digest["digest"]);
    let inputs: Vec<String> = whole.iter().map(|step| step["input"].to_string()).collect();
    // base64 of what the exec was sent.
    assert!(
        inputs
            .iter()
            .any(|input| input.contains("c2VjcmV0IGJ5dGVzCg=="))
    );
    let refused = whole.iter().filter_map(|step| step["outcome"].as_str());
    assert!(
        refused
            .into_iter()
            .any(|outcome| outcome.starts_with("refused: "))
    );
    assert_eq!(session.running.stop(), Some(0));
}

/// What containers have printed, by their name and whether an exec did.
fn printed(objects: &[Value]) -> BTreeMap<(String, bool), String> {
    let mut texts: BTreeMap<_, String> = BTreeMap::new();
    for printed in objects.iter().filter_map(|object| object.get("printed")) {
        let name = printed["container"].as_str().expect("a name").to_owned();
        let by_exec = printed["exec"] == true;
        let text = printed["text"].as_str().expect("a text");
        texts.entry((name, by_exec)).or_default().push_str(text);
    }
    texts
}

#[test]
fn containers_run_again_print_what_they_have_printed_and_end_as_they_have_ended() {
    let home = TempDir::new().expect("a directory");
    let mut session = Session::start(home.path());
    session.carry_out();
    let file = session.write_journal(home.path());
    assert_eq!(session.running.stop(), Some(0));
    let run = |arguments: &[&str]| {
        let ended = replay(home.path(), &file, arguments);
        assert_eq!(ended.status.code(), Some(0), "{ended:?}");
        objects(&ended)
    };
    let first = run(&["--containers", "--json"]);
    let end = first.last().expect("an end");
    assert_eq!(
        (&end["same"], &end["differences"]),
        (&json!(true), &json!([]))
    );
    let texts = printed(&first);
    let of = |name: &str, by_exec| texts.get(&(name.to_owned(), by_exec)).map(String::as_str);
    assert_eq!(of("web", true), Some("secret bytes\nunpacked\n"));
    // Its policy has started it again and again.
    let slept = of("timed", false).expect("it has printed");
    assert!(slept.starts_with("slept\nslept\n"), "{slept}");
    assert_eq!(run(&["--containers", "--json"]), first);
    let people = replay(home.path(), &file, &["--containers"]);
    let people = String::from_utf8_lossy(&people.stdout).into_owned();
    assert!(
        people.contains("an exec in web stdout| secret bytes\n"),
        "{people}"
    );
}

/// Answers one connection with a line, after it has read one.
fn answer_once(listener: TcpListener) -> JoinHandle<()> {
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("somebody calls");
        let mut line = String::new();
        let read = BufReader::new(&stream).read_line(&mut line);
        assert!(read.is_ok() && line == "from inside\n", "{line}");
        stream.write_all(b"from outside\n").expect("it reads");
    })
}

#[test]
fn connections_with_the_host_are_made_again_by_the_recording_alone() {
    let home = TempDir::new().expect("a directory");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let deaf = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let at = |name: &str, listener: &TcpListener| {
        let address = listener.local_addr().expect("it is bound");
        format!(
            "--outside={name}.example.com:7=127.0.0.1:{}",
            address.port()
        )
    };
    let outside = [at("echo", &listener), at("nobody", &deaf)];
    drop(deaf);
    let outside = outside.each_ref().map(String::as_str);
    let mut session = Session::start_with(home.path(), &outside);
    let none = Value::Null;
    session.pull();
    let answering = answer_once(listener);
    for (name, script) in [
        ("server", "nc -l -p 7000"),
        ("caller", "echo from inside | nc echo.example.com 7"),
        ("refused", "nc nobody.example.com 7"),
    ] {
        session.create(name, script);
        let started = session.ask(&format!("POST /containers/{name}/start"), &none);
        assert_eq!(started.0, 204);
    }
    // Over when every process waits: the server does so for a connection.
    session.control("POST /clock/advance", &json!({"ms": 1}));
    let mut connect = zonesim(home.path());
    let mut connected = connect
        .args(["connect", "server", "7000"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("the program runs");
    let mut input = connected.stdin.take().expect("a pipe");
    input.write_all(b"through the gateway\n").expect("it reads");
    drop(input);
    for name in ["server", "caller"] {
        let waited = session.ask(&format!("POST /containers/{name}/wait"), &none);
        assert_eq!(waited.1, "{\"StatusCode\":0}", "{name}");
    }
    assert!(connected.wait().expect("it ends").success());
    answering.join().expect("it has answered");
    let file = session.write_journal(home.path());
    assert_eq!(session.running.stop(), Some(0));
    let again = replay(home.path(), &file, &["--containers", "--json"]);
    assert_eq!(again.status.code(), Some(0), "{again:?}");
    let objects = objects(&again);
    let end = objects.last().expect("an end");
    assert_eq!(
        (&end["missing_connections"], &end["differences"]),
        (&json!(0), &json!([]))
    );
    let texts = printed(&objects);
    let of = |name: &str| texts.get(&(name.to_owned(), false)).map(String::as_str);
    assert_eq!(of("server"), Some("through the gateway\n"));
    assert_eq!(of("caller"), Some("from outside\n"));
    let refused = of("refused").expect("it complains");
    assert!(refused.contains("Connection refused"), "{refused}");
}

#[test]
fn people_see_each_step_and_may_stop_after_any() {
    let home = TempDir::new().expect("a directory");
    let mut session = Session::start(home.path());
    session.pull();
    session.create("web", "sleep 1000");
    let file = session.write_journal(home.path());
    assert_eq!(session.running.stop(), Some(0));
    let text = |output: &Output| String::from_utf8_lossy(&output.stdout).into_owned();
    let whole = text(&replay(home.path(), &file, &[]));
    assert!(whole.contains("create_container"), "{whole}");
    assert!(
        whole
            .lines()
            .last()
            .is_some_and(|line| line.ends_with(", as recorded")),
        "{whole}"
    );
    let state = text(&replay(home.path(), &file, &["--state"]));
    assert!(state.contains("\"web\""), "{state}");
    let mut stepping = zonesim(home.path());
    stepping.arg("replay").arg(&file).arg("--step");
    let mut child = stepping
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut keys = child.stdin.take().expect("a pipe");
    keys.write_all(b"\n").expect("it reads");
    drop(keys);
    let stepped = text(&child.wait_with_output().expect("it ends"));
    assert_eq!(
        stepped
            .lines()
            .filter(|line| line.trim().starts_with("digest "))
            .count(),
        2
    );
    assert!(stepped.contains("\nstep 2 of "), "{stepped}");
}

#[test]
fn a_file_that_is_cut_off_or_altered_is_refused_with_the_line() {
    let home = TempDir::new().expect("a directory");
    let mut session = Session::start(home.path());
    session.pull();
    let file = session.write_journal(home.path());
    assert_eq!(session.running.stop(), Some(0));
    let text = std::fs::read_to_string(&file).expect("just written");
    let lines: Vec<&str> = text.lines().collect();
    let last = lines.len();
    assert!(last > 3, "{text}");
    let without = |place: usize| {
        let mut left = lines.clone();
        left.remove(place - 1);
        left.join("\n")
    };
    for (text, said) in [
        (
            without(last),
            format!("line {last}: the journal is cut off: its last line should come here"),
        ),
        (
            text[..text.len() - 9].to_owned(),
            format!("line {last}: this is no line of a journal, or it is cut off"),
        ),
        (
            without(2),
            "line 2: this line, or the order of the lines before it, has been altered".to_owned(),
        ),
        (
            text.replacen("\"number\":2", "\"number\":3", 1),
            "line 3: this line, or the order of the lines before it, has been altered".to_owned(),
        ),
        (
            format!("{text}more\n"),
            format!("line {}: the journal has ended before this line", last + 1),
        ),
        (
            String::new(),
            "line 1: the journal is cut off: its last line should come here".to_owned(),
        ),
        (
            "hello\n".to_owned(),
            "line 1: this is no line of a journal, or it is cut off".to_owned(),
        ),
    ] {
        std::fs::write(&file, text).expect("written");
        let refused = replay(home.path(), &file, &[]);
        assert_eq!(refused.status.code(), Some(2));
        assert_eq!(
            complaint(&refused),
            format!("zonesim: {}: {said}", file.display())
        );
        assert!(refused.stdout.is_empty());
    }
    let missing = replay(home.path(), &home.path().join("nosuch"), &[]);
    assert_eq!(missing.status.code(), Some(2));
    complaint(&missing);
}

#[test]
fn with_another_seed_the_state_is_another_and_the_status_1() {
    let home = TempDir::new().expect("a directory");
    let mut session = Session::start(home.path());
    session.pull();
    let file = session.write_journal(home.path());
    assert_eq!(session.running.stop(), Some(0));
    let same = replay(home.path(), &file, &["--seed", "7"]);
    assert_eq!(same.status.code(), Some(0));
    let other = replay(home.path(), &file, &["--seed", "8"]);
    assert_eq!(other.status.code(), Some(1));
    let said = complaint(&other);
    assert!(
        said.starts_with(
            "zonesim: the state is another than the recorded one: first seen after step "
        ),
        "{said}"
    );
    let too_far = replay(home.path(), &file, &["--to", "100000"]);
    assert_eq!(too_far.status.code(), Some(2));
    complaint(&too_far);
}

#[test]
fn a_zone_without_a_journal_says_so() {
    let home = TempDir::new().expect("a directory");
    let running = start(home.path(), &[]);
    let said = running.control_answer("GET /journal", &Value::Null);
    assert!(said.starts_with("HTTP/1.1 409 "), "{said}");
    assert!(said.contains("serve --journal"), "{said}");
    assert_eq!(running.stop(), Some(0));
}

#[test]
fn no_file_is_read_that_is_longer_than_any_journal() {
    let home = TempDir::new().expect("a directory");
    let file = home.path().join("long.ndjson");
    let long = std::fs::File::create(&file).expect("a file");
    long.set_len((128 << 20) + 1).expect("it has holes");
    let refused = replay(home.path(), &file, &[]);
    assert_eq!(refused.status.code(), Some(2));
    assert_eq!(
        complaint(&refused),
        format!("zonesim: {}: a journal has 128 MiB at most", file.display())
    );
}

/// The external things of this kind in the journal.
fn externals(session: &Session, kind: &str) -> Vec<Value> {
    let journal = session.running.control("GET /journal", &Value::Null);
    let lines = journal.lines().map(serde_json::from_str);
    lines
        .filter_map(|line: serde_json::Result<Value>| {
            let input = line.expect("JSON")["step"]["input"]["external"].take();
            input.get(kind).cloned()
        })
        .collect()
}

#[test]
fn an_archive_that_is_not_unpacked_to_its_end_has_one() {
    let home = TempDir::new().expect("a directory");
    let mut session = Session::start(home.path());
    session.pull();
    session.create("web", "sleep 1000");
    let garbage = "x".repeat(1 << 20);
    let path = "/containers/web/archive?path=/etc";
    let answer = session.running.ask("PUT", path, "", &garbage);
    assert!(!answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let ends = externals(&session, "archive_end");
    assert_eq!(
        (externals(&session, "archive").len(), ends.len()),
        (1, 1),
        "{ends:?}"
    );
    assert_eq!(ends[0]["whole"], false);
    assert_eq!(session.running.stop(), Some(0));
}

#[test]
fn a_connection_whose_client_is_killed_has_an_end() {
    let home = TempDir::new().expect("a directory");
    let mut session = Session::start(home.path());
    let none = Value::Null;
    session.pull();
    session.create("server", "head -c 3000000 /dev/zero | nc -l -p 7000");
    session.ask("POST /containers/server/start", &none);
    session.control("POST /clock/advance", &json!({"ms": 1}));
    let mut connect = zonesim(home.path());
    let mut connected = connect
        .args(["connect", "server", "7000"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program runs");
    // Once it has got a byte it is connected; the rest does not fit into the pipe.
    let mut output = connected.stdout.take().expect("a pipe");
    output.read_exact(&mut [0]).expect("the container sends");
    connected.kill().expect("it runs");
    connected.wait().expect("it ends");
    let until = Instant::now() + DEADLINE;
    while externals(&session, "connection_end").is_empty() {
        assert!(Instant::now() < until, "the connection has no end");
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(externals(&session, "connection").len(), 1);
    assert_eq!(session.running.stop(), Some(0));
}
