//! Writing and reading what there is.

use super::config::{Config, Level};
use super::dump;
use super::log::{Log, Role};
use super::pace::Pace;
use super::state::State;
use crate::applets::text;
use crate::kernel::{Buffer, Errno, Exit, OpenFlags, Pid, Sys, WaitFlags, WaitFor, WaitStatus};
use std::sync::Arc;

/// How long after a save that failed the next one is tried.
const RETRY_MS: u64 = 5000;
/// Bytes that one step moves.
const STEP_BYTES: usize = 64 << 10;

/// Where a dump goes.
struct Place {
    dir: Vec<u8>,
    file: Vec<u8>,
}

impl Place {
    fn of(config: &Config) -> Self {
        Self {
            dir: config.dir.to_vec(),
            file: config.file.to_vec(),
        }
    }

    fn path(&self) -> Vec<u8> {
        text!(self.dir, "/", self.file)
    }

    /// Writes a dump: first beside the file, so that a half-written one never counts.
    async fn write(&self, sys: &Sys, log: &Log, role: Role, dump: &[u8]) -> Result<(), Errno> {
        let path = self.path();
        let beside = text!(self.dir, "/temp-", sys.pid().to_string(), ".rdb");
        let written = write_file(sys, &beside, dump).await;
        let moved = match written {
            Ok(()) => sys.rename(&beside, &path),
            Err(error) => Err(error),
        };
        match moved {
            Ok(()) => {
                log.write(sys, role, Level::Notice, "DB saved on disk")
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
                log.write(sys, role, Level::Warning, what).await;
            }
        }
        moved
    }
}

impl State {
    /// Saves while everybody waits.
    pub(super) async fn save(&mut self, sys: &Sys, log: &Log) -> Result<(), Errno> {
        let dump = dump::encode(&self.store, &mut Pace::new(sys)).await;
        let place = Place::of(&self.config);
        let saved = place.write(sys, log, Role::Server, &dump).await;
        if saved.is_ok() {
            self.store.changes = 0;
            self.saving.last_ms = now_ms(sys);
            self.saving.last_ok = true;
        }
        saved
    }

    /// Lets a child save what there is now; whatever changes after this is not in the dump.
    pub(super) async fn save_in_background(&mut self, sys: &Sys, log: &Arc<Log>) -> bool {
        let dump = dump::encode(&self.store, &mut Pace::new(sys)).await;
        let place = Place::of(&self.config);
        let childs_log = log.clone();
        let forked = sys.fork(move |child| {
            Box::pin(async move {
                let saved = place.write(&child, &childs_log, Role::Child, &dump).await;
                Exit::Status(u8::from(saved.is_err()))
            })
        });
        match forked {
            Ok(pid) => {
                self.saving.child = Some(pid);
                self.saving.changes_before = self.store.changes;
                let what = format!("Background saving started by pid {pid}");
                log.write(sys, Role::Server, Level::Notice, what).await;
                true
            }
            Err(error) => {
                self.saving.last_ok = false;
                self.saving.retry_ms = now_ms(sys) + RETRY_MS;
                let what = format!("Can't save in background: fork: {error}");
                log.write(sys, Role::Server, Level::Warning, what).await;
                false
            }
        }
    }

    /// Sees how the child has ended, if it has.
    pub(super) async fn bury(&mut self, sys: &Sys, log: &Log) {
        let flags = WaitFlags {
            nohang: true,
            untraced: false,
        };
        while let Ok(Some((pid, status))) = sys.wait(WaitFor::Any, flags).await {
            self.note_end(sys, log, pid, status).await;
        }
    }

    async fn note_end(&mut self, sys: &Sys, log: &Log, pid: Pid, status: WaitStatus) {
        if self.saving.child != Some(pid) {
            return;
        }
        self.saving.child = None;
        match status {
            WaitStatus::Exited(0) => {
                let before = self.saving.changes_before;
                self.store.changes = self.store.changes.saturating_sub(before);
                self.saving.last_ms = now_ms(sys);
                self.saving.last_ok = true;
            }
            _ => {
                self.saving.last_ok = false;
                self.saving.retry_ms = now_ms(sys) + RETRY_MS;
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
        log.write(sys, Role::Server, level, what).await;
    }

    /// Reads the file of the configuration, if there is one. The error is why the server cannot start.
    pub(super) async fn load(&mut self, sys: &Sys, log: &Log) -> Result<(), Vec<u8>> {
        let path = Place::of(&self.config).path();
        let content = match read_file(sys, &path).await {
            Ok(content) => content,
            Err(Errno::ENOENT) => return Ok(()),
            Err(error) => {
                let what = error.message();
                return Err(text!("Fatal error loading the DB: ", what, ". Exiting."));
            }
        };
        let pace = &mut Pace::new(sys);
        match dump::decode(&content, &mut self.store, now_ms(sys), pace).await {
            Ok(()) => {
                let what = "DB loaded from disk: 0.000 seconds";
                log.write(sys, Role::Server, Level::Notice, what).await;
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
