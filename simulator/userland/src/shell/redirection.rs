//! Redirections: done in order, undone in reverse.

use std::sync::Arc;

use bytes::Bytes;

use super::expansion::Context;
use super::machine::{Machine, Unwind};
use super::options::ShellOption;
use super::program::{Program, Redirection, RedirectionKind, Span};
use crate::kernel::{Errno, Exit, Fd, FileKind, OpenFlags};

/// The lowest descriptor the shell keeps its own copies at.
const FIRST_PRIVATE_FD: Fd = 10;

/// A pipe takes this much without a reader.
const PIPE_BYTES: usize = 4096;

/// Descriptors as they were: the number and its copy, `None` when it was closed.
#[derive(Debug, Default)]
pub(crate) struct Saved(Vec<(Fd, Option<Fd>)>);

impl Saved {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Where what `fd` was before is found now.
    pub(crate) fn current(&self, fd: Fd) -> Option<Fd> {
        match self.0.iter().find(|(saved, _)| *saved == fd) {
            Some((_, copy)) => *copy,
            None => Some(fd),
        }
    }
}

/// What a redirection does once its target is expanded.
enum Action {
    /// Moves this new descriptor to the redirected number.
    Move(Fd),
    Copy(Fd),
    Close,
}

impl Machine {
    /// Does redirections; `None` when one failed, with its message queued and all undone.
    ///
    /// # Errors
    /// A target cannot be expanded.
    pub(crate) async fn redirect(
        &mut self,
        program: &Arc<Program>,
        redirections: Span,
    ) -> Result<Option<Saved>, Unwind> {
        let mut saved = Saved::default();
        for index in redirections.range() {
            let redirection = program.redirections[index];
            match self.redirect_one(program, redirection, &mut saved).await {
                Ok(true) => {}
                Ok(false) => {
                    self.undo(saved).await;
                    return Ok(None);
                }
                Err(unwind) => {
                    self.undo(saved).await;
                    return Err(unwind);
                }
            }
        }
        Ok(Some(saved))
    }

    async fn redirect_one(
        &mut self,
        program: &Arc<Program>,
        redirection: Redirection,
        saved: &mut Saved,
    ) -> Result<bool, Unwind> {
        let Redirection { fd, kind, target } = redirection;
        let (target, kind) = match kind {
            RedirectionKind::HereDocument { index } => {
                let word = program.here_documents[index as usize];
                match self.expand_text(program, word, Context::Text).await {
                    Ok(text) => (text, kind),
                    // An error in the text fails the redirection, not the shell.
                    Err(Unwind::Error(_)) => return Ok(false),
                    Err(unwind) => return Err(unwind),
                }
            }
            RedirectionKind::Duplicate => {
                let target = self.expand_text(program, target, Context::Text).await?;
                let number = target == "-" || target.iter().all(u8::is_ascii_digit);
                if !number && fd == 1 {
                    (target, RedirectionKind::WriteBoth)
                } else {
                    (target, kind)
                }
            }
            _ => (
                self.expand_text(program, target, Context::Text).await?,
                kind,
            ),
        };
        let Some(action) = self.open_target(kind, &target).await? else {
            return Ok(false);
        };
        match action {
            Action::Move(new) if new == fd => saved.0.push((fd, None)),
            _ => self.save(fd, saved),
        }
        let installed = self.install(fd, &action);
        if kind == RedirectionKind::WriteBoth && installed.is_ok() {
            self.save(2, saved);
            let _ = self.sys.dup_to(fd, 2);
        }
        if let Err(error) = installed {
            let text = format!("{}: {error}", String::from_utf8_lossy(&target));
            self.complain(text.as_bytes(), self.state.line);
            self.flush().await;
            return Ok(false);
        }
        Ok(true)
    }

    /// Opens what a redirection names; `None` when that failed, with its message written.
    async fn open_target(
        &mut self,
        kind: RedirectionKind,
        target: &Bytes,
    ) -> Result<Option<Action>, Unwind> {
        let (flags, creates) = match kind {
            RedirectionKind::Read => (OpenFlags::READ, false),
            RedirectionKind::ReadWrite => (OpenFlags::RDWR | OpenFlags::CREATE, true),
            RedirectionKind::Append => (
                OpenFlags::WRITE | OpenFlags::CREATE | OpenFlags::APPEND,
                true,
            ),
            RedirectionKind::Write | RedirectionKind::Clobber | RedirectionKind::WriteBoth => {
                let keeps = self.state.options.has(ShellOption::NoClobber)
                    && kind == RedirectionKind::Write;
                (self.write_flags(target, keeps), true)
            }
            RedirectionKind::Duplicate => return Ok(self.duplicate(target).await),
            RedirectionKind::HereDocument { .. } => {
                return self.here_document(target.clone()).await.map(Some);
            }
        };
        self.flush().await;
        match self.sys.open(target, flags, 0o666).await {
            Ok(fd) => Ok(Some(Action::Move(fd))),
            Err(error) => {
                let reason = match (error, creates) {
                    (Errno::ENOENT, true) => "nonexistent directory",
                    (Errno::ENOENT, false) => "no such file",
                    (other, _) => other.message(),
                };
                let verb = if creates { "create" } else { "open" };
                let text = format!("can't {verb} {}: {reason}", String::from_utf8_lossy(target));
                self.complain(text.as_bytes(), self.state.line);
                self.flush().await;
                Ok(None)
            }
        }
    }

    /// With `set -C` an existing regular file is not written over.
    fn write_flags(&self, target: &[u8], keeps: bool) -> OpenFlags {
        let plain = OpenFlags::WRITE | OpenFlags::CREATE | OpenFlags::TRUNC;
        if !keeps {
            return plain;
        }
        match self.sys.stat(target) {
            Ok(stat) if stat.kind != FileKind::File => plain,
            _ => OpenFlags::WRITE | OpenFlags::CREATE | OpenFlags::EXCL,
        }
    }

    async fn duplicate(&mut self, target: &[u8]) -> Option<Action> {
        if target == b"-" {
            return Some(Action::Close);
        }
        let number = std::str::from_utf8(target)
            .ok()
            .filter(|_| target.iter().all(u8::is_ascii_digit))
            .and_then(|text| text.parse::<Fd>().ok());
        let text = match number {
            Some(fd) if self.sys.is_open(fd) => return Some(Action::Copy(fd)),
            Some(fd) => format!("{fd}: {}", Errno::EBADF),
            None => format!("{}: bad fd number", String::from_utf8_lossy(target)),
        };
        self.complain(text.as_bytes(), self.state.line);
        self.flush().await;
        None
    }

    /// A pipe with the text in it; a child writes what the pipe does not take at once.
    async fn here_document(&mut self, text: Bytes) -> Result<Action, Unwind> {
        let (read_end, write_end) = self
            .sys
            .pipe()
            .map_err(|error| self.fail(&format!("can't create pipe: {error}")))?;
        if text.len() <= PIPE_BYTES {
            let _ = self.sys.write_all(write_end, &text).await;
        } else {
            let forked = self.sys.fork(move |sys| {
                Box::pin(async move {
                    let _ = sys.close(read_end);
                    let _ = sys.write_all(write_end, &text).await;
                    Exit::Status(0)
                })
            });
            if let Err(error) = forked {
                let _ = self.sys.close(read_end);
                let _ = self.sys.close(write_end);
                return Err(self.fail(&format!("can't fork: {error}")));
            }
        }
        let _ = self.sys.close(write_end);
        Ok(Action::Move(read_end))
    }

    fn save(&self, fd: Fd, saved: &mut Saved) {
        if saved.0.iter().any(|(number, _)| *number == fd) {
            return;
        }
        let copy = if self.sys.is_open(fd) {
            self.sys.dup_above(fd, FIRST_PRIVATE_FD, true).ok()
        } else {
            None
        };
        saved.0.push((fd, copy));
    }

    fn install(&self, fd: Fd, action: &Action) -> Result<(), Errno> {
        match action {
            Action::Move(new) if *new == fd => {}
            Action::Move(new) => {
                let moved = self.sys.dup_to(*new, fd);
                let _ = self.sys.close(*new);
                moved?;
            }
            Action::Copy(source) if *source == fd => {}
            Action::Copy(source) => {
                self.sys.dup_to(*source, fd)?;
            }
            Action::Close => {
                let _ = self.sys.close(fd);
            }
        }
        Ok(())
    }

    /// Puts descriptors back.
    pub(crate) async fn undo(&mut self, saved: Saved) {
        if saved.is_empty() {
            return;
        }
        self.flush().await;
        for (fd, copy) in saved.0.into_iter().rev() {
            match copy {
                Some(copy) => {
                    let _ = self.sys.dup_to(copy, fd);
                    let _ = self.sys.close(copy);
                }
                None => {
                    let _ = self.sys.close(fd);
                }
            }
        }
    }

    /// Keeps redirections for good: `exec`.
    pub(crate) fn keep(&mut self, saved: Saved) {
        for (_, copy) in saved.0 {
            if let Some(copy) = copy {
                let _ = self.sys.close(copy);
            }
        }
    }
}
