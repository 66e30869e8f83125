//! `wait`.

use bytes::Bytes;

use super::{number, options};
use crate::kernel::Errno;
use crate::shell::jobs::{JobState, status_code};
use crate::shell::machine::{Machine, Unwind};

pub(super) async fn wait(machine: &mut Machine, arguments: &[Bytes]) -> Result<u8, Unwind> {
    let (_, operands) = options(machine, arguments, b"")?;
    if operands.is_empty() {
        return wait_for_all(machine).await;
    }
    let mut status = 0;
    for operand in operands {
        let job = if operand.starts_with(b"%") {
            Some(super::jobs::find(machine, operand)?)
        } else {
            let pid = number(machine, operand)?;
            machine.state.jobs.of_process(pid)
        };
        status = match job {
            Some(job) => match wait_for(machine, job, operand).await? {
                Ok(status) => status,
                Err(interrupted) => return Ok(interrupted),
            },
            None => 127,
        };
    }
    Ok(status)
}

/// Waits for one job; `Err` is the status when a trapped signal came first.
async fn wait_for(
    machine: &mut Machine,
    job: usize,
    operand: &Bytes,
) -> Result<Result<u8, u8>, Unwind> {
    while machine
        .state
        .jobs
        .find(job)
        .is_some_and(|entry| entry.state() == JobState::Running)
    {
        match machine.reap(Some(job), false).await {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(_) => break,
        }
        // A signal that came together with the child's end counts first.
        if let Some(status) = interrupted(machine)? {
            return Ok(Err(status));
        }
    }
    let Some(entry) = machine.state.jobs.find(job) else {
        return Ok(Ok(127));
    };
    let pid = std::str::from_utf8(operand)
        .ok()
        .and_then(|text| text.parse::<u32>().ok());
    let status = entry
        .processes
        .iter()
        .find(|process| Some(process.pid) == pid)
        .or(entry.processes.last())
        .and_then(|process| process.status)
        .map_or(127, status_code);
    mark_waited(machine, job);
    Ok(Ok(status))
}

async fn wait_for_all(machine: &mut Machine) -> Result<u8, Unwind> {
    while machine
        .state
        .jobs
        .list
        .iter()
        .any(|job| job.state() == JobState::Running)
    {
        match machine.reap(None, false).await {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(_) => break,
        }
        if let Some(status) = interrupted(machine)? {
            return Ok(status);
        }
    }
    let jobs = &mut machine.state.jobs.list;
    for job in jobs.iter_mut() {
        job.waited = true;
    }
    Ok(0)
}

/// A job that was waited for stays known until its number is needed or `jobs` has shown it.
fn mark_waited(machine: &mut Machine, job: usize) {
    if let Some(entry) = machine.state.jobs.find_mut(job)
        && matches!(entry.state(), JobState::Done(_))
    {
        entry.waited = true;
    }
}

/// The status of an interrupted `wait`, when the signal has a trap.
fn interrupted(machine: &mut Machine) -> Result<Option<u8>, Unwind> {
    machine.collect_signals()?;
    Ok(machine
        .state
        .traps
        .first_pending()
        .map(|number| 128 + number))
}
