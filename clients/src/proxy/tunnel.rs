//! Raw streams: bytes both ways, and ends of both ways.

use std::time::Duration;

use super::Shared;
use super::frames::StreamEdit;
use super::mutation::Change;
use super::side::{End, Reader, Side, Writer};

/// How long a client may take to end its side after the zone has ended its own.
const LINGER: Duration = Duration::from_secs(5);

/// Passes a raw stream on after its head. `head` is not sent yet.
pub(super) async fn pass(
    mut client: Side,
    mut zone: Side,
    head: Vec<u8>,
    changes: &[Change],
    shared: &Shared,
) {
    let hold_head = changes.contains(&Change::HoldHead);
    if hold_head {
        shared.applied();
    } else if client.writer.write(&head).await.is_err() {
        return;
    }
    let pending = if hold_head { head } else { Vec::new() };
    let reset = {
        let up = input(&mut client.reader, &mut zone.writer, changes, shared);
        let down = output(
            &mut zone.reader,
            &mut client.writer,
            pending,
            changes,
            shared,
        );
        let (mut up, mut down) = (std::pin::pin!(up), std::pin::pin!(down));
        tokio::select! {
            reset = &mut down => {
                // What the client still sends is its own business, but it must not be reset by it.
                if !reset {
                    let _ = tokio::time::timeout(LINGER, up).await;
                }
                reset
            }
            how = &mut up => {
                if how == End::Broken {
                    // The zone's connection breaks with the client's.
                    return;
                }
                down.await
            }
        }
    };
    if reset {
        return;
    }
    // Whoever has not ended yet gets the time to.
    client.reader.drain(LINGER).await;
}

/// From the client to the zone; says how the client ended.
async fn input(from: &mut Reader, to: &mut Writer, changes: &[Change], shared: &Shared) -> End {
    let swallow = changes.contains(&Change::SwallowInput);
    let repeat = changes.contains(&Change::RepeatInput);
    loop {
        let bytes = from.received.split();
        if !bytes.is_empty() {
            let copies = match (swallow, repeat) {
                (true, _) => 0,
                (false, true) => 2,
                (false, false) => 1,
            };
            if copies != 1 {
                shared.applied();
            }
            for _ in 0..copies {
                // A zone that takes no more still has its output to finish.
                let _ = to.write(&bytes).await;
            }
        }
        if !from.more().await {
            break;
        }
    }
    let how = from.ended.unwrap_or(End::Clean);
    if changes.contains(&Change::SwallowInputEnd) {
        shared.applied();
    } else {
        to.end(how).await;
    }
    how
}

/// From the zone to the client; says whether the connection is to end by a reset.
async fn output(
    from: &mut Reader,
    to: &mut Writer,
    mut pending: Vec<u8>,
    changes: &[Change],
    shared: &Shared,
) -> bool {
    let mut edit = StreamEdit::new(changes);
    let mut counted = 0;
    loop {
        let bytes = from.received.split();
        let mut goes = if bytes.is_empty() {
            Vec::new()
        } else {
            edit.feed(&bytes)
        };
        let over = edit.is_cut() || (from.ended.is_some() && bytes.is_empty());
        if over {
            goes.extend(edit.end());
        }
        for _ in counted..edit.applied() {
            shared.applied();
        }
        counted = edit.applied();
        if !pending.is_empty() && (!goes.is_empty() || over) {
            goes = [std::mem::take(&mut pending), goes].concat();
        }
        if to.write(&goes).await.is_err() || over {
            break;
        }
        if from.received.is_empty() {
            from.more().await;
        }
    }
    let mut how = if edit.is_cut() {
        End::Clean
    } else {
        from.ended.unwrap_or(End::Broken)
    };
    for change in changes {
        match change {
            Change::ResetAtEnd => how = End::Broken,
            Change::NoCloseNotify if how == End::Clean => how = End::FinOnly,
            Change::NeverEnd => {
                shared.applied();
                std::future::pending::<()>().await;
            }
            _ => continue,
        }
        shared.applied();
    }
    to.end(how).await;
    how == End::Broken
}
