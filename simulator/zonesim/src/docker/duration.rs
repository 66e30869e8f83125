//! How long ago, in the words of a list's status column (containers.md 10).

use std::time::Duration;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// CTR-61: whole seconds in the engine's words.
pub(crate) fn human(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0 => "Less than a second".to_owned(),
        _ if seconds < MINUTE => format!("{seconds} seconds"),
        _ if seconds < 2 * MINUTE => "About a minute".to_owned(),
        _ if seconds < HOUR => format!("{} minutes", seconds / MINUTE),
        _ if seconds < 2 * HOUR => "About an hour".to_owned(),
        _ if seconds < 48 * HOUR => format!("{} hours", seconds / HOUR),
        _ if seconds < 14 * DAY => format!("{} days", seconds / DAY),
        _ if seconds < 90 * DAY => format!("{} weeks", seconds / (7 * DAY)),
        _ if seconds < 730 * DAY => format!("{} months", seconds / (30 * DAY)),
        #[expect(clippy::cast_precision_loss, reason = "six digits are shown")]
        _ => format!("{:.6} years", seconds as f64 / (365 * DAY) as f64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_the_engine_says_them() {
        for (seconds, text) in [
            (0, "Less than a second"),
            (1, "1 seconds"),
            (59, "59 seconds"),
            (60, "About a minute"),
            (119, "About a minute"),
            (120, "2 minutes"),
            (3599, "59 minutes"),
            (3600, "About an hour"),
            (7199, "About an hour"),
            (7200, "2 hours"),
            (172_799, "47 hours"),
            (172_800, "2 days"),
            (1_209_599, "13 days"),
            (1_209_600, "2 weeks"),
            (7_775_999, "12 weeks"),
            (7_776_000, "3 months"),
            (63_071_999, "24 months"),
            (63_072_000, "2.000000 years"),
        ] {
            assert_eq!(human(Duration::from_secs(seconds)), text, "{seconds}");
        }
    }
}
