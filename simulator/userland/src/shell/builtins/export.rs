//! `export`, `readonly`, `local` and `unset`.

use std::sync::Arc;

use bytes::Bytes;

use super::options;
use crate::shell::machine::{Machine, Unwind};
use crate::shell::quote::single_quoted;
use crate::shell::variables::{Variable, is_name};

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
    let text = [name.as_ref(), b": bad variable name"].concat();
    Err(machine.fail_bytes(&text))
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
    if machine.state.function_depth == 0 {
        return Err(machine.fail("not in a function"));
    }
    for argument in &arguments[1..] {
        let (name, value) = definition(machine, argument)?;
        let before = machine.state.variables.find(&name).cloned();
        if let Some(scope) = machine.state.scopes.last_mut()
            && !scope.iter().any(|(saved, _)| *saved == name)
        {
            scope.push((name.clone(), before));
        }
        match value {
            Some(value) => machine.assign(&name, value)?,
            None => machine
                .state
                .variables
                .declare(&name, |variable| variable.value = None),
        }
    }
    Ok(0)
}

pub(super) fn unset(machine: &mut Machine, arguments: &[Bytes]) -> Result<u8, Unwind> {
    let (letters, rest) = options(machine, arguments, b"vf")?;
    for name in rest {
        if letters.last() == Some(&b'f') {
            remove_function(machine, name);
            continue;
        }
        if !is_name(name) {
            let text = [name.as_ref(), b": bad variable name"].concat();
            return Err(machine.fail_bytes(&text));
        }
        if machine.state.variables.unset(name).is_err() {
            let text = [name.as_ref(), b": is read only"].concat();
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
