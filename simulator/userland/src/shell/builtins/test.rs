//! `test`, `[` and `[[`.

use bytes::Bytes;

use crate::condition;
use crate::shell::machine::Machine;

pub(super) fn test(machine: &mut Machine, arguments: &[Bytes]) -> u8 {
    let mut operands = &arguments[1..];
    if arguments[0] == "[" {
        match operands.split_last() {
            Some((last, rest)) if last == "]" => operands = rest,
            _ => {
                machine.complain_as_applet(b"missing ]");
                return 2;
            }
        }
    }
    let value = condition::evaluate(&machine.sys, operands);
    status(machine, value.map(Some))
}

pub(super) async fn double_bracket(machine: &mut Machine, arguments: &[Bytes]) -> u8 {
    match arguments[1..].split_last() {
        Some((last, rest)) if last == "]]" => {
            let value = condition::evaluate_bracketed(&machine.sys, rest).await;
            status(machine, value)
        }
        _ => {
            machine.complain_as_applet(b"missing ]]");
            2
        }
    }
}

/// The exit status of a condition's value.
fn status(machine: &mut Machine, value: Result<Option<bool>, condition::Failure>) -> u8 {
    match value {
        Ok(Some(holds)) => u8::from(!holds),
        Ok(None) => 2,
        Err(text) => {
            machine.complain_as_applet(&text);
            2
        }
    }
}
