//! Child processes: they answer.

use super::config::Config;
use super::conversation::{Work, converse};
use super::log::{self, Level};
use crate::applets::text;
use crate::kernel::{Errno, Exit, Fd, Resource, Signal, Sys};
use crate::services::program::numbered;
use crate::services::serve::{Course, Server, serve};
use crate::services::stream::{Closing, Stream};
use std::sync::Arc;

/// Descriptors that are no connections and no files being sent.
const OWN_DESCRIPTORS: usize = 32;

struct Child<'a> {
    sys: &'a Sys,
    config: &'a Config,
    version: &'a str,
    closing: Closing,
}

impl Server for Child<'_> {
    /// Each connection may have a file open.
    fn most_connections(&self) -> usize {
        let files = self.sys.limit(Resource::OpenFiles).soft.unwrap_or(u64::MAX);
        let files = usize::try_from(files).unwrap_or(usize::MAX);
        let files = files.saturating_sub(OWN_DESCRIPTORS) / 2;
        let share = self.config.connections.div_ceil(self.config.children);
        share.min(files).max(1)
    }

    async fn serve<'s>(&'s self, stream: Stream<'s>) {
        let work = Work {
            config: self.config,
            version: self.version,
            closing: &self.closing,
        };
        converse(work, stream).await;
    }

    async fn on_signal(&self, signal: Signal) -> Course {
        match signal {
            // The parent lets its children finish what they do.
            Signal::Usr1 | Signal::Winch => {
                self.closing.begin();
                Course::Finish
            }
            Signal::Term | Signal::Int => Course::Stop,
            _ => Course::GoOn,
        }
    }

    async fn on_accept_error(&self, error: Errno) {
        let what = text!(numbered(error), "AH00056: connect to listener");
        log::write(self.sys, self.config, "core", Level::Error, None, &what).await;
    }
}

/// A child's life.
pub(super) async fn work(
    sys: Sys,
    config: Arc<Config>,
    listeners: Vec<Fd>,
    version: String,
) -> Exit {
    if let Some(user) = &config.user
        && let Err(error) = user.assume(&sys)
    {
        let what = text!(numbered(error), "AH02156: setgid: unable to set group id");
        log::write(&sys, &config, "unixd", Level::Emerg, None, &what).await;
        return Exit::Status(2);
    }
    let child = Child {
        sys: &sys,
        config: &config,
        version: &version,
        closing: Closing::default(),
    };
    serve(&sys, &listeners, &child).await;
    Exit::Status(0)
}
