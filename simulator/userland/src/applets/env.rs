//! env and printenv.

use super::context::{Context, Outcome};
use super::spawn;
use bytes::Bytes;

/// Writes the environment, or runs a program in a changed one.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.long_options(
        "+iu:0",
        &[
            ("ignore-environment", false, b'i'),
            ("unset", true, b'u'),
            ("null", false, b'0'),
        ],
    )?;
    let mut operands = options.operands.as_slice();
    let mut clean = options.has(b'i');
    if operands.first().is_some_and(|first| first == "-") {
        clean = true;
        operands = &operands[1..];
    }
    let mut environment = if clean { Vec::new() } else { cx.sys.environ() };
    for name in options.values(b'u') {
        environment.retain(|entry| !is_named(entry, name));
    }
    while let Some((entry, rest)) = operands.split_first() {
        let Some(at) = entry.iter().position(|byte| *byte == b'=') else {
            break;
        };
        set(&mut environment, entry, at);
        operands = rest;
    }
    if operands.is_empty() {
        let end = if options.has(b'0') { b'\0' } else { b'\n' };
        for entry in environment {
            cx.out.put(entry);
            cx.out.write([end]).await?;
        }
        return Ok(0);
    }
    Err(spawn::replace(cx, operands.to_vec(), environment))
}

fn is_named(entry: &[u8], name: &[u8]) -> bool {
    entry
        .strip_prefix(name)
        .is_some_and(|rest| rest.first() == Some(&b'='))
}

/// Puts `NAME=value` into an environment; the equals sign is at `at`.
fn set(environment: &mut Vec<Bytes>, entry: &Bytes, at: usize) {
    let name = &entry[..at];
    match environment.iter_mut().find(|old| is_named(old, name)) {
        Some(old) => *old = entry.clone(),
        None => environment.push(entry.clone()),
    }
}

/// Writes the environment, or the values of some variables.
pub(super) async fn print(cx: &mut Context<'_>) -> Outcome {
    let names = cx.args.clone();
    if names.is_empty() {
        for entry in cx.sys.environ() {
            cx.out.put(entry);
            cx.out.write(b"\n").await?;
        }
        return Ok(0);
    }
    let mut status = 0;
    for name in names {
        let found = std::str::from_utf8(&name)
            .ok()
            .and_then(|name| cx.variable(name));
        match found {
            Some(value) => {
                cx.out.put(value);
                cx.out.write(b"\n").await?;
            }
            None => status = 1,
        }
    }
    Ok(status)
}
