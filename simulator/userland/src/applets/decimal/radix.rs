//! Numbers as text, in any base.

use super::super::context::{Context, Fail};
use super::limbs;
use super::number::{BASE, LIMB_DIGITS, Number, TENS, fraction_limbs};
use crate::kernel::{List, Sys};

/// Bases above this one write each digit as a decimal number.
const LETTERS_BASE: u32 = 16;

/// What a digit of a number means: letters go on behind nine.
fn digit_value(byte: u8) -> Option<u32> {
    match byte {
        b'0'..=b'9' => Some(u32::from(byte - b'0')),
        b'A'..=b'Z' => Some(u32::from(byte - b'A') + 10),
        _ => None,
    }
}

/// The number that digits with at most one point are. A single digit means itself, others the base's greatest digit
/// at most.
pub(in super::super) async fn read_digits(sys: &Sys, text: &[u8], base: u32) -> Number {
    let point = text.iter().position(|byte| *byte == b'.');
    let (integer, fraction) = match point {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, &[][..]),
    };
    let most = if text.len() == 1 { u32::MAX } else { base - 1 };
    let digits = |text: &[u8]| -> Vec<u32> {
        let digits = text.iter().filter_map(|byte| digit_value(*byte));
        digits.map(|digit| digit.min(most)).collect()
    };
    sys.burn(10 + text.len() as u64).await;
    if base == 10 && text.len() > 1 {
        return decimal(&digits(integer), &digits(fraction));
    }
    let mut number = whole(sys, &digits(integer), base).await;
    if !fraction.is_empty() {
        let parts = whole(sys, &digits(fraction), base).await;
        let of = [1]
            .into_iter()
            .chain(std::iter::repeat_n(0, fraction.len()));
        let of = whole(sys, &of.collect::<Vec<u32>>(), base).await;
        if let Ok(parts) = parts.divided(sys, &of, fraction.len()).await {
            number = number.plus(sys, &parts).await;
        }
    }
    number
}

/// Of decimal digits.
fn decimal(integer: &[u32], fraction: &[u32]) -> Number {
    let mut limbs = List::new();
    let value = |digits: &[u32]| digits.iter().fold(0, |value, digit| value * 10 + digit);
    let count = fraction_limbs(fraction.len());
    limbs.resize(count, &0);
    for (at, digits) in fraction.chunks(LIMB_DIGITS).enumerate() {
        limbs[count - 1 - at] = value(digits) * TENS[LIMB_DIGITS - digits.len()];
    }
    for digits in integer.rchunks(LIMB_DIGITS) {
        limbs.push(value(digits));
    }
    Number::from_limbs(false, limbs, count, fraction.len())
}

/// Of the digits of an integer in any base.
async fn whole(sys: &Sys, digits: &[u32], base: u32) -> Number {
    let mut limbs: List<u32> = List::new();
    for digit in digits {
        let over = limbs::multiply_small(&mut limbs, base, *digit);
        if over > 0 {
            limbs.push(over);
        }
        sys.burn(2 + limbs.len() as u64).await;
    }
    Number::from_limbs(false, limbs, 0, 0)
}

/// Where output stands on its line, which is broken before it gets too long.
#[derive(Debug)]
pub(in super::super) struct Column {
    at: usize,
    /// Characters before a break; `None`: lines are never broken.
    width: Option<usize>,
}

impl Column {
    /// Lines of so many characters.
    pub(in super::super) fn new(width: Option<usize>) -> Self {
        Self { at: 0, width }
    }

    /// Text that is not broken has been written.
    pub(in super::super) fn pass(&mut self, text: &[u8]) {
        match text.iter().rposition(|byte| *byte == b'\n') {
            Some(newline) => self.at = text.len() - newline - 1,
            None => self.at += text.len(),
        }
    }

    async fn write(&mut self, cx: &mut Context<'_>, byte: u8) -> Result<(), Fail> {
        if self.width.is_some_and(|width| self.at >= width) {
            cx.out.put("\\\n");
            self.at = 0;
        }
        cx.out.put([byte]);
        self.at += 1;
        cx.sys.burn(1).await;
        cx.out.spill().await
    }
}

/// Writes a number in a base.
pub(in super::super) async fn print(
    cx: &mut Context<'_>,
    column: &mut Column,
    number: &Number,
    base: u32,
) -> Result<(), Fail> {
    if number.is_negative() {
        column.write(cx, b'-').await?;
    }
    if number.is_zero() {
        return column.write(cx, b'0').await;
    }
    if base == 10 {
        return print_decimal(cx, column, number).await;
    }
    let mut digits = List::new();
    let mut rest = number.clone().truncated(0);
    rest.negative = false;
    let (group, count) = group_of(base);
    while !rest.is_zero() {
        // As many digits at once as fit into a limb.
        let mut limbs = List::new();
        limbs.resize(rest.limbs().len(), &0);
        limbs.copy_from_slice(rest.limbs());
        let mut value = limbs::divide_small(&mut limbs, group);
        cx.sys.burn(20 + 3 * limbs.len() as u64).await;
        rest = Number::from_limbs(false, limbs, 0, 0);
        for _ in 0..count {
            if value == 0 && rest.is_zero() {
                break;
            }
            digits.push(value % base);
            value /= base;
        }
    }
    for digit in digits.iter().rev() {
        print_digit(cx, column, *digit, base, true).await?;
    }
    print_fraction(cx, column, number, base).await
}

/// The greatest power of `base` that is no greater than a limb's base, and which one it is.
fn group_of(base: u32) -> (u32, usize) {
    let mut group = base;
    let mut count = 1;
    while let Some(next) = group.checked_mul(base).filter(|next| *next <= BASE) {
        group = next;
        count += 1;
    }
    (group, count)
}

async fn print_decimal(
    cx: &mut Context<'_>,
    column: &mut Column,
    number: &Number,
) -> Result<(), Fail> {
    for (at, limb) in number.integer().iter().rev().enumerate() {
        let text = match at {
            0 => limb.to_string(),
            _ => format!("{limb:09}"),
        };
        for byte in text.bytes() {
            column.write(cx, byte).await?;
        }
    }
    let mut left = number.scale();
    if left > 0 {
        column.write(cx, b'.').await?;
    }
    for limb in number.limbs()[..number.fraction()].iter().rev() {
        let text = format!("{limb:09}");
        for byte in text.bytes().take(left) {
            column.write(cx, byte).await?;
        }
        left = left.saturating_sub(LIMB_DIGITS);
    }
    Ok(())
}

/// As many digits as the base needs for what the decimal digits tell apart.
async fn print_fraction(
    cx: &mut Context<'_>,
    column: &mut Column,
    number: &Number,
    base: u32,
) -> Result<(), Fail> {
    if number.scale() == 0 {
        return Ok(());
    }
    column.write(cx, b'.').await?;
    let mut rest = List::new();
    rest.resize(number.fraction(), &0);
    rest.copy_from_slice(&number.limbs()[..number.fraction()]);
    // The base to the power of the digits written.
    let mut reached = Number::from(true);
    let by = Number::from(u64::from(base));
    let mut is_first = true;
    while reached.length() <= number.scale() {
        let digit = limbs::multiply_small(&mut rest, base, 0);
        cx.sys.burn(20 + 2 * rest.len() as u64).await;
        print_digit(cx, column, digit, base, !is_first).await?;
        reached = reached.exact_product(cx.sys, &by).await;
        is_first = false;
    }
    Ok(())
}

async fn print_digit(
    cx: &mut Context<'_>,
    column: &mut Column,
    digit: u32,
    base: u32,
    spaced: bool,
) -> Result<(), Fail> {
    if base <= LETTERS_BASE {
        let digit = char::from_digit(digit, LETTERS_BASE).unwrap_or('?');
        return column.write(cx, digit.to_ascii_uppercase() as u8).await;
    }
    if spaced {
        column.write(cx, b' ').await?;
    }
    let width = (base - 1).to_string().len();
    for byte in format!("{digit:0width$}").bytes() {
        column.write(cx, byte).await?;
    }
    Ok(())
}
