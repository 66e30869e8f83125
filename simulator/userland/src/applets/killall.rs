//! killall, and finding processes by name.

use super::context::{Context, Fail, Outcome, text};
use super::kill::{self, complain_of_pid};
use crate::kernel::{KillTarget, ProcessStat, ProcessState};

/// Sends a signal to all processes of some names.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let mut args = cx.args.clone();
    if args.first().is_some_and(|arg| arg == "-l") {
        return kill::list(cx, &args[1..]).await;
    }
    let quiet = args.first().is_some_and(|arg| arg == "-q");
    if quiet {
        args.remove(0);
    }
    let signal = kill::take_signal(&mut args)?;
    if args.is_empty() {
        return Err(Fail::new("you need to specify whom to kill"));
    }
    let mut failures = 0_u8;
    for name in &args {
        let mut found = false;
        for process in cx.sys.processes() {
            if process.pid == cx.sys.pid() || !is_named(&process, name) {
                continue;
            }
            found = true;
            if let Err(error) = cx.sys.kill(KillTarget::Pid(process.pid), signal) {
                complain_of_pid(cx, process.pid.into(), error).await;
                failures = failures.saturating_add(1);
            }
        }
        if !found {
            failures = failures.saturating_add(1);
            if !quiet {
                cx.complain(text!(name, ": no process killed")).await;
            }
        }
    }
    Ok(failures)
}

/// Whether a process has this name: its program's, or that of its first argument.
pub(super) fn is_named(process: &ProcessStat, name: &[u8]) -> bool {
    let first = process
        .argv
        .first()
        .map(|first| super::walk::base_name(first));
    let comm = &process.comm;
    process.state != ProcessState::Zombie
        && (first == Some(name) || comm == name || (comm.len() == 15 && name.starts_with(comm)))
}
