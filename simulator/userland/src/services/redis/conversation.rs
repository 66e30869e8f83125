//! One client: commands come, answers go.

use super::Shared;
use super::client::Attention;
use super::commands::{Call, run};
use super::resp::{Parsed, Parser, Reply};
use super::saving::now_ms;
use super::state::Ending;
use crate::kernel::{Buffer, Errno, Wanted};
use crate::services::stream::Stream;
use std::time::Duration;

/// Answers that are sent before more commands are run, bytes.
const OUT_BYTES: usize = 64 << 10;
/// What a client may send while it waits for something.
const AHEAD_BYTES: usize = 64 << 10;
/// Fuel of a command, beside what its bytes cost.
const COMMAND_FUEL: u64 = 1_000;

/// What comes after the commands that were there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    /// More must come.
    Wait,
    /// Answers go first.
    Send,
    /// The server is to end.
    End(bool),
    /// The client goes, when its answers are sent.
    Leave,
    /// The client goes now.
    Stop,
}

/// Talks with a client to the end.
pub(super) async fn converse(shared: &Shared, mut stream: Stream<'_>) {
    let now = now_ms(stream.sys);
    let (id, attention, full) = {
        let mut state = shared.state.hold().await;
        let full = state.clients.len() >= state.config.max_clients;
        state.stats.rejected += u64::from(full);
        let id = state.add_client(stream.peer, now);
        let attention = state
            .clients
            .get(&id)
            .map(|client| client.attention.clone());
        (id, attention.unwrap_or_default(), full)
    };
    if full {
        let _ = stream
            .send(
                b"-ERR max number of clients reached\r\n",
                Some(Duration::ZERO),
            )
            .await;
    } else {
        answer_all(shared, &mut stream, id, &attention).await;
    }
    shared.state.hold().await.remove_client(id);
}

/// Answers a client until it goes.
async fn answer_all(shared: &Shared, stream: &mut Stream<'_>, id: u64, attention: &Attention) {
    let mut parser = Parser::default();
    loop {
        let next = run_what_is_there(shared, stream, &mut parser, id).await;
        if next == Next::Stop || send(shared, stream, id, attention).await.is_err() {
            return;
        }
        match next {
            Next::Wait => {
                if !wait(shared, stream, id, attention).await {
                    return;
                }
            }
            Next::Send => {}
            Next::End(saves) => {
                if shared.end(stream.sys, saves).await {
                    return;
                }
                let mut reply = Reply::default();
                reply.error(b"ERR Errors trying to SHUTDOWN. Check logs.");
                answer(shared, id, &reply).await;
            }
            Next::Leave | Next::Stop => return,
        }
    }
}

async fn answer(shared: &Shared, id: u64, reply: &Reply) {
    let mut state = shared.state.hold().await;
    if let Some(client) = state.clients.get_mut(&id) {
        client.out.extend_from_slice(&reply.0);
    }
}

/// Runs commands until there are no more, or something else comes first.
async fn run_what_is_there(
    shared: &Shared,
    stream: &mut Stream<'_>,
    parser: &mut Parser,
    id: u64,
) -> Next {
    loop {
        stream.sys.burn(COMMAND_FUEL).await;
        if let Some(next) = step(shared, stream, parser, id).await {
            return next;
        }
    }
}

/// Reads on, and runs the command that has come to its end; what comes first then, if anything does.
async fn step(
    shared: &Shared,
    stream: &mut Stream<'_>,
    parser: &mut Parser,
    id: u64,
) -> Option<Next> {
    let now_us = stream.sys.now().0 / 1000;
    let cpu = stream.sys.cpu_times().own_ns;
    let mut state = shared.state.hold().await;
    let Some(client) = state.clients.get(&id) else {
        return Some(Next::Stop);
    };
    if client.killed {
        return Some(Next::Stop);
    }
    if client.leaves {
        return Some(Next::Leave);
    }
    if client.out.len() >= OUT_BYTES {
        return Some(Next::Send);
    }
    if client.blocked.is_some() {
        return Some(Next::Wait);
    }
    let db = client.db;
    let command = match parser.step(stream.input()) {
        Ok(Parsed::More) => return Some(Next::Wait),
        Ok(Parsed::Some(used, command)) => {
            state.stats.input_bytes += used as u64;
            stream.used(used);
            command
        }
        Err(violation) => {
            let mut reply = Reply::default();
            reply.error(format!("ERR Protocol error: {}", violation.0).as_bytes());
            if let Some(client) = state.clients.get_mut(&id) {
                client.out.extend_from_slice(&reply.0);
                client.leaves = true;
            }
            return Some(Next::Leave);
        }
    };
    let command = command?;
    state.config.cpu_seconds = cpu as f64 / 1e9;
    let due_before = state.due_ms();
    let mut reply = Reply::default();
    let random = state.stats.commands.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ now_us;
    let mut call = Call {
        state: &mut state,
        sys: stream.sys,
        log: &shared.log,
        id,
        words: &command.words,
        reply: &mut reply,
        db,
        now_us,
        in_transaction: false,
        random,
    };
    run(&mut call).await;
    if let Some(client) = state.clients.get_mut(&id) {
        client.answer(reply);
    }
    let ending = std::mem::replace(&mut state.ending, Ending::No);
    if state.due_ms() != due_before {
        shared.tending.call();
    }
    match ending {
        Ending::Save(saves) => Some(Next::End(saves)),
        Ending::No => None,
    }
}

/// Sends the answers; an error: the client has gone, or has to.
async fn send(
    shared: &Shared,
    stream: &Stream<'_>,
    id: u64,
    attention: &Attention,
) -> Result<(), Errno> {
    loop {
        let out = {
            let mut state = shared.state.hold().await;
            let Some(client) = state.clients.get_mut(&id) else {
                return Err(Errno::EPIPE);
            };
            let out = std::mem::replace(&mut client.out, Buffer::new());
            state.stats.output_bytes += out.len() as u64;
            out
        };
        if out.is_empty() {
            return Ok(());
        }
        let mut rest = &out[..];
        while !rest.is_empty() {
            match stream.sys.write(stream.fd, rest).await {
                Ok(count) => rest = &rest[count..],
                Err(Errno::EINTR) => {}
                Err(Errno::EAGAIN) => {
                    let wanted = [Wanted::Write(stream.fd)];
                    let heard = stream
                        .sys
                        .poll(&wanted, None, |context| attention.poll(context))
                        .await;
                    if let Err(error) = heard
                        && error != Errno::EINTR
                    {
                        return Err(error);
                    }
                    if shared.state.hold().await.is_killed(id) {
                        return Err(Errno::EPIPE);
                    }
                }
                Err(error) => return Err(error),
            }
        }
    }
}

/// Waits for bytes, for an answer of another client's making, or until time has passed; whether to go on.
async fn wait(shared: &Shared, stream: &mut Stream<'_>, id: u64, attention: &Attention) -> bool {
    let now = now_ms(stream.sys);
    let (blocked, until_ms, idle) = {
        let state = shared.state.hold().await;
        let Some(client) = state.clients.get(&id) else {
            return false;
        };
        let blocked = client.blocked.as_ref();
        let until = blocked.and_then(|blocked| blocked.until_ms);
        let subscribes = client.subscriptions() > 0;
        let timeout = state.config.timeout;
        let idle = (timeout > 0 && blocked.is_none() && !subscribes).then_some(timeout);
        (blocked.is_some(), until, idle)
    };
    let patience = match (until_ms, idle) {
        (Some(until), _) => Some(Duration::from_millis(until.saturating_sub(now))),
        (None, Some(seconds)) => Some(Duration::from_secs(seconds)),
        (None, None) => None,
    };
    // Who waits may hang up meanwhile.
    let reads = !blocked || stream.input().len() < AHEAD_BYTES;
    let wanted = [Wanted::Read(stream.fd)];
    let wanted = if reads { &wanted[..] } else { &[] };
    let polled = stream
        .sys
        .poll(wanted, patience, |context| attention.poll(context))
        .await;
    match polled {
        Ok(true) | Err(Errno::EINTR) => {}
        Ok(false) if blocked => {
            let mut state = shared.state.hold().await;
            let still = state
                .clients
                .get(&id)
                .is_some_and(|client| client.blocked.is_some());
            if still {
                state.unblock(id);
                if let Some(client) = state.clients.get_mut(&id) {
                    client.out.extend_from_slice(b"*-1\r\n");
                }
            }
            return true;
        }
        Ok(false) | Err(_) => return false,
    }
    if !reads {
        return true;
    }
    match stream.take().await {
        Ok(0) => false,
        Ok(_) | Err(Errno::EAGAIN | Errno::EINTR) => true,
        Err(_) => false,
    }
}
