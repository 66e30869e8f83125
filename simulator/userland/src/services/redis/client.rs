//! What the server knows of a client.

use super::resp::Reply;
use crate::kernel::{Bell, Buffer, Charge};
use bytes::Bytes;
use std::collections::BTreeSet;
use std::net::SocketAddrV4;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Context;

/// Calls the conversation with a client, or another one, to look at what there is.
#[derive(Debug, Default)]
pub(super) struct Attention {
    called: AtomicBool,
    bell: Bell,
}

impl Attention {
    pub(super) fn call(&self) {
        self.called.store(true, Ordering::Release);
        self.bell.ring();
    }

    /// Whether it was called since the last look; else the task of `context` is told when it is.
    pub(super) fn poll(&self, context: &Context<'_>) -> bool {
        self.bell.hear(context);
        self.called.swap(false, Ordering::AcqRel)
    }
}

/// What a client waits for.
#[derive(Clone, Debug)]
pub(super) struct Blocked {
    pub(super) db: usize,
    pub(super) keys: Vec<Bytes>,
    pub(super) from_front: bool,
    /// `BRPOPLPUSH`: where it goes.
    pub(super) to: Option<Bytes>,
    /// Milliseconds since 1970; none: for ever.
    pub(super) until_ms: Option<u64>,
}

/// A client.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) id: u64,
    pub(super) peer: SocketAddrV4,
    pub(super) name: Bytes,
    pub(super) since_ms: u64,
    pub(super) last_ms: u64,
    pub(super) last_command: &'static str,
    pub(super) authenticated: bool,
    pub(super) db: usize,
    /// The commands of `MULTI`.
    pub(super) queue: Option<Vec<Vec<Bytes>>>,
    /// One of them was wrong.
    pub(super) queue_fails: bool,
    pub(super) watched: Vec<(usize, Bytes)>,
    /// A watched key was changed.
    pub(super) watch_fails: bool,
    pub(super) channels: BTreeSet<Bytes>,
    pub(super) patterns: BTreeSet<Bytes>,
    pub(super) blocked: Option<Blocked>,
    /// For what it has queued, watches, subscribed to and waits for.
    held: Charge,
    /// Of those, the commands of `MULTI` and the watched keys.
    transaction_bytes: usize,
    /// Answers that have not been sent.
    pub(super) out: Buffer,
    /// Called when there is something for it.
    pub(super) attention: Arc<Attention>,
    /// It is to go, now or when its answers are sent.
    pub(super) killed: bool,
    pub(super) leaves: bool,
}

/// What a word that is kept costs beside its bytes.
const WORD_COST: usize = 96;

fn cost(words: &[Bytes]) -> usize {
    words.iter().map(|word| word.len() + WORD_COST).sum()
}

/// Answers for a subscriber that have not been sent: more, and it is cut off.
const PUSHED_BYTES: usize = 32 << 20;

impl Client {
    pub(super) fn new(id: u64, peer: SocketAddrV4, now_ms: u64) -> Self {
        Self {
            id,
            peer,
            name: Bytes::new(),
            since_ms: now_ms,
            last_ms: now_ms,
            last_command: "NULL",
            authenticated: false,
            db: 0,
            queue: None,
            queue_fails: false,
            watched: Vec::new(),
            watch_fails: false,
            channels: BTreeSet::new(),
            patterns: BTreeSet::new(),
            blocked: None,
            held: Charge::new(),
            transaction_bytes: 0,
            out: Buffer::new(),
            attention: Arc::default(),
            killed: false,
            leaves: false,
        }
    }

    /// Charges for words that it keeps.
    pub(super) fn hold(&mut self, words: &[Bytes]) {
        self.held.add(cost(words));
    }

    /// It keeps them no more.
    pub(super) fn release(&mut self, words: &[Bytes]) {
        self.held.give_back(cost(words));
    }

    /// Charges for words that it keeps until its transaction ends.
    pub(super) fn hold_for_transaction(&mut self, words: &[Bytes]) {
        self.hold(words);
        self.transaction_bytes += cost(words);
    }

    /// Its transaction has ended.
    pub(super) fn leave_transaction(&mut self) {
        self.queue = None;
        self.queue_fails = false;
        self.watched.clear();
        self.watch_fails = false;
        self.held
            .give_back(std::mem::take(&mut self.transaction_bytes));
    }

    pub(super) fn subscriptions(&self) -> usize {
        self.channels.len() + self.patterns.len()
    }

    /// Answers it.
    pub(super) fn answer(&mut self, reply: Reply) {
        // A long answer is not copied.
        match self.out.is_empty() {
            true => self.out = reply.0,
            false => self.out.extend_from_slice(&reply.0),
        }
    }

    /// Sends something that it has not asked for just now.
    pub(super) fn push(&mut self, reply: &Reply) {
        if self.out.len() + reply.0.len() > PUSHED_BYTES {
            self.killed = true;
        } else {
            self.out.extend_from_slice(&reply.0);
        }
        self.attention.call();
    }

    /// Its line of `CLIENT LIST`.
    pub(super) fn line(&self, now_ms: u64) -> String {
        let flags = match (
            self.subscriptions() > 0,
            self.queue.is_some(),
            self.blocked.is_some(),
        ) {
            (true, ..) => "P",
            (_, true, _) => "x",
            (.., true) => "b",
            _ => "N",
        };
        format!(
            "id={} addr={} fd={} name={} age={} idle={} flags={flags} db={} sub={} psub={} multi={} qbuf=0 qbuf-free=0 obl=0 oll=0 omem={} events=r cmd={}\n",
            self.id,
            self.peer,
            self.id + 4,
            String::from_utf8_lossy(&self.name),
            now_ms.saturating_sub(self.since_ms) / 1000,
            now_ms.saturating_sub(self.last_ms) / 1000,
            self.db,
            self.channels.len(),
            self.patterns.len(),
            self.queue
                .as_ref()
                .map_or(-1, |queue| i64::try_from(queue.len()).unwrap_or(i64::MAX)),
            self.out.len(),
            self.last_command,
        )
    }
}
