//! `kill`.

use bytes::Bytes;

use crate::kernel::{KillTarget, Signal, WaitStatus};
use crate::shell::job_table::Process;
use crate::shell::machine::{Machine, Unwind};
use crate::signal_names;

pub(super) async fn kill(machine: &mut Machine, arguments: &[Bytes]) -> Result<u8, Unwind> {
    let mut rest = &arguments[1..];
    let mut wanted = Some(Signal::Term);
    if let Some(option) = rest.first().and_then(|first| first.strip_prefix(b"-")) {
        if option == b"l" {
            return Ok(list(machine, &rest[1..]));
        }
        // A job that is not there is an error before anything is done.
        for target in rest.iter().filter(|target| target.starts_with(b"%")) {
            super::jobs::find(machine, target)?;
        }
        let name = if option == b"s" && rest.len() > 1 {
            rest = &rest[1..];
            rest[0].clone()
        } else {
            Bytes::copy_from_slice(option)
        };
        if option != b"-" {
            match signal_names::number(&name) {
                Some(0) => wanted = None,
                Some(number) if Signal::from_linux_number(number).is_some() => {
                    wanted = Signal::from_linux_number(number);
                }
                _ => {
                    machine
                        .complain_as_applet(&[b"bad signal name '", name.as_ref(), b"'"].concat());
                    return Ok(1);
                }
            }
        }
        rest = rest.get(1..).unwrap_or(&[]);
    }
    if rest.is_empty() {
        machine.complain_as_applet(b"you need to specify whom to kill");
        return Ok(1);
    }
    let mut targets = Vec::with_capacity(rest.len());
    for target in rest {
        targets.push(match target.first() {
            Some(b'%') => job_targets(machine, target)?,
            _ => target.clone(),
        });
    }
    let mut failures: u8 = 0;
    for target in &targets {
        failures = failures.saturating_add(send(machine, target, wanted));
        // The next may be this shell.
        machine.flush().await;
    }
    Ok(failures)
}

/// Sends a signal to each of the numbers in a text; how often that failed.
fn send(machine: &mut Machine, numbers: &Bytes, signal: Option<Signal>) -> u8 {
    let mut failures = 0;
    let mut rest = numbers.as_ref();
    while !rest.is_empty() {
        rest = rest.strip_prefix(b" ").unwrap_or(rest);
        let end = rest.iter().position(|byte| *byte == b' ');
        let (text, behind) = rest.split_at(end.unwrap_or(rest.len()));
        let Some(number) = number(text) else {
            machine.complain_as_applet(&[b"invalid number '", rest, b"'"].concat());
            return failures + 1;
        };
        if let Err(error) = machine.sys.kill(process_target(number), signal) {
            let text = format!("can't kill pid {number}: {error}");
            machine.complain_as_applet(text.as_bytes());
            failures = failures.saturating_add(1);
        }
        rest = behind;
    }
    failures
}

/// A process's number: digits, perhaps behind a minus.
fn number(text: &[u8]) -> Option<i32> {
    let text = std::str::from_utf8(text).ok()?;
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits
        .starts_with(|first: char| first.is_ascii_digit())
        .then(|| text.parse().ok())?
}

/// The numbers that stand for a job: its process group, or its processes that have not ended.
fn job_targets(machine: &mut Machine, name: &Bytes) -> Result<Bytes, Unwind> {
    let number = super::jobs::find(machine, name)?;
    let Some(job) = machine.state.jobs.find(number) else {
        return Ok(Bytes::new());
    };
    let alive = |process: &&Process| matches!(process.status, None | Some(WaitStatus::Stopped(_)));
    let sign = if job.pgid.is_some() { "-" } else { "" };
    let most = if job.pgid.is_some() { 1 } else { usize::MAX };
    let alive = job.processes.iter().take(most).filter(alive);
    let text: String = alive
        .map(|process| format!(" {sign}{}", process.pid))
        .collect();
    Ok(Bytes::from(text))
}

fn process_target(number: i32) -> KillTarget {
    match number {
        0 => KillTarget::OwnGroup,
        -1 => KillTarget::All,
        1.. => KillTarget::Pid(number.unsigned_abs()),
        _ => KillTarget::Group(number.unsigned_abs()),
    }
}

fn list(machine: &mut Machine, names: &[Bytes]) -> u8 {
    if names.is_empty() {
        machine.out.extend_from_slice(&signal_names::table());
        return 0;
    }
    for text in names {
        let Some(line) = signal_names::explained(text) else {
            machine.complain_as_applet(&[b"unknown signal '", text.as_ref(), b"'"].concat());
            return 1;
        };
        machine.out.extend_from_slice(line.as_bytes());
        machine.out.push(b'\n');
    }
    0
}
