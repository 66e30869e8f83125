//! Programs that run others: nohup, nice, timeout and time.

use super::context::{Context, Fail, Outcome, cannot_open, text};
use super::kill::signal_of;
use super::numbers;
use super::spawn;
use crate::kernel::{Disposition, Errno, Exit, KillTarget, OpenFlags, Pid, Signal, WaitStatus};

/// Runs a program that a hang-up does not end.
pub(super) async fn nohup(cx: &mut Context<'_>) -> Outcome {
    if cx.args.is_empty() {
        return Err(Fail::Usage(127, None));
    }
    if cx.sys.is_tty(1) {
        let flags = OpenFlags::WRITE | OpenFlags::CREATE | OpenFlags::APPEND;
        let opened = cx.sys.open(b"nohup.out", flags, 0o600).await;
        let fd = opened.map_err(|error| Fail::Message(127, cannot_open(b"nohup.out", error)))?;
        cx.complain("appending output to nohup.out").await;
        let _ = cx.sys.dup_to(fd, 1);
        if cx.sys.is_tty(2) {
            let _ = cx.sys.dup_to(fd, 2);
        }
        let _ = cx.sys.close(fd);
    }
    cx.sys.set_disposition(Signal::Hup, Disposition::Ignore);
    let argv = cx.args.clone();
    let environment = cx.sys.environ();
    Err(spawn::replace(cx, argv, environment))
}

/// Runs a program; priorities do not exist here, so it only takes the number.
pub(super) async fn nice(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("+n:")?;
    if let Some(text) = options.value(b'n') {
        numbers::signed(text)?;
    }
    if options.operands.is_empty() {
        cx.out.write("0\n").await?;
        return Ok(0);
    }
    let environment = cx.sys.environ();
    Err(spawn::replace(cx, options.operands, environment))
}

/// Runs a program for a limited time: a child of it watches the clock, so that the program keeps this process.
pub(super) async fn timeout(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("+s:k:t:")?;
    let mut command = options.operands.clone();
    let seconds = match options.value(b't') {
        Some(seconds) => seconds.clone(),
        None if command.len() >= 2 => command.remove(0),
        None => return Err(Fail::usage()),
    };
    let limit = numbers::duration(&seconds).ok_or_else(|| numbers::invalid(&seconds))?;
    let signal = match options.value(b's') {
        Some(text) => signal_of(text)
            .flatten()
            .ok_or_else(|| Fail::new(text!("unknown signal '", text, "'")))?,
        None => Signal::Term,
    };
    let kill_after = match options.value(b'k') {
        Some(text) => Some(numbers::duration(text).ok_or_else(|| numbers::invalid(text))?),
        None => None,
    };
    let program = cx.sys.pid();
    let watch = cx.sys.fork(move |child| {
        Box::pin(async move {
            // A grandchild watches, so that the program does not find a child it never made.
            let watcher = child.fork(move |watcher| {
                Box::pin(async move {
                    for fd in 0..3 {
                        let _ = watcher.close(fd);
                    }
                    expire(&watcher, program, limit, signal, kill_after).await;
                    Exit::Status(0)
                })
            });
            Exit::Status(u8::from(watcher.is_err()))
        })
    });
    let failed = |error: Errno| Fail::new(text!("can't fork: ", error.message()));
    let watch = watch.map_err(failed)?;
    spawn::wait(cx.sys, watch).await.map_err(failed)?;
    let environment = cx.sys.environ();
    Err(spawn::replace(cx, command, environment))
}

/// Waits for the limit in short steps, so that the watcher goes soon after the program; then sends the signals.
async fn expire(
    watcher: &crate::kernel::Sys,
    program: Pid,
    limit: std::time::Duration,
    signal: Signal,
    kill_after: Option<std::time::Duration>,
) {
    const STEP: std::time::Duration = std::time::Duration::from_secs(1);
    for (wait, signal) in [(Some(limit), signal), (kill_after, Signal::Kill)] {
        let Some(mut left) = wait else { return };
        while !left.is_zero() {
            let step = left.min(STEP);
            let _ = watcher.sleep(step).await;
            left -= step;
            if watcher.kill(KillTarget::Pid(program), None).is_err() {
                return;
            }
        }
        if watcher
            .kill(KillTarget::Pid(program), Some(signal))
            .is_err()
        {
            return;
        }
    }
}

/// Runs a program and says how long it took.
pub(super) async fn time(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("+vpao:f:")?;
    if options.operands.is_empty() {
        return Err(Fail::usage());
    }
    let started = cx.sys.now();
    let before = cx.sys.cpu_times().children_ns;
    let failed = |error: Errno| Fail::new(text!("can't fork: ", error.message()));
    let pid = spawn::start(cx.sys, cx.name, options.operands.clone()).map_err(failed)?;
    let status = spawn::wait(cx.sys, pid).await.map_err(failed)?;
    let real_ms = cx.sys.now().since(started).as_millis() as u64;
    let user_ms = (cx.sys.cpu_times().children_ns - before) / 1_000_000;
    let mut report = String::new();
    if let WaitStatus::Signaled(signal) = status {
        let number = signal.linux_number().unwrap_or(0);
        report += &format!("Command terminated by signal {number}\n");
    } else if let WaitStatus::Exited(code @ 1..) = status {
        report += &format!("Command exited with non-zero status {code}\n");
    }
    let row = |name: &str, ms: u64| match options.has(b'p') {
        true => format!("{name} {}.{:02}\n", ms / 1000, ms / 10 % 100),
        false => format!(
            "{name}\t{}m {}.{:02}s\n",
            ms / 60_000,
            ms / 1000 % 60,
            ms / 10 % 100
        ),
    };
    report += &row("real", real_ms);
    report += &row("user", user_ms);
    report += &row("sys", 0);
    cx.error_text(report.as_bytes()).await;
    Ok(spawn::shell_status(status))
}
