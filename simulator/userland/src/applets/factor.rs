//! factor.

use super::context::{Context, Fail, Outcome};
use super::numbers;
use crate::kernel::Sys;

/// The longest word of the input that can be a number.
const WORD_BYTES_MAX: usize = 4096;

/// Writes prime factors of the arguments, or of the words of standard input.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let words = cx.options("")?.operands;
    for word in &words {
        one(cx, word).await?;
    }
    if !words.is_empty() {
        return Ok(0);
    }
    let mut reader = cx.open_input(b"-").await.map_err(|_| Fail::Status(1))?;
    let mut word = Vec::new();
    loop {
        let byte = reader.byte().await;
        let byte = byte.map_err(|error| Fail::new(error.message()))?;
        cx.sys.burn(5).await;
        match byte {
            Some(byte) if !byte.is_ascii_whitespace() => {
                word.push(byte);
                if word.len() > WORD_BYTES_MAX {
                    return Err(Fail::usage());
                }
                continue;
            }
            _ if !word.is_empty() => one(cx, &word).await?,
            _ => {}
        }
        word.clear();
        if byte.is_none() {
            return Ok(0);
        }
    }
}

/// Writes `NUMBER: FACTOR...`.
async fn one(cx: &mut Context<'_>, word: &[u8]) -> Result<(), Fail> {
    let digits = word.trim_ascii_start();
    let digits = digits.strip_prefix(b"+").unwrap_or(digits);
    let number = numbers::decimal(digits).ok_or_else(Fail::usage)?;
    let mut line = format!("{number}:");
    for factor in factors(cx.sys, number).await {
        line += &format!(" {factor}");
    }
    line.push('\n');
    cx.out.write(line).await
}

/// The prime factors, ascending; none of 0 and 1.
async fn factors(sys: &Sys, number: u64) -> Vec<u64> {
    let mut found = Vec::new();
    let mut rest = number;
    for small in [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37] {
        while rest > 0 && rest.is_multiple_of(small) {
            found.push(small);
            rest /= small;
        }
    }
    let mut parts = vec![rest];
    while let Some(part) = parts.pop() {
        if part < 2 {
            continue;
        }
        if is_prime(part) {
            found.push(part);
            continue;
        }
        let divisor = divisor(sys, part).await;
        parts.extend([divisor, part / divisor]);
    }
    found.sort_unstable();
    found
}

fn multiply(a: u64, b: u64, modulus: u64) -> u64 {
    (u128::from(a) * u128::from(b) % u128::from(modulus)) as u64
}

fn power(mut base: u64, mut exponent: u64, modulus: u64) -> u64 {
    let mut result = 1;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = multiply(result, base, modulus);
        }
        base = multiply(base, base, modulus);
        exponent >>= 1;
    }
    result
}

/// Miller and Rabin's test with the bases that decide every number of 64 bits. `number` has no factor below 41.
fn is_prime(number: u64) -> bool {
    let twos = (number - 1).trailing_zeros();
    let odd = (number - 1) >> twos;
    [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37]
        .iter()
        .all(|base| {
            let mut value = power(*base, odd, number);
            if value == 1 || value == number - 1 {
                return true;
            }
            (1..twos).any(|_| {
                value = multiply(value, value, number);
                value == number - 1
            })
        })
}

/// A proper divisor of a composite number: Pollard's rho, with another sequence whenever one leads nowhere.
async fn divisor(sys: &Sys, number: u64) -> u64 {
    let root = (number as f64).sqrt() as u64;
    for root in root.saturating_sub(1)..=root + 1 {
        if root > 1 && root.checked_mul(root) == Some(number) {
            return root;
        }
    }
    let mut increment = 1_u64;
    loop {
        let step = |value| {
            let square = u128::from(multiply(value, value, number));
            ((square + u128::from(increment)) % u128::from(number)) as u64
        };
        let (mut slow, mut fast) = (2, 2);
        loop {
            slow = step(slow);
            fast = step(step(fast));
            let common = gcd(slow.abs_diff(fast), number);
            sys.burn(300).await;
            if common == number {
                break;
            }
            if common > 1 {
                return common;
            }
        }
        increment += 1;
    }
}

fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::is_prime;

    #[test]
    fn primes_are_told_from_products() {
        for (number, expected) in [
            (41, true),
            (1681, false),
            (4_294_967_291, true),
            (18_446_744_073_709_551_557, true),
            (18_446_744_073_709_551_533, true),
            (3_215_031_751, false),
            (3_825_123_056_546_413_051, false),
        ] {
            assert_eq!(is_prime(number), expected, "{number}");
        }
    }
}
