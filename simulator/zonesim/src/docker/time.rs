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

/// The prefix of a log line: nine fraction digits of which the last three are zero (containers.md 14).
pub(crate) fn log_prefix(at: Timestamp) -> String {
    let at = utc(at);
    format!("{}.{:06}000Z ", date_and_time(at), at.microsecond())
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
}
