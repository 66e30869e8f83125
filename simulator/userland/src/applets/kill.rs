//! kill, and what killall and pkill share with it.

use super::context::{Context, Fail, Outcome, text};
use super::numbers;
use crate::kernel::{Errno, KillTarget, Signal};
use crate::signal_names;
use bytes::Bytes;

/// A signal by number or name, with or without `SIG`, in either case; the inner `None` is no signal at all.
pub(super) fn signal_of(text: &[u8]) -> Option<Option<Signal>> {
    match signal_names::number(text)? {
        signal_names::EXIT => Some(None),
        number => Signal::from_linux_number(number).map(Some),
    }
}

/// Takes the signal from the front of the arguments: `-9`, `-TERM`, `-s TERM`.
pub(super) fn take_signal(args: &mut Vec<Bytes>) -> Result<Option<Signal>, Fail> {
    let Some(first) = args.first().cloned() else {
        return Ok(Some(Signal::Term));
    };
    let bad = |name: &[u8]| Fail::new(text!("bad signal name '", name, "'"));
    let name: Bytes = if first == "-s" && args.len() > 1 {
        args.remove(0);
        args.remove(0)
    } else if first == "--" {
        args.remove(0);
        return Ok(Some(Signal::Term));
    } else if first.starts_with(b"-") {
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
    let mut failures = 0_u8;
    for arg in &args {
        let Ok(number) = numbers::signed(arg) else {
            cx.complain(text!("invalid number '", arg, "'")).await;
            failures = failures.saturating_add(1);
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
            complain_of_pid(cx, number, error).await;
            failures = failures.saturating_add(1);
        }
    }
    Ok(failures)
}

/// Complains about a process that could not be signalled.
pub(super) async fn complain_of_pid(cx: &mut Context<'_>, pid: i64, error: Errno) {
    let pid = pid.to_string();
    cx.complain(text!("can't kill pid ", pid, ": ", error.message()))
        .await;
}

/// Writes the names of signals, or what names and numbers mean.
pub(super) async fn list(cx: &mut Context<'_>, wanted: &[Bytes]) -> Outcome {
    if wanted.is_empty() {
        cx.out.write(signal_names::table()).await?;
    }
    for text in wanted {
        let line = signal_names::explained(text);
        let line = line.ok_or_else(|| Fail::new(text!("unknown signal '", text, "'")))?;
        cx.out.write(text!(line, "\n")).await?;
    }
    Ok(0)
}
