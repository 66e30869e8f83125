//! `alias` and `unalias`.

use bytes::Bytes;

use crate::shell::machine::Machine;
use crate::shell::quote::single_quoted;

fn print(machine: &mut Machine, name: &[u8], value: &[u8]) {
    machine.out.extend_from_slice(name);
    machine.out.push(b'=');
    single_quoted(&mut machine.out, value);
    machine.out.push(b'\n');
}

fn not_found(machine: &mut Machine, command: &str, name: &[u8]) {
    machine
        .err
        .extend_from_slice(format!("{command}: ").as_bytes());
    machine.err.extend_from_slice(name);
    machine.err.extend_from_slice(b" not found\n");
}

pub(super) fn alias(machine: &mut Machine, arguments: &[Bytes]) -> u8 {
    if arguments.len() == 1 {
        let aliases = machine.state.aliases.clone();
        for (name, value) in aliases.listed() {
            print(machine, name, value);
        }
        return 0;
    }
    let mut status = 0;
    for argument in &arguments[1..] {
        // The first character is part of the name even when it is `=`.
        let equals = argument.iter().skip(1).position(|byte| *byte == b'=');
        match equals {
            Some(at) => {
                let name = argument.slice(..at + 1);
                let value = argument.slice(at + 2..);
                machine.state.aliases.set(name, value);
            }
            None => match machine.state.aliases.find(argument).cloned() {
                Some(value) => print(machine, argument, &value),
                None => {
                    not_found(machine, "alias", argument);
                    status = 1;
                }
            },
        }
    }
    status
}

pub(super) fn unalias(machine: &mut Machine, arguments: &[Bytes]) -> u8 {
    let mut status = 0;
    for argument in &arguments[1..] {
        if argument == "-a" {
            machine.state.aliases.clear();
        } else if !machine.state.aliases.remove(argument) {
            not_found(machine, "unalias", argument);
            status = 1;
        }
    }
    status
}
