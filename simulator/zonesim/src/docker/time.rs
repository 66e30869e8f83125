//! Points in time as the Docker API writes them.

use runtime::Timestamp;
use time::OffsetDateTime;

/// What inspect shows where there is no time.
pub(crate) const NEVER: &str = "0001-01-01T00:00:00Z";

fn utc(at: Timestamp) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(at.0))
        .expect("64 bits of nanoseconds end in the year 2554")
}

fn date_and_time(at: OffsetDateTime) -> String {
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
        at.year(),
        u8::from(at.month()),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    )
}

/// ISO 8601 with milliseconds and `Z`.
pub(crate) fn iso_millis(at: Timestamp) -> String {
    let at = utc(at);
    format!("{}.{:03}Z", date_and_time(at), at.millisecond())
}

/// RFC 3339 with nanoseconds, as images have it.
pub(crate) fn rfc3339(at: Timestamp) -> String {
    let at = utc(at);
    format!("{}.{:09}Z", date_and_time(at), at.nanosecond())
}

/// The prefix of a log line: nine fraction digits of which the last three are zero (containers.md 14).
pub(crate) fn log_prefix(at: Timestamp) -> String {
    let at = utc(at);
    format!("{}.{:06}000Z ", date_and_time(at), at.microsecond())
}

/// Unix seconds with an optional fraction (CTRX-11); `None` for what is none. What no clock will show is the last time
/// that there is.
pub(crate) fn unix_time(text: &str) -> Option<Timestamp> {
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if seconds.is_empty() || !is_number(seconds) || !is_number(fraction) {
        return None;
    }
    // There are digits only: too many of them.
    let seconds: u64 = seconds.parse().unwrap_or(u64::MAX);
    let digits = &fraction[..fraction.len().min(9)];
    let nanos: u64 = match digits.is_empty() {
        true => 0,
        false => format!("{digits:0<9}").parse().ok()?,
    };
    let total = seconds.saturating_mul(1_000_000_000).saturating_add(nanos);
    Some(Timestamp(total))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_the_digits_that_clients_parse() {
        let at = Timestamp(1_484_345_634_012_345_678);
        assert_eq!(iso_millis(at), "2017-01-13T22:13:54.012Z");
        assert_eq!(log_prefix(at), "2017-01-13T22:13:54.012345000Z ");
    }

    #[test]
    fn unix_times_have_an_optional_fraction() {
        for (text, expected) in [
            ("0", Some(0)),
            ("x", None),
            ("", None),
            ("12", Some(12_000_000_000)),
            ("12.5", Some(12_500_000_000)),
            ("12.000000001", Some(12_000_000_001)),
            ("12.0000000019", Some(12_000_000_001)),
            ("99999999999999999999", Some(u64::MAX)),
            ("18446744074", Some(u64::MAX)),
            ("+1", None),
            ("1.+5", None),
            ("1.\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}", None),
        ] {
            assert_eq!(unix_time(text), expected.map(Timestamp), "{text}");
        }
    }
}
