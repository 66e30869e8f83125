//! The parent process: it reads the configuration, opens the sockets and looks after the children.

use super::child::work;
use super::config::Config;
use super::log::{self, Level};
use super::{Invocation, load};
use crate::applets::text;
use crate::kernel::{
    Disposition, Exit, Fd, KillTarget, Pid, Signal, Sys, WaitFlags, WaitFor, WaitStatus,
};
use crate::services::daemon::write_pid;
use crate::services::listen::listen;
use crate::services::program::say;
use std::net::SocketAddrV4;
use std::sync::Arc;
use std::time::Duration;

/// What the parent hears.
const SIGNALS: [Signal; 6] = [
    Signal::Hup,
    Signal::Int,
    Signal::Term,
    Signal::Usr1,
    Signal::Winch,
    Signal::Chld,
];
/// Connections that wait to be accepted.
const BACKLOG: i32 = 511;
/// How long children may take to end when they are told to.
const KILL_AFTER: Duration = Duration::from_secs(3);

struct Child {
    pid: Pid,
    /// It was told to end.
    leaves: bool,
}

/// What comes after the children.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    No,
    Gently,
    Now,
}

type Sockets = Vec<(SocketAddrV4, Fd)>;

struct Parent {
    sys: Sys,
    invocation: Invocation,
    config: Arc<Config>,
    sockets: Sockets,
    children: Vec<Child>,
    ending: Ending,
    /// A child of a configuration that cannot work is not replaced.
    failed: bool,
}

/// Opens the sockets of a configuration that are not open yet. The error is what to say.
pub(super) fn open_sockets(sys: &Sys, config: &Config, open: &Sockets) -> Result<Sockets, Vec<u8>> {
    let mut sockets = Sockets::new();
    for at in &config.listens {
        if open.iter().any(|(own, _)| own == at) {
            continue;
        }
        match listen(sys, *at, BACKLOG) {
            Ok(fd) => sockets.push((*at, fd)),
            Err(error) => {
                close(sys, &sockets);
                let number = error as i32;
                return Err(text!(
                    format!(
                        "({number}){error}: AH00072: make_sock: could not bind to address {at}\n"
                    ),
                    "no listening sockets available, shutting down\nAH00015: Unable to open logs"
                ));
            }
        }
    }
    Ok(sockets)
}

fn close(sys: &Sys, sockets: &Sockets) {
    for (_, fd) in sockets {
        let _ = sys.close(*fd);
    }
}

/// A parent's life.
pub(super) async fn run(
    sys: Sys,
    invocation: Invocation,
    config: Arc<Config>,
    sockets: Sockets,
) -> Exit {
    for signal in SIGNALS {
        sys.set_disposition(signal, Disposition::Catch);
    }
    let mut parent = Parent {
        sys,
        invocation,
        config,
        sockets,
        children: Vec::new(),
        ending: Ending::No,
        failed: false,
    };
    if let Err(error) = write_pid(&parent.sys, &parent.config.pid_file).await {
        let number = error as i32;
        let path = &parent.config.pid_file;
        let what = text!(
            format!("({number}){error}: AH00099: could not create "),
            path
        );
        say(&parent.sys, 2, &what).await;
        return Exit::Status(1);
    }
    parent.announce().await;
    parent.start_children();
    parent.look_after().await;
    let _ = parent.sys.unlink(&parent.config.pid_file);
    Exit::Status(u8::from(parent.failed))
}

impl Parent {
    async fn notice(&self, module: &str, what: &str) {
        log::write(
            &self.sys,
            &self.config,
            module,
            Level::Notice,
            None,
            what.as_bytes(),
        )
        .await;
    }

    async fn announce(&self) {
        let version = &self.invocation.version;
        let what =
            format!("AH00489: Apache/{version} (Unix) configured -- resuming normal operations");
        self.notice("mpm_event", &what).await;
        let line = String::from_utf8_lossy(&self.invocation.line).into_owned();
        self.notice("core", &format!("AH00094: Command line: '{line}'"))
            .await;
    }

    fn start_children(&mut self) {
        for _ in 0..self.config.children {
            self.start_child();
        }
    }

    fn start_child(&mut self) {
        let config = self.config.clone();
        let listeners = self.sockets.iter().map(|(_, fd)| *fd).collect();
        let version = self.invocation.version.clone();
        let forked = self
            .sys
            .fork(move |child| Box::pin(work(child, config, listeners, version)));
        // Without memory for one more, fewer answer.
        if let Ok(pid) = forked {
            self.children.push(Child { pid, leaves: false });
        }
    }

    /// Until there is nothing to look after.
    async fn look_after(&mut self) {
        while self.ending == Ending::No || !self.children.is_empty() {
            if self.ending == Ending::Now {
                if self.sys.sleep(KILL_AFTER).await.is_ok() {
                    self.tell_all(Signal::Kill);
                }
            } else {
                self.sys.pause().await;
            }
            let mut ended = false;
            while let Some(signal) = self.sys.take_caught() {
                match signal {
                    Signal::Chld => ended = true,
                    signal => self.hear(signal).await,
                }
            }
            if ended {
                self.bury().await;
            }
        }
    }

    async fn hear(&mut self, signal: Signal) {
        match signal {
            Signal::Term | Signal::Int if self.ending != Ending::Now => {
                self.ending = Ending::Now;
                self.notice("mpm_event", "AH00491: caught SIGTERM, shutting down")
                    .await;
                self.tell_all(Signal::Term);
            }
            Signal::Winch if self.ending == Ending::No => {
                self.ending = Ending::Gently;
                let what = "AH00492: caught SIGWINCH, shutting down gracefully";
                self.notice("mpm_event", what).await;
                self.tell_all(Signal::Usr1);
                close(&self.sys, &self.sockets);
                self.sockets.clear();
            }
            Signal::Hup if self.ending == Ending::No => {
                let what = "AH00494: SIGHUP received.  Attempting to restart";
                self.notice("mpm_event", what).await;
                self.restart(Signal::Term).await;
            }
            Signal::Usr1 if self.ending == Ending::No => {
                let what = "AH00493: SIGUSR1 received.  Doing graceful restart";
                self.notice("mpm_event", what).await;
                self.restart(Signal::Usr1).await;
            }
            _ => {}
        }
    }

    fn tell_all(&mut self, signal: Signal) {
        for child in &mut self.children {
            child.leaves = true;
            // It may have ended just now.
            let _ = self.sys.kill(KillTarget::Pid(child.pid), Some(signal));
        }
    }

    /// Sees who has ended; a child that was not told to is replaced.
    async fn bury(&mut self) {
        let flags = WaitFlags {
            nohang: true,
            untraced: false,
        };
        while let Ok(Some((pid, status))) = self.sys.wait(WaitFor::Any, flags).await {
            let Some(at) = self.children.iter().position(|child| child.pid == pid) else {
                continue;
            };
            let child = self.children.swap_remove(at);
            if let (WaitStatus::Signaled(signal), false) = (status, child.leaves) {
                let number = signal.linux_number().unwrap_or(0);
                let what = format!("AH00052: child pid {pid} exit signal {signal:?} ({number})");
                self.notice("core", &what).await;
            }
            if status == WaitStatus::Exited(2) {
                self.failed = true;
                self.ending = Ending::Now;
                self.tell_all(Signal::Term);
            } else if !child.leaves && self.ending == Ending::No {
                self.start_child();
            }
        }
    }

    /// Begins again with the configuration as it is now. As with the real one, a wrong one is the end.
    async fn restart(&mut self, farewell: Signal) {
        let fresh = match load(&self.sys, &self.invocation).await {
            Ok(fresh) => fresh,
            Err(what) => return self.give_up(&what).await,
        };
        if let Err(what) = super::open_logs(&self.sys, &fresh).await {
            return self.give_up(&what).await;
        }
        let opened = open_sockets(&self.sys, &fresh, &self.sockets);
        let mut opened = match opened {
            Ok(opened) => opened,
            Err(what) => return self.give_up(&what).await,
        };
        let (kept, gone): (Sockets, Sockets) = self
            .sockets
            .drain(..)
            .partition(|(at, _)| fresh.listens.contains(at));
        opened.extend(kept);
        self.sockets = opened;
        close(&self.sys, &gone);
        let before = std::mem::replace(&mut self.config, Arc::new(fresh));
        self.tell_all(farewell);
        // New children do not inherit them.
        for file in &before.logs {
            file.close(&self.sys);
        }
        self.announce().await;
        self.start_children();
    }

    async fn give_up(&mut self, what: &[u8]) {
        say(&self.sys, 2, what).await;
        self.failed = true;
        self.ending = Ending::Now;
        self.tell_all(Signal::Term);
    }
}
