//! Inside the reference's root directory: runs the scripts that come on standard input.

use std::fs::File;
use std::io::{self, Seek as _, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, SystemTime};

use rustix::process::{Resource, Rlimit, WaitOptions, getrlimit, setrlimit, wait};

use crate::fixture::DIRECTORIES;
use crate::outcome::Outcome;
use crate::reference::{read_block, write_block};

/// The status of a script that did not end.
pub(crate) const TIMED_OUT: i32 = i32::MIN;

/// What scripts in the in-process Unix find.
const HOST_NAME: &str = "box";

/// How many descriptors a process may have there.
const OPEN_FILES: u64 = 1024;

/// What scripts leave alone.
const KEPT: [&str; 11] = [
    "/bin",
    "/bin/busybox",
    "/dev",
    "/etc",
    "/etc/passwd",
    "/native",
    "/sys",
    "/system",
    "/var",
    "/var/log",
    "/dev/stdin",
];

/// How long a script may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// Runs scripts until there are no more.
///
/// # Errors
/// The root directory cannot be used or the pipes are gone.
pub(crate) fn run(root: &Path) -> io::Result<()> {
    std::fs::write("/proc/sys/kernel/hostname", HOST_NAME)?;
    let open_files = Rlimit {
        current: Some(OPEN_FILES),
        ..getrlimit(Resource::Nofile)
    };
    setrlimit(Resource::Nofile, open_files)?;
    let mut last_process = File::options()
        .write(true)
        .open("/proc/sys/kernel/ns_last_pid")?;
    // The thread that watches gets a number far from those of scripts.
    last_process.write_all(b"20000")?;
    std::os::unix::fs::chroot(root)?;
    std::env::set_current_dir("/")?;
    let mut input = io::stdin().lock();
    let mut output = io::stdout().lock();
    let untouched = world()?;
    let watch = Watch::new();
    loop {
        let script = match read_block(&mut input) {
            Ok(script) => script,
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            Err(error) => return Err(error),
        };
        clean()?;
        // What no script should have changed is made anew by who started this.
        if world()? != untouched {
            return Err(io::Error::other("a script has changed the fixture"));
        }
        // The shell gets the number that it has in the in-process Unix, and its children those behind.
        last_process.rewind()?;
        last_process.write_all(b"1")?;
        let outcome = run_script(&script, &watch)?;
        output.write_all(&outcome.status.unwrap_or(TIMED_OUT).to_le_bytes())?;
        write_block(&mut output, &outcome.stdout)?;
        write_block(&mut output, &outcome.stderr)?;
        output.flush()?;
    }
}

fn run_script(script: &[u8], watch: &Watch) -> io::Result<Outcome> {
    let child = Command::new("/bin/sh")
        .arg0("sh")
        .arg("-c")
        .arg(std::ffi::OsStr::from_bytes(script))
        .env_clear()
        .env("TERM", "xterm")
        .env("HOME", "/root")
        .env(
            "PATH",
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        )
        .current_dir("/work")
        // A signal for its process group must not reach the one who started this.
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    watch.begin();
    let output = child.wait_with_output()?;
    let timed_out = watch.end();
    // Whatever is left was started in the background.
    while let Ok(ended) = wait(WaitOptions::NOHANG) {
        if ended.is_none() {
            kill_all();
        }
    }
    let status = output
        .status
        .code()
        .or(output.status.signal().map(|signal| -signal));
    Ok(Outcome {
        stdout: output.stdout,
        stderr: output.stderr,
        status: status.filter(|_| !timed_out),
    })
}

/// Ends scripts that do not end.
struct Watch {
    began: Sender<()>,
    ended: Sender<()>,
    /// Whether it had to be ended.
    results: Receiver<bool>,
}

impl Watch {
    fn new() -> Self {
        let (began, begins) = mpsc::channel();
        let (ended, ends) = mpsc::channel();
        let (outcome, results) = mpsc::channel();
        std::thread::spawn(move || {
            for () in begins {
                let timed_out = ends.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout);
                if timed_out {
                    kill_all();
                    let _ = ends.recv();
                }
                if outcome.send(timed_out).is_err() {
                    return;
                }
            }
        });
        Self {
            began,
            ended,
            results,
        }
    }

    /// A script begins.
    fn begin(&self) {
        let _ = self.began.send(());
    }

    /// It has ended; whether it was made to.
    fn end(&self) -> bool {
        let _ = self.ended.send(());
        self.results.recv().unwrap_or(true)
    }
}

/// Ends every process of the name space but this one, its first.
fn kill_all() {
    let _ = Command::new("/bin/busybox")
        .args(["kill", "-KILL", "-1"])
        .stderr(Stdio::null())
        .status();
}

/// When what scripts leave alone was changed last, and how large it is.
fn world() -> io::Result<Vec<(SystemTime, u64)>> {
    let places = KEPT.iter().map(|path| {
        let metadata = std::fs::symlink_metadata(path)?;
        Ok((metadata.modified()?, metadata.len()))
    });
    places.collect()
}

/// Makes the folders that scripts write to as they were.
fn clean() -> io::Result<()> {
    for directory in ["/work", "/tmp"] {
        let is_empty =
            std::fs::read_dir(directory).is_ok_and(|mut entries| entries.next().is_none());
        if !is_empty {
            std::fs::remove_dir_all(directory)?;
            std::fs::create_dir(directory)?;
        }
    }
    for entry in std::fs::read_dir("/")? {
        let entry = entry?;
        let known = entry
            .file_name()
            .to_str()
            .is_some_and(|name| DIRECTORIES.contains(&name));
        if !known {
            let is_directory = entry.file_type()?.is_dir();
            let removed = if is_directory {
                std::fs::remove_dir_all(entry.path())
            } else {
                std::fs::remove_file(entry.path())
            };
            removed?;
        }
    }
    Ok(())
}
