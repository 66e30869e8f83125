//! A container with a service in it.

use crate::root::Root;
use std::time::Duration;

/// A root with a service that runs, and the port it listens at.
pub(crate) struct Served {
    pub(crate) root: Root,
    port: u16,
}

const MEMORY_BYTES: u64 = 1 << 27;

impl Served {
    /// Starts a service by a script, which has to end, and waits until it listens.
    pub(crate) fn start(files: &[(&str, &[u8], u32)], script: &str, port: u16) -> Self {
        let root = Root::with_files(MEMORY_BYTES, files);
        let served = Self { root, port };
        served.expect(script, "");
        let wait = format!("until nc -z 127.0.0.1 {port}; do sleep 1; done");
        served.expect(&wait, "");
        served
    }

    /// Runs a script; both outputs together.
    pub(crate) fn run(&self, script: &str) -> String {
        let outcome = self.root.run(format!("exec 2>&1\n{script}").as_bytes());
        String::from_utf8_lossy(&outcome.stdout).into_owned()
    }

    /// Runs a script that has to succeed and to print just this.
    pub(crate) fn expect(&self, script: &str, output: &str) {
        let outcome = self.root.run(script.as_bytes());
        let text = [outcome.stdout, outcome.stderr].concat();
        assert_eq!(String::from_utf8_lossy(&text), output, "{script}");
        assert_eq!(outcome.status, Some(0), "{script}");
    }

    /// What comes back for some bytes, after which nothing more is sent.
    pub(crate) fn ask(&self, bytes: &[u8]) -> String {
        let escaped: String = bytes.iter().map(|byte| format!("\\{byte:03o}")).collect();
        let port = self.port;
        self.run(&format!("printf '{escaped}' | nc 127.0.0.1 {port}"))
    }

    /// The same without the lines that tell the time.
    pub(crate) fn ask_timeless(&self, bytes: &[u8]) -> String {
        let answer = self.ask(bytes);
        let mut kept = String::new();
        for line in answer.split_inclusive('\n') {
            if !line.starts_with("Date: ") {
                kept.push_str(line);
            }
        }
        kept
    }

    /// The memory that is free, the descriptors of a process, and the processes there are.
    pub(crate) fn footprint(&self, process: &str) -> String {
        // What has just ended is gone when nothing runs any more.
        self.root.pass(Duration::from_secs(200));
        let script = format!(
            "grep MemFree /proc/meminfo; for p in $(pgrep -f '{process}'); do ls /proc/$p/fd | wc -l; done; ls /proc | grep -c '^[0-9]'"
        );
        self.run(&script)
    }
}

/// The first line of an answer.
pub(crate) fn status(answer: &str) -> &str {
    answer.split("\r\n").next().unwrap_or_default()
}

/// What follows the head of an answer.
pub(crate) fn body(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").map_or("", |(_, body)| body)
}
