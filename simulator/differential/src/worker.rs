//! Inside the reference's root directory: runs the scripts that come on standard input.

use std::io::{self, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

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

/// How long a script may take.
const PATIENCE: Duration = Duration::from_secs(4);

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
    std::os::unix::fs::chroot(root)?;
    std::env::set_current_dir("/")?;
    let mut input = io::stdin().lock();
    let mut output = io::stdout().lock();
    loop {
        let script = match read_block(&mut input) {
            Ok(script) => script,
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            Err(error) => return Err(error),
        };
        let outcome = run_script(&script)?;
        output.write_all(&outcome.status.unwrap_or(TIMED_OUT).to_le_bytes())?;
        write_block(&mut output, &outcome.stdout)?;
        write_block(&mut output, &outcome.stderr)?;
        output.flush()?;
    }
}

fn run_script(script: &[u8]) -> io::Result<Outcome> {
    clean()?;
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
    let (done, ended) = mpsc::channel();
    let watch = std::thread::spawn(move || match ended.recv_timeout(PATIENCE) {
        Err(RecvTimeoutError::Timeout) => {
            kill_all();
            true
        }
        _ => false,
    });
    let output = child.wait_with_output()?;
    let _ = done.send(());
    let timed_out = watch.join().unwrap_or(true);
    // Whatever is left was started in the background.
    while let Ok(Some(_)) = wait(WaitOptions::NOHANG) {}
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

/// Ends every process of the name space but this one, its first.
fn kill_all() {
    let _ = Command::new("/bin/busybox")
        .args(["kill", "-KILL", "-1"])
        .stderr(Stdio::null())
        .status();
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
