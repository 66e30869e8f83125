//! Accepting connections and attending to them, to signals and to what is due.

use super::stream::Stream;
use crate::kernel::{Crew, Errno, Event, Fd, Signal, Sys};
use std::future::Future;
use std::time::Duration;

/// How long nothing is accepted when there was no room for a connection.
const PAUSE: Duration = Duration::from_millis(500);

/// What a server does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Course {
    /// It goes on.
    GoOn,
    /// It accepts nothing more, and ends when its last connection has.
    Finish,
    /// It ends at once.
    Stop,
}

/// What a service does with its connections and signals.
pub(super) trait Server: Sync {
    /// Connections at a time; more wait to be accepted.
    fn most_connections(&self) -> usize;

    /// One connection, to its end.
    fn serve<'s>(&'s self, stream: Stream<'s>) -> impl Future<Output = ()> + Send + 's;

    /// A signal that the service catches.
    fn on_signal(&self, signal: Signal) -> impl Future<Output = Course> + Send;

    /// What goes on beside the connections as long as the server does, if anything.
    fn tend(&self) -> impl Future<Output = ()> + Send {
        async {}
    }

    /// A connection has ended.
    fn on_ended(&self) -> Course {
        Course::GoOn
    }

    /// A connection could not be accepted.
    fn on_accept_error(&self, error: Errno) -> impl Future<Output = ()> + Send;
}

/// Serves until the server's course is to end. When it is to finish, the sockets are closed first.
pub(super) async fn serve<'s, S: Server>(sys: &'s Sys, listeners: &[Fd], server: &'s S) {
    let mut crew = Crew::new();
    crew.join(server.tend());
    let mut finishing = false;
    let mut paused = false;
    loop {
        if finishing && crew.is_empty() {
            return;
        }
        let accepts = !finishing && !paused && crew.len() < server.most_connections();
        let listening = if accepts { listeners } else { &[] };
        let timeout = paused.then_some(PAUSE);
        let course = match crew.attend(sys, listening, timeout).await {
            Event::Readable(ready) => {
                for listener in ready {
                    paused |= !accept(sys, listener, server, &mut crew).await;
                }
                Course::GoOn
            }
            Event::Caught => hear(sys, server).await,
            Event::Ended => {
                paused = false;
                server.on_ended()
            }
            Event::TimedOut => {
                paused = false;
                Course::GoOn
            }
        };
        match course {
            Course::GoOn => {}
            Course::Finish => {
                if !std::mem::replace(&mut finishing, true) {
                    // Who connects now is refused.
                    for listener in listeners {
                        let _ = sys.close(*listener);
                    }
                }
            }
            Course::Stop => return,
        }
    }
}

async fn hear<S: Server>(sys: &Sys, server: &S) -> Course {
    let mut course = Course::GoOn;
    while let Some(signal) = sys.take_caught() {
        match server.on_signal(signal).await {
            Course::GoOn => {}
            Course::Stop => return Course::Stop,
            Course::Finish => course = Course::Finish,
        }
    }
    course
}

/// Takes one connection; `false`: there is no room for it.
async fn accept<'s, S: Server>(
    sys: &'s Sys,
    listener: Fd,
    server: &'s S,
    crew: &mut Crew<'s>,
) -> bool {
    match sys.accept(listener).await {
        Ok((fd, peer)) => {
            let stream = Stream::new(sys, fd, peer.inet());
            crew.join(server.serve(stream));
            true
        }
        // Another process was quicker.
        Err(Errno::EAGAIN | Errno::EINTR) => true,
        Err(error) => {
            server.on_accept_error(error).await;
            false
        }
    }
}
