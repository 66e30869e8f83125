//! Times in records.

use runtime::Timestamp;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// `2017-07-14T02:40:00.5Z`: UTC, with as many digits of a second as there are.
pub(super) fn rfc3339(at: Timestamp) -> String {
    let time = OffsetDateTime::from_unix_timestamp_nanos(i128::from(at.0)).ok();
    time.and_then(|time| time.format(&Rfc3339).ok())
        .unwrap_or_default()
}
