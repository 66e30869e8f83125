//! Writing and reading what there is.

use super::Shared;
use super::config::Level;
use super::dump;
use super::log::Role;
use crate::applets::text;
use crate::kernel::{Buffer, Errno, Exit, OpenFlags, Pid, Sys, WaitFlags, WaitFor, WaitStatus};
use std::sync::Arc;

/// How long after a save that failed the next one is tried.
const RETRY_MS: u64 = 5000;
/// Bytes that one step moves.
const STEP_BYTES: usize = 64 << 10;

impl Shared {
    /// Writes everything to the file of the configuration: first beside it, so that a half-written one never counts.
    async fn write_dump(&self, sys: &Sys, role: Role) -> Result<(), Errno> {
        let (dump, path, beside) = {
            let state = self.lock();
            let config = &state.config;
            (
                dump::encode(&state.store),
                text!(config.dir, "/", config.file),
                text!(config.dir, "/temp-", sys.pid().to_string(), ".rdb"),
            )
        };
        let written = write_file(sys, &beside, &dump).await;
        let moved = match written {
            Ok(()) => sys.rename(&beside, &path),
            Err(error) => Err(error),
        };
        match moved {
            Ok(()) => {
                self.log
                    .write(sys, role, Level::Notice, "DB saved on disk")
                    .await;
            }
            Err(error) => {
                let _ = sys.unlink(&beside);
                let what = text!(
                    "Failed opening the RDB file ",
                    path,
                    " for saving: ",
                    error.message()
                );
                self.log.write(sys, role, Level::Warning, what).await;
            }
        }
        moved
    }

    /// Saves while everybody waits.
    pub(super) async fn save(&self, sys: &Sys) -> Result<(), Errno> {
        let before = self.lock().store.changes;
        let saved = self.write_dump(sys, Role::Server).await;
        let mut state = self.lock();
        if saved.is_ok() {
            state.store.changes -= before;
            state.saving.last_ms = now_ms(sys);
            state.saving.last_ok = true;
        }
        saved
    }

    /// Lets a child save what there is when it begins.
    pub(super) async fn save_in_background(self: &Arc<Self>, sys: &Sys) -> bool {
        let shared = self.clone();
        let forked = sys.fork(move |child| {
            Box::pin(async move {
                let saved = shared.write_dump(&child, Role::Child).await;
                Exit::Status(u8::from(saved.is_err()))
            })
        });
        match forked {
            Ok(pid) => {
                {
                    let mut state = self.lock();
                    state.saving.child = Some(pid);
                    state.saving.changes_before = state.store.changes;
                }
                let what = format!("Background saving started by pid {pid}");
                self.log.write(sys, Role::Server, Level::Notice, what).await;
                true
            }
            Err(error) => {
                {
                    let mut state = self.lock();
                    state.saving.last_ok = false;
                    state.saving.retry_ms = now_ms(sys) + RETRY_MS;
                }
                let what = format!("Can't save in background: fork: {error}");
                self.log
                    .write(sys, Role::Server, Level::Warning, what)
                    .await;
                false
            }
        }
    }

    /// Sees how the child has ended.
    pub(super) async fn bury(&self, sys: &Sys) {
        let flags = WaitFlags {
            nohang: true,
            untraced: false,
        };
        while let Ok(Some((pid, status))) = sys.wait(WaitFor::Any, flags).await {
            self.note_end(sys, pid, status).await;
        }
        self.tending.call();
    }

    async fn note_end(&self, sys: &Sys, pid: Pid, status: WaitStatus) {
        {
            let mut state = self.lock();
            if state.saving.child != Some(pid) {
                return;
            }
            state.saving.child = None;
            match status {
                WaitStatus::Exited(0) => {
                    let before = state.saving.changes_before;
                    state.store.changes = state.store.changes.saturating_sub(before);
                    state.saving.last_ms = now_ms(sys);
                    state.saving.last_ok = true;
                }
                _ => {
                    state.saving.last_ok = false;
                    state.saving.retry_ms = now_ms(sys) + RETRY_MS;
                }
            }
        }
        let (level, what) = match status {
            WaitStatus::Exited(0) => (
                Level::Notice,
                "Background saving terminated with success".to_owned(),
            ),
            WaitStatus::Exited(_) => (Level::Warning, "Background saving error".to_owned()),
            WaitStatus::Signaled(signal) | WaitStatus::Stopped(signal) => {
                let number = signal.linux_number().unwrap_or(0);
                (
                    Level::Warning,
                    format!("Background saving terminated by signal {number}"),
                )
            }
        };
        self.log.write(sys, Role::Server, level, what).await;
    }

    /// Reads the file of the configuration, if there is one. The error is why the server cannot start.
    pub(super) async fn load(&self, sys: &Sys) -> Result<(), Vec<u8>> {
        let path = {
            let state = self.lock();
            text!(state.config.dir, "/", state.config.file)
        };
        let content = match read_file(sys, &path).await {
            Ok(content) => content,
            Err(Errno::ENOENT) => return Ok(()),
            Err(error) => {
                let what = error.message();
                return Err(text!("Fatal error loading the DB: ", what, ". Exiting."));
            }
        };
        let loaded = {
            let mut state = self.lock();
            dump::decode(&content, &mut state.store, now_ms(sys))
        };
        match loaded {
            Ok(()) => {
                self.log
                    .write(
                        sys,
                        Role::Server,
                        Level::Notice,
                        "DB loaded from disk: 0.000 seconds",
                    )
                    .await;
                Ok(())
            }
            Err(damaged) => Err(text!(
                "Bad file format reading the RDB file ",
                path,
                ": ",
                damaged.0
            )),
        }
    }
}

/// Zone time, milliseconds since 1970.
pub(super) fn now_ms(sys: &Sys) -> u64 {
    sys.now().0 / 1_000_000
}

async fn write_file(sys: &Sys, path: &[u8], content: &[u8]) -> Result<(), Errno> {
    let flags = OpenFlags::WRITE | OpenFlags::CREATE | OpenFlags::TRUNC | OpenFlags::CLOEXEC;
    let fd = sys.open(path, flags, 0o644).await?;
    let mut rest = content;
    let mut written = Ok(());
    while !rest.is_empty() {
        match sys.write(fd, rest).await {
            Ok(count) => rest = &rest[count..],
            Err(Errno::EINTR) => {}
            Err(error) => {
                written = Err(error);
                break;
            }
        }
    }
    let _ = sys.close(fd);
    written
}

async fn read_file(sys: &Sys, path: &[u8]) -> Result<Buffer, Errno> {
    let file = crate::services::text_file::Opened::read(sys, path).await?;
    let mut content = Buffer::new();
    loop {
        let len = content.len();
        content.resize(len + STEP_BYTES, 0);
        let read = sys.read(file.fd, &mut content[len..]).await;
        let count = *read.as_ref().unwrap_or(&0);
        content.truncate(len + count);
        match read {
            Ok(0) => return Ok(content),
            Ok(_) | Err(Errno::EINTR) => {}
            Err(error) => return Err(error),
        }
    }
}
