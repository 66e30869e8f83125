//! `GET /containers/:id/logs` (containers.md 14).

use super::with_container;
use crate::docker::failure::Failure;
use crate::docker::frame::append_frame;
use crate::docker::query::Query;
use crate::docker::route::{Answer, Call, HijackHead};
use crate::docker::session::{OUTPUT_PIECE_BYTES, send};
use crate::docker::time::{log_prefix, unix_time};
use crate::http::socket::Socket;
use futures_util::future::BoxFuture;
use runtime::console::{Log, LogRecord, LogStart, StreamSet};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt};

/// What was asked for.
struct Wanted {
    follow: bool,
    timestamps: bool,
    start: LogStart,
    streams: StreamSet,
}

/// The container's log: an undelimited body that ends with the connection (API-12).
pub(crate) fn logs(call: Call) -> BoxFuture<'static, Result<Answer, Failure>> {
    Box::pin(async move {
        let (instance, tty) = with_container(&call, |_, container| {
            (container.instance(), container.config.tty)
        })
        .await?;
        let log = call.driver.io(instance).and_then(|io| io.log);
        let wanted = wanted(&call.query);
        Ok(Answer::hijack(
            HijackHead::Logs200,
            move |socket| async move {
                if let Some(log) = log {
                    serve(&call, &log, wanted, tty, socket).await;
                }
            },
        ))
    })
}

fn wanted(query: &Query) -> Wanted {
    let streams = StreamSet {
        stdout: query.flag("stdout"),
        stderr: query.flag("stderr"),
    };
    let none = !streams.stdout && !streams.stderr;
    Wanted {
        follow: query.flag("follow"),
        timestamps: query.flag("timestamps"),
        start: LogStart {
            // CTRX-10: what is no count means all.
            tail: query.int("tail").and_then(|tail| u64::try_from(tail).ok()),
            since: query.text("since").and_then(unix_time),
        },
        streams: if none { StreamSet::BOTH } else { streams },
    }
}

async fn serve(call: &Call, log: &Log, wanted: Wanted, tty: bool, socket: Socket) {
    let stall = Duration::from_millis(call.driver.view().settings().attach_stall_ms);
    let Socket { reader, mut writer } = socket;
    let mut cursor = match wanted.follow {
        true => log.read(wanted.start, wanted.streams),
        false => log.read_now(wanted.start, wanted.streams),
    };
    let output = async {
        let mut piece = Vec::new();
        loop {
            let mut next = match cursor.next_now() {
                None if wanted.follow => {
                    let _waiting = call.flight.wait();
                    cursor.next().await
                }
                record => record,
            };
            piece.clear();
            while let Some(record) = next {
                render(&mut piece, &record, wanted.timestamps, tty);
                next = match piece.len() < OUTPUT_PIECE_BYTES {
                    true => cursor.next_now(),
                    false => None,
                };
            }
            if piece.is_empty() || send(&mut writer, &piece, stall).await.is_err() {
                return;
            }
        }
    };
    tokio::select! {
        () = output => {}
        () = broken(reader) => {}
    }
}

/// Ready when the connection breaks; its end of file alone means nothing.
async fn broken(mut reader: impl AsyncRead + Unpin) {
    let mut buffer = [0; 1024];
    loop {
        match reader.read(&mut buffer).await {
            Ok(0) => std::future::pending().await,
            Ok(_) => {}
            Err(_) => return,
        }
    }
}

/// APIX-10: raw for terminals, one frame a record otherwise.
fn render(to: &mut Vec<u8>, record: &LogRecord, timestamps: bool, tty: bool) {
    let prefix = match timestamps {
        true => log_prefix(record.at),
        false => String::new(),
    };
    let line = [prefix.as_bytes(), &record.bytes];
    match tty {
        true => line.iter().for_each(|part| to.extend_from_slice(part)),
        false => append_frame(to, record.stream, &line),
    }
}
