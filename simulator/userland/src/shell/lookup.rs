//! Programs: finding them on the path and becoming them.

use std::sync::Arc;

use bytes::Bytes;

use super::builtins::Builtin;
use super::machine::{Machine, Unwind};
use super::program::{Node, NodeId, Part, Program};
use super::startup;
use super::variables::is_name;
use crate::kernel::{Errno, Exit, FileKind, Sys};

/// The path `command -p` searches, and PATH when the environment has none.
pub(crate) const DEFAULT_PATH: &[u8] = b"/sbin:/usr/sbin:/bin:/usr/bin";

/// A program in the directories of a path.
fn in_directory(directory: &[u8], name: &Bytes) -> Bytes {
    if directory.is_empty() {
        name.clone()
    } else {
        Bytes::from([directory, b"/", name].concat())
    }
}

impl Machine {
    /// The directories that are searched; an unset PATH is the working directory.
    fn path(&self, standard: bool) -> Bytes {
        if standard {
            return Bytes::from_static(DEFAULT_PATH);
        }
        let path = self.state.variables.value(b"PATH");
        path.cloned().unwrap_or_default()
    }

    /// Every file of this name on the path from one of its directories on.
    pub(crate) fn candidates(&self, name: &Bytes, first: usize, standard: bool) -> Vec<Bytes> {
        if name.contains(&b'/') {
            return vec![name.clone()];
        }
        let path = self.path(standard);
        let directories = path.split(|byte| *byte == b':').skip(first);
        directories
            .map(|directory| in_directory(directory, name))
            .collect()
    }

    /// The first regular file of this name on the path.
    ///
    /// # Errors
    /// As [`Machine::locate`].
    pub(crate) async fn search_path(
        &mut self,
        name: &Bytes,
        standard: bool,
    ) -> Result<Bytes, Errno> {
        let index = self.locate(name, standard).await?;
        Ok(self.candidate(name, index, standard))
    }

    /// The file of this name in one of the path's directories; a name that is a path stands for itself.
    pub(crate) fn candidate(&self, name: &Bytes, index: usize, standard: bool) -> Bytes {
        if name.contains(&b'/') {
            return name.clone();
        }
        let path = self.path(standard);
        let directory = path.split(|byte| *byte == b':').nth(index);
        in_directory(directory.unwrap_or_default(), name)
    }

    /// The directory of the path in which the first regular file of this name is; it is remembered. `standard`: of the
    /// standard path.
    ///
    /// # Errors
    /// ENOENT when there is none, EACCES when only something that is no file has the name.
    pub(crate) async fn locate(&mut self, name: &Bytes, standard: bool) -> Result<usize, Errno> {
        if name.contains(&b'/') {
            return Ok(0);
        }
        let known = self.state.commands.find(name).filter(|_| !standard);
        if let Some((index, false)) = known {
            return Ok(index);
        }
        let path = self.path(standard);
        let mut error = Errno::ENOENT;
        for (index, directory) in path.split(|byte| *byte == b':').enumerate() {
            self.sys.burn(500).await;
            // What was found in an absolute directory is there still.
            if directory.starts_with(b"/")
                && let Some((before, _)) = known
                && index <= before
            {
                if index < before {
                    continue;
                }
                self.remember(name, index);
                return Ok(index);
            }
            match self.sys.stat(&in_directory(directory, name)) {
                Ok(stat) if stat.kind == FileKind::File => {
                    if !standard {
                        self.remember(name, index);
                    }
                    return Ok(index);
                }
                Ok(_) => error = Errno::EACCES,
                Err(Errno::ENOENT | Errno::ENOTDIR) => {}
                Err(other) => error = other,
            }
        }
        if known.is_some() {
            Arc::make_mut(&mut self.state.commands).remove(name);
        }
        Err(error)
    }

    /// Looks for the program of a simple command before a fork that runs it, so that the shell remembers where it is.
    pub(crate) async fn look_up(&mut self, program: &Program, node: NodeId) {
        let Node::Simple { words, .. } = program.node(node) else {
            return;
        };
        let Some(word) = program.words[words.range()].first() else {
            return;
        };
        let [Part::Text { text, .. }] = program.parts[word.range()] else {
            return;
        };
        let name = Bytes::copy_from_slice(program.bytes(text));
        let is_own = Builtin::find(&name).is_some() || self.state.functions.contains_key(&name);
        if is_name(&name) && !is_own {
            let _ = self.locate(&name, false).await;
        }
    }

    fn remember(&mut self, name: &Bytes, index: usize) {
        Arc::make_mut(&mut self.state.commands).set(name, index);
    }

    /// Becomes a program that one of the files is; comes back only with what it came to.
    pub(crate) async fn become_program(
        &mut self,
        candidates: &[Bytes],
        arguments: Vec<Bytes>,
        name: &[u8],
    ) -> Unwind {
        self.flush().await;
        let environment = self.state.variables.environment();
        match exec_first(&self.sys, candidates, &arguments, &environment) {
            Ok(Exit::Exec(image)) => Unwind::Exec(image),
            Ok(Exit::Status(status)) => Unwind::Exit(status),
            Ok(Exit::Signal(_)) => Unwind::Exit(255),
            Err(error) => {
                let text = program_error(name, error);
                self.complain(&text, self.state.line);
                Unwind::Exit(program_status(error))
            }
        }
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

/// `name: not found` or `name: ` and why it cannot be executed.
pub(crate) fn program_error(name: &[u8], error: Errno) -> Vec<u8> {
    let reason = match error {
        Errno::ENOENT | Errno::ENOTDIR => "not found",
        // Only the kernel tells a foreign program from a file that is none.
        Errno::ENOSYS => Errno::ENOEXEC.message(),
        other => other.message(),
    };
    [name, b": ", reason.as_bytes()].concat()
}

fn program_status(error: Errno) -> u8 {
    match error {
        Errno::ENOENT | Errno::ENOTDIR | Errno::ELOOP | Errno::ENAMETOOLONG => 127,
        _ => 126,
    }
}

/// Prepares the first of the files that can be executed; a script without `#!` through a shell.
///
/// # Errors
/// That of the last one that is there, else ENOENT.
fn exec_first(
    sys: &Sys,
    candidates: &[Bytes],
    arguments: &[Bytes],
    environment: &Arc<[Bytes]>,
) -> Result<Exit, Errno> {
    let mut error = Errno::ENOENT;
    for path in candidates {
        let mut outcome = sys.exec(path, arguments.to_vec(), environment.clone());
        if outcome
            .as_ref()
            .is_err_and(|error| *error == Errno::ENOEXEC)
        {
            let script = startup::script_arguments(path, arguments);
            outcome = sys.exec(startup::SHELL_PATH, script, environment.clone());
        }
        match outcome {
            Ok(exit) => return Ok(exit),
            Err(Errno::ENOENT | Errno::ENOTDIR) if candidates.len() > 1 => {}
            Err(other) => error = other,
        }
    }
    Err(error)
}

/// In a child: becomes a program that one of the files is.
pub(crate) async fn run_image(
    sys: Sys,
    candidates: Vec<Bytes>,
    arguments: Vec<Bytes>,
    environment: Arc<[Bytes]>,
    prefix: Vec<u8>,
) -> Exit {
    match exec_first(&sys, &candidates, &arguments, &environment) {
        Ok(exit) => exit,
        Err(error) => {
            let mut text = prefix;
            text.extend_from_slice(&program_error(&arguments[0], error));
            text.push(b'\n');
            let _ = sys.write_all(2, &text).await;
            Exit::Status(program_status(error))
        }
    }
}
