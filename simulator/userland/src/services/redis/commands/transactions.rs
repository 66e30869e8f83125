//! Transactions.

use super::{Call, find};
use crate::services::redis::fail::Fail;
use crate::services::redis::resp::Reply;

pub(super) fn multi(call: &mut Call<'_>) -> Result<(), Fail> {
    let client = call.client()?;
    if client.queue.is_some() {
        return Err(Fail::new("MULTI calls can not be nested"));
    }
    client.queue = Some(Vec::new());
    call.reply.ok();
    Ok(())
}

pub(super) fn discard(call: &mut Call<'_>) -> Result<(), Fail> {
    let client = call.client()?;
    if client.queue.is_none() {
        return Err(Fail::new("DISCARD without MULTI"));
    }
    client.leave_transaction();
    call.reply.ok();
    Ok(())
}

pub(super) fn watch(call: &mut Call<'_>) -> Result<(), Fail> {
    let (db, keys) = (call.db, &call.words[1..]);
    let client = call.client()?;
    if client.queue.is_some() {
        return Err(Fail::new("WATCH inside MULTI is not allowed"));
    }
    for key in keys {
        let place = (db, key.clone());
        if !client.watched.contains(&place) {
            client.hold_for_transaction(std::slice::from_ref(key));
            client.watched.push(place);
        }
    }
    call.reply.ok();
    Ok(())
}

pub(super) fn unwatch(call: &mut Call<'_>) -> Result<(), Fail> {
    let client = call.client()?;
    // Inside of a transaction it is queued, and what is queued is kept.
    if client.queue.is_none() {
        client.leave_transaction();
    }
    call.reply.ok();
    Ok(())
}

/// Runs what was queued, one after the other, with nobody in between.
pub(super) async fn exec(call: &mut Call<'_>) -> Result<(), Fail> {
    let now = call.now_ms();
    // A watched key whose time has come has changed.
    call.state.store.expire_all(now);
    let mut pace = call.pace();
    call.state.tell_of_changes(now, &mut pace).await;
    let client = call.client()?;
    let Some(queue) = client.queue.take() else {
        return Err(Fail::new("EXEC without MULTI"));
    };
    let (fails, changed) = (client.queue_fails, client.watch_fails);
    client.leave_transaction();
    if fails {
        return Err(Fail(
            b"EXECABORT Transaction discarded because of previous errors.".to_vec(),
        ));
    }
    if changed {
        call.reply.nil_array();
        return Ok(());
    }
    let mut replies = Reply::default();
    replies.array(queue.len());
    for words in &queue {
        let db = call.client()?.db;
        let mut one = Call {
            state: call.state,
            sys: call.sys,
            log: call.log,
            id: call.id,
            words,
            reply: &mut replies,
            db,
            now_us: call.now_us,
            in_transaction: true,
            random: call.random,
        };
        if let Some(row) = find(&words[0]) {
            one.execute(row).await;
        }
        call.random = call.random.wrapping_add(1);
    }
    call.reply.0.extend_from_slice(&replies.0);
    Ok(())
}
