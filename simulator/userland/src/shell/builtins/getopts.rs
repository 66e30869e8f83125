//! `getopts`.

use std::sync::Arc;

use bytes::Bytes;

use crate::kernel::List;
use crate::shell::machine::{Machine, Unwind};
use crate::shell::variables::{is_name, name_before_equals};

/// What was found at the current position.
enum Found {
    End,
    Option { letter: u8, argument: Option<Bytes> },
    Unknown(u8),
    MissingArgument(u8),
}

pub(super) fn getopts(machine: &mut Machine, arguments: &[Bytes]) -> Result<u8, Unwind> {
    let (Some(letters), Some(name)) = (arguments.get(1), arguments.get(2)) else {
        return Err(machine.fail("usage: getopts optstring var [arg]"));
    };
    let own: Arc<List<Bytes>>;
    let values: &[Bytes] = if arguments.len() > 3 {
        &arguments[3..]
    } else {
        own = machine.state.parameters.values.clone();
        &own
    };
    let quiet = machine
        .state
        .variables
        .value(b"OPTERR")
        .is_some_and(|value| value == "0");
    let silent = quiet || letters.starts_with(b":");
    let mut index = machine.state.parameters.getopts_index;
    let mut offset = machine.state.parameters.getopts_offset;
    if index + usize::from(offset > 0) > values.len() + 1 {
        (index, offset) = (1, 0);
    }
    let found = next(values, letters, &mut index, &mut offset);
    let ended = matches!(found, Found::End);
    let (letter, argument) = match found {
        Found::End => (b'?', None),
        // An option without an argument has an empty one.
        Found::Option { letter, argument } => (letter, Some(argument.unwrap_or_default())),
        Found::Unknown(letter) | Found::MissingArgument(letter) if silent => {
            let missing = matches!(found, Found::MissingArgument(_));
            let text = Bytes::copy_from_slice(&[letter]);
            (if missing { b':' } else { b'?' }, Some(text))
        }
        Found::Unknown(letter) => {
            let text = format!("Illegal option -{}\n", char::from(letter));
            machine.err.extend_from_slice(text.as_bytes());
            (b'?', None)
        }
        Found::MissingArgument(letter) => {
            let text = format!("No arg for -{} option\n", char::from(letter));
            machine.err.extend_from_slice(text.as_bytes());
            (b'?', None)
        }
    };
    match argument {
        Some(argument) => machine.assign(b"OPTARG", argument)?,
        None => {
            let _ = machine.state.variables.unset(b"OPTARG");
        }
    }
    // Inside a group of letters OPTIND already counts the argument they are in.
    let shown = index + usize::from(offset > 0);
    machine.assign(b"OPTIND", Bytes::from(shown.to_string()))?;
    machine.state.parameters.getopts_index = index;
    machine.state.parameters.getopts_offset = offset;
    let name = name_before_equals(name);
    let assigned = if is_name(name) {
        machine.assign(name, Bytes::copy_from_slice(&[letter]))
    } else {
        Err(machine.fail_bytes(&[name, b": bad variable name"].concat()))
    };
    if assigned.is_err() {
        // The next one begins anew.
        machine.state.parameters.getopts_index = 1;
        machine.state.parameters.getopts_offset = 0;
    }
    assigned.map(|()| u8::from(ended))
}

/// Looks at the next option; `index` counts arguments from 1, `offset` letters inside one from 1, 0 at its start.
fn next(values: &[Bytes], letters: &[u8], index: &mut usize, offset: &mut usize) -> Found {
    let mut argument = values.get(*index - 1);
    // Arguments may be others than before, and the one that letters were taken from shorter.
    if *offset > 0 && argument.is_none_or(|argument| *offset >= argument.len()) {
        *index += 1;
        *offset = 0;
        argument = values.get(*index - 1);
    }
    if *offset == 0 {
        match argument {
            Some(text) if text == "--" => {
                *index += 1;
                return Found::End;
            }
            Some(text) if text.len() > 1 && text[0] == b'-' => *offset = 1,
            _ => return Found::End,
        }
    }
    let Some(text) = argument.take() else {
        return Found::End;
    };
    let letter = text[*offset];
    *offset += 1;
    let at_end = *offset >= text.len();
    let Some(position) = position(letters, letter) else {
        advance_when(at_end, index, offset);
        return Found::Unknown(letter);
    };
    if letters.get(position + 1) != Some(&b':') {
        advance_when(at_end, index, offset);
        return Found::Option {
            letter,
            argument: None,
        };
    }
    let argument = if at_end {
        *index += 1;
        values.get(*index - 1).cloned()
    } else {
        Some(text.slice(*offset..))
    };
    *offset = 0;
    match argument {
        Some(argument) => {
            *index += 1;
            Found::Option {
                letter,
                argument: Some(argument),
            }
        }
        None => Found::MissingArgument(letter),
    }
}

/// Where a letter is among those that are options. A colon counts where a letter may stand: at the start.
fn position(letters: &[u8], letter: u8) -> Option<usize> {
    let mut at = 0;
    while let Some(known) = letters.get(at) {
        if *known == letter {
            return Some(at);
        }
        at += 1 + usize::from(letters.get(at + 1) == Some(&b':'));
    }
    None
}

fn advance_when(at_end: bool, index: &mut usize, offset: &mut usize) {
    if at_end {
        *index += 1;
        *offset = 0;
    }
}
