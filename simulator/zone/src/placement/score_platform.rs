//! Newer platforms come first.

use super::candidate::Candidate;
use crate::random::Random;

const WEIGHT: f64 = 1.0;

pub(super) fn score(candidates: &mut [Candidate<'_>], _: &mut Random) {
    if candidates.len() < 2 {
        return;
    }
    let days: Vec<f64> = candidates
        .iter()
        .map(|candidate| days_of(&candidate.server.platform))
        .collect();
    let oldest = days.iter().copied().fold(f64::INFINITY, f64::min);
    let span = days.iter().copied().fold(f64::NEG_INFINITY, f64::max) - oldest;
    for (candidate, day) in candidates.iter_mut().zip(days) {
        let part = if span > 0.0 {
            (day - oldest) / span
        } else {
            1.0
        };
        candidate.score += part * WEIGHT;
    }
}

/// Days since year 0 of `YYYYMMDDThhmmssZ`, with the day's fraction; 0 for anything else.
fn days_of(platform: &str) -> f64 {
    let number = |from: usize, to: usize| -> Option<f64> { platform.get(from..to)?.parse().ok() };
    let read = || {
        let (year, month, day) = (number(0, 4)?, number(4, 6)?, number(6, 8)?);
        let (hour, minute, second) = (number(9, 11)?, number(11, 13)?, number(13, 15)?);
        // January and February count as months 13 and 14 of the year before.
        let (year, month) = if month <= 2.0 {
            (year - 1.0, month + 12.0)
        } else {
            (year, month)
        };
        let leap_days = (year / 4.0).floor() - (year / 100.0).floor() + (year / 400.0).floor();
        let days = year * 365.0 + leap_days + ((month + 1.0) * 30.6).floor() + day;
        Some(days + (hour * 3600.0 + minute * 60.0 + second) / 86_400.0)
    };
    read().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::days_of;

    #[test]
    fn platforms_are_days_apart() {
        let between = |a, b| days_of(b) - days_of(a);
        assert_eq!(between("20200101T000000Z", "20200102T000000Z"), 1.0);
        assert_eq!(between("20200228T120000Z", "20200301T000000Z"), 1.5);
        assert_eq!(between("20191231T000000Z", "20200101T000000Z"), 1.0);
        assert_eq!(between("20190101T000000Z", "20200101T000000Z"), 365.0);
        assert_eq!(days_of("nonsense"), 0.0);
    }
}
