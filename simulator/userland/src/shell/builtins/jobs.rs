//! `jobs`, `fg` and `bg`.

use bytes::Bytes;

use super::options;
use crate::kernel::{KillTarget, Signal};
use crate::shell::job_table::Job;
use crate::shell::machine::{Machine, Unwind};

/// The job that `%n`, `%%`, `%+`, `%-` or `%prefix` names.
pub(super) fn find(machine: &mut Machine, text: &[u8]) -> Result<usize, Unwind> {
    let jobs = &machine.state.jobs;
    let Some(name) = text.strip_prefix(b"%") else {
        return Err(machine.fail_bytes(&[text, b": no such job"].concat()));
    };
    match name {
        b"" | b"%" | b"+" => return jobs.current().ok_or_else(|| machine.fail("No current job")),
        b"-" => {
            return jobs
                .previous()
                .ok_or_else(|| machine.fail("No previous job"));
        }
        _ => {}
    }
    let number = std::str::from_utf8(name)
        .ok()
        .filter(|_| name.iter().all(u8::is_ascii_digit));
    if let Some(number) = number.and_then(|text| text.parse().ok())
        && jobs.find(number).is_some()
    {
        return Ok(number);
    }
    let matches = |job: &&Job| match name.strip_prefix(b"?") {
        Some(part) => part.is_empty() || job.text.windows(part.len()).any(|window| window == part),
        None => job.text.starts_with(name),
    };
    let mut found = jobs.iter().filter(matches).map(|job| job.number);
    let first_two = (found.next(), found.next());
    drop(found);
    match first_two {
        (Some(number), None) => Ok(number),
        (Some(_), Some(_)) => Err(machine.fail_bytes(&[text, b": ambiguous"].concat())),
        (None, _) => Err(machine.fail_bytes(&[text, b": no such job"].concat())),
    }
}

pub(super) async fn jobs(machine: &mut Machine, arguments: &[Bytes]) -> Result<u8, Unwind> {
    let (letters, names) = options(machine, arguments, b"lp")?;
    if names.is_empty() {
        while let Ok(Some(_)) = machine.reap(None, true).await {}
        let numbers: Vec<usize> = machine.state.jobs.numbers().collect();
        for number in numbers {
            show(machine, number, &letters);
        }
    }
    for name in names {
        let number = find(machine, name)?;
        show(machine, number, &letters);
    }
    Ok(0)
}

fn show(machine: &mut Machine, number: usize, letters: &[u8]) {
    let Some(job) = machine.state.jobs.find(number) else {
        return;
    };
    if letters.contains(&b'p') {
        let pid = job.processes.first().map_or(0, |process| process.pid);
        machine.out.extend_from_slice(format!("{pid}\n").as_bytes());
        return;
    }
    let done = job.is_done();
    let line = machine.describe_job(number, letters.contains(&b'l'));
    machine.out.extend_from_slice(&line);
    if done {
        machine.state.jobs.close(number);
    } else if let Some(job) = machine.state.jobs.find_mut(number) {
        job.changed = false;
    }
}

/// A job that `fg` and `bg` are about; none given: the current one.
fn target(machine: &mut Machine, name: Option<&Bytes>) -> Result<usize, Unwind> {
    let number = match name {
        Some(name) => find(machine, name)?,
        None => match machine.state.jobs.current() {
            Some(number) => number,
            None => return Err(machine.fail("No current job")),
        },
    };
    let job = machine.state.jobs.find(number);
    if job.is_some_and(|job| job.pgid.is_some()) {
        return Ok(number);
    }
    let name = name.map_or(&b"(null)"[..], |name| name);
    Err(machine.fail_bytes(&[b"job ", name, b" not created under job control"].concat()))
}

/// The arguments, or one that is none.
fn names(machine: &mut Machine, arguments: &[Bytes]) -> Result<Vec<Option<Bytes>>, Unwind> {
    let (_, names) = options(machine, arguments, b"")?;
    if names.is_empty() {
        return Ok(vec![None]);
    }
    Ok(names.iter().cloned().map(Some).collect())
}

/// Lets a stopped job run again.
fn resume(machine: &mut Machine, number: usize) -> Option<u32> {
    machine.state.jobs.resume(number);
    let job = machine.state.jobs.find(number)?;
    let pgid = job.pgid?;
    machine.state.jobs.touch(number, false);
    Some(pgid)
}

pub(super) async fn fg(machine: &mut Machine, arguments: &[Bytes]) -> Result<u8, Unwind> {
    let mut status = 0;
    for name in names(machine, arguments)? {
        let number = target(machine, name.as_ref())?;
        let text = machine.state.jobs.find(number).map(|job| job.text.clone());
        machine.out.extend_from_slice(&text.unwrap_or_default());
        machine.out.push(b'\n');
        machine.print(false).await;
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
    for name in names(machine, arguments)? {
        let number = target(machine, name.as_ref())?;
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
