//! The commands: which there are, and what runs them.

mod connection;
mod hashes;
mod keys;
mod lists;
mod numbers;
mod pubsub;
mod server;
mod sets;
mod sorted_sets;
mod strings;
mod table;
mod transactions;

use super::client::Client;
use super::fail::Fail;
use super::log::Log;
use super::pace::Pace;
use super::resp::Reply;
use super::state::State;
use crate::kernel::Sys;
use bytes::Bytes;
use std::sync::Arc;
use table::{AT_ONCE, GROWS, OPEN, Row, Run, SUBSCRIBER, TABLE, WRITES, find};

/// A command that runs. Nobody else has the state before it ends, however long it takes.
pub(super) struct Call<'c> {
    pub(super) state: &'c mut State,
    pub(super) sys: &'c Sys,
    pub(super) log: &'c Arc<Log>,
    pub(super) id: u64,
    /// Its arguments, the name first.
    pub(super) words: &'c [Bytes],
    pub(super) reply: &'c mut Reply,
    pub(super) db: usize,
    pub(super) now_us: u64,
    /// It is one of a transaction, which cannot wait.
    pub(super) in_transaction: bool,
    /// Random, for who picks one of many.
    pub(super) random: u64,
}

impl<'c> Call<'c> {
    /// To go through many keys or elements.
    pub(super) fn pace(&self) -> Pace<'c> {
        Pace::new(self.sys)
    }

    pub(super) fn now_ms(&self) -> u64 {
        self.now_us / 1000
    }

    pub(super) fn client(&mut self) -> Result<&mut Client, Fail> {
        let client = self.state.clients.get_mut(&self.id);
        client.ok_or_else(|| Fail::new("the client has gone"))
    }

    fn args(&self) -> &[Bytes] {
        &self.words[1..]
    }

    fn touch(&mut self, key: &Bytes) {
        self.state.store.touch(self.db, key);
    }
}

/// What is wrong with a command before it runs.
fn objection(row: &Row, call: &mut Call<'_>) -> Option<Fail> {
    if !row.takes(call.words.len()) {
        return Some(Fail::arguments(row.name));
    }
    let needs_password = !call.state.config.password.is_empty() && row.flags & OPEN == 0;
    let client = call.state.clients.get(&call.id)?;
    if needs_password && !client.authenticated {
        return Some(Fail(b"NOAUTH Authentication required.".to_vec()));
    }
    if client.subscriptions() > 0 && row.flags & SUBSCRIBER == 0 {
        return Some(Fail::new(
            "only (P)SUBSCRIBE / (P)UNSUBSCRIBE / PING / QUIT allowed in this context",
        ));
    }
    let limit = call.state.config.max_memory;
    if limit > 0 && row.flags & GROWS != 0 && call.state.store.used() as u64 > limit {
        return Some(Fail(
            b"OOM command not allowed when used memory > 'maxmemory'.".to_vec(),
        ));
    }
    let saving = &call.state.saving;
    if row.flags & WRITES != 0
        && !saving.last_ok
        && call.state.config.stop_writes
        && !call.state.config.save.is_empty()
    {
        let what = b"MISCONF Redis is configured to save RDB snapshots, but is currently not able to persist on disk. Commands that may modify the data set are disabled. Please check Redis logs for details about the error.";
        return Some(Fail(what.to_vec()));
    }
    None
}

/// Runs a command, or queues it; the answer is in the call's reply.
pub(super) async fn run(call: &mut Call<'_>) {
    let now_ms = call.now_ms();
    call.state.stats.commands += 1;
    let found = find(&call.words[0]);
    let outcome = match found {
        None => {
            let name = String::from_utf8_lossy(&call.words[0][..call.words[0].len().min(128)])
                .into_owned();
            Err(Fail::new(format!("unknown command '{name}'")))
        }
        Some(row) => match objection(row, call) {
            Some(fail) => Err(fail),
            None => Ok(row),
        },
    };
    let Some(client) = call.state.clients.get_mut(&call.id) else {
        return;
    };
    client.last_ms = now_ms;
    if let Some(row) = found {
        client.last_command = row.name;
    }
    let row = match outcome {
        Ok(row) => row,
        Err(fail) => {
            client.queue_fails |= client.queue.is_some();
            call.reply.error(&fail.0);
            return;
        }
    };
    if client.queue.is_some() && row.flags & AT_ONCE == 0 {
        client.hold_for_transaction(call.words);
        let queue = client.queue.get_or_insert_default();
        queue.push(call.words.to_vec());
        call.reply.simple(b"QUEUED");
        return;
    }
    call.execute(row).await;
    let mut pace = call.pace();
    call.state.tell_of_changes(now_ms, &mut pace).await;
}

impl Call<'_> {
    /// Runs one command; what it may add is charged before.
    async fn execute(&mut self, row: &Row) {
        if row.flags & GROWS != 0 {
            let bytes: usize = self
                .words
                .iter()
                .map(|word| 2 * word.len() + 4 * super::value::ENTRY_COST)
                .sum();
            self.state.store.reserve(bytes);
        }
        let before = self.reply.0.len();
        let outcome = match row.run {
            Run::Now(run) => run(self),
            Run::InSteps(run) => run(self).await,
        };
        if let Err(fail) = outcome {
            self.reply.0.truncate(before);
            self.reply.error(&fail.0);
        }
    }
}
