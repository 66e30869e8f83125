//! `ulimit`.

use bytes::Bytes;

use crate::kernel::{Limit, Resource};
use crate::shell::machine::Machine;

/// Letter, resource, unit in bytes, and what `-a` calls it.
const TABLE: &[(u8, Resource, u64, &str)] = &[
    (b'c', Resource::Core, 512, "core file size (blocks)"),
    (b'd', Resource::Data, 1024, "data seg size (kb)"),
    (b'e', Resource::Nice, 1, "scheduling priority"),
    (b'f', Resource::FileSize, 512, "file size (blocks)"),
    (b'i', Resource::PendingSignals, 1, "pending signals"),
    (b'l', Resource::LockedMemory, 1024, "max locked memory (kb)"),
    (b'm', Resource::ResidentSet, 1024, "max memory size (kb)"),
    (b'n', Resource::OpenFiles, 1, "open files"),
    (
        b'q',
        Resource::MessageQueues,
        1,
        "POSIX message queues (bytes)",
    ),
    (b'r', Resource::RealtimePriority, 1, "real-time priority"),
    (b's', Resource::Stack, 1024, "stack size (kb)"),
    (b't', Resource::Cpu, 1, "cpu time (seconds)"),
    (b'u', Resource::Processes, 1, "max user processes"),
    (b'v', Resource::AddressSpace, 1024, "virtual memory (kb)"),
    (b'x', Resource::Locks, 1, "file locks"),
];

pub(super) fn ulimit(machine: &mut Machine, arguments: &[Bytes]) -> u8 {
    let (mut soft, mut hard, mut all) = (false, false, false);
    let mut wanted = Vec::new();
    let mut rest = &arguments[1..];
    while let Some(letters) = rest.first().and_then(|first| first.strip_prefix(b"-")) {
        for letter in letters {
            match letter {
                b'S' => soft = true,
                b'H' => hard = true,
                b'a' => all = true,
                other => match TABLE.iter().find(|row| row.0 == *other) {
                    Some(row) => wanted.push(row),
                    None => {
                        let text = format!("invalid option -- '{}'", char::from(*other));
                        machine.complain_as_applet(text.as_bytes());
                        return 1;
                    }
                },
            }
        }
        rest = &rest[1..];
    }
    if all {
        for (letter, resource, unit, text) in TABLE {
            let shown = show(machine.sys.limit(*resource), *unit, hard);
            let letter = char::from(*letter);
            let line = format!("{text:<32}(-{letter}) {shown}\n");
            machine.out.extend_from_slice(line.as_bytes());
        }
        return 0;
    }
    if wanted.is_empty()
        && let Some(row) = TABLE.iter().find(|row| row.0 == b'f')
    {
        wanted.push(row);
    }
    for (_, resource, unit, _) in wanted {
        let limit = machine.sys.limit(*resource);
        let Some(text) = rest.first() else {
            let line = show(limit, *unit, hard) + "\n";
            machine.out.extend_from_slice(line.as_bytes());
            continue;
        };
        let value = if text == "unlimited" {
            None
        } else {
            match parse(text) {
                Some(number) => Some(number.saturating_mul(*unit)),
                None => {
                    machine
                        .complain_as_applet(&[b"invalid number '", text.as_ref(), b"'"].concat());
                    return 1;
                }
            }
        };
        let both = soft == hard;
        let changed = Limit {
            soft: if soft || both { value } else { limit.soft },
            hard: if hard || both { value } else { limit.hard },
        };
        if let Err(error) = machine.sys.set_limit(*resource, changed) {
            let text = format!("error setting limit: {error}");
            machine.complain_as_applet(text.as_bytes());
            return 1;
        }
    }
    0
}

fn parse(text: &[u8]) -> Option<u64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

fn show(limit: Limit, unit: u64, hard: bool) -> String {
    let value = if hard { limit.hard } else { limit.soft };
    value.map_or_else(
        || "unlimited".to_owned(),
        |value| (value / unit).to_string(),
    )
}
