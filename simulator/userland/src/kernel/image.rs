//! From a path to the program that runs: `#!` lines, marker files, which are applets by the name they are called by,
//! and files that say which service they are.

use super::vfs::{Node, Vfs};
use super::{Access, Charge, Errno, ExecImage, FileKind, Main, limits, process};
use bytes::Bytes;
use runtime::{PROGRAM_MARKER, service_of};
use std::sync::Arc;

/// Bytes of a file's first line that count.
const HEAD_BYTES: usize = 256;

/// Why a file does not run.
pub(super) enum Refusal {
    /// This file is a program for a real Linux kernel.
    Foreign(Bytes),
    Errno(Errno),
}

impl From<Errno> for Refusal {
    fn from(error: Errno) -> Self {
        Self::Errno(error)
    }
}

/// What a file is to `exec`.
enum Kind {
    Program,
    Script {
        interpreter: Bytes,
        argument: Option<Bytes>,
    },
    Foreign,
    Unknown,
}

fn classify(head: &[u8]) -> Kind {
    if head.starts_with(PROGRAM_MARKER) {
        return Kind::Program;
    }
    if head.starts_with(b"\x7fELF") {
        return Kind::Foreign;
    }
    let Some(line) = head.strip_prefix(b"#!") else {
        return Kind::Unknown;
    };
    let line = line.split(|byte| *byte == b'\n').next().unwrap_or(line);
    let line = line.trim_ascii();
    let end = line
        .iter()
        .position(|byte| matches!(byte, b' ' | b'\t'))
        .unwrap_or(line.len());
    if end == 0 {
        return Kind::Unknown;
    }
    let argument = line[end..].trim_ascii();
    Kind::Script {
        interpreter: Bytes::copy_from_slice(&line[..end]),
        argument: (!argument.is_empty()).then(|| Bytes::copy_from_slice(argument)),
    }
}

/// E2BIG: arguments and environment are too large.
fn check_strings(argv: &[Bytes], env: &[Bytes]) -> Result<(), Errno> {
    let strings = argv.iter().chain(env);
    let mut lengths = strings.clone().map(|one| one.len());
    let one_is_too_long = lengths.any(|length| length >= limits::ONE_ARGUMENT_BYTES);
    let total = strings.map(|one| one.len() + 9).sum::<usize>();
    match one_is_too_long || total > limits::ARGUMENT_BYTES {
        true => Err(Errno::E2BIG),
        false => Ok(()),
    }
}

impl Vfs<'_> {
    /// The program that `path` stands for. ENOEXEC: neither a program nor a script with an interpreter; ENOSYS: a
    /// program for a real Linux kernel, which the container's log tells.
    pub(super) fn load_noting(
        &mut self,
        path: &[u8],
        argv: Vec<Bytes>,
        env: Arc<[Bytes]>,
    ) -> Result<ExecImage, Errno> {
        let loaded = self.load(path, argv, env);
        loaded.map_err(|refusal| match refusal {
            Refusal::Foreign(path) => {
                self.note_foreign(&path);
                Errno::ENOSYS
            }
            Refusal::Errno(error) => error,
        })
    }

    /// As [`Vfs::load_noting`], and nothing is told.
    pub(super) fn load(
        &self,
        path: &[u8],
        mut argv: Vec<Bytes>,
        env: Arc<[Bytes]>,
    ) -> Result<ExecImage, Refusal> {
        check_strings(&argv, &env)?;
        let mut path = Bytes::copy_from_slice(path);
        // A link counts by its own name, and a script by its own too.
        let comm = process::comm_of(&path);
        for _ in 0..=limits::INTERPRETERS {
            let node = self.executable(&path)?;
            let head = self.head(node)?;
            match classify(&head) {
                Kind::Program => {
                    let main = self.program_of(&head, argv.first().unwrap_or(&path), &path);
                    return Ok(ExecImage {
                        main: main.ok_or(Errno::ENOEXEC)?,
                        comm,
                        path: self.real_path(&path)?,
                        argv,
                        env,
                        charge: Charge::new(),
                    });
                }
                Kind::Script {
                    interpreter,
                    argument,
                } => {
                    let mut with_interpreter = vec![interpreter.clone()];
                    with_interpreter.extend(argument);
                    with_interpreter.push(path);
                    with_interpreter.extend(argv.drain(..).skip(1));
                    argv = with_interpreter;
                    path = interpreter;
                }
                Kind::Foreign => return Err(Refusal::Foreign(path)),
                Kind::Unknown => return Err(Errno::ENOEXEC.into()),
            }
        }
        Err(Errno::ELOOP.into())
    }

    /// Another program of the file that the process runs: the one that `argv[0]` names.
    pub(super) fn load_own(&self, argv: Vec<Bytes>, env: Arc<[Bytes]>) -> Result<ExecImage, Errno> {
        check_strings(&argv, &env)?;
        let process = self.state.process(self.pid).ok_or(Errno::ESRCH)?;
        let name = argv.first().ok_or(Errno::ENOENT)?;
        Ok(ExecImage {
            main: self.main_of(name).ok_or(Errno::ENOEXEC)?,
            comm: process.comm.clone(),
            path: process.exe.clone(),
            argv,
            env,
            charge: Charge::new(),
        })
    }

    /// The program that a name or a path is called by.
    fn main_of(&self, name: &[u8]) -> Option<Main> {
        let base = name.rsplit(|byte| *byte == b'/').next().unwrap_or(name);
        // A login shell's name begins with a dash.
        let base = base.strip_prefix(b"-").unwrap_or(base);
        self.kernel.registry.program(base)
    }

    fn executable(&self, path: &[u8]) -> Result<Node, Errno> {
        let node = self.find(path, true)?;
        let stat = self.check(node, Access::EXECUTE)?;
        match stat.kind {
            FileKind::File => Ok(node),
            _ => Err(Errno::EACCES),
        }
    }

    fn head(&self, node: Node) -> Result<Vec<u8>, Errno> {
        let Node::Fs(ino) = node else {
            return Err(Errno::EACCES);
        };
        let mut head = vec![0; HEAD_BYTES];
        let count = self.fs.read(ino, 0, &mut head)?;
        head.truncate(count);
        Ok(head)
    }

    /// The service that the file says it is, else the applet that `argv[0]` names; a link's target does not count.
    fn program_of(&self, head: &[u8], name: &[u8], path: &[u8]) -> Option<Main> {
        match service_of(head) {
            Some((service, _)) => self.kernel.registry.service(service),
            None => self.main_of(name).or_else(|| self.main_of(path)),
        }
    }

    fn note_foreign(&mut self, path: &[u8]) {
        let path = path.escape_ascii();
        let line =
            format!("{path} is a program for a real Linux kernel: it needs the `linux` runtime");
        tracing::warn!("{line}");
        self.note(format!("{line}\n").as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_apart_by_their_first_bytes() {
        assert!(matches!(classify(PROGRAM_MARKER), Kind::Program));
        assert!(matches!(classify(b"\x7fELF\x02"), Kind::Foreign));
        assert!(matches!(classify(b"echo hi\n"), Kind::Unknown));
        assert!(matches!(classify(b"#!\n"), Kind::Unknown));
        let Kind::Script {
            interpreter,
            argument,
        } = classify(b"#! /bin/sh -e x \necho")
        else {
            panic!("a script was expected");
        };
        assert_eq!(&interpreter[..], b"/bin/sh");
        assert_eq!(argument.as_deref(), Some(&b"-e x"[..]));
    }
}
