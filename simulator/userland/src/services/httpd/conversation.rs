//! One connection: requests come, answers go, one after the other.

use super::config::Config;
use super::page::reason;
use super::visit::Visit;
use crate::applets::text;
use crate::kernel::Errno;
use crate::services::http::{
    Answer, Came, Length, Malformed, Patience, Request, Version, first_line, http_date, parse,
    receive, send, skip,
};
use crate::services::stream::{Closing, Stream};
use std::time::Duration;

/// How long a client may take to see that its connection ends.
const LINGER: Duration = Duration::from_secs(2);

/// What a child knows of itself.
pub(super) struct Work<'w> {
    pub(super) config: &'w Config,
    pub(super) version: &'w str,
    pub(super) closing: &'w Closing,
}

/// Serves a connection to its end.
pub(super) async fn converse(work: Work<'_>, mut stream: Stream<'_>) {
    let mut nth = 0;
    while go_on(&work, &mut stream, nth).await {
        nth += 1;
    }
}

fn status_of(wrong: Malformed) -> u16 {
    match wrong {
        Malformed::Version => 505,
        _ => 400,
    }
}

/// One request; whether another may follow.
async fn go_on(work: &Work<'_>, stream: &mut Stream<'_>, nth: u64) -> bool {
    let config = work.config;
    let patience = Patience {
        idle: match nth {
            0 => config.timeout,
            _ => config.keep_alive_timeout,
        },
        head: config.timeout,
    };
    let came = receive(stream, patience, work.closing).await;
    let began = stream.sys.now();
    let (parsed, wrong) = match came {
        Came::Nothing => return false,
        Came::LineTooLong => (Err(first_line(stream.input())), Some(414)),
        Came::HeadTooLong => (Err(first_line(stream.input())), Some(400)),
        Came::Head(end) => {
            let parsed = parse(&stream.input()[..end]);
            stream.used(end);
            match parsed {
                Ok(request) => (Ok(request), None),
                Err((wrong, line)) => (Err(line), Some(status_of(wrong))),
            }
        }
    };
    stream.sys.burn(2_000).await;
    let request: Option<&Request> = parsed.as_ref().ok();
    let name = request.map_or(&b""[..], |request| &request.host);
    let mut visit = Visit {
        sys: stream.sys,
        config,
        version: work.version,
        host: config.host(stream.local, name),
        request,
        line: match &parsed {
            Ok(request) => request.line.clone(),
            Err(line) => line.clone(),
        },
        peer: stream.peer,
        local: stream.local,
        nth: nth + 1,
        began,
        file: Vec::new(),
        status: 0,
        head_bytes: 0,
        body_bytes: 0,
        stays: false,
    };
    let answer = visit.respond(wrong).await;
    visit.stays = config.keeps_alive
        && !answer.closes
        && !work.closing.has_begun()
        && nth + 1 < config.keep_alive_requests
        && request.is_some_and(|request| {
            request.keeps_alive()
                && request.body != Length::Chunked
                && request.header("expect").is_none()
        });
    let sent = reply(&mut visit, stream, &answer).await;
    drop(answer);
    for (log, format) in &visit.host.logs {
        log.write(stream.sys, &format.line(&visit)).await;
    }
    let stays = visit.stays;
    if sent.is_err() {
        return false;
    }
    let rest = match request.map(|request| request.body) {
        Some(Length::Known(rest)) => rest,
        _ => 0,
    };
    let stays = stays && skip(stream, rest, config.timeout).await;
    if !stays {
        stream.linger(LINGER).await;
    }
    stays
}

async fn reply(
    visit: &mut Visit<'_>,
    stream: &Stream<'_>,
    answer: &Answer<'_>,
) -> Result<(), Errno> {
    let simple = visit
        .request
        .is_some_and(|request| request.version == Version::Simple);
    let head = match simple {
        true => Vec::new(),
        false => head(visit, answer),
    };
    visit.status = answer.status;
    visit.head_bytes = head.len() as u64;
    let no_body = answer.status == 304 || visit.request.is_some_and(Request::is_head);
    let patience = visit.config.timeout;
    let (count, sent) = send(stream, head, &answer.body, no_body, patience).await;
    visit.body_bytes = count;
    sent
}

fn head(visit: &Visit<'_>, answer: &Answer<'_>) -> Vec<u8> {
    let status = answer.status;
    let mut head = text!(
        format!("HTTP/1.1 {status} {}\r\nDate: ", reason(status)),
        http_date(visit.sys.now().as_secs()),
        "\r\nServer: ",
        visit.server(),
        "\r\n"
    );
    let mut put = |name: &str, value: &[u8]| head.extend(text!(name, ": ", value, "\r\n"));
    if let Some(location) = answer.location_value() {
        put("Location", &location);
    }
    if let Some(modified_s) = answer.modified_s {
        put("Last-Modified", &http_date(modified_s));
    }
    if let Some(etag) = &answer.etag {
        put("ETag", etag);
    }
    if answer.modified_s.is_some() {
        put("Accept-Ranges", b"bytes");
    }
    for (name, value) in answer.fields.iter().filter(|(name, _)| name == b"Allow") {
        put(&String::from_utf8_lossy(name), value);
    }
    if status != 304 {
        put("Content-Length", answer.body.len().to_string().as_bytes());
    }
    for (name, value) in answer.fields.iter().filter(|(name, _)| name != b"Allow") {
        put(&String::from_utf8_lossy(name), value);
    }
    let asked = visit
        .request
        .is_some_and(|request| request.has_word("connection", "keep-alive"));
    if !visit.stays {
        put("Connection", b"close");
    } else if asked {
        let left = visit.config.keep_alive_requests.saturating_sub(visit.nth);
        let seconds = visit.config.keep_alive_timeout.as_secs();
        put(
            "Keep-Alive",
            format!("timeout={seconds}, max={left}").as_bytes(),
        );
        put("Connection", b"Keep-Alive");
    }
    if let Some(kind) = &answer.content_type {
        put("Content-Type", kind);
    }
    head.extend_from_slice(b"\r\n");
    head
}
