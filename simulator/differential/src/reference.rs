//! Real busybox: a worker process that has the fixture as its root directory and runs one script after another.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::outcome::Outcome;
use crate::worker;

/// Runs scripts in real busybox. Needs root.
pub(crate) struct Reference {
    root: PathBuf,
    binary: PathBuf,
    process: Option<Worker>,
}

struct Worker {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
}

impl Reference {
    /// Makes the fixture in `root`, a folder of its own.
    ///
    /// # Errors
    /// Files or devices cannot be made.
    pub(crate) fn new(binary: &Path, root: PathBuf) -> io::Result<Self> {
        crate::fixture::build(binary, &root)?;
        Ok(Self {
            root,
            binary: binary.to_owned(),
            process: None,
        })
    }

    /// Runs a script.
    ///
    /// # Errors
    /// The worker cannot be started or died twice.
    pub(crate) fn run(&mut self, script: &[u8]) -> io::Result<Outcome> {
        match self.try_run(script) {
            Ok(outcome) => Ok(outcome),
            // A script may have broken the worker's world: a new one tries once more.
            Err(_) => {
                self.stop();
                crate::fixture::build(&self.binary, &self.root)?;
                self.try_run(script)
            }
        }
    }

    fn try_run(&mut self, script: &[u8]) -> io::Result<Outcome> {
        let worker = match &mut self.process {
            Some(worker) => worker,
            None => self.process.insert(start(&self.root)?),
        };
        write_block(&mut worker.input, script)?;
        worker.input.flush()?;
        let mut status = [0; 4];
        worker.output.read_exact(&mut status)?;
        let stdout = read_block(&mut worker.output)?;
        let stderr = read_block(&mut worker.output)?;
        let status = i32::from_le_bytes(status);
        Ok(Outcome {
            stdout,
            stderr,
            status: (status != worker::TIMED_OUT).then_some(status),
        })
    }

    fn stop(&mut self) {
        if let Some(mut worker) = self.process.take() {
            let _ = worker.child.kill();
            let _ = worker.child.wait();
        }
    }
}

impl Drop for Reference {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A worker in name spaces of its own, so that no script's signal leaves the fixture and `/proc` shows its processes.
fn start(root: &Path) -> io::Result<Worker> {
    let mut processes = std::ffi::OsString::from("--mount-proc=");
    processes.push(root.join("proc"));
    // Signals that whoever started this ignores are not ignored by scripts.
    let mut child = Command::new("env")
        .args(["--default-signal", "unshare"])
        .args(["--pid", "--uts", "--mount", "--fork", "--kill-child"])
        .arg(processes)
        .arg(std::env::current_exe()?)
        .arg("worker")
        .arg(root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let ends = child.stdin.take().zip(child.stdout.take());
    let (input, output) = ends.ok_or_else(|| io::Error::other("no pipes to the worker"))?;
    Ok(Worker {
        child,
        input,
        output,
    })
}

/// Writes a length and so many bytes.
pub(crate) fn write_block(out: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
    out.write_all(&length.to_le_bytes())?;
    out.write_all(bytes)
}

/// Reads what [`write_block`] wrote.
pub(crate) fn read_block(input: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    input.read_exact(&mut length)?;
    let mut bytes = vec![0; u32::from_le_bytes(length) as usize];
    input.read_exact(&mut bytes)?;
    Ok(bytes)
}
