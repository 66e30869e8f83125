//! kill, killall, pidof, pgrep and pkill.

use super::context::{Context, Fail, Outcome, text};
use super::numbers;
use crate::kernel::{KillTarget, ProcessStat, ProcessState, Signal};
use crate::regex::{Regex, Syntax};
use bytes::Bytes;

/// A signal by number or name, with or without `SIG`, in either case.
pub(super) fn signal_of(text: &[u8]) -> Option<Option<Signal>> {
    if let Some(number) = numbers::decimal(text) {
        if number == 0 {
            return Some(None);
        }
        let number = u8::try_from(number).ok()?;
        return Signal::from_linux_number(number).map(Some);
    }
    let name = std::str::from_utf8(text).ok()?.to_ascii_uppercase();
    let name = name.strip_prefix("SIG").unwrap_or(&name);
    if name == "EXIT" {
        return Some(None);
    }
    let signal = Signal::from_name(name)?;
    signal.linux_number().map(|_| Some(signal))
}

/// Takes the signal from the front of the arguments: `-9`, `-TERM`, `-s TERM`.
fn take_signal(args: &mut Vec<Bytes>) -> Result<Option<Signal>, Fail> {
    let Some(first) = args.first().cloned() else {
        return Ok(Some(Signal::Term));
    };
    let bad = |name: &[u8]| Fail::new(text!("bad signal name '", name, "'"));
    let name: Bytes = if first == "-s" {
        if args.len() < 2 {
            return Err(Fail::usage());
        }
        args.remove(0);
        args.remove(0)
    } else if first == "--" {
        args.remove(0);
        return Ok(Some(Signal::Term));
    } else if first.len() > 1 && first[0] == b'-' {
        args.remove(0);
        first.slice(1..)
    } else {
        return Ok(Some(Signal::Term));
    };
    if args.first().is_some_and(|arg| arg == "--") {
        args.remove(0);
    }
    signal_of(&name).ok_or_else(|| bad(&name))
}

/// Sends signals to processes.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let mut args = cx.args.clone();
    if args.first().is_some_and(|arg| arg == "-l") {
        return list(cx, &args[1..]).await;
    }
    let signal = take_signal(&mut args)?;
    if args.is_empty() {
        return Err(Fail::new("you need to specify whom to kill"));
    }
    let mut failures = 0;
    for arg in &args {
        let Ok(number) = numbers::signed(arg) else {
            cx.complain(text!("invalid number '", arg, "'")).await;
            failures += 1;
            continue;
        };
        let pid = |number: i64| u32::try_from(number.unsigned_abs()).unwrap_or(u32::MAX);
        let target = match number {
            0 => KillTarget::OwnGroup,
            -1 => KillTarget::All,
            1.. => KillTarget::Pid(pid(number)),
            _ => KillTarget::Group(pid(number)),
        };
        if let Err(error) = cx.sys.kill(target, signal) {
            cx.complain(text!(
                "can't kill pid ",
                number.to_string(),
                ": ",
                error.message()
            ))
            .await;
            failures += 1;
        }
    }
    Ok(u8::from(failures > 0))
}

async fn list(cx: &mut Context<'_>, wanted: &[Bytes]) -> Outcome {
    if wanted.is_empty() {
        for number in 1..=31 {
            let name = match Signal::from_linux_number(number) {
                Some(signal) => signal.name(),
                None if number == 16 => "STKFLT",
                None => continue,
            };
            cx.out.write(format!("{number:2}) {name}\n")).await?;
        }
        return Ok(0);
    }
    for text in wanted {
        let line = match numbers::decimal(text) {
            // The status of a killed process names its signal too.
            Some(number) => {
                let number = (number & 0x7f) as u8;
                Signal::from_linux_number(number).map(|signal| signal.name().to_owned())
            }
            None => signal_of(text)
                .flatten()
                .and_then(Signal::linux_number)
                .map(|number| number.to_string()),
        };
        let line = line.ok_or_else(|| Fail::new(text!("unknown signal '", text, "'")))?;
        cx.out.write(text!(line, "\n")).await?;
    }
    Ok(0)
}

/// Whether a process has this name: its program's, or that of its first argument.
fn is_named(process: &ProcessStat, name: &[u8]) -> bool {
    let first = process
        .argv
        .first()
        .map(|first| super::walk::base_name(first));
    let comm = &process.comm;
    process.state != ProcessState::Zombie
        && (first == Some(name) || comm == name || (comm.len() == 15 && name.starts_with(comm)))
}

/// Sends a signal to all processes of some names.
pub(super) async fn killall(cx: &mut Context<'_>) -> Outcome {
    let mut args = cx.args.clone();
    if args.first().is_some_and(|arg| arg == "-l") {
        return list(cx, &args[1..]).await;
    }
    let quiet = args.first().is_some_and(|arg| arg == "-q");
    if quiet {
        args.remove(0);
    }
    let signal = take_signal(&mut args)?;
    if args.is_empty() {
        return Err(Fail::new("you need to specify whom to kill"));
    }
    let mut status = 0;
    for name in &args {
        let mut found = false;
        for process in cx.sys.processes() {
            if process.pid == cx.sys.pid() || !is_named(&process, name) {
                continue;
            }
            found = true;
            if let Err(error) = cx.sys.kill(KillTarget::Pid(process.pid), signal) {
                cx.complain(text!(
                    "can't kill pid ",
                    process.pid.to_string(),
                    ": ",
                    error.message()
                ))
                .await;
                status = 1;
            }
        }
        if !found {
            status = 1;
            if !quiet {
                cx.complain(text!(name, ": no process killed")).await;
            }
        }
    }
    Ok(status)
}

/// Writes the process numbers of some names.
pub(super) async fn pidof(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("so:")?;
    let omitted: Vec<u64> = options
        .values(b'o')
        .filter_map(|text| match text.as_ref() {
            b"%PPID" => Some(cx.sys.ppid().into()),
            text => numbers::decimal(text),
        })
        .collect();
    let mut found = Vec::new();
    for name in &options.operands {
        let mut processes = cx.sys.processes();
        processes.reverse();
        for process in processes {
            if is_named(&process, name)
                && process.pid != cx.sys.pid()
                && !omitted.contains(&process.pid.into())
            {
                found.push(process.pid.to_string());
            }
        }
    }
    if found.is_empty() {
        return Ok(1);
    }
    if options.has(b's') {
        found.truncate(1);
    }
    cx.out.write(text!(found.join(" "), "\n")).await?;
    Ok(0)
}

/// Finds processes by a pattern, and signals them when called pkill.
pub(super) async fn pgrep(cx: &mut Context<'_>) -> Outcome {
    let kills = cx.name == "pkill";
    let mut signal = Some(Signal::Term);
    if kills {
        let at = cx.args.iter().position(|arg| {
            arg.strip_prefix(b"-")
                .is_some_and(|name| name.len() > 1 && signal_of(name).is_some())
                || matches!(arg.as_ref(), [b'-', b'0'..=b'9', ..])
        });
        if let Some(at) = at {
            let arg = cx.args.remove(at);
            signal = signal_of(&arg[1..])
                .ok_or_else(|| Fail::new(text!("bad signal name '", &arg[1..], "'")))?;
        }
    }
    let options = cx.options("vlafxons:P:")?;
    let pattern = match options.operands.as_slice() {
        [] if options.has(b'P') || options.has(b's') => None,
        [pattern] => Some(pattern),
        _ => return Err(Fail::usage()),
    };
    let mut regex =
        match pattern {
            Some(pattern) => Some(Regex::new(pattern, Syntax::Extended, false).map_err(
                |error| Fail::new(text!("bad regex '", pattern, "': ", error.to_string())),
            )?),
            None => None,
        };
    let (parent, session) = (options.number(b'P')?, options.number(b's')?);
    let mut matching = Vec::new();
    for process in cx.sys.processes() {
        if process.pid == cx.sys.pid() || process.state == ProcessState::Zombie {
            continue;
        }
        let full = process.argv.join(&b' ');
        let subject: &[u8] = if options.has(b'f') {
            &full
        } else {
            &process.comm
        };
        let mut wanted = match &mut regex {
            Some(regex) => match regex.find(cx.sys, subject, 0).await {
                Some(span) => !options.has(b'x') || span == (0, subject.len()),
                None => false,
            },
            None => true,
        };
        wanted &= parent.is_none_or(|parent| u64::from(process.ppid) == parent);
        wanted &= session.is_none_or(|session| u64::from(process.sid) == session);
        if wanted != options.has(b'v') {
            matching.push((process, full));
        }
    }
    if options.has(b'n') || options.has(b'o') {
        matching.sort_by_key(|(process, _)| (process.started_at, process.pid));
        let only = if options.has(b'n') {
            matching.pop()
        } else {
            matching.into_iter().next()
        };
        matching = only.into_iter().collect();
    }
    for (process, full) in &matching {
        if kills {
            let _ = cx.sys.kill(KillTarget::Pid(process.pid), signal);
            continue;
        }
        let pid = process.pid.to_string();
        let line = match options.last_of(b"la") {
            Some(b'l') => text!(pid, " ", process.comm, "\n"),
            Some(_) => text!(pid, " ", full, "\n"),
            None => text!(pid, "\n"),
        };
        cx.out.write(line).await?;
    }
    Ok(u8::from(matching.is_empty()))
}
