//! `wait`.

use bytes::Bytes;

use super::{number, options};
use crate::kernel::Errno;
use crate::shell::job_table::{Job, JobState, status_code};
use crate::shell::machine::{Machine, Unwind};
use crate::shell::options::ShellOption;

pub(super) async fn wait(machine: &mut Machine, arguments: &[Bytes]) -> Result<u8, Unwind> {
    let (letters, operands) = options(machine, arguments, b"n")?;
    if operands.is_empty() {
        return wait_for_all(machine, !letters.is_empty()).await;
    }
    let mut status = 127;
    for operand in operands {
        let job = if operand.starts_with(b"%") {
            Some(super::jobs::find(machine, operand)?)
        } else {
            let pid = u32::try_from(number(machine, operand)?).ok();
            pid.and_then(|pid| machine.state.jobs.of_last_process(pid))
        };
        let Some(job) = job else {
            continue;
        };
        if let Some(interrupted) = wait_for(machine, job).await? {
            return Ok(interrupted);
        }
        machine.state.jobs.mark_waited(job);
        let pipefail = machine.state.options.has(ShellOption::PipeFail);
        if let Some(job) = machine.state.jobs.find(job) {
            status = job.status(pipefail);
        }
    }
    Ok(status)
}

/// Waits for one job; the status when a trapped signal came first.
async fn wait_for(machine: &mut Machine, job: usize) -> Result<Option<u8>, Unwind> {
    while machine.state.jobs.find(job).is_some_and(Job::is_running) {
        match machine.reap(Some(job), false).await {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(_) => break,
        }
        // A signal that came together with the child's end counts first.
        if let Some(status) = interrupted(machine)? {
            return Ok(Some(status));
        }
    }
    Ok(None)
}

/// Waits until no job runs; `one`: until one job has ended.
async fn wait_for_all(machine: &mut Machine, one: bool) -> Result<u8, Unwind> {
    loop {
        if one && machine.state.jobs.current().is_none() {
            return Ok(127);
        }
        let done: Vec<usize> = machine
            .state
            .jobs
            .iter()
            .take_while(|job| !job.is_running())
            .map(|job| job.number)
            .collect();
        for number in done {
            machine.state.jobs.mark_waited(number);
        }
        if !machine.state.jobs.iter().any(Job::is_running) {
            return Ok(0);
        }
        let changed = match machine.reap(None, false).await {
            Ok(changed) => changed,
            Err(Errno::EINTR) => None,
            Err(_) => return Ok(0),
        };
        if let Some(status) = interrupted(machine)? {
            return Ok(status);
        }
        let ended = changed.and_then(|number| machine.state.jobs.find(number));
        if one && let Some(JobState::Done(status)) = ended.map(Job::state) {
            return Ok(status_code(status));
        }
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
