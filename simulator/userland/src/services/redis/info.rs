//! What `INFO` tells.

use super::state::State;
use std::fmt::Write as _;

/// Sections in order.
const SECTIONS: [&str; 8] = [
    "server",
    "clients",
    "memory",
    "persistence",
    "stats",
    "replication",
    "cpu",
    "keyspace",
];

/// The text of one section, or of all.
pub(super) fn text(state: &State, section: Option<&[u8]>, now_ms: u64) -> String {
    let all = matches!(section, None | Some(b"all" | b"default" | b"everything"));
    let mut text = String::new();
    for name in SECTIONS {
        if all || section == Some(name.as_bytes()) {
            if !text.is_empty() {
                text.push_str("\r\n");
            }
            let mut title = name.to_owned();
            title[..1].make_ascii_uppercase();
            if name == "cpu" {
                title = "CPU".to_owned();
            }
            // Writing to a String cannot fail.
            let _ = write!(text, "# {title}\r\n");
            for (name, value) in rows(state, name, now_ms) {
                let _ = write!(text, "{name}:{value}\r\n");
            }
        }
    }
    text
}

fn rows(state: &State, section: &str, now_ms: u64) -> Vec<(String, String)> {
    let config = &state.config;
    let uptime = now_ms.saturating_sub(state.stats.started_ms) / 1000;
    let used = state.store.used();
    let row = |name: &str, value: String| (name.to_owned(), value);
    let count = |name: &str, value: u64| row(name, value.to_string());
    match section {
        "server" => vec![
            row("redis_version", config.version.clone()),
            row("redis_mode", "standalone".to_owned()),
            row("os", "Linux 3.12.0-1-amd64 x86_64".to_owned()),
            row("arch_bits", "64".to_owned()),
            row("multiplexing_api", "poll".to_owned()),
            count("process_id", u64::from(config.process_id)),
            count("tcp_port", u64::from(config.port)),
            count("uptime_in_seconds", uptime),
            count("uptime_in_days", uptime / 86_400),
            row("executable", "/usr/local/bin/redis-server".to_owned()),
        ],
        "clients" => vec![
            count("connected_clients", state.clients.len() as u64),
            count("client_longest_output_list", 0),
            count("client_biggest_input_buf", 0),
            count("blocked_clients", state.blocked_clients() as u64),
        ],
        "memory" => vec![
            count("used_memory", used as u64),
            row("used_memory_human", human(used as u64)),
            count("used_memory_peak", state.stats.peak_bytes as u64),
            row(
                "used_memory_peak_human",
                human(state.stats.peak_bytes as u64),
            ),
            count("maxmemory", config.max_memory),
            row("maxmemory_human", human(config.max_memory)),
            row("maxmemory_policy", "noeviction".to_owned()),
        ],
        "persistence" => vec![
            count("loading", 0),
            count("rdb_changes_since_last_save", state.store.changes),
            count(
                "rdb_bgsave_in_progress",
                u64::from(state.saving.child.is_some()),
            ),
            count("rdb_last_save_time", state.saving.last_ms / 1000),
            row(
                "rdb_last_bgsave_status",
                if state.saving.last_ok { "ok" } else { "err" }.to_owned(),
            ),
            count("aof_enabled", 0),
        ],
        "stats" => vec![
            count("total_connections_received", state.stats.connections),
            count("total_commands_processed", state.stats.commands),
            count("total_net_input_bytes", state.stats.input_bytes),
            count("total_net_output_bytes", state.stats.output_bytes),
            count("rejected_connections", state.stats.rejected),
            count("expired_keys", state.store.expired),
            count("evicted_keys", 0),
            count("keyspace_hits", state.store.hits),
            count("keyspace_misses", state.store.misses),
            count("pubsub_channels", channels(state, false)),
            count("pubsub_patterns", channels(state, true)),
        ],
        "replication" => vec![
            row("role", "master".to_owned()),
            count("connected_slaves", 0),
            count("master_repl_offset", 0),
        ],
        "cpu" => vec![row("used_cpu_user", format!("{:.2}", config.cpu_seconds))],
        _ => {
            let dbs = state
                .store
                .dbs
                .iter()
                .enumerate()
                .filter(|(_, db)| db.len() > 0);
            dbs.map(|(at, db)| {
                let (keys, expires) = (db.len(), db.expiring());
                row(
                    &format!("db{at}"),
                    format!("keys={keys},expires={expires},avg_ttl=0"),
                )
            })
            .collect()
        }
    }
}

fn channels(state: &State, patterns: bool) -> u64 {
    let all: std::collections::BTreeSet<_> = state
        .clients
        .values()
        .flat_map(|client| {
            if patterns {
                &client.patterns
            } else {
                &client.channels
            }
        })
        .collect();
    all.len() as u64
}

/// `1.50M`.
fn human(bytes: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1 << 30, "G"), (1 << 20, "M"), (1 << 10, "K")];
    let unit = UNITS.iter().find(|(size, _)| bytes >= *size);
    match unit {
        None => format!("{bytes}B"),
        Some((size, letter)) => {
            let hundredths =
                u64::try_from(u128::from(bytes) * 100 / u128::from(*size)).unwrap_or(u64::MAX);
            format!("{}.{:02}{letter}", hundredths / 100, hundredths % 100)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::human;

    #[test]
    fn sizes_are_short() {
        assert_eq!(human(999), "999B");
        assert_eq!(human(1536), "1.50K");
        assert_eq!(human(u64::MAX), "17179869183.99G");
    }
}
