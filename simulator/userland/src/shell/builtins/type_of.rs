//! `type`, `command` and `hash`.

use std::sync::Arc;

use bytes::Bytes;

use super::{Builtin, options};
use crate::kernel::Buffer;
use crate::shell::lookup::program_error;
use crate::shell::machine::{Machine, Unwind};
use crate::shell::parser::is_keyword;
use crate::shell::quote::single_quoted;

/// Prints what a name means, in words or so that it could be used; false when it means nothing.
async fn describe(
    machine: &mut Machine,
    name: &Bytes,
    in_words: bool,
    standard_path: bool,
) -> bool {
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
            machine.search_path(name, standard_path).await
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
    // Any option makes it brief.
    let brief = arguments
        .get(1)
        .is_some_and(|first| first.starts_with(b"-"));
    let mut status = 0;
    for name in &arguments[1 + usize::from(brief)..] {
        if !describe(machine, name, !brief, false).await {
            status = 127;
        }
    }
    status
}

/// `command` that only describes; one that runs a command is taken off before that.
pub(super) async fn command(machine: &mut Machine, arguments: &[Bytes]) -> Result<u8, Unwind> {
    let (letters, rest) = options(machine, arguments, b"pvV")?;
    let Some(name) = rest.first() else {
        return Ok(0);
    };
    let in_words = letters.contains(&b'V');
    let standard_path = letters.contains(&b'p');
    let found = describe(machine, name, in_words, standard_path).await;
    Ok(if found { 0 } else { 127 })
}

pub(super) async fn hash(machine: &mut Machine, arguments: &[Bytes]) -> Result<u8, Unwind> {
    let (letters, rest) = options(machine, arguments, b"r")?;
    if letters.contains(&b'r') {
        machine.state.commands = Arc::default();
        return Ok(0);
    }
    if rest.is_empty() {
        list(machine);
        return Ok(0);
    }
    let mut status = 0;
    for name in rest {
        if Builtin::find(name).is_some() || machine.state.functions.contains_key(name) {
            continue;
        }
        Arc::make_mut(&mut machine.state.commands).remove(name);
        if name.contains(&b'/') {
            continue;
        }
        if let Err(error) = machine.search_path(name, false).await {
            let text = program_error(name, error);
            machine.complain(&text, machine.state.line);
            status = 1;
        }
    }
    Ok(status)
}

fn list(machine: &mut Machine) {
    let commands = machine.state.commands.clone();
    for (name, index, stale) in commands.listed() {
        let path = machine.candidates(name, index, false);
        machine
            .out
            .extend_from_slice(path.first().map_or(&b""[..], |path| path));
        machine
            .out
            .extend_from_slice(if stale { b"*\n" } else { b"\n" });
    }
}
