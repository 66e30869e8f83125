//! The master process: it reads the configuration, opens the sockets and looks after the workers.

use super::config::Config;
use super::emerg::Emerg;
use super::log;
use super::settings::Level;
use super::worker::{reopen, work};
use super::{Invocation, Reporter, load};
use crate::applets::text;
use crate::kernel::{
    Disposition, Errno, Exit, Fd, KillTarget, Pid, Signal, Sys, WaitFlags, WaitFor, WaitStatus,
};
use crate::services::daemon::write_pid;
use crate::services::listen::listen;
use crate::services::program::numbered;
use std::net::SocketAddrV4;
use std::sync::Arc;
use std::time::Duration;

/// What the master hears.
const SIGNALS: [Signal; 8] = [
    Signal::Hup,
    Signal::Int,
    Signal::Quit,
    Signal::Term,
    Signal::Usr1,
    Signal::Usr2,
    Signal::Winch,
    Signal::Chld,
];
/// How often a port that is in use is tried, and how long it is left alone in between.
const BIND_TRIES: u32 = 5;
const BIND_PAUSE: Duration = Duration::from_millis(500);
/// How long workers may take to end when they are told to.
const KILL_AFTER: Duration = Duration::from_secs(1);

struct Worker {
    pid: Pid,
    /// It was told to end.
    leaves: bool,
}

/// What comes after the workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    No,
    /// They finish what they do.
    Gently,
    Now,
}

/// The sockets of a configuration, by address.
pub(super) type Sockets = Vec<(SocketAddrV4, Fd)>;

pub(super) struct Master {
    sys: Sys,
    invocation: Invocation,
    config: Arc<Config>,
    sockets: Sockets,
    workers: Vec<Worker>,
    ending: Ending,
}

/// Opens the sockets of a configuration that are not open yet.
pub(super) async fn open_sockets(
    sys: &Sys,
    config: &Config,
    open: &Sockets,
    reporter: &Reporter,
) -> Result<Sockets, Emerg> {
    let mut sockets = Sockets::new();
    for tried in 0..BIND_TRIES {
        let mut in_use = false;
        for at in &config.listens {
            let known = sockets.iter().chain(open).any(|(own, _)| *own == at.at);
            if known {
                continue;
            }
            match listen(sys, at.at, at.backlog) {
                Ok(fd) => sockets.push((at.at, fd)),
                Err(error) => {
                    let what = text!("bind() to ", at.at.to_string(), " failed ", numbered(error));
                    if error != Errno::EADDRINUSE {
                        close(sys, &sockets);
                        return Err(Emerg(what));
                    }
                    reporter.report(sys, Level::Emerg, &what).await;
                    in_use = true;
                }
            }
        }
        if !in_use {
            return Ok(sockets);
        }
        if tried + 1 < BIND_TRIES {
            let _ = sys.sleep(BIND_PAUSE).await;
        }
    }
    close(sys, &sockets);
    Err(Emerg(b"still could not bind()".to_vec()))
}

fn close(sys: &Sys, sockets: &Sockets) {
    for (_, fd) in sockets {
        let _ = sys.close(*fd);
    }
}

/// A master's life.
pub(super) async fn run(
    sys: Sys,
    invocation: Invocation,
    config: Arc<Config>,
    sockets: Sockets,
) -> Exit {
    for signal in SIGNALS {
        sys.set_disposition(signal, Disposition::Catch);
    }
    let title = sys.argv().join(&b' ');
    sys.set_title(&text!("nginx: master process ", title));
    let mut master = Master {
        sys,
        invocation,
        config,
        sockets,
        workers: Vec::new(),
        ending: Ending::No,
    };
    if let Err(error) = write_pid(&master.sys, &master.config.pid).await {
        let what = super::emerg::failed("open()", &master.config.pid, error);
        master.log(Level::Emerg, &what).await;
        return Exit::Status(1);
    }
    master.start_workers().await;
    master.look_after().await;
    let _ = master.sys.unlink(&master.config.pid);
    master.log(Level::Notice, b"exit").await;
    Exit::Status(0)
}

impl Master {
    async fn log(&self, level: Level, message: &[u8]) {
        log::error(&self.sys, &self.config.error_log, level, message).await;
    }

    async fn start_workers(&mut self) {
        for _ in 0..self.config.workers {
            self.start_worker().await;
        }
    }

    async fn start_worker(&mut self) {
        let config = self.config.clone();
        let listeners = self.sockets.iter().map(|(_, fd)| *fd).collect();
        let version = self.invocation.version.clone();
        let forked = self
            .sys
            .fork(move |child| Box::pin(work(child, config, listeners, version)));
        match forked {
            Ok(pid) => self.workers.push(Worker { pid, leaves: false }),
            Err(error) => {
                let what = text!(
                    "fork() failed while spawning \"worker process\" ",
                    numbered(error)
                );
                self.log(Level::Alert, &what).await;
            }
        }
    }

    /// Until there is nothing to look after.
    async fn look_after(&mut self) {
        while self.ending == Ending::No || !self.workers.is_empty() {
            if self.ending == Ending::Now {
                if self.sys.sleep(KILL_AFTER).await.is_ok() {
                    self.tell_all(Signal::Kill);
                }
            } else {
                self.sys.pause().await;
            }
            let mut children = false;
            while let Some(signal) = self.sys.take_caught() {
                match signal {
                    Signal::Chld => children = true,
                    signal => self.hear(signal).await,
                }
            }
            if children {
                self.bury().await;
            }
        }
    }

    async fn hear(&mut self, signal: Signal) {
        match signal {
            Signal::Term | Signal::Int => {
                self.ending = Ending::Now;
                self.tell_all(Signal::Term);
            }
            Signal::Quit if self.ending == Ending::No => {
                self.ending = Ending::Gently;
                self.tell_all(Signal::Quit);
                close(&self.sys, &self.sockets);
                self.sockets.clear();
            }
            Signal::Hup if self.ending == Ending::No => self.reload().await,
            Signal::Usr1 => {
                reopen(&self.sys, &self.config).await;
                self.tell_all(Signal::Usr1);
            }
            Signal::Usr2 => {
                let what = b"another program cannot take over here: USR2 is ignored";
                self.log(Level::Error, what).await;
            }
            _ => {}
        }
    }

    fn tell_all(&mut self, signal: Signal) {
        for worker in &mut self.workers {
            worker.leaves |= matches!(signal, Signal::Quit | Signal::Term | Signal::Kill);
            // It may have ended just now.
            let _ = self.sys.kill(KillTarget::Pid(worker.pid), Some(signal));
        }
    }

    /// Sees who has ended; a worker that was not told to is replaced.
    async fn bury(&mut self) {
        let flags = WaitFlags {
            nohang: true,
            untraced: false,
        };
        while let Ok(Some((pid, status))) = self.sys.wait(WaitFor::Any, flags).await {
            let Some(at) = self.workers.iter().position(|worker| worker.pid == pid) else {
                continue;
            };
            let worker = self.workers.swap_remove(at);
            let (level, what) = match status {
                WaitStatus::Exited(code) => (
                    Level::Notice,
                    format!("worker process {pid} exited with code {code}"),
                ),
                WaitStatus::Signaled(signal) | WaitStatus::Stopped(signal) => {
                    let number = signal.linux_number().unwrap_or(0);
                    (
                        Level::Alert,
                        format!("worker process {pid} exited on signal {number}"),
                    )
                }
            };
            self.log(level, what.as_bytes()).await;
            if status == WaitStatus::Exited(2) {
                let what = format!(
                    "worker process {pid} exited with fatal code 2 and cannot be respawned"
                );
                self.log(Level::Alert, what.as_bytes()).await;
            } else if !worker.leaves && self.ending == Ending::No {
                self.start_worker().await;
            }
        }
    }

    /// Reads the configuration again; one that is wrong changes nothing.
    async fn reload(&mut self) {
        let fresh = match load(&self.sys, &self.invocation).await {
            Ok(fresh) => fresh,
            Err(emerg) => return self.log(Level::Emerg, &emerg.0).await,
        };
        if let Err(emerg) = super::open_logs(&self.sys, &fresh).await {
            return self.log(Level::Emerg, &emerg.0).await;
        }
        let reporter = Reporter {
            log: self.config.error_log.clone(),
            on_stderr: false,
        };
        let opened = open_sockets(&self.sys, &fresh, &self.sockets, &reporter).await;
        let mut opened = match opened {
            Ok(opened) => opened,
            Err(emerg) => {
                close_logs(&self.sys, &fresh);
                return self.log(Level::Emerg, &emerg.0).await;
            }
        };
        let is_wanted = |at: &SocketAddrV4| fresh.listens.iter().any(|listen| listen.at == *at);
        let (kept, gone): (Sockets, Sockets) =
            self.sockets.drain(..).partition(|(at, _)| is_wanted(at));
        opened.extend(kept);
        self.sockets = opened;
        close(&self.sys, &gone);
        let before = std::mem::replace(&mut self.config, Arc::new(fresh));
        for warning in &self.config.warnings {
            log::error(&self.sys, &self.config.error_log, Level::Warn, warning).await;
        }
        if before.pid != self.config.pid && write_pid(&self.sys, &self.config.pid).await.is_ok() {
            let _ = self.sys.unlink(&before.pid);
        }
        self.tell_all(Signal::Quit);
        // New workers do not inherit them.
        close_logs(&self.sys, &before);
        self.start_workers().await;
    }
}

/// Closes the logs of a configuration that is not used any more.
fn close_logs(sys: &Sys, config: &Config) {
    for file in &config.logs {
        file.close(sys);
    }
}
