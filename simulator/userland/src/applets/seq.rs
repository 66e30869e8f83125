//! seq.

use super::context::{Context, Fail, Outcome};

/// Writes numbers from first to last.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("+ws:")?;
    let padded = options.has(b'w');
    let separator = options.value(b's').cloned().unwrap_or("\n".into());
    let (first, step, last) = match options.operands.as_slice() {
        [last] => (&b"1"[..], &b"1"[..], last.as_ref()),
        [first, last] => (first.as_ref(), b"1".as_slice(), last.as_ref()),
        [first, step, last] => (first.as_ref(), step.as_ref(), last.as_ref()),
        _ => return Err(Fail::usage()),
    };
    let decimals = decimals_of(first).max(decimals_of(step));
    let width = match padded {
        true => whole_width(first, decimals).max(whole_width(last, decimals)),
        false => 0,
    };
    let (first, step, last) = (number(first)?, number(step)?, number(last)?);
    let integral = decimals == 0 && [first, step, last].iter().all(|n| n.abs() < 9e15);
    let mut index = 0_u64;
    loop {
        let value = first + step * index as f64;
        if (step >= 0.0 && value > last) || (step < 0.0 && value < last) {
            break;
        }
        if index > 0 {
            cx.out.put(&separator);
        }
        if integral && width == 0 {
            put_integer(value as i64, cx.out.buffer());
        } else {
            cx.out.put(format!("{value:0width$.decimals$}"));
        }
        cx.out.spill().await?;
        index += 1;
        if index.is_multiple_of(64) {
            cx.sys.burn(64 * 40).await;
        }
    }
    if index > 0 {
        cx.out.write(b"\n").await?;
    }
    Ok(0)
}

fn number(text: &[u8]) -> Result<f64, Fail> {
    let parsed = std::str::from_utf8(text).ok();
    let parsed = parsed.and_then(|text| text.trim_start().parse::<f64>().ok());
    parsed
        .filter(|number| !number.is_nan())
        .ok_or_else(Fail::usage)
}

fn decimals_of(text: &[u8]) -> usize {
    let point = text.iter().position(|byte| *byte == b'.');
    point.map_or(0, |at| text.len() - at - 1).min(100)
}

/// The width of a number written with `decimals` digits behind the point.
fn whole_width(text: &[u8], decimals: usize) -> usize {
    let whole = text.len()
        - text
            .iter()
            .position(|byte| *byte == b'.')
            .map_or(0, |at| text.len() - at);
    whole + if decimals > 0 { decimals + 1 } else { 0 }
}

/// Appends a number's digits.
pub(super) fn put_integer(value: i64, out: &mut Vec<u8>) {
    let mut digits = [0_u8; 20];
    let mut at = digits.len();
    let mut rest = value.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if value < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(&digits[at..]);
}
