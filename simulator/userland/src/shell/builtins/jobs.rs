//! `jobs`, `fg` and `bg`.

use bytes::Bytes;

use super::options;
use crate::kernel::{KillTarget, Signal, WaitStatus};
use crate::shell::jobs::JobState;
use crate::shell::machine::{Machine, Unwind};

/// The job that `%n`, `%%`, `%+`, `%-` or `%prefix` names.
pub(super) fn find(machine: &mut Machine, text: &[u8]) -> Result<usize, Unwind> {
    let jobs = &machine.state.jobs;
    let found = match text {
        b"%" | b"%%" | b"%+" => jobs.current(),
        b"%-" => jobs.order.iter().rev().nth(1).copied(),
        [b'%', rest @ ..] => {
            let number = std::str::from_utf8(rest)
                .ok()
                .and_then(|text| text.parse().ok());
            match number {
                Some(number) => jobs
                    .find(number)
                    .filter(|job| job.background)
                    .map(|job| job.number),
                None => jobs
                    .list
                    .iter()
                    .find(|job| job.background && job.text.starts_with(rest))
                    .map(|job| job.number),
            }
        }
        _ => std::str::from_utf8(text)
            .ok()
            .and_then(|text| text.parse().ok())
            .and_then(|pid| jobs.of_process(pid)),
    };
    found.ok_or_else(|| machine.fail_bytes(&[text, b": no such job"].concat()))
}

pub(super) async fn jobs(machine: &mut Machine, arguments: &[Bytes]) -> u8 {
    let Ok((letters, _)) = options(machine, arguments, b"lp") else {
        return 2;
    };
    while let Ok(Some(_)) = machine.reap(None, true).await {}
    let mut numbers: Vec<usize> = machine.state.jobs.order.clone();
    numbers.reverse();
    for number in numbers {
        let Some(job) = machine.state.jobs.find(number) else {
            continue;
        };
        if letters.contains(&b'p') {
            let pid = job.processes.first().map_or(0, |process| process.pid);
            machine.out.extend_from_slice(format!("{pid}\n").as_bytes());
            continue;
        }
        let done = matches!(job.state(), JobState::Done(_));
        let line = machine.describe_job(number, letters.contains(&b'l'));
        machine.out.extend_from_slice(&line);
        if done {
            machine.state.jobs.close(number);
        } else if let Some(job) = machine.state.jobs.find_mut(number) {
            job.changed = false;
        }
    }
    0
}

/// The jobs `fg` and `bg` are about.
fn targets(machine: &mut Machine, arguments: &[Bytes]) -> Result<Vec<usize>, Unwind> {
    let mut numbers = Vec::new();
    if arguments.len() > 1 {
        for argument in &arguments[1..] {
            numbers.push(find(machine, argument)?);
        }
    } else {
        match machine.state.jobs.current() {
            Some(number) => numbers.push(number),
            None => return Err(machine.fail("no current job")),
        }
    }
    for number in &numbers {
        let controlled = machine
            .state
            .jobs
            .find(*number)
            .is_some_and(|job| job.pgid.is_some());
        if !controlled {
            return Err(machine.fail("job (null) not created under job control"));
        }
    }
    Ok(numbers)
}

/// Lets a stopped job run again.
fn resume(machine: &mut Machine, number: usize) -> Option<u32> {
    let job = machine.state.jobs.find_mut(number)?;
    for process in &mut job.processes {
        if matches!(process.status, Some(WaitStatus::Stopped(_))) {
            process.status = None;
        }
    }
    let pgid = job.pgid?;
    machine.state.jobs.touch(number);
    Some(pgid)
}

pub(super) async fn fg(machine: &mut Machine, arguments: &[Bytes]) -> Result<u8, Unwind> {
    let mut status = 0;
    for number in targets(machine, arguments)? {
        let text = machine.state.jobs.find(number).map(|job| job.text.clone());
        machine.out.extend_from_slice(&text.unwrap_or_default());
        machine.out.push(b'\n');
        machine.print().await;
        let Some(pgid) = resume(machine, number) else {
            continue;
        };
        if let Some(terminal) = machine.state.terminal {
            let _ = machine.sys.set_foreground(terminal, pgid);
        }
        let _ = machine
            .sys
            .kill(KillTarget::Group(pgid), Some(Signal::Cont));
        status = machine.wait_for_job(number).await;
    }
    Ok(status)
}

pub(super) fn bg(machine: &mut Machine, arguments: &[Bytes]) -> Result<u8, Unwind> {
    for number in targets(machine, arguments)? {
        let Some(pgid) = resume(machine, number) else {
            continue;
        };
        let text = machine
            .state
            .jobs
            .find(number)
            .map(|job| job.text.clone())
            .unwrap_or_default();
        machine
            .out
            .extend_from_slice(format!("[{number}] ").as_bytes());
        machine.out.extend_from_slice(&text);
        machine.out.push(b'\n');
        let _ = machine
            .sys
            .kill(KillTarget::Group(pgid), Some(Signal::Cont));
    }
    Ok(0)
}
