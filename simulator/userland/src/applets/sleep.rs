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
        if arg == "." {
            return Err(Fail::usage());
        }
        total += numbers::duration(arg).ok_or_else(|| numbers::invalid(arg))?;
    }
    let _ = cx.sys.sleep(total).await;
    Ok(0)
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
