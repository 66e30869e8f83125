//! The program, started.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Longer than anything here takes, to fail instead of hanging.
pub(crate) const DEADLINE: Duration = Duration::from_secs(30);

/// The same for what goes over gigabytes.
const PATIENCE: Duration = Duration::from_secs(600);

/// The program with this home.
pub(crate) fn zonesim(directory: &Path) -> Command {
    at(Path::new(env!("CARGO_BIN_EXE_zonesim")), directory)
}

/// A copy of the program.
pub(crate) fn at(program: &Path, directory: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env("HOME", directory)
        .env_remove("XDG_RUNTIME_DIR")
        .stdin(Stdio::null());
    command
}

pub(crate) fn output(command: &mut Command) -> Output {
    command.output().expect("the program runs")
}

/// The one line that it has said on standard error.
pub(crate) fn complaint(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(text.lines().count(), 1, "one line: {text}");
    text.trim_end().to_owned()
}

/// A zone that has said that it is ready.
pub(crate) struct Running {
    pub(crate) child: Child,
    pub(crate) ready: serde_json::Value,
}

/// Serves on free ports.
pub(crate) fn start(directory: &Path, arguments: &[&str]) -> Running {
    let mut command = zonesim(directory);
    command.args(["serve", "--seed", "7"]).args(arguments);
    start_command(command)
}

/// What `serve` and its arguments are part of already.
pub(crate) fn start_command(mut command: Command) -> Running {
    let mut child = command
        .args(["--port", "0", "--control-port", "0", "--json"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut line = String::new();
    let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    stdout.read_line(&mut line).expect("it writes");
    let ready = serde_json::from_str(&line).expect("a line of JSON");
    Running { child, ready }
}

impl Drop for Running {
    /// Nothing is left when a test fails.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Running {
    /// A text of the ready file.
    pub(crate) fn ready(&self, key: &str) -> &str {
        self.ready[key].as_str().expect(key)
    }

    /// What the control API answers to `METHOD PATH`, head and body.
    pub(crate) fn control_answer(&self, line: &str, body: &serde_json::Value) -> String {
        let address = self.ready("control").strip_prefix("http://");
        let stream = TcpStream::connect(address.expect("an address"));
        let mut stream = stream.expect("it listens");
        stream.set_read_timeout(Some(DEADLINE)).expect("a limit");
        let body = match body {
            serde_json::Value::Null => String::new(),
            body => body.to_string(),
        };
        let request = format!(
            "{line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        answer
    }

    /// The body of what the control API answers when it does as it is told.
    pub(crate) fn control(&self, line: &str, body: &serde_json::Value) -> String {
        let answer = self.control_answer(line, body);
        assert!(answer.starts_with("HTTP/1.1 2"), "{line}: {answer}");
        let (_, body) = answer.split_once("\r\n\r\n").expect("a whole head");
        body.to_owned()
    }

    /// What the zone answers on its unix socket, head and body.
    pub(crate) fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> String {
        self.exchange(&format!("{method} {path}"), headers, body, DEADLINE)
    }

    /// The same of what takes its time.
    pub(crate) fn ask_patiently(&self, method: &str, path: &str, body: &str) -> String {
        self.exchange(&format!("{method} {path}"), "", body, PATIENCE)
    }

    /// The same with a body that is made while it is sent: `length` bytes that `write` writes.
    pub(crate) fn send(
        &self,
        path: &str,
        length: u64,
        write: impl FnOnce(&mut UnixStream) -> io::Result<()>,
    ) -> String {
        let line = format!("POST {path}");
        let kind = "Content-Type: application/tar\r\n";
        self.exchange_with(&line, kind, length, write, PATIENCE)
    }

    fn exchange(&self, line: &str, headers: &str, body: &str, patience: Duration) -> String {
        let headers = format!("{headers}Content-Type: application/json\r\n");
        let length = body.len() as u64;
        let write = |stream: &mut UnixStream| stream.write_all(body.as_bytes());
        self.exchange_with(line, &headers, length, write, patience)
    }

    fn exchange_with(
        &self,
        line: &str,
        headers: &str,
        length: u64,
        write: impl FnOnce(&mut UnixStream) -> io::Result<()>,
        patience: Duration,
    ) -> String {
        let stream = UnixStream::connect(self.ready("socket"));
        let mut stream = stream.expect("it listens");
        stream.set_read_timeout(Some(patience)).expect("a limit");
        let head = format!(
            "{line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n"
        );
        let sent = stream
            .write_all(head.as_bytes())
            .and_then(|()| write(&mut stream));
        sent.expect("it reads");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("it answers");
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// The most memory that the program has had, KiB.
    pub(crate) fn peak_kib(&self) -> u64 {
        let path = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(path).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let words = line.expect("Linux says it").split_whitespace().next();
        words.and_then(|kib| kib.parse().ok()).expect("a number")
    }

    /// Descriptors of files that have no name any more.
    pub(crate) fn unlinked_files(&self) -> usize {
        let folder = format!("/proc/{}/fd", self.child.id());
        let files = std::fs::read_dir(folder).expect("it runs").flatten();
        let targets = files.filter_map(|file| std::fs::read_link(file.path()).ok());
        let is_unlinked = |target: &PathBuf| target.to_string_lossy().ends_with("(deleted)");
        targets.filter(is_unlinked).count()
    }

    /// Sends TERM and waits for the end.
    pub(crate) fn stop(mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        let killed = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(killed.expect("kill runs").success());
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("it can be waited for") {
                return status.code();
            }
            assert!(began.elapsed() < DEADLINE, "it does not stop");
            std::thread::yield_now();
        }
    }
}
