//! `kill`.

use bytes::Bytes;

use crate::kernel::{Errno, KillTarget, Signal};
use crate::shell::machine::{Machine, Unwind};
use crate::shell::traps::{signal_name, signal_number};

pub(super) fn kill(machine: &mut Machine, arguments: &[Bytes]) -> Result<u8, Unwind> {
    let mut rest = &arguments[1..];
    let mut wanted = Some(Signal::Term);
    if let Some(option) = rest.first().and_then(|first| first.strip_prefix(b"-")) {
        if option == b"l" {
            return Ok(list(machine, &rest[1..]));
        }
        let name = if option == b"s" || option == b"n" {
            rest = &rest[1..];
            rest.first().cloned().unwrap_or_default()
        } else {
            Bytes::copy_from_slice(option)
        };
        if option != b"-" {
            match signal_number(&name) {
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
        if rest.first().is_some_and(|first| first == "--") {
            rest = &rest[1..];
        }
    }
    if rest.is_empty() {
        machine.complain_as_applet(b"you need to specify whom to kill");
        return Ok(1);
    }
    let mut failures = 0_u8;
    for target in rest {
        if !send(machine, target, wanted)? {
            failures = failures.saturating_add(1);
        }
    }
    Ok(failures)
}

fn send(machine: &mut Machine, target: &Bytes, signal: Option<Signal>) -> Result<bool, Unwind> {
    let resolved = if target.starts_with(b"%") {
        let number = super::jobs::find(machine, target)?;
        job_target(machine, number)
    } else {
        std::str::from_utf8(target)
            .ok()
            .and_then(|text| text.parse::<i64>().ok())
            .and_then(process_target)
    };
    let Some(resolved) = resolved else {
        machine.complain_as_applet(&[b"invalid number '", target.as_ref(), b"'"].concat());
        return Ok(false);
    };
    match machine.sys.kill(resolved, signal) {
        Ok(()) => Ok(true),
        Err(error) => {
            cannot_kill(machine, target, error);
            Ok(false)
        }
    }
}

fn job_target(machine: &Machine, number: usize) -> Option<KillTarget> {
    let job = machine.state.jobs.find(number)?;
    match job.pgid {
        Some(pgid) => Some(KillTarget::Group(pgid)),
        None => job.processes.last().map(|last| KillTarget::Pid(last.pid)),
    }
}

fn process_target(number: i64) -> Option<KillTarget> {
    let magnitude = u32::try_from(number.unsigned_abs()).ok()?;
    Some(match number {
        0 => KillTarget::OwnGroup,
        -1 => KillTarget::All,
        1.. => KillTarget::Pid(magnitude),
        _ => KillTarget::Group(magnitude),
    })
}

fn cannot_kill(machine: &mut Machine, target: &[u8], error: Errno) {
    let text = [
        b"can't kill pid ",
        target,
        b": ",
        error.message().as_bytes(),
    ]
    .concat();
    machine.complain_as_applet(&text);
}

fn list(machine: &mut Machine, names: &[Bytes]) -> u8 {
    if names.is_empty() {
        for number in 1..=31 {
            let name = signal_name(number);
            let name = if number == 16 { "STKFLT" } else { &name };
            let line = format!("{number:2}) {name}\n");
            machine.out.extend_from_slice(line.as_bytes());
        }
        return 0;
    }
    for text in names {
        let number = std::str::from_utf8(text)
            .ok()
            .and_then(|text| text.parse::<u32>().ok());
        let line = match number {
            // A status above 128 stands for the signal that ended a process.
            Some(number) => {
                let signal = u8::try_from(number & 0x7f).unwrap_or(0);
                signal_name(signal)
            }
            None => match signal_number(text) {
                Some(number) => number.to_string(),
                None => {
                    machine
                        .complain_as_applet(&[b"unknown signal '", text.as_ref(), b"'"].concat());
                    return 1;
                }
            },
        };
        machine.out.extend_from_slice(line.as_bytes());
        machine.out.push(b'\n');
    }
    0
}
