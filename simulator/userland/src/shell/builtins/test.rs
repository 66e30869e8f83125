//! `test`, `[` and `[[`.

use bytes::Bytes;

use crate::condition;
use crate::shell::machine::Machine;

pub(super) async fn test(machine: &mut Machine, arguments: &[Bytes]) -> u8 {
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
    evaluate(machine, operands, false).await
}

pub(super) async fn double_bracket(machine: &mut Machine, arguments: &[Bytes]) -> u8 {
    match arguments[1..].split_last() {
        Some((last, rest)) if last == "]]" => evaluate(machine, rest, true).await,
        _ => {
            machine.complain_as_applet(b"missing ]]");
            2
        }
    }
}

async fn evaluate(machine: &mut Machine, operands: &[Bytes], bracketed: bool) -> u8 {
    match condition::evaluate(&machine.sys, operands, bracketed).await {
        Ok(Some(holds)) => u8::from(!holds),
        Ok(None) => 2,
        Err(text) => {
            machine.complain_as_applet(&text);
            2
        }
    }
}
