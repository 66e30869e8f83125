//! One connection: requests come, answers go, one after the other.

use super::config::Config;
use super::log;
use super::page::Detail;
use super::respond::signature;
use super::settings::Level;
use super::visit::Visit;
use crate::applets::text;
use crate::kernel::Errno;
use crate::services::http::{
    Answer, Came, Length, Malformed, Patience, Request, Version, first_line, http_date, parse,
    reason, receive, send, skip,
};
use crate::services::stream::{Closing, Stream};
use std::time::Duration;

/// The status of an answer that is none: the connection just ends.
const SAYS_NOTHING: u16 = 444;
/// How long a client may take to see that its connection ends.
const LINGER: Duration = Duration::from_secs(5);

/// What a worker knows of itself.
pub(super) struct Work<'w> {
    pub(super) config: &'w Config,
    pub(super) version: &'w str,
    pub(super) closing: &'w Closing,
}

/// Serves a connection to its end.
pub(super) async fn converse(work: Work<'_>, mut stream: Stream<'_>, number: u64) {
    let mut nth = 0;
    while go_on(&work, &mut stream, number, nth).await {
        nth += 1;
    }
}

/// One request; whether another may follow.
async fn go_on(work: &Work<'_>, stream: &mut Stream<'_>, number: u64, nth: u64) -> bool {
    let Some(first) = work.config.server(stream.local, b"") else {
        return false;
    };
    let patience = Patience {
        idle: match nth {
            0 => first.settings.header_timeout,
            _ => first.settings.keepalive_timeout,
        },
        head: first.settings.header_timeout,
    };
    let came = receive(stream, patience, work.closing).await;
    let began = stream.sys.now();
    let too_long = |stream: &Stream<'_>, status, detail| {
        (Err(first_line(stream.input())), Some((status, detail)))
    };
    let (parsed, wrong) = match came {
        Came::Nothing => return false,
        Came::LineTooLong => too_long(stream, 414, Detail::None),
        Came::HeadTooLong => too_long(stream, 400, Detail::HeaderTooLarge),
        Came::Head(end) => {
            let parsed = parse(&stream.input()[..end]);
            stream.used(end);
            match parsed {
                Ok(request) => (Ok(request), None),
                Err((wrong, line)) => (Err(line), Some((status_of(wrong), Detail::None))),
            }
        }
    };
    stream.sys.burn(2_000).await;
    let request: Option<&Request> = parsed.as_ref().ok();
    let host = request.map_or(&b""[..], |request| &request.host);
    let Some(server) = work.config.server(stream.local, host) else {
        return false;
    };
    let mut visit = Visit {
        sys: stream.sys,
        version: work.version,
        request,
        line: match &parsed {
            Ok(request) => request.line.clone(),
            Err(line) => line.clone(),
        },
        server,
        settings: &server.settings,
        uri: request.map_or_else(Vec::new, |request| request.path.clone()),
        args: request.and_then(|request| request.query.clone()),
        peer: stream.peer,
        local: stream.local,
        connection: number,
        nth: nth + 1,
        began,
        status: 0,
        body_bytes: 0,
        head_bytes: 0,
    };
    let answer = visit.respond(wrong).await;
    if answer.status == SAYS_NOTHING {
        visit.status = answer.status;
        log::access(&visit).await;
        return false;
    }
    let stays = !answer.closes
        && !work.closing.has_begun()
        && request.is_some_and(|request| {
            request.keeps_alive()
                && request.body != Length::Chunked
                && request.header("expect").is_none()
        })
        && !visit.settings.keepalive_timeout.is_zero()
        && nth + 1 < visit.settings.keepalive_requests;
    let sent = reply(&mut visit, stream, &answer, stays).await;
    drop(answer);
    log::access(&visit).await;
    if sent.is_err() {
        return false;
    }
    let rest = match request.map(|request| request.body) {
        Some(Length::Known(rest)) => rest,
        _ => 0,
    };
    let stays = stays && skip(stream, rest, visit.settings.body_timeout).await;
    if !stays {
        stream.linger(LINGER).await;
    }
    stays
}

fn status_of(wrong: Malformed) -> u16 {
    match wrong {
        Malformed::Version => 505,
        _ => 400,
    }
}

async fn reply(
    visit: &mut Visit<'_>,
    stream: &Stream<'_>,
    answer: &Answer<'_>,
    stays: bool,
) -> Result<(), Errno> {
    let simple = visit
        .request
        .is_some_and(|request| request.version == Version::Simple);
    let head = match simple {
        true => Vec::new(),
        false => head(visit, answer, stays),
    };
    visit.status = answer.status;
    visit.head_bytes = head.len() as u64;
    let no_body = matches!(answer.status, 204 | 304) || visit.request.is_some_and(Request::is_head);
    let patience = visit.settings.send_timeout;
    let (count, sent) = send(stream, head, &answer.body, no_body, patience).await;
    visit.body_bytes = count;
    if sent == Err(Errno::ETIMEDOUT) {
        log::about(
            visit,
            Level::Info,
            b"client timed out (110: Connection timed out) while sending response to client",
        )
        .await;
    }
    sent
}

fn head(visit: &Visit<'_>, answer: &Answer<'_>, stays: bool) -> Vec<u8> {
    let status = answer.status;
    let mut head = text!(
        format!("HTTP/1.1 {status:03} {}\r\nServer: ", reason(status)),
        signature(visit),
        "\r\nDate: ",
        http_date(visit.sys.now().as_secs()),
        "\r\n"
    );
    let mut put = |name: &str, value: &[u8]| head.extend(text!(name, ": ", value, "\r\n"));
    if let Some(kind) = &answer.content_type {
        put("Content-Type", kind);
    }
    if !matches!(status, 204 | 304) {
        put("Content-Length", answer.body.len().to_string().as_bytes());
    }
    if let Some(modified_s) = answer.modified_s {
        put("Last-Modified", &http_date(modified_s));
    }
    if let Some(location) = answer.location_value() {
        put("Location", &location);
    }
    put("Connection", if stays { b"keep-alive" } else { b"close" });
    if let (true, Some(seconds)) = (stays, visit.settings.keepalive_header) {
        put("Keep-Alive", format!("timeout={seconds}").as_bytes());
    }
    if let Some(etag) = &answer.etag {
        put("ETag", etag);
    }
    for (name, value) in &answer.fields {
        head.extend(text!(name, ": ", value, "\r\n"));
    }
    head.extend_from_slice(b"\r\n");
    head
}
