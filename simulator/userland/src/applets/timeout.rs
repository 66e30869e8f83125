//! timeout.

use super::context::{Context, Fail, Outcome, text};
use super::kill::signal_of;
use super::{numbers, spawn};
use crate::kernel::{Errno, Exit, KillTarget, Pid, Signal, Sys};
use std::time::Duration;

/// Runs a program for a limited time: a child of it watches the clock, so that the program keeps this process.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
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
    watcher: &Sys,
    program: Pid,
    limit: Duration,
    signal: Signal,
    kill_after: Option<Duration>,
) {
    const STEP: Duration = Duration::from_secs(1);
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
