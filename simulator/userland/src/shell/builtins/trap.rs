//! `trap`.

use bytes::Bytes;

use super::options;
use crate::kernel::Buffer;
use crate::shell::machine::{Machine, Unwind};
use crate::shell::quote::single_quoted;
use crate::shell::traps::{signal_name, signal_number};

pub(super) fn trap(machine: &mut Machine, arguments: &[Bytes]) -> Result<u8, Unwind> {
    let reset_only = arguments.get(1).is_some_and(|first| first == "-");
    let rest = if reset_only {
        &arguments[1..]
    } else {
        options(machine, arguments, b"")?.1
    };
    let Some(first) = rest.first() else {
        list(machine);
        return Ok(0);
    };
    let (action, signals) = if rest.len() == 1 && signal_number(first).is_some() {
        (None, rest)
    } else {
        (Some(first).filter(|action| *action != "-"), &rest[1..])
    };
    let mut status = 0;
    for name in signals {
        let Some(number) = signal_number(name) else {
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
        out.extend_from_slice(signal_name(number).as_bytes());
        out.push(b'\n');
    }
    machine.out.extend_from_slice(&out);
}
