//! `trap`.

use bytes::Bytes;

use super::options;
use crate::kernel::Buffer;
use crate::shell::machine::{Machine, Unwind};
use crate::shell::quote::single_quoted;
use crate::shell::traps::{trap_name, trap_number};

pub(super) fn trap(machine: &mut Machine, arguments: &[Bytes]) -> Result<u8, Unwind> {
    let (_, rest) = options(machine, arguments, b"")?;
    let Some(first) = rest.first() else {
        list(machine);
        return Ok(0);
    };
    let is_number = !first.is_empty() && first.iter().all(u8::is_ascii_digit);
    let (action, signals) = if rest.len() == 1 || is_number {
        (None, rest)
    } else {
        (Some(first).filter(|action| *action != "-"), &rest[1..])
    };
    let mut status = 0;
    for name in signals {
        let Some(number) = trap_number(name) else {
            let text = [name.as_ref(), b": invalid signal specification"].concat();
            machine.complain(&text, machine.state.line);
            status = 1;
            continue;
        };
        let interactive = machine.state.is_interactive();
        machine
            .state
            .traps
            .set(&machine.sys, number, action.cloned(), interactive);
    }
    Ok(status)
}

fn list(machine: &mut Machine) {
    let mut out = Buffer::new();
    for (number, action) in machine.state.traps.iter() {
        out.extend_from_slice(b"trap -- ");
        single_quoted(&mut out, action);
        out.push(b' ');
        out.extend_from_slice(trap_name(number).as_bytes());
        out.push(b'\n');
    }
    machine.out.extend_from_slice(&out);
}
