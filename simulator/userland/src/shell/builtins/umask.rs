//! `umask` and `times`.

use bytes::Bytes;

use super::options;
use crate::applets::mode;
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
    // Digits are the mask, letters say what is allowed.
    let parsed = if text.first().is_some_and(u8::is_ascii_digit) {
        mode::apply(text, mask, false, mask).filter(|mask| *mask <= 0o777)
    } else {
        mode::apply(text, !mask & 0o777, false, mask)
            .filter(|mode| *mode <= 0o777)
            .map(|mode| !mode & 0o777)
    };
    match parsed {
        Some(mask) => {
            machine.sys.set_umask(mask);
            Ok(0)
        }
        None => Err(machine.fail_bytes(&[b"illegal mode: ", text.as_ref()].concat())),
    }
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
