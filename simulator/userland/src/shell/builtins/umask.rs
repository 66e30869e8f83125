//! `umask` and `times`.

use bytes::Bytes;

use super::options;
use crate::shell::machine::{Machine, Unwind};

pub(super) fn umask(machine: &mut Machine, arguments: &[Bytes]) -> Result<u8, Unwind> {
    let (letters, rest) = options(machine, arguments, b"S")?;
    let mask = machine.sys.umask();
    let Some(text) = rest.first() else {
        let line = if letters.contains(&b'S') {
            let part = |shift: u32| {
                let bits = !(mask >> shift);
                [(4, 'r'), (2, 'w'), (1, 'x')]
                    .iter()
                    .filter(|(bit, _)| bits & bit != 0)
                    .map(|(_, letter)| *letter)
                    .collect::<String>()
            };
            format!("u={},g={},o={}\n", part(6), part(3), part(0))
        } else {
            format!("{mask:04o}\n")
        };
        machine.out.extend_from_slice(line.as_bytes());
        return Ok(0);
    };
    let parsed = if text.first().is_some_and(u8::is_ascii_digit) {
        octal(text)
    } else {
        symbolic(text, !mask & 0o777).map(|mode| !mode & 0o777)
    };
    match parsed {
        Some(mask) => {
            machine.sys.set_umask(mask);
            Ok(0)
        }
        None => Err(machine.fail_bytes(&[b"illegal mode: ", text.as_ref()].concat())),
    }
}

fn octal(text: &[u8]) -> Option<u32> {
    let text = std::str::from_utf8(text).ok()?;
    u32::from_str_radix(text, 8)
        .ok()
        .filter(|mask| *mask <= 0o7777)
        .map(|mask| mask & 0o777)
}

/// Changes a mode as `chmod` does: `u=rwx,go-w`.
fn symbolic(text: &[u8], mode: u32) -> Option<u32> {
    let mut mode = mode;
    for clause in text.split(|byte| *byte == b',') {
        let who_length = clause
            .iter()
            .take_while(|byte| b"ugoa".contains(byte))
            .count();
        let (who, mut rest) = clause.split_at(who_length);
        let mut mask = 0;
        for letter in who {
            mask |= match letter {
                b'u' => 0o700,
                b'g' => 0o070,
                b'o' => 0o007,
                _ => 0o777,
            };
        }
        if who.is_empty() {
            mask = 0o777;
        }
        if rest.is_empty() {
            return None;
        }
        while let Some((operator, behind)) = rest.split_first() {
            let length = behind
                .iter()
                .take_while(|byte| byte.is_ascii_alphabetic())
                .count();
            let mut bits = 0;
            for letter in &behind[..length] {
                bits |= match letter {
                    b'r' => 0o444,
                    b'w' => 0o222,
                    b'x' | b'X' => 0o111,
                    b's' | b't' => 0,
                    _ => return None,
                };
            }
            match operator {
                b'+' => mode |= bits & mask,
                b'-' => mode &= !(bits & mask),
                b'=' => mode = mode & !mask | bits & mask,
                _ => return None,
            }
            rest = &behind[length..];
        }
    }
    Some(mode)
}

pub(super) fn times(machine: &mut Machine) -> u8 {
    let times = machine.sys.cpu_times();
    let show = |ns: u64| {
        let milliseconds = ns / 1_000_000;
        format!(
            "{}m{}.{:03}s",
            milliseconds / 60_000,
            milliseconds / 1000 % 60,
            milliseconds % 1000
        )
    };
    for ns in [times.own_ns, times.children_ns] {
        let line = format!("{} {}\n", show(ns), show(0));
        machine.out.extend_from_slice(line.as_bytes());
    }
    0
}

#[cfg(test)]
mod tests {
    use super::symbolic;

    #[test]
    fn symbolic_modes_change_the_bits_they_name() {
        for (text, mode, expected) in [
            ("u=rwx,g=rx,o=", 0, Some(0o750)),
            ("go-w", 0o777, Some(0o755)),
            ("+x", 0o644, Some(0o755)),
            ("u+r-w", 0o200, Some(0o400)),
            ("x", 0, None),
            ("u", 0, None),
        ] {
            assert_eq!(symbolic(text.as_bytes(), mode), expected, "{text}");
        }
    }
}
