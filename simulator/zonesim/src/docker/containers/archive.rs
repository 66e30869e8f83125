//! `GET`, `PUT` and `HEAD /containers/:id/archive`: what `docker cp` does (containers.md 17).

use super::archive_noted::Noted;
use super::archive_path::{ArchivePath, Found, failure};
use super::with_container;
use crate::docker::failure::Failure;
use crate::docker::incoming::Upload;
use crate::docker::route::{Answer, Call};
use crate::driver::Files;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{HeaderName, HeaderValue, StatusCode};
use rootfs::{ArchiveWriter, Lend, Unpacking};
use runtime::clock::{Clock, TimerOwner, TimerReason};
use std::io::{self, Read};
use std::time::Duration;
use tokio::sync::mpsc;
use zone::{Action, Copying, Error};

type Answering = BoxFuture<'static, Result<Answer, Failure>>;

/// API-25
const TAR: &str = "application/tar";
/// A client that moves no byte for so long of zone time is given up.
const STALL: Duration = Duration::from_secs(120);
/// What is sent at once.
const PIECE_BYTES: usize = 64 * 1024;
/// How many pieces wait between client and container.
const PIECES: usize = 4;

/// A container that is being made has no files yet.
pub(super) async fn check_state(call: &Call) -> Result<(), Error> {
    match with_container(call, |_, container| container.state).await? {
        state @ zone::State::Provisioning => Err(Error::StateNotAllowed(state.name())),
        _ => Ok(()),
    }
}

fn path(call: &Call) -> Result<ArchivePath, Failure> {
    let path = call.query.text("path");
    let path = path.ok_or_else(|| crate::docker::fields::wrong("path", "a string"))?;
    Ok(ArchivePath::new(path))
}

/// The container's files, once it is this request's turn.
pub(super) async fn files(call: &Call, copying: Copying) -> Result<Files, Failure> {
    let _waiting = call.flight.wait();
    let account = call.account().id;
    Ok(call.driver.files(account, call.param(0), copying).await?)
}

/// What is at the path, and the header that says so.
async fn look(
    call: &Call,
) -> Result<(Files, ArchivePath, Found, (HeaderName, HeaderValue)), Failure> {
    check_state(call).await?;
    let path = path(call)?;
    let files = files(call, Copying::Out).await?;
    let found = files.lend(|fs| path.find(fs));
    let found = found.map_err(|error| failure(error, Action::CopyOut.problem()))?;
    let stat = path.stat(&found);
    Ok((files, path, found, stat))
}

/// `HEAD`: what is there.
pub(crate) fn stat_archive(call: Call) -> Answering {
    Box::pin(async move {
        let (_, _, _, stat) = look(&call).await?;
        Ok(Answer::Headers {
            status: StatusCode::OK,
            content_type: None,
            headers: vec![stat],
        })
    })
}

/// `GET`: an archive of what is there.
pub(crate) fn get_archive(call: Call) -> Answering {
    Box::pin(async move {
        let (files, path, found, stat) = look(&call).await?;
        Ok(send_file(&call, files, &path, &found, vec![stat]))
    })
}

/// Sends an archive, made as fast as the client takes it.
pub(super) fn send_file(
    call: &Call,
    files: Files,
    path: &ArchivePath,
    found: &Found,
    headers: Vec<(HeaderName, HeaderValue)>,
) -> Answer {
    let writer = ArchiveWriter::new(found.ino(), path.base_name());
    let (sender, pieces) = mpsc::channel(PIECES);
    let clock = call.driver.clock().clone();
    tokio::spawn(send_pieces(files, writer, sender, clock));
    Answer::File {
        content_type: TAR,
        headers,
        pieces,
    }
}

async fn send_pieces(
    files: Files,
    mut writer: ArchiveWriter,
    sender: mpsc::Sender<Option<Bytes>>,
    clock: Clock,
) {
    loop {
        let mut piece = Vec::new();
        let goes_on = files.lend(|fs| {
            while piece.len() < PIECE_BYTES {
                if !writer.next(fs, &mut piece) {
                    return false;
                }
            }
            true
        });
        let room = tokio::select! {
            room = sender.reserve_many(2) => room,
            () = stalled(&clock) => return,
        };
        // None: the client has gone.
        let Ok(mut room) = room else {
            return;
        };
        let mut send = |piece| {
            if let Some(place) = room.next() {
                place.send(piece);
            }
        };
        send(Some(Bytes::from(piece)));
        if !goes_on {
            return send(None);
        }
    }
}

/// Ready when nothing has moved for [`STALL`].
async fn stalled(clock: &Clock) {
    let until = clock.now() + STALL;
    clock
        .timer(until, TimerOwner::Zone, TimerReason::Idle)
        .await;
}

/// `PUT`: unpacks an archive into a directory.
pub(crate) fn put_archive(mut call: Call) -> Answering {
    Box::pin(async move {
        let upload = call.upload.take();
        check_state(&call).await?;
        let path = path(&call)?;
        let files = files(&call, Copying::In).await?;
        let directory = files.lend(|fs| path.check_directory(fs));
        directory.map_err(|error| failure(error, Action::CopyIn.problem()))?;
        let unpacking = Unpacking {
            keeps_directories: call.query.flag("noOverwriteDirNonDir"),
            now_ns: call.driver.now().0,
            ..Unpacking::default()
        };
        let (sender, pieces) = mpsc::channel(PIECES);
        let sender = Noted::begin(&call.driver, &files, &path, &unpacking, sender);
        let unpacked = tokio::task::spawn_blocking(move || {
            rootfs::unpack(&files, path.bytes(), Pieces::new(pieces), &unpacking)
        });
        match upload {
            Some(upload) => receive(upload, sender, call.driver.clock()).await,
            None => sender.end(),
        }
        match unpacked.await {
            Ok(Ok(())) => Ok(Answer::Headers {
                status: StatusCode::OK,
                content_type: Some("text/plain"),
                headers: Vec::new(),
            }),
            Ok(Err(error)) => {
                tracing::debug!(%error, "an archive was not unpacked");
                Err(Failure::docker(Action::CopyIn.problem()))
            }
            Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
        }
    })
}

/// Hands over what the client sends, until nobody wants more of it. A client that goes or stalls makes it fail.
async fn receive(mut upload: Upload, mut sender: Noted, clock: &Clock) {
    loop {
        let next = tokio::select! {
            next = upload.next() => next.map_err(io::Error::other),
            () = stalled(clock) => Err(io::ErrorKind::TimedOut.into()),
        };
        let piece = match next {
            Ok(None) => return sender.end(),
            Ok(Some(bytes)) => Ok(bytes),
            Err(error) => Err(error),
        };
        let is_last = piece.is_err();
        if !sender.send(piece).await || is_last {
            return;
        }
    }
}

/// Reads what comes in pieces.
struct Pieces {
    pieces: mpsc::Receiver<io::Result<Bytes>>,
    present: Bytes,
}

impl Pieces {
    fn new(pieces: mpsc::Receiver<io::Result<Bytes>>) -> Self {
        Self {
            pieces,
            present: Bytes::new(),
        }
    }
}

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.present.is_empty() {
            match self.pieces.blocking_recv() {
                None => return Ok(0),
                Some(piece) => self.present = piece?,
            }
        }
        let count = buffer.len().min(self.present.len());
        buffer[..count].copy_from_slice(&self.present.split_to(count));
        Ok(count)
    }
}
