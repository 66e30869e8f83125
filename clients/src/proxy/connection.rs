//! One client's connection: requests and answers in turn, until a raw stream or the end.

use std::time::Duration;

use bytes::Buf as _;

use super::Shared;
use super::guest::{Guest, Interest};
use super::mutation::Change;
use super::side::{End, Side};
use super::{request, response, tunnel};
use crate::http1::{BodyDecoder, Decoded, Framing, Head, Malformed, take_head};
use crate::raw::{Handshake, RawClient, Request, Stream};

/// Bytes of a body that is changed as a whole.
const WHOLE_BODY_BYTES: usize = 64 * 1024 * 1024;
/// Bytes a client may send before its request is answered; it is not read any further until then.
const EARLY_BYTES: usize = 1024 * 1024;
/// How long a client may take to end its side after ours has ended.
const LINGER: Duration = Duration::from_secs(5);

/// Why a connection is over.
#[derive(Debug)]
enum Over {
    /// Somebody ended it, or broke it.
    Ended,
    /// A raw stream took it over and is done.
    Taken,
}

impl From<Malformed> for Over {
    fn from(_: Malformed) -> Over {
        // Not HTTP: nothing can be said to the one who sent it.
        Over::Ended
    }
}

impl From<std::io::Error> for Over {
    fn from(_: std::io::Error) -> Over {
        Over::Ended
    }
}

/// A message's head, as it came and as it is to go.
struct Message {
    head: Head,
    raw: Vec<u8>,
    framing: Framing,
    changed: bool,
}

impl Message {
    /// The bytes of the head: as they came, unless something was changed.
    fn bytes(&self) -> Vec<u8> {
        if self.changed {
            self.head.to_bytes()
        } else {
            self.raw.clone()
        }
    }
}

/// What is done to an answer.
struct Act<'a> {
    changes: &'a [Change],
    /// Who looks at it, and why.
    visit: Option<(&'a Guest, Interest)>,
}

/// Serves a client until its connection is over.
pub(super) async fn serve(mut client: Side, shared: &Shared) {
    let mut zone = None;
    loop {
        match exchange(client, zone, shared).await {
            Ok((same_client, same_zone)) => {
                client = same_client;
                zone = same_zone;
            }
            Err(Over::Ended | Over::Taken) => return,
        }
    }
}

/// One request and its answer.
async fn exchange(
    mut client: Side,
    zone: Option<Side>,
    shared: &Shared,
) -> Result<(Side, Option<Side>), Over> {
    let mut zone = zone;
    let mut asked = next_request(&mut client, &mut zone, shared.guest.is_some()).await?;
    let mut early = None;
    if shared.records(asked.framing) {
        let body = read_whole(&mut client, asked.framing).await?;
        shared.record(&asked.head, &body);
        early = Some(body);
    } else {
        shared.record(&asked.head, b"");
    }
    let matches = shared.mutation.on.request(&asked.head);
    let changes: &[Change] = if matches { &shared.mutation.what } else { &[] };
    // Changes of the request look at no status, so its turn is decided here; answers wait for theirs.
    let looks_at_status = shared.mutation.on.status.is_some();
    let turn = matches && !looks_at_status && shared.turn();
    let of_request: &[Change] = if turn || looks_at_status {
        changes
    } else {
        &[]
    };
    if let Some(answer) = of_request.iter().find_map(swallowed) {
        if early.is_none() {
            read_whole(&mut client, asked.framing).await?;
        }
        client.writer.write(&answer).await?;
        shared.applied();
        return Ok((client, zone));
    }
    let guest = shared.guest.as_ref();
    let refused = match guest {
        None => false,
        Some(guest) => {
            guest.note(&asked.head);
            guest.must_not(&asked.head) || takes(guest, &asked.head, shared).await
        }
    };
    if refused {
        read_whole(&mut client, asked.framing).await?;
        let refusal = answer_of_our_own(403, "Forbidden", "others have made things here, too\n");
        client.writer.write(&refusal).await?;
        return Ok((client, zone));
    }
    let edits = request::edit_head(&mut asked.head, of_request);
    count(shared, edits);
    let visit = guest.and_then(|guest| Some((guest, Guest::prepare(&mut asked.head)?)));
    asked.changed |= edits > 0 || visit.is_some();
    let mut onward = match zone {
        Some(side) => side,
        None => connect(shared).await?,
    };
    let to = &mut onward;
    send_request(&mut client, to, &mut asked, early, of_request, shared).await?;
    if of_request.contains(&Change::HangUp) {
        shared.applied();
        // The zone has got it once it begins to answer.
        await_answer(&mut client, &mut onward, &asked.head).await?;
        close(client).await;
        return Err(Over::Ended);
    }
    let answer = await_answer(&mut client, &mut onward, &asked.head).await?;
    let fits = matches && shared.mutation.on.response(&answer.head);
    let turn = if looks_at_status {
        fits && shared.turn()
    } else {
        turn
    };
    let of_answer: &[Change] = if turn { changes } else { &[] };
    let keeps = keeps_alive(&asked.head) && keeps_alive(&answer.head);
    let act = Act {
        changes: of_answer,
        visit,
    };
    answered(client, onward, answer, &act, keeps, shared).await
}

/// Whether a request would change a container that is somebody else's.
async fn takes(guest: &Guest, asked: &Head, shared: &Shared) -> bool {
    let Some(reference) = Guest::changes(asked) else {
        return false;
    };
    let look = Request::new("GET", format!("/v1.24/containers/{reference}/json"));
    let seen = RawClient::new(shared.onward.clone()).exchange(&look).await;
    let seen = seen.ok().filter(|seen| seen.status() == 200);
    let seen = seen.and_then(|seen| seen.json().ok());
    let id = seen.as_ref().and_then(|seen| seen["Id"].as_str());
    id.is_some_and(|id| guest.is_others(id))
}

/// Waits for the head of the next request. The end of an idle connection onward ends the client's too.
async fn next_request(
    client: &mut Side,
    zone: &mut Option<Side>,
    visits: bool,
) -> Result<Message, Over> {
    loop {
        // What stands between two requests belongs to none; not every target takes it.
        while visits && client.reader.received.starts_with(b"\r\n") {
            client.reader.received.advance(2);
        }
        if let Some((head, raw)) = take_head(&mut client.reader.received)? {
            let framing = Framing::of_request(&head)?;
            return Ok(Message {
                head,
                raw,
                framing,
                changed: false,
            });
        }
        let idle = client.reader.received.is_empty();
        let came = match zone.as_mut().filter(|_| idle) {
            None => client.reader.more().await,
            Some(onward) => tokio::select! {
                came = client.reader.more() => came,
                _ = onward.reader.more() => {
                    client.writer.end(onward.reader.ended.unwrap_or(End::Clean)).await;
                    client.reader.drain(LINGER).await;
                    return Err(Over::Ended);
                }
            },
        };
        if !came {
            if let (Some(onward), Some(how)) = (zone, client.reader.ended) {
                onward.writer.end(how).await;
            }
            return Err(Over::Ended);
        }
    }
}

fn swallowed(change: &Change) -> Option<Vec<u8>> {
    let Change::Swallow {
        status,
        reason,
        body,
    } = change
    else {
        return None;
    };
    Some(answer_of_our_own(*status, reason, body))
}

fn answer_of_our_own(status: u16, reason: &str, body: &str) -> Vec<u8> {
    let mut head = Head {
        first_line: format!("HTTP/1.1 {status} {reason}"),
        headers: Vec::new(),
    };
    let body = response::framed(&mut head, Framing::None, body.as_bytes());
    [head.to_bytes(), body].concat()
}

async fn connect(shared: &Shared) -> Result<Side, Over> {
    let (stream, _) = Stream::connect(&shared.onward, &Handshake::default())
        .await
        .map_err(|_| Over::Ended)?;
    Ok(Side::onward(stream)?)
}

/// Sends a request on, its body as it comes unless it has come already (`early`) or has to be seen as a whole.
async fn send_request(
    client: &mut Side,
    zone: &mut Side,
    asked: &mut Message,
    early: Option<Vec<u8>>,
    changes: &[Change],
    shared: &Shared,
) -> Result<(), Over> {
    if request::wants_body(changes) && asked.framing != Framing::None {
        let mut body = match early {
            Some(body) => body,
            None => read_whole(client, asked.framing).await?,
        };
        let edits = request::edit_body(&mut asked.head, &mut asked.framing, &mut body, changes);
        count(shared, edits);
        zone.writer.write(&asked.head.to_bytes()).await?;
        return Ok(zone.writer.write(&body).await?);
    }
    zone.writer.write(&asked.bytes()).await?;
    if let Some(body) = early {
        return Ok(zone.writer.write(&body).await?);
    }
    // A zone that answers before it has everything is heard afterwards: both ends have buffers.
    pass_body(client, zone, asked.framing, None).await
}

/// Waits for the head of an answer; the client's half-close is passed on meanwhile.
async fn await_answer(client: &mut Side, zone: &mut Side, asked: &Head) -> Result<Message, Over> {
    let method = asked.request_line().map_or("", |(method, _, _)| method);
    // Of a raw stream the end belongs behind its bytes, which are passed on after the answer.
    let wants_stream = asked.has_token("Connection", "Upgrade");
    let mut told_end = false;
    loop {
        if let Some((head, raw)) = take_head(&mut zone.reader.received)? {
            let framing = Framing::of_response(&head, method)?;
            let interim = head
                .status_line()
                .is_some_and(|(_, status, _)| status == 100);
            if interim {
                client.writer.write(&raw).await?;
                continue;
            }
            return Ok(Message {
                head,
                raw,
                framing,
                changed: false,
            });
        }
        let came = tokio::select! {
            came = zone.reader.more() => came,
            came = client.reader.more(), if !told_end && client.reader.received.len() < EARLY_BYTES => {
                if !came {
                    told_end = true;
                    if !wants_stream && client.reader.received.is_empty() {
                        zone.writer.end(client.reader.ended.unwrap_or(End::Clean)).await;
                    }
                }
                true
            }
        };
        if !came {
            // No answer, or part of one: what came goes on, and then the same end.
            let rest = zone.reader.received.split();
            client.writer.write(&rest).await?;
            client
                .writer
                .end(zone.reader.ended.unwrap_or(End::Clean))
                .await;
            client.reader.drain(LINGER).await;
            return Err(Over::Ended);
        }
    }
}

/// Passes an answer on.
async fn answered(
    mut client: Side,
    mut zone: Side,
    mut answer: Message,
    act: &Act<'_>,
    keeps: bool,
    shared: &Shared,
) -> Result<(Side, Option<Side>), Over> {
    let changes = act.changes;
    let edits = response::edit_head(&mut answer.head, changes);
    count(shared, edits);
    answer.changed |= edits > 0;
    let raw_stream = answer
        .head
        .header("Content-Type")
        .is_some_and(|kind| kind.contains("raw-stream"));
    let until_close = answer.framing == Framing::UntilClose;
    if answer.framing == Framing::Tunnel || (until_close && raw_stream) {
        tunnel::pass(client, zone, answer.bytes(), changes, shared).await;
        return Err(Over::Taken);
    }
    let hears = match act.visit {
        Some((guest, Interest::Build)) => Some(guest),
        _ => None,
    };
    if response::wants_body(changes) || (act.visit.is_some() && hears.is_none()) {
        return whole(client, zone, answer, act, keeps, shared).await;
    }
    client.writer.write(&answer.bytes()).await?;
    if until_close {
        tunnel::pass(client, zone, Vec::new(), &[], shared).await;
        return Err(Over::Taken);
    }
    pass_body(&mut zone, &mut client, answer.framing, hears).await?;
    if keeps {
        return Ok((client, Some(zone)));
    }
    // Whoever asked for it closes; we pass that on.
    zone.reader.drain(LINGER).await;
    client
        .writer
        .end(zone.reader.ended.unwrap_or(End::Clean))
        .await;
    client.reader.drain(LINGER).await;
    Err(Over::Ended)
}

/// Changes an answer whose body is seen as a whole.
async fn whole(
    mut client: Side,
    mut zone: Side,
    mut answer: Message,
    act: &Act<'_>,
    keeps: bool,
    shared: &Shared,
) -> Result<(Side, Option<Side>), Over> {
    let changes = act.changes;
    let until_close = answer.framing == Framing::UntilClose;
    let mut body = read_whole(&mut zone, answer.framing).await?;
    if let Some((guest, interest)) = act.visit {
        guest.look(interest, &mut body);
    }
    count(
        shared,
        response::edit_body(&mut answer.head, &mut body, changes),
    );
    let mut goes = response::framed(&mut answer.head, answer.framing, &body);
    let cut = changes.iter().find_map(|change| match change {
        Change::TruncateBody { bytes } => Some(*bytes),
        _ => None,
    });
    if let Some(len) = cut.filter(|len| *len < goes.len()) {
        shared.applied();
        goes.truncate(len);
    }
    client
        .writer
        .write(&[answer.head.to_bytes(), goes].concat())
        .await?;
    if keeps && !until_close && cut.is_none() {
        return Ok((client, Some(zone)));
    }
    close(client).await;
    Err(Over::Ended)
}

/// Ends a client's connection in order.
async fn close(mut client: Side) {
    client.writer.end(End::Clean).await;
    client.reader.drain(LINGER).await;
}

async fn read_whole(from: &mut Side, framing: Framing) -> Result<Vec<u8>, Over> {
    let mut decoder = BodyDecoder::new(framing);
    let mut body = Vec::new();
    loop {
        match decoder.next(&mut from.reader.received)? {
            Decoded::Data(data) => {
                body.extend_from_slice(&data);
                if body.len() > WHOLE_BODY_BYTES {
                    return Err(Over::Ended);
                }
            }
            Decoded::ChunkEnd => {}
            Decoded::End => return Ok(body),
            Decoded::NeedMore => {
                if !from.reader.more().await {
                    return if decoder.may_end() {
                        Ok(body)
                    } else {
                        Err(Over::Ended)
                    };
                }
            }
        }
    }
}

/// Passes a body on, in the same chunks, which a guest may hear.
async fn pass_body(
    from: &mut Side,
    to: &mut Side,
    framing: Framing,
    hears: Option<&Guest>,
) -> Result<(), Over> {
    let mut decoder = BodyDecoder::new(framing);
    let mut chunk = Vec::new();
    loop {
        match decoder.next(&mut from.reader.received)? {
            Decoded::Data(data) if framing == Framing::Chunked => {
                chunk.extend_from_slice(&data);
                if chunk.len() > WHOLE_BODY_BYTES {
                    return Err(Over::Ended);
                }
            }
            Decoded::Data(data) => to.writer.write(&data).await?,
            Decoded::ChunkEnd => {
                if let Some(guest) = hears {
                    guest.hear(&chunk);
                }
                let size = format!("{:x}\r\n", chunk.len());
                let bytes = [size.as_bytes(), &std::mem::take(&mut chunk), b"\r\n"].concat();
                to.writer.write(&bytes).await?;
            }
            Decoded::End => {
                if framing == Framing::Chunked {
                    to.writer.write(b"0\r\n\r\n").await?;
                }
                return Ok(());
            }
            Decoded::NeedMore => {
                if !from.reader.more().await {
                    // Broken off in the middle: so it is on the other side.
                    to.writer
                        .end(from.reader.ended.unwrap_or(End::Broken))
                        .await;
                    return Err(Over::Ended);
                }
            }
        }
    }
}

fn keeps_alive(head: &Head) -> bool {
    let old = head.first_line.contains("HTTP/1.0");
    !old && !head.has_token("Connection", "close")
}

fn count(shared: &Shared, edits: u64) {
    for _ in 0..edits {
        shared.applied();
    }
}
