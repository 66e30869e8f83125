//! Programs: finding them on the path and becoming them.

use std::sync::Arc;

use bytes::Bytes;

use super::machine::{Machine, Unwind};
use super::startup;
use crate::kernel::{Errno, Exit, FileKind, Sys};

/// Where a command's program is.
#[derive(Debug)]
pub(crate) enum Found {
    At(Bytes),
    Failed { status: u8, text: Vec<u8> },
}

/// The path searched when PATH is unset.
pub(crate) const DEFAULT_PATH: &[u8] = b"/sbin:/usr/sbin:/bin:/usr/bin";

impl Machine {
    /// Finds a program by name on PATH, or takes the name itself when it is a path.
    pub(crate) async fn find_program(&mut self, name: &Bytes) -> Found {
        if name.contains(&b'/') {
            return Found::At(name.clone());
        }
        match self.search_path(name).await {
            Ok(path) => Found::At(path),
            Err(error) => Found::Failed {
                status: 127,
                text: program_error(name, error),
            },
        }
    }

    /// The first regular file `name` on PATH.
    ///
    /// # Errors
    /// ENOENT when there is none, EACCES when only something that is no file has the name.
    pub(crate) async fn search_path(&mut self, name: &Bytes) -> Result<Bytes, Errno> {
        if let Some(path) = self.state.hashed.get(name)
            && is_file(&self.sys, path)
        {
            return Ok(path.clone());
        }
        let path = self.state.variables.value(b"PATH").cloned();
        let path = path.unwrap_or_else(|| Bytes::from_static(DEFAULT_PATH));
        let mut error = Errno::ENOENT;
        let mut fallback = None;
        for directory in path.split(|byte| *byte == b':') {
            self.sys.burn(500).await;
            let candidate = if directory.is_empty() {
                name.clone()
            } else {
                Bytes::from([directory, b"/", name].concat())
            };
            match self.sys.stat(&candidate) {
                Ok(stat) if stat.kind == FileKind::File => {
                    if stat.mode & 0o111 != 0 {
                        let hashed = Arc::make_mut(&mut self.state.hashed);
                        hashed.insert(name.clone(), candidate.clone());
                        return Ok(candidate);
                    }
                    fallback.get_or_insert(candidate);
                }
                Ok(_) => error = Errno::EACCES,
                Err(Errno::ENOENT | Errno::ENOTDIR) => {}
                Err(other) => error = other,
            }
        }
        fallback.ok_or(error)
    }

    /// Becomes a program; comes back only with what it came to.
    pub(crate) async fn become_program(&mut self, path: &Bytes, arguments: Vec<Bytes>) -> Unwind {
        self.flush().await;
        let environment = self.state.variables.environment();
        match self.sys.exec(path, arguments.clone(), environment.clone()) {
            Ok(Exit::Exec(image)) => Unwind::Exec(image),
            Ok(Exit::Status(status)) => Unwind::Exit(status),
            Ok(Exit::Signal(_)) => Unwind::Exit(255),
            Err(Errno::ENOEXEC) => {
                let arguments = startup::script_arguments(path, &arguments);
                match self.sys.exec(startup::SHELL_PATH, arguments, environment) {
                    Ok(Exit::Exec(image)) => Unwind::Exec(image),
                    _ => self.cannot_become(path, Errno::ENOEXEC),
                }
            }
            Err(error) => self.cannot_become(&arguments[0], error),
        }
    }

    fn cannot_become(&mut self, name: &[u8], error: Errno) -> Unwind {
        let text = program_error(name, error);
        self.complain(&text, self.state.line);
        Unwind::Exit(program_status(error))
    }

    /// What messages begin with now, for a child that may have to print one.
    pub(crate) fn message_prefix(&mut self) -> Vec<u8> {
        let queued = std::mem::take(&mut self.err);
        self.complain(b"", self.state.line);
        let mut prefix = std::mem::replace(&mut self.err, queued);
        prefix.pop();
        prefix
    }
}

fn is_file(sys: &Sys, path: &[u8]) -> bool {
    sys.stat(path).is_ok_and(|stat| stat.kind == FileKind::File)
}

/// `name: not found` or `name: ` and why it cannot be executed.
pub(crate) fn program_error(name: &[u8], error: Errno) -> Vec<u8> {
    let reason = match error {
        Errno::ENOENT | Errno::ENOTDIR => "not found",
        other => other.message(),
    };
    [name, b": ", reason.as_bytes()].concat()
}

fn program_status(error: Errno) -> u8 {
    match error {
        Errno::ENOENT | Errno::ELOOP | Errno::ENAMETOOLONG => 127,
        _ => 126,
    }
}

/// In a child: becomes the program at `path`, through a shell when it is a script without `#!`.
pub(crate) async fn run_image(
    sys: Sys,
    path: Bytes,
    arguments: Vec<Bytes>,
    environment: Vec<Bytes>,
    prefix: Vec<u8>,
) -> Exit {
    let error = match sys.exec(&path, arguments.clone(), environment.clone()) {
        Ok(exit) => return exit,
        Err(Errno::ENOEXEC) => {
            let script = startup::script_arguments(&path, &arguments);
            match sys.exec(startup::SHELL_PATH, script, environment) {
                Ok(exit) => return exit,
                Err(_) => Errno::ENOEXEC,
            }
        }
        Err(error) => error,
    };
    let mut text = prefix;
    text.extend_from_slice(&program_error(&arguments[0], error));
    text.push(b'\n');
    let _ = sys.write_all(2, &text).await;
    Exit::Status(program_status(error))
}
