//! Publishing and subscribing.

use super::Call;
use crate::applets::glob;
use crate::services::redis::fail::Fail;
use bytes::Bytes;
use std::collections::BTreeMap;

impl Call<'_> {
    fn confirm(&mut self, what: &str, channel: Option<&[u8]>) -> Result<(), Fail> {
        let count = self.client()?.subscriptions();
        self.reply.array(3);
        self.reply.bulk(what.as_bytes());
        self.reply.maybe(channel);
        self.reply.count(count);
        Ok(())
    }

    fn unsubscribe_from(&mut self, what: &str, patterns: bool) -> Result<(), Fail> {
        let mut names: Vec<Bytes> = self.words[1..].to_vec();
        if names.is_empty() {
            let client = self.client()?;
            let all = if patterns {
                &client.patterns
            } else {
                &client.channels
            };
            names = all.iter().cloned().collect();
        }
        if names.is_empty() {
            return self.confirm(what, None);
        }
        for name in names {
            let client = self.client()?;
            let removed = match patterns {
                true => client.patterns.remove(&name),
                false => client.channels.remove(&name),
            };
            if removed {
                client.release(std::slice::from_ref(&name));
            }
            self.confirm(what, Some(&name))?;
        }
        Ok(())
    }
}

pub(super) fn subscribe(call: &mut Call<'_>) -> Result<(), Fail> {
    for name in &call.words[1..] {
        let client = call.client()?;
        if !client.channels.contains(name) {
            client.hold(std::slice::from_ref(name));
            client.channels.insert(name.clone());
        }
        call.confirm("subscribe", Some(name))?;
    }
    Ok(())
}

pub(super) fn psubscribe(call: &mut Call<'_>) -> Result<(), Fail> {
    for name in &call.words[1..] {
        let client = call.client()?;
        if !client.patterns.contains(name) {
            client.hold(std::slice::from_ref(name));
            client.patterns.insert(name.clone());
        }
        call.confirm("psubscribe", Some(name))?;
    }
    Ok(())
}

pub(super) fn unsubscribe(call: &mut Call<'_>) -> Result<(), Fail> {
    call.unsubscribe_from("unsubscribe", false)
}

pub(super) fn punsubscribe(call: &mut Call<'_>) -> Result<(), Fail> {
    call.unsubscribe_from("punsubscribe", true)
}

pub(super) fn publish(call: &mut Call<'_>) -> Result<(), Fail> {
    let count = call.state.publish(&call.words[1], &call.words[2]);
    call.reply.count(count);
    Ok(())
}

pub(super) fn pubsub(call: &mut Call<'_>) -> Result<(), Fail> {
    let mut channels: BTreeMap<&Bytes, usize> = BTreeMap::new();
    let mut patterns = 0;
    for client in call.state.clients.values() {
        patterns += client.patterns.len();
        for channel in &client.channels {
            *channels.entry(channel).or_default() += 1;
        }
    }
    let what = call.words[1].to_ascii_lowercase();
    match (&what[..], &call.words[2..]) {
        (b"channels", pattern @ ([] | [_])) => {
            let found: Vec<&Bytes> = channels
                .into_keys()
                .filter(|channel| {
                    pattern
                        .first()
                        .is_none_or(|pattern| glob::matches(pattern, channel, false))
                })
                .collect();
            call.reply.bulks(found.into_iter());
        }
        (b"numsub", names) => {
            call.reply.array(names.len() * 2);
            for name in names {
                call.reply.bulk(name);
                call.reply.count(channels.get(name).copied().unwrap_or(0));
            }
        }
        (b"numpat", []) => call.reply.count(patterns),
        _ => {
            return Err(Fail::new(
                "Unknown PUBSUB subcommand or wrong number of arguments",
            ));
        }
    }
    Ok(())
}
