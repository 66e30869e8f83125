//! The server itself: its configuration, what it tells of itself, saving, and its end.

use super::{Call, TABLE, WRITES, find};
use crate::applets::{glob, text};
use crate::services::redis::config::Refused;
use crate::services::redis::fail::Fail;
use crate::services::redis::info;
use crate::services::redis::state::Ending;

pub(super) fn time(call: &mut Call<'_>) -> Result<(), Fail> {
    let (seconds, micros) = (call.now_us / 1_000_000, call.now_us % 1_000_000);
    call.reply
        .bulks([seconds.to_string(), micros.to_string()].iter());
    Ok(())
}

pub(super) fn lastsave(call: &mut Call<'_>) -> Result<(), Fail> {
    let seconds = call.state.saving.last_ms / 1000;
    call.reply.int(i64::try_from(seconds).unwrap_or(i64::MAX));
    Ok(())
}

pub(super) async fn save(call: &mut Call<'_>) -> Result<(), Fail> {
    if call.state.saving.child.is_some() {
        return Err(Fail::new("Background save already in progress"));
    }
    match call.state.save(call.sys, call.log).await {
        Ok(()) => call.reply.ok(),
        Err(_) => call.reply.error(b"ERR"),
    }
    Ok(())
}

pub(super) async fn bgsave(call: &mut Call<'_>) -> Result<(), Fail> {
    if call.state.saving.child.is_some() {
        return Err(Fail::new("Background save already in progress"));
    }
    match call.state.save_in_background(call.sys, call.log).await {
        true => call.reply.simple(b"Background saving started"),
        false => call.reply.error(b"ERR"),
    }
    Ok(())
}

pub(super) fn shutdown(call: &mut Call<'_>) -> Result<(), Fail> {
    let saves = match &call.words[1..] {
        [] => !call.state.config.save.is_empty(),
        [word] if word.eq_ignore_ascii_case(b"save") => true,
        [word] if word.eq_ignore_ascii_case(b"nosave") => false,
        _ => return Err(Fail::syntax()),
    };
    call.state.ending = Ending::Save(saves);
    Ok(())
}

pub(super) fn info(call: &mut Call<'_>) -> Result<(), Fail> {
    let section = match &call.words[1..] {
        [] => None,
        [section] => Some(section.to_ascii_lowercase()),
        _ => return Err(Fail::syntax()),
    };
    let now = call.now_ms();
    call.state.store.expire_all(now);
    let text = info::text(call.state, section.as_deref(), now);
    call.reply.bulk(text.as_bytes());
    Ok(())
}

pub(super) fn config(call: &mut Call<'_>) -> Result<(), Fail> {
    let what = call.words[1].to_ascii_lowercase();
    match (&what[..], &call.words[2..]) {
        (b"get", [pattern]) => {
            let pattern = pattern.to_ascii_lowercase();
            let pairs = call.state.config.pairs();
            let found: Vec<Vec<u8>> = pairs
                .into_iter()
                .filter(|(name, _)| glob::matches(&pattern, name, false))
                .flat_map(|(name, value)| [name, value])
                .collect();
            call.reply.bulks(found.iter());
        }
        (b"set", [name, value]) => {
            let name = name.to_ascii_lowercase();
            call.state
                .config
                .set(&name, value)
                .map_err(|refused| match refused {
                    Refused::Unknown => Fail::new(text!("Unsupported CONFIG parameter: ", name)),
                    Refused::Value(_) => Fail::new(text!(
                        "Invalid argument '",
                        value,
                        "' for CONFIG SET '",
                        name,
                        "'"
                    )),
                })?;
            call.reply.ok();
        }
        (b"resetstat", []) => {
            call.state.stats.commands = 0;
            call.state.stats.connections = 0;
            call.state.stats.rejected = 0;
            call.state.store.hits = 0;
            call.state.store.misses = 0;
            call.state.store.expired = 0;
            call.reply.ok();
        }
        (b"rewrite", []) => return Err(Fail::new("The server is running without a config file")),
        (b"get" | b"set" | b"resetstat" | b"rewrite", _) => {
            return Err(Fail::new("Wrong number of arguments for CONFIG subcommand"));
        }
        _ => {
            return Err(Fail::new(
                "CONFIG subcommand must be one of GET, SET, RESETSTAT, REWRITE",
            ));
        }
    }
    Ok(())
}

pub(super) fn command(call: &mut Call<'_>) -> Result<(), Fail> {
    let describe = |call: &mut Call<'_>, row: &super::Row| {
        let writes = row.flags & WRITES != 0;
        call.reply.array(6);
        call.reply.bulk(row.name.as_bytes());
        call.reply.int(i64::from(row.arity()));
        call.reply.array(1);
        call.reply
            .simple(if writes { b"write" } else { b"readonly" });
        for _ in 0..3 {
            call.reply
                .int(i64::from(row.arity() != 1 && row.arity() != -1));
        }
    };
    match &call.words[1..] {
        [] => {
            call.reply.array(TABLE.len());
            for row in TABLE {
                describe(call, row);
            }
        }
        [what] if what.eq_ignore_ascii_case(b"count") => call.reply.count(TABLE.len()),
        [what, names @ ..] if what.eq_ignore_ascii_case(b"info") => {
            call.reply.array(names.len());
            for name in names {
                match find(name) {
                    Some(row) => describe(call, row),
                    None => call.reply.nil_array(),
                }
            }
        }
        _ => {
            return Err(Fail::new(
                "Unknown subcommand or wrong number of arguments.",
            ));
        }
    }
    Ok(())
}

pub(super) fn role(call: &mut Call<'_>) -> Result<(), Fail> {
    call.reply.array(3);
    call.reply.bulk(b"master");
    call.reply.int(0);
    call.reply.array(0);
    Ok(())
}

/// Nothing is slow enough to be noted.
pub(super) fn slowlog(call: &mut Call<'_>) -> Result<(), Fail> {
    let what = call.words[1].to_ascii_lowercase();
    match &what[..] {
        b"get" => call.reply.array(0),
        b"len" => call.reply.int(0),
        b"reset" => call.reply.ok(),
        _ => {
            return Err(Fail::new(
                "Unknown SLOWLOG subcommand or wrong # of args. Try GET, RESET, LEN.",
            ));
        }
    }
    Ok(())
}

pub(super) fn debug(call: &mut Call<'_>) -> Result<(), Fail> {
    let _ = &call.words;
    Err(Fail::new("DEBUG is not supported by this redis"))
}
