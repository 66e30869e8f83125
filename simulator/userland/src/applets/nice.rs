//! nice.

use super::context::{Context, Fail, Outcome, text};
use super::{numbers, spawn};

/// What is added when nothing is said.
const DEFAULT: i64 = 10;

/// Runs a program that lets others go before it, or shows how much this process does.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    if cx.args.is_empty() {
        let niceness = cx.sys.niceness();
        cx.out.write(format!("{niceness}\n")).await?;
        return Ok(0);
    }
    let mut more = DEFAULT;
    let mut program = cx.args.clone();
    // `-5` is an old way to say `-n 5`.
    match old_form(&program[0]) {
        Some(number) => {
            more = numbers::signed(number)?;
            program.remove(0);
        }
        None => {
            let options = cx.options("+n:")?;
            if let Some(text) = options.value(b'n') {
                more = numbers::signed(text)?;
            }
            program = options.operands;
        }
    }
    if program.is_empty() {
        return Err(Fail::usage());
    }
    let niceness = i64::from(cx.sys.niceness()).saturating_add(more);
    let niceness = niceness.clamp(i32::MIN.into(), i32::MAX.into()) as i32;
    if let Err(error) = cx.sys.set_niceness(niceness) {
        return Err(Fail::new(text!(
            "setpriority(",
            niceness.to_string(),
            "): ",
            error.message()
        )));
    }
    let environment = cx.sys.environ();
    Err(spawn::replace(cx, program, environment))
}

/// The number of `-NUMBER`, with its sign if there is a second one.
fn old_form(arg: &[u8]) -> Option<&[u8]> {
    let number = arg.strip_prefix(b"-")?;
    let digits = number.strip_prefix(b"-").unwrap_or(number);
    let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    is_number.then_some(number)
}
