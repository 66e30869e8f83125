//! Redirections: done in order, undone in reverse.

use std::sync::Arc;

use bytes::Bytes;

use super::expansion::Context;
use super::machine::{Machine, Unwind};
use super::options::ShellOption;
use super::program::{Part, Program, Redirection, RedirectionKind, Span};
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

    /// Whether `fd` is one of the copies.
    fn holds(&self, fd: Fd) -> bool {
        self.0.iter().any(|(_, copy)| *copy == Some(fd))
    }

    /// Notes that a descriptor was closed before.
    fn add_closed(&mut self, fd: Fd) {
        if !self.0.iter().any(|(saved, _)| *saved == fd) {
            self.0.push((fd, None));
        }
    }

    /// Descriptors to close with what is undone.
    pub(crate) fn add_open(&mut self, fds: Vec<Fd>) {
        self.0.extend(fds.into_iter().map(|fd| (fd, None)));
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

/// A redirection whose target is expanded.
#[derive(Debug)]
pub(crate) struct Ready {
    fd: Fd,
    kind: RedirectionKind,
    target: Bytes,
    /// The number or `-` was written as it is, so that it is no file's name.
    literal: bool,
}

impl Machine {
    /// Does redirections; `None` when one failed, with its message queued and all undone.
    ///
    /// # Errors
    /// A target cannot be expanded, or a descriptor cannot be kept.
    pub(crate) async fn redirect(
        &mut self,
        program: &Arc<Program>,
        redirections: Span,
    ) -> Result<Option<Saved>, Unwind> {
        let mut saved = Saved::default();
        let base = self.process_fds.len();
        let done = match self.prepare_all(program, redirections).await {
            Ok(ready) => self.redirect_all(program, ready, Some(&mut saved)).await,
            Err(unwind) => Err(unwind),
        };
        saved.add_open(self.process_fds.split_off(base));
        match done {
            Ok(true) => Ok(Some(saved)),
            Ok(false) => {
                self.undo(saved).await;
                Ok(None)
            }
            Err(unwind) => {
                self.undo(saved).await;
                Err(unwind)
            }
        }
    }

    /// Expands the targets of redirections.
    ///
    /// # Errors
    /// One cannot be expanded.
    pub(crate) async fn prepare_all(
        &mut self,
        program: &Arc<Program>,
        redirections: Span,
    ) -> Result<Vec<Ready>, Unwind> {
        let mut ready = Vec::with_capacity(redirections.len());
        for redirection in &program.redirections[redirections.range()] {
            ready.push(self.prepare(program, *redirection).await?);
        }
        Ok(ready)
    }

    /// Does redirections that nobody undoes: those of a process that ends with what they are for.
    ///
    /// # Errors
    /// One failed; its message is queued.
    pub(crate) async fn redirect_for_good(
        &mut self,
        program: &Arc<Program>,
        ready: Vec<Ready>,
    ) -> Result<(), Unwind> {
        match self.redirect_all(program, ready, None).await? {
            true => Ok(()),
            false => Err(Unwind::Exit(2)),
        }
    }

    async fn redirect_all(
        &mut self,
        program: &Arc<Program>,
        ready: Vec<Ready>,
        mut saved: Option<&mut Saved>,
    ) -> Result<bool, Unwind> {
        for redirection in ready {
            let saved = saved.as_deref_mut();
            if !self.redirect_one(program, redirection, saved).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Closes the ends of pipes to processes that were started since there were `base` of them.
    pub(crate) fn close_processes(&mut self, base: usize) {
        for fd in self.process_fds.split_off(base) {
            let _ = self.sys.close(fd);
        }
    }

    /// Expands a target; the text of a here-document comes later.
    async fn prepare(
        &mut self,
        program: &Arc<Program>,
        redirection: Redirection,
    ) -> Result<Ready, Unwind> {
        let Redirection { fd, kind, target } = redirection;
        if matches!(kind, RedirectionKind::HereDocument { .. }) {
            return Ok(Ready {
                fd,
                kind,
                target: Bytes::new(),
                literal: true,
            });
        }
        let literal = matches!(
            program.parts[target.range()],
            [Part::Text { quoted: false, .. }]
        );
        let target = self.expand_text(program, target, Context::Text).await?;
        let mut ready = Ready {
            fd,
            kind,
            target,
            literal,
        };
        let is_number = ready.target.len() <= 9 && ready.target.iter().all(u8::is_ascii_digit);
        let closes = ready.literal && ready.target == "-";
        if kind == RedirectionKind::Duplicate && !closes && !is_number {
            // `>&name` is `&>name`; nothing else can be meant.
            if fd != 1 {
                return Err(self.fail("redir error"));
            }
            ready.kind = RedirectionKind::WriteBoth;
        } else if kind == RedirectionKind::Duplicate && ready.target.is_empty() {
            return Err(self.fail("syntax error: bad fd number"));
        }
        Ok(ready)
    }

    async fn redirect_one(
        &mut self,
        program: &Arc<Program>,
        ready: Ready,
        mut saved: Option<&mut Saved>,
    ) -> Result<bool, Unwind> {
        let Ready {
            fd,
            kind,
            mut target,
            literal,
        } = ready;
        if let RedirectionKind::HereDocument { index } = kind {
            let word = program.here_documents[index as usize];
            target = match self.expand_text(program, word, Context::Text).await {
                Ok(text) => text,
                // An error in the text fails the redirection, not the shell.
                Err(Unwind::Error(_)) => return Ok(false),
                Err(unwind) => return Err(unwind),
            };
        }
        let Some(action) = self.open_target(kind, &target, literal).await? else {
            return Ok(false);
        };
        match action {
            Action::Move(new) if new == fd => {
                if let Some(saved) = saved {
                    saved.add_closed(fd);
                }
                return Ok(true);
            }
            Action::Copy(source) if source == fd => return Ok(true),
            _ => {}
        }
        let source = match action {
            Action::Move(source) | Action::Copy(source) => source,
            Action::Close => -1,
        };
        if let Some(saved) = &mut saved {
            self.save(fd, source, saved)?;
        }
        let is_own = |fd| {
            saved.as_ref().is_some_and(|saved| saved.holds(fd))
                || self.state.script_fds.contains(&fd)
        };
        let installed = match action {
            // The shell's own copies are not for scripts.
            Action::Copy(source) if is_own(source) => Err(Errno::EBADF),
            action => self.install(fd, &action),
        };
        if kind == RedirectionKind::WriteBoth && installed.is_ok() {
            if let Some(saved) = saved {
                self.save(2, 1, saved)?;
            }
            let _ = self.sys.dup_to(fd, 2);
        }
        if let Err(error) = installed {
            let text = format!("{source}: {error}");
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
        literal: bool,
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
            RedirectionKind::Duplicate => return Ok(Some(duplicate(target, literal))),
            RedirectionKind::HereDocument { .. } => {
                let opened = self.here_document(target.clone()).await;
                self.flush().await;
                return Ok(opened.ok());
            }
        };
        self.flush().await;
        match self.sys.open(target, flags, 0o666).await {
            Ok(fd) => Ok(Some(Action::Move(fd))),
            Err(error) => {
                let reason = match (error, creates) {
                    (Errno::ENOENT | Errno::ENOTDIR, true) => "nonexistent directory",
                    (Errno::ENOENT | Errno::ENOTDIR, false) => "no such file",
                    (other, _) => other.message(),
                };
                let verb = if creates { "create" } else { "open" };
                let text = [
                    b"can't ",
                    verb.as_bytes(),
                    b" ",
                    target,
                    b": ",
                    reason.as_bytes(),
                ]
                .concat();
                self.complain(&text, self.state.line);
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

    /// Keeps a copy of a descriptor that `source` is about to replace.
    ///
    /// # Errors
    /// There is no room for one: the shell ends without a word, as busybox does.
    fn save(&self, fd: Fd, source: Fd, saved: &mut Saved) -> Result<(), Unwind> {
        let lowest = FIRST_PRIVATE_FD.max(source.saturating_add(1));
        let copy = |fd: Fd| match self.sys.dup_above(fd, lowest, true) {
            Ok(copy) => Ok(Some(copy)),
            Err(Errno::EBADF) => Ok(None),
            Err(_) => Err(Unwind::Exit(1)),
        };
        // A copy the shell keeps makes room for what the script wants there.
        if let Some((_, kept)) = saved.0.iter_mut().find(|(_, kept)| *kept == Some(fd)) {
            *kept = copy(fd)?;
            return Ok(());
        }
        if saved.0.iter().any(|(number, _)| *number == fd) {
            return Ok(());
        }
        saved.0.push((fd, copy(fd)?));
        Ok(())
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

/// What `>&` does with a number or, written as it is, a minus.
fn duplicate(target: &[u8], literal: bool) -> Action {
    if literal && target == b"-" {
        return Action::Close;
    }
    let number = std::str::from_utf8(target)
        .ok()
        .and_then(|text| text.parse().ok());
    number.map_or(Action::Close, Action::Copy)
}
