//! free.

use super::context::{Context, Fail, Outcome};
use super::io::Reader;
use super::numbers;
use crate::kernel::OpenFlags;

/// What `/proc/meminfo` says.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Memory {
    pub(super) total_kib: u64,
    pub(super) free_kib: u64,
    pub(super) available_kib: u64,
    pub(super) shared_kib: u64,
    pub(super) cached_kib: u64,
    pub(super) swap_total_kib: u64,
    pub(super) swap_free_kib: u64,
}

/// Reads `/proc/meminfo`.
pub(super) async fn memory(cx: &Context<'_>) -> Memory {
    let mut memory = Memory::default();
    let Ok(fd) = cx.sys.open(b"/proc/meminfo", OpenFlags::READ, 0).await else {
        return memory;
    };
    let mut reader = Reader::owned(cx.sys, fd);
    let mut line = Vec::new();
    while reader
        .read_line(&mut line)
        .await
        .is_ok_and(|found| found.is_some())
    {
        let mut words = line
            .split(u8::is_ascii_whitespace)
            .filter(|word| !word.is_empty());
        let name = words.next().unwrap_or_default();
        let value = words.next().and_then(numbers::decimal).unwrap_or(0);
        match name {
            b"MemTotal:" => memory.total_kib = value,
            b"MemFree:" => memory.free_kib = value,
            b"MemAvailable:" => memory.available_kib = value,
            b"Shmem:" => memory.shared_kib = value,
            b"Buffers:" | b"Cached:" | b"SReclaimable:" => memory.cached_kib += value,
            b"SwapTotal:" => memory.swap_total_kib = value,
            b"SwapFree:" => memory.swap_free_kib = value,
            _ => {}
        }
    }
    memory
}

/// Writes how much memory is used.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("bkmgh").map_err(|_| Fail::usage())?;
    let memory = memory(cx).await;
    let show = |kib: u64| match options.last_of(b"bkmgh") {
        Some(b'b') => (kib * 1024).to_string(),
        Some(b'm') => ((kib + 512) / 1024).to_string(),
        Some(b'g') => ((kib + 512 * 1024) / (1024 * 1024)).to_string(),
        Some(b'h') => super::human::short(kib * 1024),
        _ => kib.to_string(),
    };
    let used = memory
        .total_kib
        .saturating_sub(memory.free_kib)
        .saturating_sub(memory.cached_kib);
    let row = |name: &str, values: &[u64]| {
        let cells: Vec<String> = values
            .iter()
            .map(|value| format!("{:>11}", show(*value)))
            .collect();
        format!("{name:<6} {}\n", cells.join(" "))
    };
    cx.out
        .put("              total        used        free      shared  buff/cache   available\n");
    cx.out.put(row(
        "Mem:",
        &[
            memory.total_kib,
            used,
            memory.free_kib,
            memory.shared_kib,
            memory.cached_kib,
            memory.available_kib,
        ],
    ));
    let swap_used = memory.swap_total_kib.saturating_sub(memory.swap_free_kib);
    cx.out.put(row(
        "Swap:",
        &[memory.swap_total_kib, swap_used, memory.swap_free_kib],
    ));
    cx.out.spill().await?;
    Ok(0)
}
