//! uname, arch, nproc and hostname.

use super::context::{Context, Fail, Outcome, cannot_open, text};
use super::io::Reader;
use super::resolve;
use crate::kernel::{KERNEL_RELEASE, KERNEL_VERSION, OpenFlags};
use std::net::Ipv4Addr;

/// Writes what the system is.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.long_options(
        "snrvmpiao",
        &[
            ("all", false, b'a'),
            ("kernel-name", false, b's'),
            ("nodename", false, b'n'),
            ("release", false, b'r'),
            ("machine", false, b'm'),
        ],
    )?;
    if !options.operands.is_empty() {
        return Err(Fail::usage());
    }
    let hostname = cx.sys.hostname();
    let all = options.has(b'a');
    let nothing = options.given.is_empty();
    let parts: [(u8, &[u8]); 8] = [
        (b's', b"Linux"),
        (b'n', &hostname),
        (b'r', KERNEL_RELEASE.as_bytes()),
        (b'v', KERNEL_VERSION.as_bytes()),
        (b'm', b"x86_64"),
        (b'p', b"unknown"),
        (b'i', b"unknown"),
        (b'o', b"Linux"),
    ];
    let wanted = parts.iter().filter(|(letter, _)| {
        let in_all = all && !matches!(letter, b'p' | b'i');
        in_all || options.has(*letter) || (nothing && *letter == b's')
    });
    let shown: Vec<&[u8]> = wanted.map(|(_, value)| *value).collect();
    cx.out.write(text!(shown.join(&b' '), "\n")).await?;
    Ok(0)
}

/// Writes the machine's name.
pub(super) async fn arch(cx: &mut Context<'_>) -> Outcome {
    cx.out.write("x86_64\n").await?;
    Ok(0)
}

/// Writes the number of processors.
pub(super) async fn nproc(cx: &mut Context<'_>) -> Outcome {
    let options = cx.long_options("", &[("all", false, b'a'), ("ignore", true, b'i')])?;
    let ignored = options.number(b'i')?.unwrap_or(0);
    let mut count = 0_u64;
    if let Ok(fd) = cx.sys.open(b"/proc/cpuinfo", OpenFlags::READ, 0).await {
        let mut reader = Reader::owned(cx.sys, fd);
        let mut line = Vec::new();
        while reader
            .read_line(&mut line)
            .await
            .is_ok_and(|found| found.is_some())
        {
            count += u64::from(line.starts_with(b"processor"));
        }
    }
    let count = count.saturating_sub(ignored).max(1);
    cx.out.write(format!("{count}\n")).await?;
    Ok(0)
}

/// Writes the host's name.
pub(super) async fn hostname(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("dfisF:v")?;
    if let Some(path) = options.value(b'F') {
        let opened = cx.open_input(path).await;
        opened.map_err(|error| Fail::new(cannot_open(path, error)))?;
    }
    if !options.operands.is_empty() || options.has(b'F') {
        return Err(Fail::new("sethostname: Operation not permitted"));
    }
    let name = cx.sys.hostname();
    let dot = name.iter().position(|byte| *byte == b'.');
    let shown = match options.last_of(b"dfis") {
        Some(b's') => &name[..dot.unwrap_or(name.len())],
        Some(b'd') => dot.map_or(&b""[..], |at| &name[at + 1..]),
        Some(b'i') => {
            let addresses = resolve::addresses(cx.sys, &name).await;
            if addresses.is_empty() {
                return Err(Fail::new(text!(name, ": Unknown host")));
            }
            let addresses: Vec<String> = addresses.iter().map(Ipv4Addr::to_string).collect();
            cx.out.write(text!(addresses.join(" "), "\n")).await?;
            return Ok(0);
        }
        _ => &name,
    };
    cx.out.write(text!(shown, "\n")).await?;
    Ok(0)
}
