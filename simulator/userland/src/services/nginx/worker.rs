//! Worker processes: they answer.

use super::config::Config;
use super::conversation::{Work, converse};
use super::log;
use super::settings::Level;
use crate::applets::text;
use crate::kernel::{Errno, Exit, Fd, FileKind, Resource, Signal, Sys};
use crate::services::program::numbered;
use crate::services::serve::{Course, Server, serve};
use crate::services::stream::{Closing, Stream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Descriptors that are no connections and no files being sent.
const OWN_DESCRIPTORS: usize = 32;

struct Worker<'a> {
    sys: &'a Sys,
    config: &'a Config,
    version: &'a str,
    closing: Closing,
    connections: AtomicU64,
}

impl Server for Worker<'_> {
    /// Each connection may have a file open.
    fn most_connections(&self) -> usize {
        let files = self.sys.limit(Resource::OpenFiles).soft.unwrap_or(u64::MAX);
        let files = usize::try_from(files).unwrap_or(usize::MAX);
        let files = files.saturating_sub(OWN_DESCRIPTORS) / 2;
        self.config.connections.min(files).max(1)
    }

    async fn serve<'s>(&'s self, stream: Stream<'s>) {
        let number = self.connections.fetch_add(1, Ordering::Relaxed) + 1;
        let work = Work {
            config: self.config,
            version: self.version,
            closing: &self.closing,
        };
        converse(work, stream, number).await;
    }

    async fn on_signal(&self, signal: Signal) -> Course {
        match signal {
            Signal::Quit => {
                self.sys
                    .set_title(b"nginx: worker process is shutting down");
                self.closing.begin();
                Course::Finish
            }
            Signal::Term | Signal::Int => Course::Stop,
            Signal::Usr1 => {
                reopen(self.sys, self.config).await;
                Course::GoOn
            }
            _ => Course::GoOn,
        }
    }

    async fn on_accept_error(&self, error: Errno) {
        let what = text!("accept4() failed ", numbered(error));
        log::error(self.sys, &self.config.error_log, Level::Crit, &what).await;
    }
}

/// Opens every log anew; one that cannot be opened goes on as it was. What root opens has to be the workers', too, which
/// open it next.
pub(super) async fn reopen(sys: &Sys, config: &Config) {
    for file in &config.logs {
        if let Err(error) = file.open(sys).await {
            let what = super::emerg::failed("open()", &file.path, error);
            log::error(sys, &config.error_log, Level::Emerg, &what).await;
            continue;
        }
        let is_file = sys
            .stat(&file.path)
            .is_ok_and(|stat| stat.kind == FileKind::File);
        if let (Some(user), true, 0) = (&config.user, is_file, sys.euid()) {
            // A worker that cannot open it says so.
            let _ = sys.chown(&file.path, Some(user.uid), None, true);
        }
    }
}

/// A worker's life.
pub(super) async fn work(
    sys: Sys,
    config: Arc<Config>,
    listeners: Vec<Fd>,
    version: String,
) -> Exit {
    if let Some(user) = &config.user
        && let Err(error) = user.assume(&sys)
    {
        let what = text!("setgid() failed ", numbered(error));
        log::error(&sys, &config.error_log, Level::Emerg, &what).await;
        return Exit::Status(2);
    }
    sys.set_title(b"nginx: worker process");
    let worker = Worker {
        sys: &sys,
        config: &config,
        version: &version,
        closing: Closing::default(),
        connections: AtomicU64::new(0),
    };
    serve(&sys, &listeners, &worker).await;
    Exit::Status(0)
}
