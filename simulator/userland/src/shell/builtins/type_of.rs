//! `type`, `command` and `hash`.

use std::sync::Arc;

use bytes::Bytes;

use super::{Builtin, Ran, options, run};
use crate::kernel::{Buffer, Errno};
use crate::shell::machine::{Flags, Machine, Unwind};
use crate::shell::parser::is_keyword;
use crate::shell::quote::single_quoted;

/// Prints what a name means, in words or so that it could be used; false when it means nothing.
async fn describe(machine: &mut Machine, name: &Bytes, in_words: bool) -> bool {
    let mut line = Buffer::new();
    let words = |line: &mut Buffer, text: &str| {
        line.extend_from_slice(name);
        if in_words {
            line.extend_from_slice(text.as_bytes());
        }
    };
    let mut found = true;
    if is_keyword(name) {
        words(&mut line, " is a shell keyword");
    } else if let Some(value) = machine.state.aliases.find(name) {
        if in_words {
            words(&mut line, " is an alias for ");
            line.extend_from_slice(value);
        } else {
            line.extend_from_slice(b"alias ");
            line.extend_from_slice(name);
            line.push(b'=');
            single_quoted(&mut line, value);
        }
    } else if machine.state.functions.contains_key(name) {
        words(&mut line, " is a function");
    } else if let Some(builtin) = Builtin::find(name) {
        let text = if builtin.is_special() {
            " is a special shell builtin"
        } else {
            " is a shell builtin"
        };
        words(&mut line, text);
    } else {
        let path = if name.contains(&b'/') {
            machine.sys.stat(name).map(|_| name.clone())
        } else {
            machine.search_path(name).await
        };
        match path {
            Ok(path) => {
                words(&mut line, " is ");
                if in_words {
                    line.extend_from_slice(&path);
                } else {
                    line = Buffer::from(&path[..]);
                }
            }
            Err(_) => {
                found = false;
                if in_words {
                    line.extend_from_slice(name);
                    line.extend_from_slice(b": not found");
                }
            }
        }
    }
    if found || in_words {
        machine.out.extend_from_slice(&line);
        machine.out.push(b'\n');
    }
    found
}

pub(super) async fn type_of(machine: &mut Machine, arguments: &[Bytes]) -> u8 {
    let mut status = 0;
    for name in &arguments[1..] {
        if !describe(machine, name, true).await {
            status = 127;
        }
    }
    status
}

pub(super) async fn command(
    machine: &mut Machine,
    arguments: &[Bytes],
    flags: Flags,
    outer_name: Option<Bytes>,
) -> Result<Ran, Unwind> {
    let (letters, rest) = options(machine, arguments, b"pvV")?;
    let Some(name) = rest.first() else {
        return Ok(Ran::Status(0));
    };
    if letters.contains(&b'v') || letters.contains(&b'V') {
        let in_words = letters.contains(&b'V');
        let found = describe(machine, name, in_words).await;
        return Ok(Ran::Status(if found { 0 } else { 127 }));
    }
    if let Some(builtin) = Builtin::find(name) {
        machine.state.command_name = Some(name.clone());
        let ran = Box::pin(run(machine, builtin, rest, flags, outer_name)).await;
        // `command` takes from special builtins that their errors end the shell.
        return match ran {
            Err(Unwind::Error(status)) => Ok(Ran::Status(status)),
            other => other,
        };
    }
    machine.state.command_name = outer_name;
    machine.run_program(rest, flags).await?;
    Ok(Ran::Status(machine.state.status))
}

pub(super) async fn hash(machine: &mut Machine, arguments: &[Bytes]) -> u8 {
    let Ok((letters, rest)) = options(machine, arguments, b"r") else {
        return 2;
    };
    if letters.contains(&b'r') {
        machine.state.hashed = Arc::default();
        return 0;
    }
    if rest.is_empty() {
        let hashed = machine.state.hashed.clone();
        for path in hashed.values() {
            machine.out.extend_from_slice(path);
            machine.out.push(b'\n');
        }
        return 0;
    }
    let mut status = 0;
    for name in rest {
        if Builtin::find(name).is_some() || machine.state.functions.contains_key(name) {
            continue;
        }
        if machine.search_path(name).await.is_err() {
            let text = crate::shell::lookup::program_error(name, Errno::ENOENT);
            machine.complain(&text, machine.state.line);
            status = 1;
        }
    }
    status
}
