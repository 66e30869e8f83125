//! What the server holds: the databases, its clients, and how they hear of each other.

use super::client::Client;
use super::config::Config;
use super::pace::Pace;
use super::resp::Reply;
use super::store::Store;
use crate::applets::glob;
use crate::kernel::Pid;
use bytes::Bytes;
use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddrV4;

/// Everything that commands can reach.
pub(super) struct State {
    pub(super) config: Config,
    pub(super) store: Store,
    pub(super) clients: BTreeMap<u64, Client>,
    next_client: u64,
    /// Who waits for a list, the first one first.
    waiting: BTreeMap<(usize, Bytes), VecDeque<u64>>,
    pub(super) stats: Stats,
    pub(super) saving: Saving,
    pub(super) ending: Ending,
}

/// What has been counted.
#[derive(Debug, Default)]
pub(super) struct Stats {
    pub(super) connections: u64,
    pub(super) commands: u64,
    pub(super) rejected: u64,
    pub(super) input_bytes: u64,
    pub(super) output_bytes: u64,
    pub(super) started_ms: u64,
    pub(super) peak_bytes: usize,
}

/// How saving goes.
#[derive(Debug)]
pub(super) struct Saving {
    pub(super) child: Option<Pid>,
    /// Changes when the child began.
    pub(super) changes_before: u64,
    pub(super) last_ms: u64,
    pub(super) last_ok: bool,
    /// When a save that failed may be tried again.
    pub(super) retry_ms: u64,
}

/// How the server comes to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    No,
    /// At once; whether what there is is saved before.
    Save(bool),
}

impl State {
    pub(super) fn new(config: Config, now_ms: u64) -> Self {
        Self {
            store: Store::new(config.databases),
            config,
            clients: BTreeMap::new(),
            next_client: 1,
            waiting: BTreeMap::new(),
            stats: Stats {
                started_ms: now_ms,
                ..Stats::default()
            },
            saving: Saving {
                child: None,
                changes_before: 0,
                last_ms: now_ms,
                last_ok: true,
                retry_ms: 0,
            },
            ending: Ending::No,
        }
    }

    pub(super) fn add_client(&mut self, peer: SocketAddrV4, now_ms: u64) -> u64 {
        let id = self.next_client;
        self.next_client += 1;
        self.stats.connections += 1;
        self.clients.insert(id, Client::new(id, peer, now_ms));
        id
    }

    pub(super) fn remove_client(&mut self, id: u64) {
        self.unblock(id);
        self.clients.remove(&id);
    }

    /// Whether a client is to go now.
    pub(super) fn is_killed(&self, id: u64) -> bool {
        self.clients.get(&id).is_none_or(|client| client.killed)
    }

    /// It waits for nothing any more.
    pub(super) fn unblock(&mut self, id: u64) {
        let client = self.clients.get_mut(&id);
        let blocked = client.and_then(|client| {
            let blocked = client.blocked.take()?;
            client.release(&blocked.keys);
            Some(blocked)
        });
        for key in blocked.iter().flat_map(|blocked| &blocked.keys) {
            let place = (
                blocked.as_ref().map_or(0, |blocked| blocked.db),
                key.clone(),
            );
            if let Some(queue) = self.waiting.get_mut(&place) {
                queue.retain(|other| *other != id);
                if queue.is_empty() {
                    self.waiting.remove(&place);
                }
            }
        }
    }

    /// It waits in the queues of its keys.
    pub(super) fn wait(&mut self, id: u64, blocked: super::client::Blocked) {
        for key in &blocked.keys {
            let queue = self.waiting.entry((blocked.db, key.clone())).or_default();
            if !queue.contains(&id) {
                queue.push_back(id);
            }
        }
        if let Some(client) = self.clients.get_mut(&id) {
            client.hold(&blocked.keys);
            client.blocked = Some(blocked);
        }
    }

    pub(super) fn blocked_clients(&self) -> usize {
        self.clients
            .values()
            .filter(|client| client.blocked.is_some())
            .count()
    }

    /// Tells of the keys that a command has changed: transactions that watch them, and who waits for a list.
    pub(super) async fn tell_of_changes(&mut self, now_ms: u64, pace: &mut Pace<'_>) {
        while !self.store.touched.is_empty() {
            let touched = std::mem::take(&mut self.store.touched);
            for (db, key) in touched {
                pace.look_at(self.clients.len()).await;
                for client in self.clients.values_mut() {
                    let watches = client
                        .watched
                        .iter()
                        .any(|(of, own)| *of == db && *own == key);
                    client.watch_fails |= watches;
                }
                self.serve_waiting(db, &key, now_ms);
            }
        }
        self.stats.peak_bytes = self.stats.peak_bytes.max(self.store.used());
        self.store.settle();
    }

    /// Gives elements of a list to those who wait for them.
    fn serve_waiting(&mut self, db: usize, key: &Bytes, now_ms: u64) {
        let place = (db, key.clone());
        while let Some(id) = self
            .waiting
            .get(&place)
            .and_then(|queue| queue.front().copied())
        {
            let Some(blocked) = self
                .clients
                .get(&id)
                .and_then(|client| client.blocked.clone())
            else {
                self.unblock(id);
                return;
            };
            let Ok(Some(list)) = self.store.list(db, key, now_ms) else {
                return;
            };
            let item = match blocked.from_front {
                true => list.pop_front(),
                false => list.pop_back(),
            };
            let Some(item) = item else {
                return;
            };
            self.store
                .resized(db, key, 0, item.len() + super::value::ITEM_COST);
            self.store.changes += 1;
            let mut reply = Reply::default();
            match &blocked.to {
                None => reply.bulks([&key[..], &item[..]].iter()),
                Some(to) => match self.store.list_or_new(db, to, now_ms) {
                    Ok(list) => {
                        list.push_front(item.clone());
                        self.store
                            .resized(db, to, item.len() + super::value::ITEM_COST, 0);
                        self.store.touch(db, to);
                        reply.bulk(&item);
                    }
                    Err(fail) => reply.error(&fail.0),
                },
            }
            self.unblock(id);
            if let Some(client) = self.clients.get_mut(&id) {
                client.push(&reply);
            }
        }
    }

    /// Sends a message to who has subscribed; to how many.
    pub(super) fn publish(&mut self, channel: &[u8], message: &[u8]) -> usize {
        let mut count = 0;
        for client in self.clients.values_mut() {
            if client.channels.contains(channel) {
                let mut reply = Reply::default();
                reply.bulks([&b"message"[..], channel, message].iter());
                client.push(&reply);
                count += 1;
            }
            let patterns: Vec<Bytes> = client
                .patterns
                .iter()
                .filter(|pattern| glob::matches(pattern, channel, false))
                .cloned()
                .collect();
            for pattern in patterns {
                let mut reply = Reply::default();
                reply.bulks([&b"pmessage"[..], &pattern, channel, message].iter());
                client.push(&reply);
                count += 1;
            }
        }
        count
    }
}
