//! Numbers in arguments and answers.

use crate::services::redis::fail::Fail;
use crate::services::redis::resp;

pub(super) fn integer(text: &[u8]) -> Result<i64, Fail> {
    resp::integer(text).ok_or_else(Fail::not_integer)
}

/// A floating number; infinite, but never NaN.
pub(super) fn float(text: &[u8]) -> Result<f64, Fail> {
    let text = std::str::from_utf8(text).map_err(|_| Fail::not_float())?;
    let plain = !text.is_empty() && !text.contains(char::is_whitespace);
    let number: f64 = text.parse().map_err(|_| Fail::not_float())?;
    match plain && !number.is_nan() {
        true => Ok(number),
        false => Err(Fail::not_float()),
    }
}

/// As it is answered: no zeros at the end, no point without something behind it.
pub(super) fn shown(number: f64) -> String {
    if number.is_infinite() {
        return if number > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    if number == number.trunc() && number.abs() < 1e17 {
        return format!("{number:.0}");
    }
    format!("{number}")
}

/// The items from `start` to `stop`, both ends included and counted from the end when they are below zero:
/// the first, and how many.
pub(super) fn window(start: i64, stop: i64, len: usize) -> (usize, usize) {
    let len = i64::try_from(len).unwrap_or(i64::MAX);
    let place = |at: i64| {
        if at < 0 {
            (at.saturating_add(len)).max(0)
        } else {
            at
        }
    };
    let (start, stop) = (
        place(start),
        if stop < 0 {
            stop.saturating_add(len)
        } else {
            stop.min(len - 1)
        },
    );
    if start > stop || start >= len {
        return (0, 0);
    }
    let first = usize::try_from(start).unwrap_or(0);
    (first, usize::try_from(stop - start + 1).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_stay_inside() {
        for (start, stop, len, expected) in [
            (0, -1, 3, (0, 3)),
            (1, 1, 3, (1, 1)),
            (-2, -1, 3, (1, 2)),
            (-100, 100, 3, (0, 3)),
            (5, 9, 3, (0, 0)),
            (2, 1, 3, (0, 0)),
            (0, -1, 0, (0, 0)),
            (i64::MIN, i64::MAX, 3, (0, 3)),
            (0, -4, 3, (0, 0)),
        ] {
            assert_eq!(window(start, stop, len), expected, "{start} {stop} {len}");
        }
    }

    #[test]
    fn floats_are_shown_as_they_are_meant() {
        assert_eq!(shown(3.0), "3");
        assert_eq!(shown(-0.5), "-0.5");
        assert_eq!(shown(f64::INFINITY), "inf");
        assert_eq!(float(b"inf"), Ok(f64::INFINITY));
        assert!(float(b"nan").is_err());
        assert!(float(b" 1").is_err());
        assert!(float(b"x").is_err());
    }
}
