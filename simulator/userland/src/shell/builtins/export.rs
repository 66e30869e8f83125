//! `export`, `readonly`, `local` and `unset`.

use std::sync::Arc;

use bytes::Bytes;

use super::options;
use crate::shell::machine::{Machine, Unwind};
use crate::shell::quote::single_quoted;
use crate::shell::variables::{Variable, is_name, name_before_equals};

/// Splits `name` and `name=value`.
///
/// # Errors
/// The name cannot be one.
fn definition(machine: &mut Machine, argument: &Bytes) -> Result<(Bytes, Option<Bytes>), Unwind> {
    let (name, value) = match argument.iter().position(|byte| *byte == b'=') {
        Some(at) => (argument.slice(..at), Some(argument.slice(at + 1..))),
        None => (argument.clone(), None),
    };
    if is_name(&name) {
        return Ok((name, value));
    }
    Err(bad_name(machine, &name))
}

fn bad_name(machine: &mut Machine, name: &[u8]) -> Unwind {
    machine.fail_bytes(&[name, b": bad variable name"].concat())
}

fn list(machine: &mut Machine, command: &str, shown: fn(&Variable) -> bool) {
    let variables = machine.state.variables.clone();
    for (name, variable) in variables.iter() {
        if !shown(variable) {
            continue;
        }
        machine.out.extend_from_slice(command.as_bytes());
        machine.out.push(b' ');
        machine.out.extend_from_slice(name);
        if let Some(value) = &variable.value {
            machine.out.push(b'=');
            single_quoted(&mut machine.out, value);
        }
        machine.out.push(b'\n');
    }
}

pub(super) fn export(machine: &mut Machine, arguments: &[Bytes]) -> Result<u8, Unwind> {
    let (letters, rest) = options(machine, arguments, b"pn")?;
    if rest.is_empty() {
        list(machine, "export", |variable| variable.exported);
        return Ok(0);
    }
    let exported = !letters.contains(&b'n');
    for argument in rest {
        let (name, value) = definition(machine, argument)?;
        if let Some(value) = value {
            machine.assign(&name, value)?;
        }
        machine
            .state
            .variables
            .declare(&name, |variable| variable.exported = exported);
    }
    Ok(0)
}

pub(super) fn readonly(machine: &mut Machine, arguments: &[Bytes]) -> Result<u8, Unwind> {
    let (_, rest) = options(machine, arguments, b"p")?;
    if rest.is_empty() {
        list(machine, "readonly", |variable| variable.read_only);
        return Ok(0);
    }
    for argument in rest {
        let (name, value) = definition(machine, argument)?;
        if let Some(value) = value {
            machine.assign(&name, value)?;
        }
        machine
            .state
            .variables
            .declare(&name, |variable| variable.read_only = true);
    }
    Ok(0)
}

pub(super) fn local(machine: &mut Machine, arguments: &[Bytes]) -> Result<u8, Unwind> {
    let arguments = match arguments.get(1) {
        Some(first) if first == "--" => &arguments[2..],
        _ => &arguments[1..],
    };
    if machine.state.scopes.is_empty() {
        return Err(machine.fail("not in a function"));
    }
    for argument in arguments {
        local_variable(machine, argument)?;
    }
    Ok(0)
}

fn local_variable(machine: &mut Machine, argument: &Bytes) -> Result<(), Unwind> {
    let options = machine.state.options;
    let equals = argument.iter().position(|byte| *byte == b'=');
    let name = argument.slice(..equals.unwrap_or(argument.len()));
    let before = machine.state.variables.find(&name).cloned();
    let Some(scope) = machine.state.scopes.last_mut() else {
        return Ok(());
    };
    if argument == "-" {
        scope.save_options(options);
        return Ok(());
    }
    if !is_name(&name) {
        // With a value it is noticed when the function ends.
        if equals.is_some() {
            scope.note_bad_name(name);
            return Ok(());
        }
        return Err(bad_name(machine, &name));
    }
    let again = scope.holds(&name);
    if !again {
        scope.save(name.clone(), before);
    }
    match equals {
        Some(at) => machine.assign(&name, argument.slice(at + 1..)),
        None if again => Ok(()),
        None => machine.unset_value(&name),
    }
}

pub(super) fn unset(machine: &mut Machine, arguments: &[Bytes]) -> Result<u8, Unwind> {
    let (letters, rest) = options(machine, arguments, b"vf")?;
    for name in rest {
        if letters.last() == Some(&b'f') {
            remove_function(machine, name);
            continue;
        }
        let name = name_before_equals(name);
        if !is_name(name) {
            return Err(bad_name(machine, name));
        }
        if machine.state.unset_variable(name).is_err() {
            let text = [name, b": is read only"].concat();
            return Err(machine.fail_bytes(&text));
        }
    }
    Ok(0)
}

fn remove_function(machine: &mut Machine, name: &Bytes) {
    if machine.state.functions.contains_key(name) {
        Arc::make_mut(&mut machine.state.functions).remove(name);
    }
}
