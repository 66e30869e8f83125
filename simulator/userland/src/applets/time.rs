//! time.

use super::context::{Context, Fail, Outcome, cannot_open, text};
use super::spawn;
use crate::kernel::{Disposition, Errno, OpenFlags, Signal, WaitStatus};
use bytes::Bytes;

const DEFAULT: &[u8] = b"real\t%E\nuser\t%U2\nsys\t%S2";
const POSIX: &[u8] = b"real %e\nuser %U\nsys %S";
/// All that is measured here; minor faults, switches and resident memory are not.
const LONG: &[u8] = b"\tCommand being timed: \"%C\"\n\
    \tUser time (seconds): %U\n\
    \tSystem time (seconds): %S\n\
    \tPercent of CPU this job got: %P\n\
    \tElapsed (wall clock) time (h:mm:ss or m:ss): %E\n\
    \tPage size (bytes): %Z\n\
    \tExit status: %x";

/// What a program used.
struct Usage<'a> {
    argv: &'a [Bytes],
    real_ms: u64,
    cpu_ms: u64,
    status: WaitStatus,
}

/// Runs a program and says how long it took.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("+vpao:f:")?;
    let argv = options.operands.as_slice();
    if argv.is_empty() {
        return Err(Fail::usage());
    }
    let form = match options.last_of(b"pvf") {
        Some(b'p') => POSIX,
        Some(b'v') => LONG,
        Some(_) => options.value(b'f').map_or(&b""[..], |form| form),
        None => DEFAULT,
    };
    check(form)?;
    let target = match options.value(b'o') {
        Some(path) => {
            let mut flags = OpenFlags::WRITE | OpenFlags::CREATE | OpenFlags::CLOEXEC;
            flags |= match options.has(b'a') {
                true => OpenFlags::APPEND,
                false => OpenFlags::TRUNC,
            };
            let opened = cx.sys.open(path, flags, 0o666).await;
            opened.map_err(|error| Fail::new(cannot_open(path, error)))?
        }
        None => 2,
    };
    let usage = measure(cx, argv).await?;
    let mut report = match usage.status {
        WaitStatus::Exited(0) => String::new(),
        WaitStatus::Exited(code) => format!("Command exited with non-zero status {code}\n"),
        WaitStatus::Signaled(signal) | WaitStatus::Stopped(signal) => {
            let number = signal.linux_number().unwrap_or(0);
            format!("Command terminated by signal {number}\n")
        }
    }
    .into_bytes();
    fill_in(form, &usage, &mut report);
    report.push(b'\n');
    let _ = cx.sys.write_all(target, &report).await;
    Ok(spawn::shell_status(usage.status))
}

/// Runs the program to its end; signals of the keyboard are for it alone.
async fn measure<'a>(cx: &Context<'_>, argv: &'a [Bytes]) -> Result<Usage<'a>, Fail> {
    let failed = |error: Errno| Fail::new(text!("can't fork: ", error.message()));
    let started = cx.sys.now();
    let before = cx.sys.cpu_times().children_ns;
    let pid = spawn::start_saying(cx.sys, argv.to_vec(), |name, error| {
        text!("time: can't execute '", name, "': ", error.message(), "\n")
    })
    .map_err(failed)?;
    let keyboard = [Signal::Int, Signal::Quit];
    let dispositions = keyboard.map(|signal| cx.sys.set_disposition(signal, Disposition::Ignore));
    let status = spawn::wait(cx.sys, pid).await.map_err(failed)?;
    for (signal, disposition) in keyboard.into_iter().zip(dispositions) {
        cx.sys.set_disposition(signal, disposition);
    }
    Ok(Usage {
        argv,
        real_ms: cx.sys.now().since(started).as_millis() as u64,
        cpu_ms: (cx.sys.cpu_times().children_ns - before) / 1_000_000,
        status,
    })
}

/// Refuses what nobody counts here.
fn check(form: &[u8]) -> Result<(), Fail> {
    let mut letters = form.iter();
    while let Some(byte) = letters.next() {
        if *byte == b'%'
            && let Some(letter @ (b'M' | b'R' | b'c' | b'w')) = letters.next()
        {
            return Err(Fail::new(text!("%", [*letter], " is not supported")));
        }
    }
    Ok(())
}

fn seconds(ms: u64) -> String {
    format!("{}.{:02}", ms / 1000, ms / 10 % 100)
}

fn minutes(ms: u64) -> String {
    match ms / 3_600_000 {
        0 => format!("{}m {}s", ms / 60_000, seconds(ms % 60_000)),
        hours => format!("{hours}h {}m {:02}s", ms / 60_000 % 60, ms / 1000 % 60),
    }
}

/// The report: `%` and a letter stands for a measure, a backslash keeps what follows.
fn fill_in(form: &[u8], usage: &Usage<'_>, report: &mut Vec<u8>) {
    let mut at = 0;
    while let Some(&byte) = form.get(at) {
        let next = form.get(at + 1).copied();
        at += 1;
        match (byte, next) {
            (b'%', Some(letter)) => {
                at += 1;
                // `%U2`, `%S2` are times as `%E` shows them.
                let long = form == DEFAULT && form.get(at) == Some(&b'2');
                at += usize::from(long);
                report.extend(measure_text(letter, long, usage));
            }
            (b'\\', Some(kept)) => {
                at += 1;
                report.push(kept);
            }
            (b'%' | b'\\', None) => {}
            _ => report.push(byte),
        }
    }
}

fn measure_text(letter: u8, long: bool, usage: &Usage<'_>) -> Vec<u8> {
    let text = match letter {
        b'C' => return usage.argv.join(&b' '),
        b'E' => minutes(usage.real_ms),
        b'e' => seconds(usage.real_ms),
        b'U' if long => minutes(usage.cpu_ms),
        b'U' => seconds(usage.cpu_ms),
        // All time is the program's own.
        b'S' if long => minutes(0),
        b'S' => seconds(0),
        b'P' if usage.real_ms > 0 => format!("{}%", usage.cpu_ms * 100 / usage.real_ms),
        b'P' => "?%".to_owned(),
        b'T' => match usage.status {
            WaitStatus::Exited(_) => "0".to_owned(),
            WaitStatus::Signaled(signal) | WaitStatus::Stopped(signal) => {
                signal.linux_number().unwrap_or(0).to_string()
            }
        },
        b'x' => match usage.status {
            WaitStatus::Exited(code) => code.to_string(),
            _ => "0".to_owned(),
        },
        b'Z' => "4096".to_owned(),
        // Linux counts none of these, and nothing here touches a disk.
        b'D' | b'F' | b'I' | b'K' | b'O' | b'W' | b'X' | b'k' | b'p' | b'r' | b's' | b't' => {
            "0".to_owned()
        }
        _ => String::new(),
    };
    text.into_bytes()
}
