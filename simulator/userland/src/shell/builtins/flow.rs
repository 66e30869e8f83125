//! `.`, `eval`, `exec`, `exit`, `return`, `break`, `continue`, `shift`, `let`.

use std::sync::Arc;

use bytes::Bytes;

use super::{Ran, number};
use crate::kernel::{Errno, List, OpenFlags};
use crate::shell::machine::{Flags, Machine, Unwind};
use crate::shell::state::Parameters;

pub(super) fn eval(
    machine: &mut Machine,
    arguments: &[Bytes],
    flags: Flags,
    outer_name: Option<Bytes>,
) -> Ran {
    let text = arguments[1..].join(&b' ');
    machine.push_eval(&text, flags.inner(), outer_name);
    Ran::Entered
}

pub(super) async fn dot(
    machine: &mut Machine,
    arguments: &[Bytes],
    flags: Flags,
    outer_name: Option<Bytes>,
) -> Result<Ran, Unwind> {
    let arguments = match arguments.get(1) {
        Some(first) if first == "--" => &arguments[1..],
        _ => arguments,
    };
    let Some(name) = arguments.get(1) else {
        return Ok(Ran::Status(2));
    };
    let path = find_script(machine, name).await?;
    let opened = machine
        .sys
        .open(&path, OpenFlags::READ | OpenFlags::CLOEXEC, 0)
        .await;
    let fd = match opened {
        Ok(fd) => fd,
        Err(error) => return Err(cannot_open(machine, name, error)),
    };
    let private = machine.sys.dup_above(fd, 10, true);
    let _ = machine.sys.close(fd);
    let fd = private.map_err(|error| cannot_open(machine, name, error))?;
    let outer = (arguments.len() > 2).then(|| {
        let own = Parameters {
            values: Arc::new(List::from(&arguments[2..])),
            ..machine.state.parameters.clone()
        };
        std::mem::replace(&mut machine.state.parameters, own)
    });
    machine.state.command_name = Some(path);
    machine.push_dot(fd, flags.inner(), outer_name, outer);
    Ok(Ran::Entered)
}

fn cannot_open(machine: &mut Machine, name: &[u8], error: Errno) -> Unwind {
    let text = format!("can't open '{}': {error}", String::from_utf8_lossy(name));
    machine.fail(&text)
}

/// A name without a slash is looked for on PATH first.
async fn find_script(machine: &mut Machine, name: &Bytes) -> Result<Bytes, Unwind> {
    if name.contains(&b'/') {
        return Ok(name.clone());
    }
    let path = machine
        .state
        .variables
        .value(b"PATH")
        .cloned()
        .unwrap_or_default();
    for directory in path.split(|byte| *byte == b':') {
        machine.sys.burn(300).await;
        let candidate = if directory.is_empty() {
            name.clone()
        } else {
            Bytes::from([directory, b"/", name].concat())
        };
        if machine
            .sys
            .stat(&candidate)
            .is_ok_and(|stat| !stat.is_directory())
        {
            return Ok(candidate);
        }
    }
    Err(machine.fail_bytes(&[name.as_ref(), b": not found"].concat()))
}

pub(super) async fn exec(machine: &mut Machine, arguments: &[Bytes]) -> Result<Ran, Unwind> {
    let mut zero = None;
    let mut rest = &arguments[1..];
    while let Some((first, behind)) = rest.split_first() {
        let Some(letters) = first
            .strip_prefix(b"-")
            .filter(|letters| !letters.is_empty())
        else {
            break;
        };
        rest = behind;
        match letters {
            b"-" => break,
            [b'a'] => {
                let Some((name, behind)) = rest.split_first() else {
                    return Err(machine.fail("no arg for -a option"));
                };
                zero = Some(name.clone());
                rest = behind;
            }
            [b'a', ..] => zero = Some(first.slice(2..)),
            [] => {}
            [other, ..] => {
                let text = format!("illegal option -{}", char::from(*other));
                return Err(machine.fail(&text));
            }
        }
    }
    let Some(name) = rest.first() else {
        return Ok(Ran::KeepRedirections);
    };
    // The name given with `-a` is looked for on PATH, too, as in busybox.
    let sought = zero.as_ref().filter(|_| !name.contains(&b'/'));
    let candidates = machine.candidates(sought.unwrap_or(name), 0, false);
    let mut program = rest.to_vec();
    if let Some(zero) = zero {
        program[0] = zero;
    }
    machine.state.traps.release(&machine.sys);
    let unwind = machine.become_program(&candidates, program, name).await;
    Err(ended(machine, unwind))
}

/// A failed `exec` does not end an interactive shell.
fn ended(machine: &Machine, unwind: Unwind) -> Unwind {
    match unwind {
        Unwind::Exit(status) if machine.state.is_interactive() => Unwind::Error(status),
        other => other,
    }
}

pub(super) fn exit(machine: &mut Machine, arguments: &[Bytes]) -> Result<Unwind, Unwind> {
    let status = match arguments.get(1) {
        Some(text) => number(machine, text)?.to_le_bytes()[0],
        None => machine.state.trap_status.unwrap_or(machine.state.status),
    };
    machine.state.status = status;
    Ok(Unwind::Exit(status))
}

pub(super) fn return_(machine: &mut Machine, arguments: &[Bytes]) -> Result<Unwind, Unwind> {
    if let Some(text) = arguments.get(1) {
        machine.state.status = number(machine, text)?.to_le_bytes()[0];
    }
    Ok(Unwind::Return)
}

pub(super) fn leave_loops(
    machine: &mut Machine,
    arguments: &[Bytes],
    breaks: bool,
) -> Result<u8, Unwind> {
    let levels = match arguments.get(1) {
        Some(text) => number(machine, text)?,
        None => 1,
    };
    let levels = u32::try_from(levels).unwrap_or(0);
    if levels == 0 {
        let text = [b"Illegal number: ", arguments[1].as_ref()].concat();
        return Err(machine.fail_bytes(&text));
    }
    machine.state.status = 0;
    match levels.min(machine.state.loop_depth) {
        0 => Ok(0),
        levels if breaks => Err(Unwind::Break(levels)),
        levels => Err(Unwind::Continue(levels)),
    }
}

pub(super) fn shift(machine: &mut Machine, arguments: &[Bytes]) -> Result<u8, Unwind> {
    let count = match arguments.get(1) {
        Some(text) => number(machine, text)?,
        None => 1,
    };
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let parameters = &mut machine.state.parameters;
    if count > parameters.values.len() {
        return Ok(1);
    }
    parameters.values = Arc::new(List::from(&parameters.values[count..]));
    parameters.getopts_index = 1;
    parameters.getopts_offset = 0;
    Ok(0)
}

pub(super) fn let_(machine: &mut Machine, arguments: &[Bytes]) -> Result<u8, Unwind> {
    if arguments.len() < 2 {
        return Err(machine.fail("expression expected"));
    }
    let mut value = 0;
    for expression in &arguments[1..] {
        value = machine.arithmetic(expression)?;
    }
    Ok(u8::from(value == 0))
}
