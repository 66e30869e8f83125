//! Finding and running programs.

use super::context::{Context, Fail, text};
use crate::kernel::{Access, Errno, Exit, FileKind, Pid, Sys, WaitFlags, WaitFor, WaitStatus};
use bytes::Bytes;

/// Where programs are looked for without `PATH`.
const DEFAULT_PATH: &[u8] = b"/sbin:/usr/sbin:/bin:/usr/bin";

/// The paths at which `name` may be, in order of `PATH` of `environment`.
fn candidates(name: &[u8], environment: &[Bytes]) -> Vec<Vec<u8>> {
    if name.contains(&b'/') {
        return vec![name.to_vec()];
    }
    let path = environment
        .iter()
        .find_map(|entry| entry.strip_prefix(b"PATH=".as_slice()))
        .unwrap_or(DEFAULT_PATH);
    let directories = path.split(|byte| *byte == b':');
    directories
        .map(|directory| match directory {
            b"" => name.to_vec(),
            _ => text!(directory.strip_suffix(b"/").unwrap_or(directory), "/", name),
        })
        .collect()
}

/// The executable file that `name` would run.
pub(super) fn find(sys: &Sys, name: &[u8], environment: &[Bytes]) -> Option<Vec<u8>> {
    candidates(name, environment)
        .into_iter()
        .find(|path| is_program(sys, path))
}

/// Every program of a name on `PATH`.
pub(super) fn find_all(sys: &Sys, name: &[u8], environment: &[Bytes]) -> Vec<Vec<u8>> {
    let mut found = candidates(name, environment);
    found.retain(|path| is_program(sys, path));
    found
}

fn is_program(sys: &Sys, path: &[u8]) -> bool {
    sys.stat(path).is_ok_and(|stat| stat.kind == FileKind::File)
        && sys.access(path, Access::EXECUTE).is_ok()
}

/// Executes a program found by `PATH`, as `execvp`: a file without a known format runs in the shell.
pub(super) fn exec(sys: &Sys, argv: Vec<Bytes>, environment: Vec<Bytes>) -> Result<Exit, Errno> {
    let Some(name) = argv.first().filter(|name| !name.is_empty()) else {
        return Err(Errno::ENOENT);
    };
    let mut failed = Errno::ENOENT;
    for path in candidates(name, &environment) {
        match sys.exec(&path, argv.clone(), environment.clone()) {
            Ok(exit) => return Ok(exit),
            Err(Errno::ENOEXEC) => {
                let mut script: Vec<Bytes> = vec!["sh".into(), path.into()];
                script.extend(argv.into_iter().skip(1));
                return sys.exec(b"/bin/sh", script, environment);
            }
            Err(Errno::ENOENT | Errno::ENOTDIR) => {}
            Err(Errno::EACCES) => failed = Errno::EACCES,
            Err(error) => return Err(error),
        }
    }
    Err(failed)
}

/// Becomes another program, or says why not with status 126 or 127.
pub(super) fn replace(cx: &Context<'_>, argv: Vec<Bytes>, environment: Vec<Bytes>) -> Fail {
    let name = argv.first().cloned().unwrap_or_default();
    match exec(cx.sys, argv, environment) {
        Ok(exit) => Fail::Exit(exit),
        Err(error) => Fail::Message(
            status_of(error),
            text!("can't execute '", name, "': ", error.message()),
        ),
    }
}

/// 127 for a program that is not there, 126 for one that cannot run.
pub(super) fn status_of(error: Errno) -> u8 {
    if error == Errno::ENOENT { 127 } else { 126 }
}

/// Starts a child that runs `argv`. When it cannot be executed the child says `NAME: REASON` for the applet `applet`
/// and ends with 126 or 127.
pub(super) fn start(sys: &Sys, applet: &'static str, argv: Vec<Bytes>) -> Result<Pid, Errno> {
    start_saying(sys, argv, move |name, error| {
        text!(applet, ": ", name, ": ", error.message(), "\n")
    })
}

/// As [`start`], with another line when the program cannot be executed.
pub(super) fn start_saying(
    sys: &Sys,
    argv: Vec<Bytes>,
    say: impl Fn(&[u8], Errno) -> Vec<u8> + Send + 'static,
) -> Result<Pid, Errno> {
    sys.fork(move |child| Box::pin(async move { become_or_say(&child, argv, say).await }))
}

/// What a child returns to become `argv`, or that it has written the line of `say`.
pub(super) async fn become_or_say(
    child: &Sys,
    argv: Vec<Bytes>,
    say: impl Fn(&[u8], Errno) -> Vec<u8>,
) -> Exit {
    let environment = child.environ();
    let name = argv.first().cloned().unwrap_or_default();
    match exec(child, argv, environment) {
        Ok(exit) => exit,
        Err(error) => {
            let _ = child.write_all(2, &say(&name, error)).await;
            Exit::Status(status_of(error))
        }
    }
}

/// Waits for one child.
pub(super) async fn wait(sys: &Sys, pid: Pid) -> Result<WaitStatus, Errno> {
    loop {
        match sys.wait(WaitFor::Pid(pid), WaitFlags::default()).await {
            Ok(Some((_, status))) => return Ok(status),
            Ok(None) | Err(Errno::EINTR) => {}
            Err(error) => return Err(error),
        }
    }
}

/// A status as the shell shows it.
pub(super) fn shell_status(status: WaitStatus) -> u8 {
    match status {
        WaitStatus::Exited(status) => status,
        WaitStatus::Signaled(signal) | WaitStatus::Stopped(signal) => {
            128 + signal.linux_number().unwrap_or(0)
        }
    }
}
