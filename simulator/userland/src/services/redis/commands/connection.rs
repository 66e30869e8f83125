//! The connection itself.

use super::Call;
use super::numbers::integer;
use crate::services::redis::fail::Fail;
use crate::services::redis::resp;
use bytes::Bytes;

pub(super) fn ping(call: &mut Call<'_>) -> Result<(), Fail> {
    if call.words.len() > 2 {
        return Err(Fail::arguments("ping"));
    }
    let message = call.words.get(1);
    if call.client()?.subscriptions() > 0 {
        let message = message.map_or(&b""[..], |message| message);
        call.reply.bulks([&b"pong"[..], message].iter());
        return Ok(());
    }
    match message {
        Some(message) => call.reply.bulk(message),
        None => call.reply.simple(b"PONG"),
    }
    Ok(())
}

pub(super) fn echo(call: &mut Call<'_>) -> Result<(), Fail> {
    call.reply.bulk(&call.words[1]);
    Ok(())
}

pub(super) fn auth(call: &mut Call<'_>) -> Result<(), Fail> {
    let password = call.state.config.password.clone();
    if password.is_empty() {
        return Err(Fail::new("Client sent AUTH, but no password is set"));
    }
    let right = call.words[1] == password;
    call.client()?.authenticated = right;
    match right {
        true => {
            call.reply.ok();
            Ok(())
        }
        false => Err(Fail::new("invalid password")),
    }
}

pub(super) fn select(call: &mut Call<'_>) -> Result<(), Fail> {
    let index = integer(&call.words[1]).map_err(|_| Fail::new("invalid DB index"))?;
    let most = call.state.store.dbs.len();
    let index = usize::try_from(index).ok().filter(|index| *index < most);
    call.client()?.db = index.ok_or_else(|| Fail::new("invalid DB index"))?;
    call.reply.ok();
    Ok(())
}

pub(super) fn quit(call: &mut Call<'_>) -> Result<(), Fail> {
    call.client()?.leaves = true;
    call.reply.ok();
    Ok(())
}

pub(super) fn client(call: &mut Call<'_>) -> Result<(), Fail> {
    let what = call.words[1].to_ascii_lowercase();
    match (&what[..], &call.words[2..]) {
        (b"list", []) => {
            let now = call.now_ms();
            let lines: String = call
                .state
                .clients
                .values()
                .map(|client| client.line(now))
                .collect();
            call.reply.bulk(lines.as_bytes());
        }
        (b"getname", []) => {
            let name = call.client()?.name.clone();
            call.reply.maybe((!name.is_empty()).then_some(&name[..]));
        }
        (b"setname", [name]) => {
            if !name.iter().all(u8::is_ascii_graphic) {
                return Err(Fail::new(
                    "Client names cannot contain spaces, newlines or special characters.",
                ));
            }
            call.client()?.name = name.clone();
            call.reply.ok();
        }
        (b"kill", [address]) => {
            let text = String::from_utf8_lossy(address).into_owned();
            match kill(call, |_, peer| peer == text) {
                0 => return Err(Fail::new("No such client")),
                _ => call.reply.ok(),
            }
        }
        (b"kill", filters) if !filters.is_empty() && filters.len() % 2 == 0 => {
            let count = kill_by(call, filters)?;
            call.reply.count(count);
        }
        (b"reply", [way]) if way.eq_ignore_ascii_case(b"on") => call.reply.ok(),
        _ => {
            return Err(Fail::new(
                "Syntax error, try CLIENT (LIST | KILL | GETNAME | SETNAME | REPLY ON)",
            ));
        }
    }
    Ok(())
}

fn kill_by(call: &mut Call<'_>, filters: &[Bytes]) -> Result<usize, Fail> {
    let (mut id, mut address) = (None, None);
    let mut spares_own = true;
    for filter in filters.chunks(2) {
        match (&filter[0].to_ascii_lowercase()[..], &filter[1]) {
            (b"id", value) => {
                let value = resp::integer(value).and_then(|id| u64::try_from(id).ok());
                id = Some(value.ok_or_else(|| Fail::new("Invalid client ID"))?);
            }
            (b"addr", value) => address = Some(String::from_utf8_lossy(value).into_owned()),
            (b"skipme", value) => spares_own = value.eq_ignore_ascii_case(b"yes"),
            _ => return Err(Fail::syntax()),
        }
    }
    let own = call.id;
    Ok(kill(call, |client, peer| {
        id.is_none_or(|id| id == client)
            && address.as_ref().is_none_or(|address| address == peer)
            && !(spares_own && client == own)
    }))
}

/// Cuts off who is meant; how many.
fn kill(call: &mut Call<'_>, is_meant: impl Fn(u64, &str) -> bool) -> usize {
    let own = call.id;
    let mut count = 0;
    for client in call.state.clients.values_mut() {
        if is_meant(client.id, &client.peer.to_string()) {
            count += 1;
            match client.id == own {
                true => client.leaves = true,
                false => client.killed = true,
            }
            client.attention.call();
        }
    }
    count
}
