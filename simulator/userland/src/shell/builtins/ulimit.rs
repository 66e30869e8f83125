//! `ulimit`.

use bytes::Bytes;

use crate::kernel::{Limit, Resource};
use crate::shell::machine::Machine;

/// Letter, resource, unit in bytes, and what `-a` calls it.
const TABLE: &[Row] = &[
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

type Row = (u8, Resource, u64, &'static str);

fn row(letter: u8) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.0 == letter)
}

/// Which limit an argument is about, and the value it sets.
struct Request {
    row: &'static Row,
    value: Option<Bytes>,
}

/// What the arguments ask for.
#[derive(Default)]
struct Requests {
    soft: bool,
    hard: bool,
    all: bool,
    list: Vec<Request>,
    /// Options and values that stand alone; more than one: limits are shown with their names.
    count: usize,
}

pub(super) fn ulimit(machine: &mut Machine, arguments: &[Bytes]) -> u8 {
    let requests = match parse(&arguments[1..]) {
        Ok(requests) => requests,
        Err(letter) => {
            let text = format!("ulimit: invalid option -- '{}'\n", char::from(letter));
            machine.err.extend_from_slice(text.as_bytes());
            return 1;
        }
    };
    let both = requests.soft == requests.hard;
    let (soft, hard) = (requests.soft || both, requests.hard || both);
    if requests.all {
        for row in TABLE {
            show(machine, row, soft, true);
        }
        return 0;
    }
    for Request { row, value } in &requests.list {
        let Some(text) = value else {
            show(machine, row, soft, requests.count > 1);
            continue;
        };
        if !set(machine, row, text, (soft, hard)) {
            return 1;
        }
    }
    if requests.count == 0
        && let Some(row) = row(b'f')
    {
        show(machine, row, soft, false);
    }
    0
}

/// Takes the arguments apart; the error is a letter that is no option.
fn parse(arguments: &[Bytes]) -> Result<Requests, u8> {
    let mut requests = Requests::default();
    let mut rest = arguments;
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        let Some(letters) = first
            .strip_prefix(b"-")
            .filter(|letters| !letters.is_empty())
        else {
            requests.count += 1;
            requests.list.extend(row(b'f').map(|row| Request {
                row,
                value: Some(first.clone()),
            }));
            continue;
        };
        if letters == b"-" {
            break;
        }
        for (index, letter) in letters.iter().enumerate() {
            match letter {
                b'S' => requests.soft = true,
                b'H' => requests.hard = true,
                b'a' => requests.all = true,
                other => {
                    let row = row(*other).ok_or(*other)?;
                    requests.count += 1;
                    let mut value =
                        Some(first.slice(index + 2..)).filter(|value| !value.is_empty());
                    if value.is_none()
                        && let Some((next, behind)) = rest.split_first()
                        && !next.starts_with(b"-")
                    {
                        requests.count += 1;
                        value = Some(next.clone());
                        rest = behind;
                    }
                    requests.list.push(Request { row, value });
                    break;
                }
            }
        }
    }
    Ok(requests)
}

/// Sets a limit; false when that failed, which is said.
fn set(machine: &mut Machine, row: &Row, text: &Bytes, (soft, hard): (bool, bool)) -> bool {
    let (_, resource, unit, _) = row;
    let value = if text == "unlimited" {
        None
    } else {
        let Some(number) = number(text) else {
            machine.complain_as_applet(&[b"invalid number '", text.as_ref(), b"'"].concat());
            return false;
        };
        Some(number.saturating_mul(*unit))
    };
    let limit = machine.sys.limit(*resource);
    let changed = Limit {
        soft: if soft { value } else { limit.soft },
        hard: if hard { value } else { limit.hard },
    };
    if let Err(error) = machine.sys.set_limit(*resource, changed) {
        machine.complain_as_applet(format!("error setting limit: {error}").as_bytes());
        return false;
    }
    true
}

fn number(text: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(text).ok()?;
    text.starts_with(|first: char| first.is_ascii_digit())
        .then(|| text.parse().ok())?
}

fn show(machine: &mut Machine, row: &Row, soft: bool, named: bool) {
    let (letter, resource, unit, text) = row;
    let limit = machine.sys.limit(*resource);
    let value = if soft { limit.soft } else { limit.hard };
    let value = value.map_or_else(
        || "unlimited".to_owned(),
        |value| (value / unit).to_string(),
    );
    let name = if named {
        format!("{text:<32}(-{}) ", char::from(*letter))
    } else {
        String::new()
    };
    machine
        .out
        .extend_from_slice(format!("{name}{value}\n").as_bytes());
}
