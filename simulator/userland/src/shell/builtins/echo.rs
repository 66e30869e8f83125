//! `echo`.

use bytes::Bytes;

use crate::escape::unescape;
use crate::shell::machine::Machine;

pub(super) fn echo(machine: &mut Machine, arguments: &[Bytes]) -> u8 {
    let mut newline = true;
    let mut escapes = false;
    let mut rest = &arguments[1..];
    while let Some(letters) = rest.first().and_then(|first| first.strip_prefix(b"-")) {
        if letters.is_empty() || !letters.iter().all(|letter| b"neE".contains(letter)) {
            break;
        }
        for letter in letters {
            match letter {
                b'n' => newline = false,
                b'e' => escapes = true,
                // `-E` is the default and takes nothing back.
                _ => {}
            }
        }
        rest = &rest[1..];
    }
    for (index, argument) in rest.iter().enumerate() {
        if index > 0 {
            machine.out.push(b' ');
        }
        if !escapes {
            machine.out.extend_from_slice(argument);
        } else if !unescape(argument, |byte| machine.out.push(byte)) {
            return 0;
        }
    }
    if newline {
        machine.out.push(b'\n');
    }
    0
}
