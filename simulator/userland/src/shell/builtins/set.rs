//! `set`.

use std::sync::Arc;

use bytes::Bytes;

use crate::kernel::List;
use crate::shell::machine::{Machine, Unwind};
use crate::shell::options::ShellOption;
use crate::shell::quote::single_quoted;

pub(super) fn set(machine: &mut Machine, arguments: &[Bytes]) -> Result<u8, Unwind> {
    if arguments.len() == 1 {
        list_variables(machine);
        return Ok(0);
    }
    let mut rest = &arguments[1..];
    let mut replaces = false;
    while let Some((first, behind)) = rest.split_first() {
        let (on, letters) = match first.as_ref() {
            b"--" => {
                rest = behind;
                replaces = true;
                break;
            }
            b"-" => {
                machine.state.options.set(ShellOption::XTrace, false);
                machine.state.options.set(ShellOption::Verbose, false);
                rest = behind;
                break;
            }
            [b'-', letters @ ..] => (true, letters),
            [b'+', letters @ ..] => (false, letters),
            _ => break,
        };
        rest = behind;
        for letter in letters {
            if *letter == b'o' {
                match rest.split_first() {
                    None => list_options(machine, on),
                    Some((name, behind)) => {
                        rest = behind;
                        if !set_named(machine, name, on) {
                            return Ok(1);
                        }
                    }
                }
                continue;
            }
            let option = ShellOption::from_letter(*letter);
            // What only the arguments of a shell say.
            let settable = option
                .filter(|option| !matches!(option, ShellOption::Interactive | ShellOption::Stdin));
            let Some(option) = settable else {
                let sign = if on { '-' } else { '+' };
                let text = format!("illegal option {sign}{}", char::from(*letter));
                return Err(machine.fail(&text));
            };
            machine.state.options.set(option, on);
        }
    }
    machine.apply_job_control();
    if replaces || !rest.is_empty() {
        machine.state.parameters.values = Arc::new(List::from(rest));
        machine.state.parameters.getopts_index = 1;
        machine.state.parameters.getopts_offset = 0;
    }
    Ok(0)
}

fn set_named(machine: &mut Machine, name: &Bytes, on: bool) -> bool {
    match ShellOption::from_name(name) {
        Some(option) => {
            machine.state.options.set(option, on);
            true
        }
        None => {
            let sign: &[u8] = if on { b"-o " } else { b"+o " };
            let text = [b"illegal option ", sign, name].concat();
            machine.complain(&text, machine.state.line);
            false
        }
    }
}

fn list_options(machine: &mut Machine, readable: bool) {
    for (name, on) in machine.state.options.named() {
        let line = if readable {
            format!("{name:<16}{}\n", if on { "on" } else { "off" })
        } else {
            format!("set {}o {name}\n", if on { '-' } else { '+' })
        };
        machine.out.extend_from_slice(line.as_bytes());
    }
}

fn list_variables(machine: &mut Machine) {
    let variables = machine.state.variables.clone();
    let ordinary = variables
        .iter()
        .filter_map(|(name, variable)| Some((name.as_ref(), variable.value.clone()?)));
    let mut all: Vec<(&[u8], Bytes)> = ordinary.collect();
    let computed = machine.state.dynamic.clone();
    all.extend(computed.listed().map(|(name, value)| (name, value.clone())));
    all.sort_by(|one, other| one.0.cmp(other.0));
    for (name, value) in all {
        machine.out.extend_from_slice(name);
        machine.out.push(b'=');
        single_quoted(&mut machine.out, &value);
        machine.out.push(b'\n');
    }
}
