//! Runs a child to its end, within a limit of time and of output.

use std::io::{self, Read};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// How often somebody who waits is told so.
const TICK: Duration = Duration::from_secs(15);

/// What is kept of each output; the rest is read and dropped.
const OUTPUT_LIMIT_BYTES: u64 = 1 << 20;

/// How long an output may stay open after the child has gone (a grandchild may hold it).
const GRACE: Duration = Duration::from_secs(2);

/// A child that came to its end.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) status: ExitStatus,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl Finished {
    /// The last lines of stderr, or of stdout when that is empty; at most `count`.
    pub(crate) fn last_lines(&self, count: usize) -> String {
        let said = [&self.stderr, &self.stdout]
            .into_iter()
            .map(|text| text.trim())
            .find(|text| !text.is_empty())
            .unwrap_or("no message");
        let lines: Vec<&str> = said.lines().collect();
        lines[lines.len().saturating_sub(count)..].join("\n")
    }
}

/// Runs a command with no input. `tick` hears the time passed, every few seconds.
///
/// The child stays in the caller's process group, so that Ctrl-C ends both.
///
/// # Errors
///
/// [`io::ErrorKind::TimedOut`] after `limit`, the child being killed; else what starting it
/// or waiting for it failed with.
pub(crate) fn run(
    command: &mut Command,
    limit: Duration,
    tick: &mut dyn FnMut(Duration),
) -> io::Result<Finished> {
    let started = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let (sender, outputs) = mpsc::channel();
    let mut texts = [String::new(), String::new()];
    let pipes: [Option<Box<dyn Read + Send>>; 2] = [
        child.stdout.take().map(|pipe| Box::new(pipe) as _),
        child.stderr.take().map(|pipe| Box::new(pipe) as _),
    ];
    for (index, pipe) in pipes.into_iter().enumerate() {
        let (sender, pipe) = (sender.clone(), pipe.expect("both outputs are piped"));
        thread::spawn(move || sender.send((index, read_capped(pipe))));
    }
    drop(sender);

    let mut next_tick = TICK;
    let status = loop {
        match outputs.recv_timeout(Duration::from_millis(20)) {
            Ok((index, text)) => texts[index] = text,
            Err(RecvTimeoutError::Timeout) => {}
            // Both outputs are closed: the child is about to end.
            Err(RecvTimeoutError::Disconnected) => thread::sleep(Duration::from_millis(1)),
        }
        if let Some(status) = child.try_wait()? {
            break status;
        }
        let passed = started.elapsed();
        if passed >= limit {
            child.kill()?;
            child.wait()?;
            return Err(io::ErrorKind::TimedOut.into());
        }
        if passed >= next_tick {
            next_tick += TICK;
            tick(passed);
        }
    };
    while let Ok((index, text)) = outputs.recv_timeout(GRACE) {
        texts[index] = text;
    }
    let [stdout, stderr] = texts;
    Ok(Finished {
        status,
        stdout,
        stderr,
    })
}

/// Reads to the end, keeping the first bytes only. A failing read ends the output.
fn read_capped(mut pipe: impl Read) -> String {
    let mut kept = Vec::new();
    let whole = (&mut pipe)
        .take(OUTPUT_LIMIT_BYTES)
        .read_to_end(&mut kept)
        .and_then(|_| io::copy(&mut pipe, &mut io::sink()));
    drop(whole);
    String::from_utf8_lossy(&kept).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str, limit: Duration) -> io::Result<Finished> {
        run(Command::new("sh").arg("-c").arg(script), limit, &mut |_| {})
    }

    #[test]
    fn both_outputs_and_the_status_are_kept() {
        let end = shell("echo out; echo err >&2; exit 3", Duration::from_secs(30)).expect("runs");
        assert_eq!(
            (end.status.code(), &*end.stdout, &*end.stderr),
            (Some(3), "out\n", "err\n")
        );
        assert_eq!(end.last_lines(1), "err");
    }

    #[test]
    fn an_output_over_the_limit_is_cut_and_the_child_still_ends() {
        let end = shell(
            "head -c 3000000 /dev/zero | tr '\\0' x",
            Duration::from_secs(30),
        )
        .expect("runs");
        assert!(end.status.success());
        assert_eq!(end.stdout.len() as u64, OUTPUT_LIMIT_BYTES);
    }

    #[test]
    fn a_child_that_does_not_end_is_killed_even_with_its_outputs_closed() {
        for script in ["exec sleep 100", "exec >&- 2>&-; exec sleep 100"] {
            let error = shell(script, Duration::from_millis(100)).expect_err("never ends");
            assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        }
    }
}
