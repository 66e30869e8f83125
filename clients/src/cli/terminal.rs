//! A command on a terminal of its own.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use portable_pty::{CommandBuilder, MasterPty, native_pty_system};
use rustix::process::Pid;

use super::environment::Environment;
use super::process::Started;
use crate::client::{Channel, Invocation, PtySize};

/// Our end of a command's terminal.
pub(super) struct Terminal(Mutex<Box<dyn MasterPty + Send>>);

impl fmt::Debug for Terminal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Terminal").finish_non_exhaustive()
    }
}

impl Terminal {
    pub(super) fn resize(&self, size: PtySize) -> Result<(), String> {
        let master = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        master
            .resize(native(size))
            .map_err(|error| error.to_string())
    }
}

/// Starts a command as the leader of a session, and so of a group, with a new terminal.
pub(super) fn start(
    environment: &Environment,
    invocation: &Invocation,
    size: PtySize,
) -> Result<Started, String> {
    let pair = native_pty_system()
        .openpty(native(size))
        .map_err(|error| format!("no terminal: {error}"))?;
    let mut command = CommandBuilder::new(environment.name());
    command.args(&invocation.argv);
    command.env_clear();
    for (name, value) in environment.variables(invocation) {
        command.env(name, value);
    }
    command.cwd(environment.home());
    let mut child = pair
        .slave
        .spawn_command(command)
        .map_err(|error| error.to_string())?;
    // With our copy of the other end open the terminal would never end.
    drop(pair.slave);
    let id = child
        .process_id()
        .and_then(|id| i32::try_from(id).ok())
        .and_then(Pid::from_raw)
        .ok_or("the child has no process id")?;
    let ends = pair
        .master
        .try_clone_reader()
        .and_then(|reader| Ok((reader, pair.master.take_writer()?)));
    let (reader, writer) = match ends {
        Ok(ends) => ends,
        Err(error) => {
            super::group::kill(id);
            let _ = child.wait();
            return Err(error.to_string());
        }
    };
    Ok(Started {
        id,
        collect: Box::new(move || drop(child.wait())),
        outputs: vec![(Channel::Screen, reader)],
        input: Some(writer),
        terminal: Some(Terminal(Mutex::new(pair.master))),
    })
}

fn native(size: PtySize) -> portable_pty::PtySize {
    portable_pty::PtySize {
        rows: size.rows,
        cols: size.cols,
        pixel_width: 0,
        pixel_height: 0,
    }
}
