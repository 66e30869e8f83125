//! date.

use super::calendar::{Date, Zone};
use super::context::{Context, Fail, Outcome, text};
use super::numbers;
use super::strptime::read_by;

/// Writes the time.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.long_options(
        "Rs:ud:r:I::D:",
        &[
            ("rfc-2822", false, b'R'),
            ("set", true, b's'),
            ("utc", false, b'u'),
            ("date", true, b'd'),
            ("reference", true, b'r'),
        ],
    )?;
    let zone = match options.has(b'u') {
        true => Zone::utc(),
        false => Zone::from_variable(cx.variable("TZ").as_deref()),
    };
    let now = cx.sys.now();
    let (mut seconds, mut nanos) = (now.as_secs() as i64, now.subsec_nanos());
    let (mut format, mut set) = (None, options.value(b's').cloned());
    if options.operands.len() > 1 {
        return Err(Fail::usage());
    }
    for operand in &options.operands {
        match operand.strip_prefix(b"+") {
            Some(text) => format = Some(text.to_vec()),
            None => set = Some(operand.clone()),
        }
    }
    if let Some(path) = options.value(b'r') {
        let stat = cx
            .sys
            .stat(path)
            .map_err(|error| Fail::new(text!("can't stat '", path, "': ", error.message())))?;
        (seconds, nanos) = (stat.mtime.as_secs() as i64, stat.mtime.subsec_nanos());
    }
    if let Some(text) = options.value(b'd').or(set.as_ref()) {
        nanos = 0;
        let read = match options.value(b'D') {
            Some(form) => read_by(form, text, seconds, &zone),
            None => parse_date(text, seconds, &zone),
        };
        seconds = read.ok_or_else(|| Fail::new(text!("invalid date '", text, "'")))?;
    }
    if set.is_some() {
        cx.complain("can't set date: Operation not permitted").await;
    }
    let default: &[u8] = if options.has(b'R') {
        b"%a, %d %b %Y %H:%M:%S %z"
    } else if options.has(b'I') {
        match options.value(b'I').map(AsRef::as_ref) {
            None | Some(b"date") => b"%Y-%m-%d",
            Some(b"hours") => b"%Y-%m-%dT%H+00:00",
            Some(b"minutes") => b"%Y-%m-%dT%H:%M+00:00",
            Some(b"seconds") => b"%Y-%m-%dT%H:%M:%S+00:00",
            Some(_) => return Err(Fail::usage()),
        }
    } else {
        b"%a %b %e %H:%M:%S %Z %Y"
    };
    let date = Date::at(seconds, &zone);
    let format = without_nanoseconds(format.as_deref().unwrap_or(default));
    let line = date.format(&format, seconds, nanos, &zone);
    cx.out.write(text!(line, "\n")).await?;
    Ok(u8::from(set.is_some()))
}

/// A format in which `%N` stands for itself: this date knows no nanoseconds.
fn without_nanoseconds(format: &[u8]) -> Vec<u8> {
    let (mut result, mut after_percent) = (Vec::new(), false);
    for &byte in format {
        if after_percent && byte == b'N' {
            result.push(b'%');
        }
        after_percent = byte == b'%' && !after_percent;
        result.push(byte);
    }
    result
}

/// A date as busybox reads it: `@seconds`, `[YYYY-]MM-DD [hh:mm[:ss]]`, `[YYYY.]MM.DD-hh:mm[:ss]`, `hh:mm[:ss]`,
/// `[[CC]YY]MMDDhhmm[.ss]`.
pub(super) fn parse_date(text: &[u8], now: i64, zone: &Zone) -> Option<i64> {
    if let Some(seconds) = text.strip_prefix(b"@") {
        return i64::try_from(numbers::decimal(seconds)?).ok();
    }
    let today = Date::at(now, zone);
    let mut date = Date { second: 0, ..today };
    let text = std::str::from_utf8(text).ok()?;
    let dotted = text
        .split_once('-')
        .filter(|(day, time)| day.contains('.') && time.contains(':'));
    let separator = if dotted.is_some() { '.' } else { '-' };
    let (day, time) = match dotted.or(text.split_once(' ')) {
        Some((day, time)) => (Some(day), Some(time.trim())),
        None if text.contains('-') => (Some(text), None),
        None if text.contains(':') => (None, Some(text)),
        None => {
            compact(text, &mut date)?;
            return valid(&date).then(|| date.seconds(zone));
        }
    };
    if let Some(day) = day {
        (date.hour, date.minute) = (0, 0);
        let parts: Vec<i64> = numbers_of(day, separator)?;
        match parts.as_slice() {
            [year, month, day] => {
                date.year = *year;
                (date.month, date.day) = (u32::try_from(*month).ok()?, u32::try_from(*day).ok()?);
            }
            [month, day] => {
                (date.month, date.day) = (u32::try_from(*month).ok()?, u32::try_from(*day).ok()?);
            }
            _ => return None,
        }
    }
    if let Some(time) = time {
        let time = time.split_once('.').map_or(time, |(whole, _)| whole);
        let parts: Vec<i64> = numbers_of(time, ':')?;
        let part = |at: usize| u32::try_from(parts.get(at).copied().unwrap_or(0)).ok();
        if !(2..=3).contains(&parts.len()) {
            return None;
        }
        (date.hour, date.minute, date.second) = (part(0)?, part(1)?, part(2)?);
    }
    valid(&date).then(|| date.seconds(zone))
}

fn valid(date: &Date) -> bool {
    (1..=12).contains(&date.month)
        && (1..=31).contains(&date.day)
        && date.hour < 24
        && date.minute < 60
        && date.second <= 60
        && (0..=9999).contains(&date.year)
}

fn numbers_of(text: &str, separator: char) -> Option<Vec<i64>> {
    text.split(separator)
        .map(|part| {
            let plain = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| part.parse().ok()).flatten()
        })
        .collect()
}

/// `[[CC]YY]MMDDhhmm[.ss]`.
fn compact(text: &str, date: &mut Date) -> Option<()> {
    let (digits, seconds) = text.split_once('.').unwrap_or((text, "00"));
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) || seconds.len() != 2 {
        return None;
    }
    let (year, rest) = match digits.len() {
        8 => (None, digits),
        10 => (Some((&digits[..2], 2000)), &digits[2..]),
        12 => (Some((&digits[..4], 0)), &digits[4..]),
        _ => return None,
    };
    if let Some((digits, century)) = year {
        date.year = digits.parse::<i64>().ok()? + century;
    }
    let part = |at: usize| rest[at..at + 2].parse::<u32>().ok();
    (date.month, date.day) = (part(0)?, part(2)?);
    (date.hour, date.minute) = (part(4)?, part(6)?);
    date.second = seconds.parse().ok()?;
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_several_forms() {
        let now = 1_580_702_706; // 2020-02-03 04:05:06
        for (text, expected) in [
            ("@0", Some(0)),
            ("2020-02-03 04:05:06", Some(now)),
            ("2020-02-03T04:05:06Z", None),
            ("2020-02-03", Some(1_580_688_000)),
            ("04:05", Some(now - 6)),
            ("202002030405.06", Some(now)),
            ("02030405", Some(now - 6)),
            ("2020-13-03", None),
            ("xyz", None),
            ("", None),
            ("1-2-3-4", None),
        ] {
            assert_eq!(
                parse_date(text.as_bytes(), now, &Zone::utc()),
                expected,
                "{text}"
            );
        }
    }
}
