//! ps and top.

use super::accounts::Accounts;
use super::context::{Context, Fail, Outcome, text};
use super::io::Reader;
use super::numbers;
use crate::kernel::{OpenFlags, ProcessStat, ProcessState};
use std::time::Duration;

/// Columns without `-o`.
const DEFAULT: [&[u8]; 4] = [b"pid", b"user", b"time", b"args"];

/// A column: its names, its title, its width (0 for the rest of the line).
const COLUMNS: &[(&[u8], &str, usize)] = &[
    (b"user", "USER", 8),
    (b"group", "GROUP", 8),
    (b"comm", "COMMAND", 16),
    (b"args", "COMMAND", 0),
    (b"pid", "PID", 5),
    (b"ppid", "PPID", 5),
    (b"pgid", "PGID", 5),
    (b"sid", "SID", 5),
    (b"etime", "ELAPSED", 7),
    (b"time", "TIME", 5),
    (b"stat", "STAT", 4),
    (b"state", "STAT", 4),
    (b"vsz", "VSZ", 4),
    (b"rss", "RSS", 4),
    (b"tty", "TT", 6),
    (b"uid", "UID", 5),
    (b"ruser", "RUSER", 8),
    (b"rgroup", "RGROUP", 8),
    (b"nice", "NI", 5),
];

/// What the message on an unknown column lists.
const SUPPORTED: &str =
    "user,group,comm,args,pid,ppid,pgid,etime,nice,rgroup,ruser,time,tty,vsz,sid,stat,rss";

/// Lists processes.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let args: Vec<bytes::Bytes> = cx
        .args
        .iter()
        .enumerate()
        .map(|(index, arg)| {
            // `ps aux` has its letters without a dash.
            if index == 0 && !arg.starts_with(b"-") {
                text!("-", arg).into()
            } else {
                arg.clone()
            }
        })
        .collect();
    let options = super::args::parse(&args, "o:aAdefluwxTZp:", &[])
        .map_err(|message| Fail::Usage(1, Some(message)))?;
    let mut columns = Vec::new();
    for list in options.values(b'o') {
        for name in list.split(|byte| matches!(byte, b',' | b' ')) {
            let (name, title) = match name.iter().position(|byte| *byte == b'=') {
                Some(at) => (&name[..at], Some(&name[at + 1..])),
                None => (name, None),
            };
            let column = COLUMNS.iter().find(|column| column.0 == name);
            let column = column.ok_or_else(|| {
                Fail::new(text!(
                    "bad -o argument '",
                    name,
                    "', supported arguments: ",
                    SUPPORTED
                ))
            })?;
            // A title of one's own makes the column as wide as it is.
            let width = title.map_or(column.2, <[u8]>::len);
            let title = title.map_or(column.1.into(), <[u8]>::to_vec);
            columns.push((column, title, width));
        }
    }
    if columns.is_empty() {
        let default = DEFAULT
            .iter()
            .filter_map(|name| COLUMNS.iter().find(|column| column.0 == *name));
        columns = default
            .map(|column| (column, column.1.as_bytes().to_vec(), column.2))
            .collect();
    }
    let accounts = Accounts::read(cx.sys).await;
    let width = cx
        .sys
        .window_size(1)
        .ok()
        .map(|size| usize::from(size.columns))
        .filter(|_| !options.has(b'w'))
        .unwrap_or(usize::MAX);
    let mut line = Vec::new();
    for (index, (_, title, width)) in columns.iter().enumerate() {
        let last = index + 1 == columns.len();
        put_cell(&mut line, title, *width, last, false);
    }
    write_line(cx, &line, width).await?;
    let now = cx.sys.now();
    for process in cx.sys.processes() {
        line.clear();
        for (index, (column, _, width)) in columns.iter().enumerate() {
            let value = value(&process, column.0, &accounts, now);
            let right = matches!(
                column.1,
                "PID" | "PPID" | "PGID" | "SID" | "UID" | "TIME" | "NI" | "ELAPSED"
            );
            put_cell(&mut line, &value, *width, index + 1 == columns.len(), right);
        }
        write_line(cx, &line, width).await?;
        cx.sys.burn(2_000).await;
    }
    Ok(0)
}

async fn write_line(cx: &mut Context<'_>, line: &[u8], width: usize) -> Result<(), Fail> {
    cx.out.put(&line[..line.len().min(width)]);
    cx.out.write(b"\n").await
}

fn put_cell(line: &mut Vec<u8>, value: &[u8], width: usize, last: bool, right: bool) {
    let pad = width.saturating_sub(value.len());
    if right {
        line.extend(std::iter::repeat_n(b' ', pad));
    }
    line.extend_from_slice(value);
    if !right && !last {
        line.extend(std::iter::repeat_n(b' ', pad));
    }
    if !last {
        line.push(b' ');
    }
}

fn value(
    process: &ProcessStat,
    column: &[u8],
    accounts: &Accounts,
    now: crate::kernel::Timestamp,
) -> Vec<u8> {
    let seconds = process.cpu_ns / 1_000_000_000;
    let kib = |bytes: u64| {
        let kib = bytes / 1024;
        if kib < 10_000 {
            kib.to_string()
        } else {
            format!("{}m", kib / 1024)
        }
    };
    match column {
        b"user" | b"ruser" => accounts.show_user(process.uid).to_vec(),
        b"group" | b"rgroup" => accounts.show_group(process.gid).to_vec(),
        b"comm" => process.comm.to_vec(),
        b"args" => command_line(process),
        b"pid" => process.pid.to_string().into_bytes(),
        b"ppid" => process.ppid.to_string().into_bytes(),
        b"pgid" => process.pgid.to_string().into_bytes(),
        b"sid" => process.sid.to_string().into_bytes(),
        b"uid" => process.uid.to_string().into_bytes(),
        b"etime" => {
            let elapsed = now.since(process.started_at).as_secs();
            format!("{}:{:02}", elapsed / 60, elapsed % 60).into_bytes()
        }
        b"time" => format!("{}:{:02}", seconds / 60, seconds % 60).into_bytes(),
        b"stat" | b"state" => state(process).into_bytes(),
        b"tty" => match process.tty_device {
            0 => b"?".to_vec(),
            device => format!("{},{}", device >> 8, device & 0xff).into_bytes(),
        },
        b"nice" => process.niceness.to_string().into_bytes(),
        _ => kib(process.memory_bytes).into_bytes(),
    }
}

fn state(process: &ProcessStat) -> String {
    let letter = process.state.letter();
    match process.niceness {
        1.. => format!("{letter}N"),
        0 => letter.to_string(),
        _ => format!("{letter}<"),
    }
}

/// Arguments joined with blanks; `[comm]` when there are none; nothing invisible.
fn command_line(process: &ProcessStat) -> Vec<u8> {
    if process.argv.is_empty() {
        return text!("[", process.comm, "]");
    }
    let joined = process.argv.join(&b' ');
    joined
        .iter()
        .map(|byte| if byte.is_ascii_control() { b'?' } else { *byte })
        .collect()
}

/// Shows the busiest processes again and again.
pub(super) async fn top(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("d:n:bHmq")?;
    let pause = match options.value(b'd') {
        Some(text) => numbers::duration(text).ok_or_else(|| numbers::invalid(text))?,
        None => Duration::from_secs(5),
    };
    let rounds = options.number(b'n')?;
    let batch = options.has(b'b') || !cx.sys.is_tty(1);
    let accounts = Accounts::read(cx.sys).await;
    let mut round = 0;
    let mut before: Vec<ProcessStat> = Vec::new();
    let mut last = cx.sys.now();
    loop {
        let now = cx.sys.now();
        let processes = cx.sys.processes();
        let page = page(cx, &processes, &before, now.since(last), &accounts, batch).await;
        cx.out.write(page).await?;
        cx.out.flush().await?;
        (before, last) = (processes, now);
        round += 1;
        if rounds.is_some_and(|rounds| round >= rounds) {
            return Ok(0);
        }
        // Without a terminal the end of input ends nothing; with one, q does.
        if batch {
            let _ = cx.sys.sleep(pause).await;
        } else if cx
            .sys
            .poll_read(&[0], Some(pause))
            .await
            .is_ok_and(|ready| !ready.is_empty())
        {
            let mut key = [0];
            match cx.sys.read(0, &mut key).await {
                Ok(1) if key[0] != b'q' => {}
                _ => return Ok(0),
            }
        }
    }
}

async fn page(
    cx: &mut Context<'_>,
    processes: &[ProcessStat],
    before: &[ProcessStat],
    span: Duration,
    accounts: &Accounts,
    batch: bool,
) -> Vec<u8> {
    let memory = super::free::memory(cx).await;
    let size = cx.sys.window_size(1).ok();
    let columns = size.map_or(usize::MAX, |size| usize::from(size.columns));
    let rows = match batch {
        true => usize::MAX,
        false => size
            .map_or(24, |size| usize::from(size.rows))
            .saturating_sub(5),
    };
    let used_by = |process: &ProcessStat| {
        let old = before
            .iter()
            .find(|old| old.pid == process.pid && old.started_at == process.started_at);
        process
            .cpu_ns
            .saturating_sub(old.map_or(0, |old| old.cpu_ns))
    };
    let span_ns = (span.as_nanos() as u64).max(1);
    let total: u64 = if before.is_empty() {
        0
    } else {
        processes.iter().map(used_by).sum()
    };
    let percent = |ns: u64| {
        if before.is_empty() {
            0
        } else {
            (ns.saturating_mul(100) / span_ns).min(100)
        }
    };
    let load = first_line(cx, b"/proc/loadavg").await;
    let mut page = Vec::new();
    if !batch {
        page.extend_from_slice(b"\x1b[H\x1b[J");
    }
    let used = memory.total_kib.saturating_sub(memory.free_kib);
    page.extend(
        format!(
            "Mem: {used}K used, {}K free, 0K shrd, 0K buff, {}K cached\n",
            memory.free_kib, memory.cached_kib
        )
        .into_bytes(),
    );
    page.extend(
        format!(
            "CPU: {:3}% usr   0% sys   0% nic {:3}% idle   0% io   0% irq   0% sirq\n",
            percent(total),
            100 - percent(total)
        )
        .into_bytes(),
    );
    page.extend(text!("Load average: ", load, "\n"));
    let title = b"  PID  PPID USER     STAT   VSZ %VSZ %CPU COMMAND";
    if batch {
        page.extend_from_slice(title);
    } else {
        page.extend(text!("\x1b[7m", title, "\x1b[m"));
    }
    page.push(b'\n');
    let mut sorted: Vec<&ProcessStat> = processes
        .iter()
        .filter(|process| process.state != ProcessState::Zombie || batch)
        .collect();
    sorted.sort_by_key(|process| (std::cmp::Reverse(used_by(process)), process.pid));
    for process in sorted.into_iter().take(rows) {
        let user = accounts.show_user(process.uid);
        let kib = process.memory_bytes / 1024;
        let share = kib.saturating_mul(100) / memory.total_kib.max(1);
        let mut line = format!(
            "{:5} {:5} {:<8.8} {:<4} {:5} {share:3}% {:3}% ",
            process.pid,
            process.ppid,
            String::from_utf8_lossy(&user),
            state(process),
            kib,
            percent(used_by(process))
        )
        .into_bytes();
        line.extend(command_line(process));
        line.truncate(columns);
        page.extend(line);
        page.push(b'\n');
    }
    page
}

async fn first_line(cx: &Context<'_>, path: &[u8]) -> Vec<u8> {
    let mut line = Vec::new();
    if let Ok(fd) = cx.sys.open(path, OpenFlags::READ, 0).await {
        let _ = Reader::owned(cx.sys, fd).read_line(&mut line).await;
    }
    line
}
