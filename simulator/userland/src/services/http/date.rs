//! Dates as HTTP and logs write them.

use crate::applets::calendar::{Date, MONTHS, Zone};

/// `Sun, 06 Nov 1994 08:49:37 GMT`.
pub(in crate::services) fn http_date(seconds: u64) -> Vec<u8> {
    formatted(b"%a, %d %b %Y %H:%M:%S GMT", seconds)
}

/// `06/Nov/1994:08:49:37 +0000`.
pub(in crate::services) fn log_date(seconds: u64) -> Vec<u8> {
    formatted(b"%d/%b/%Y:%H:%M:%S +0000", seconds)
}

fn formatted(format: &[u8], seconds: u64) -> Vec<u8> {
    let seconds = i64::try_from(seconds).unwrap_or(0);
    let zone = Zone::utc();
    Date::at(seconds, &zone).format(format, seconds, 0, &zone)
}

/// Seconds since 1970 of a date in the form of [`http_date`].
pub(in crate::services) fn parse_http_date(text: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(text).ok()?.trim();
    let (_, rest) = text.split_once(", ")?;
    let mut words = rest.split(' ');
    let (day, month, year) = (words.next()?, words.next()?, words.next()?);
    let (time, zone) = (words.next()?, words.next()?);
    if zone != "GMT" || words.next().is_some() {
        return None;
    }
    let month = MONTHS
        .iter()
        .position(|name| name.starts_with(month) && month.len() == 3)?;
    let mut parts = time.split(':').map(str::parse);
    let mut part = || parts.next()?.ok();
    let (hour, minute, second): (u32, u32, u32) = (part()?, part()?, part()?);
    let day: u32 = day.parse().ok()?;
    let year: i64 = year.parse().ok()?;
    if !(1..=31).contains(&day)
        || hour > 23
        || minute > 59
        || second > 60
        || !(1970..=9999).contains(&year)
    {
        return None;
    }
    let date = Date {
        year,
        month: u32::try_from(month + 1).ok()?,
        day,
        hour,
        minute,
        second,
    };
    u64::try_from(date.seconds(&Zone::utc())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_read_as_it_is_written() {
        assert_eq!(http_date(784_111_777), b"Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(parse_http_date(&http_date(784_111_777)), Some(784_111_777));
        assert_eq!(log_date(784_111_777), b"06/Nov/1994:08:49:37 +0000");
        for bad in [
            "",
            "yesterday",
            "Sun, 06 Nov 1994 08:49:37",
            "Sun, 99 Nov 1994 08:49:37 GMT",
            "Sun, 06 Foo 1994 08:49:37 GMT",
        ] {
            assert_eq!(parse_http_date(bad.as_bytes()), None, "{bad}");
        }
    }
}
