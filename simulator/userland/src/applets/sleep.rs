//! sleep and usleep.

use super::context::{Context, Fail, Outcome};
use super::numbers;
use std::time::Duration;

/// Waits for the sum of its arguments.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    if cx.args.is_empty() {
        return Err(Fail::usage());
    }
    let mut total = Duration::ZERO;
    for arg in &cx.args {
        if arg == "infinity" || arg == "inf" {
            total = Duration::from_secs(u64::from(u32::MAX));
            continue;
        }
        if arg.contains(&b'.') {
            check_fraction(arg)?;
        }
        total += numbers::duration(arg).ok_or_else(|| numbers::invalid(arg))?;
    }
    let _ = cx.sys.sleep(total).await;
    Ok(0)
}

/// Refuses a fraction as busybox does: its unit as if it stood behind a 1.
fn check_fraction(text: &[u8]) -> Result<(), Fail> {
    let plain = |byte: &&u8| byte.is_ascii_digit() || **byte == b'.';
    let (number, unit) = text.split_at(text.iter().take_while(plain).count());
    if numbers::duration(number).is_none() {
        return Err(Fail::usage());
    }
    match unit {
        [] | [b's' | b'm' | b'h' | b'd'] => Ok(()),
        other => Err(numbers::invalid(&[b"1", other].concat())),
    }
}

/// Waits for some microseconds.
pub(super) async fn microseconds(cx: &mut Context<'_>) -> Outcome {
    let [arg] = cx.args.as_slice() else {
        return Err(Fail::usage());
    };
    let duration = Duration::from_micros(numbers::unsigned(arg)?);
    let _ = cx.sys.sleep(duration).await;
    Ok(0)
}
