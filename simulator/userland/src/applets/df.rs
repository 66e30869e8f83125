//! df.

use super::context::{Context, Outcome, text};
use super::human;
use super::io::Reader;
use super::numbers::{Suffixes, in_range, with_suffix};
use crate::kernel::{OpenFlags, StatFs};

/// One line of `/proc/mounts`.
pub(super) struct Mount {
    pub(super) device: Vec<u8>,
    pub(super) point: Vec<u8>,
    pub(super) kind: Vec<u8>,
    pub(super) options: Vec<u8>,
}

/// What is mounted.
pub(super) async fn mounts(cx: &Context<'_>) -> Vec<Mount> {
    let mut mounts = Vec::new();
    let Ok(fd) = cx.sys.open(b"/proc/mounts", OpenFlags::READ, 0).await else {
        return mounts;
    };
    let mut reader = Reader::owned(cx.sys, fd);
    let mut line = Vec::new();
    while reader
        .read_line(&mut line)
        .await
        .is_ok_and(|found| found.is_some())
    {
        let mut words = line.split(|byte| *byte == b' ').map(<[u8]>::to_vec);
        if let (Some(device), Some(point), Some(kind), Some(options)) =
            (words.next(), words.next(), words.next(), words.next())
        {
            mounts.push(Mount {
                device,
                point,
                kind,
                options,
            });
        }
    }
    mounts
}

/// Letters behind the size of a block.
const UNITS: Suffixes = &[
    ("k", 1 << 10),
    ("K", 1 << 10),
    ("m", 1 << 20),
    ("M", 1 << 20),
    ("G", 1 << 30),
];

/// A unit as the heading names it.
fn short_unit(unit: u64) -> String {
    match unit {
        unit if unit.is_multiple_of(1 << 30) => format!("{}G", unit >> 30),
        unit if unit.is_multiple_of(1 << 20) => format!("{}M", unit >> 20),
        unit if unit.is_multiple_of(1 << 10) => format!("{}K", unit >> 10),
        unit => unit.to_string(),
    }
}

/// Writes how full file systems are.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("kmhTPait:B:")?;
    let unit = match options.last_of(b"kmhB") {
        Some(b'B') => {
            let size = options.value(b'B').map_or(&b""[..], AsRef::as_ref);
            Some(in_range(with_suffix(size, UNITS)?, 1..=1 << 40)?)
        }
        Some(b'm') => Some(1 << 20),
        Some(b'h') => None,
        _ => Some(1 << 10),
    };
    let title = match (options.has(b'i'), unit) {
        (true, _) => "   Inodes",
        (false, None) => "     Size",
        (false, Some(1024)) if options.has(b'P') => "1024-blocks",
        (false, Some(unit)) => &format!("{}-blocks", short_unit(unit)),
    };
    let kind_title = if options.has(b'T') { " Type      " } else { "" };
    let rest = match options.has(b'P') {
        true => "Used Available Capacity Mounted on",
        false => "Used Available Use% Mounted on",
    };
    cx.out.put(format!(
        "Filesystem          {kind_title} {title:<15}{rest}\n"
    ));
    let all = mounts(cx).await;
    let mut status = 0;
    let mut rows: Vec<&Mount> = Vec::new();
    if options.operands.is_empty() {
        let kind = options.value(b't');
        rows.extend(
            all.iter()
                .filter(|mount| kind.is_none_or(|kind| mount.kind == kind.as_ref())),
        );
    }
    for path in &options.operands {
        let real = cx.sys.realpath(path).map(|real| real.to_vec());
        let found = real.ok().and_then(|real| {
            let holding = all.iter().filter(|mount| {
                mount.point == real || mount.device == real || is_below(&real, &mount.point)
            });
            holding.max_by_key(|mount| mount.point.len())
        });
        match found {
            Some(mount) => rows.push(mount),
            None => {
                cx.complain(text!(path, ": can't find mount point")).await;
                status = 1;
            }
        }
    }
    for mount in rows {
        let Ok(fs) = cx.sys.statfs(&mount.point) else {
            continue;
        };
        if fs.blocks == 0 && options.operands.is_empty() && !options.has(b'a') {
            continue;
        }
        let row = row(mount, &fs, unit, options.has(b'T'), options.has(b'i'));
        cx.out.write(row).await?;
    }
    Ok(status)
}

fn is_below(path: &[u8], point: &[u8]) -> bool {
    let prefix = point.strip_suffix(b"/").unwrap_or(point);
    path.strip_prefix(prefix)
        .is_some_and(|rest| rest.starts_with(b"/"))
}

fn row(mount: &Mount, fs: &StatFs, unit: Option<u64>, kind: bool, inodes: bool) -> Vec<u8> {
    let (total, free) = match inodes {
        true => (fs.inodes, fs.free_inodes),
        false => (fs.blocks, fs.free_blocks),
    };
    let used = total.saturating_sub(free);
    let percent = (used * 100).div_ceil(total.max(1));
    let show = |count: u64| match unit {
        _ if inodes => count.to_string(),
        Some(unit) => ((count * fs.block_bytes + unit / 2) / unit).to_string(),
        None => human::short(count * fs.block_bytes),
    };
    let device = String::from_utf8_lossy(&mount.device).into_owned();
    let kind = match kind {
        true => format!(" {:<10}", String::from_utf8_lossy(&mount.kind)),
        false => String::new(),
    };
    // A long device name gets a line of its own.
    let device = match device.len() > 20 {
        true => format!("{device}\n{:20}", ""),
        false => format!("{device:<20}"),
    };
    text!(
        format!(
            "{device}{kind} {:>9} {:>9} {:>9} {percent:3}% ",
            show(total),
            show(used),
            show(free)
        ),
        mount.point,
        "\n"
    )
}
