//! Time zones as the variable `TZ` describes them: `NAMEoffset[NAME[offset][,rule,rule]]`.

use super::calendar::{Date, days_from_civil};

/// Seconds of a day.
const DAY_S: i64 = 86_400;

/// A time zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Zone {
    name: String,
    /// East of Greenwich.
    offset_s: i64,
    summer: Option<Summer>,
}

/// Time in summer, on either half of the globe.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Summer {
    name: String,
    offset_s: i64,
    begins: Rule,
    ends: Rule,
}

/// When the time changes, by the clock that is then still right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Rule {
    day: Day,
    time_s: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Day {
    /// The nth such weekday of a month; the fifth is the last.
    Week { month: u32, week: i64, weekday: i64 },
    /// From 1; 29 February is not counted.
    Julian(i64),
    /// From 0.
    OfYear(i64),
}

/// Rules of zones that give none: the second Sunday of March, the first one of November.
const DEFAULT_RULES: [Rule; 2] = [week_rule(3, 2), week_rule(11, 1)];

const fn week_rule(month: u32, week: i64) -> Rule {
    Rule {
        day: Day::Week {
            month,
            week,
            weekday: 0,
        },
        time_s: 2 * 3600,
    }
}

impl Zone {
    pub(crate) fn utc() -> Self {
        Self {
            name: "UTC".to_owned(),
            offset_s: 0,
            summer: None,
        }
    }

    /// The zone of a variable's value; that of Greenwich when it is none. Files of zones are unknown here.
    pub(crate) fn from_variable(value: Option<&[u8]>) -> Self {
        value
            .and_then(|value| Parser(value).zone())
            .unwrap_or_else(Self::utc)
    }

    /// Seconds east of Greenwich at an instant.
    pub(crate) fn offset_s(&self, seconds: i64) -> i64 {
        self.at(seconds).1
    }

    /// What the time is called at an instant.
    pub(crate) fn name(&self, seconds: i64) -> &str {
        self.at(seconds).0
    }

    fn at(&self, seconds: i64) -> (&str, i64) {
        match &self.summer {
            Some(summer) if self.is_summer(summer, seconds) => (&summer.name, summer.offset_s),
            _ => (&self.name, self.offset_s),
        }
    }

    fn is_summer(&self, summer: &Summer, seconds: i64) -> bool {
        let local = seconds.saturating_add(self.offset_s);
        let year = Date::at(local, &Zone::utc()).year;
        let begins = summer.begins.in_year(year) - self.offset_s;
        let ends = summer.ends.in_year(year) - summer.offset_s;
        if begins <= ends {
            (begins..ends).contains(&seconds)
        } else {
            !(ends..begins).contains(&seconds)
        }
    }

    /// The instant at which clocks show `local` seconds since 1970; the first one when they do twice.
    pub(crate) fn instant(&self, local: i64) -> i64 {
        let offsets = [
            self.summer.as_ref().map(|summer| summer.offset_s),
            Some(self.offset_s),
        ];
        let found = offsets.into_iter().flatten().find_map(|offset_s| {
            let seconds = local.saturating_sub(offset_s);
            (self.offset_s(seconds) == offset_s).then_some(seconds)
        });
        found.unwrap_or(local.saturating_sub(self.offset_s))
    }
}

impl Rule {
    /// Local seconds since 1970.
    fn in_year(self, year: i64) -> i64 {
        let first = days_from_civil(year, 1, 1);
        let leap = days_from_civil(year, 3, 1) - first == 60;
        let day = match self.day {
            Day::OfYear(day) => first + day,
            Day::Julian(day) => first + day - 1 + i64::from(leap && day >= 60),
            Day::Week {
                month,
                week,
                weekday,
            } => {
                let start = days_from_civil(year, month, 1);
                let next = match month {
                    12 => days_from_civil(year + 1, 1, 1),
                    month => days_from_civil(year, month + 1, 1),
                };
                // 1970-01-01 was a Thursday.
                let until = (weekday - (start + 4)).rem_euclid(7);
                let mut day = start + until + 7 * (week - 1);
                while day >= next {
                    day -= 7;
                }
                day
            }
        };
        day * DAY_S + self.time_s
    }
}

/// What is left of a description.
struct Parser<'a>(&'a [u8]);

impl Parser<'_> {
    fn zone(mut self) -> Option<Zone> {
        let name = self.name()?;
        if self.0.is_empty() {
            return Some(Zone {
                name,
                offset_s: 0,
                summer: None,
            });
        }
        let offset_s = -self.time()?;
        let mut zone = Zone {
            name,
            offset_s,
            summer: None,
        };
        if self.0.is_empty() {
            return Some(zone);
        }
        let name = self.name()?;
        let summer_offset_s = match self.0.first() {
            None | Some(b',') => offset_s + 3600,
            Some(_) => -self.time()?,
        };
        let [begins, ends] = match self.0.is_empty() {
            true => DEFAULT_RULES,
            false => [self.rule()?, self.rule()?],
        };
        zone.summer = Some(Summer {
            name,
            offset_s: summer_offset_s,
            begins,
            ends,
        });
        self.0.is_empty().then_some(zone)
    }

    fn take(&mut self, byte: u8) -> bool {
        let rest = self.0.strip_prefix(&[byte]);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    /// Three letters or more, or anything between angles.
    fn name(&mut self) -> Option<String> {
        let quoted = self.take(b'<');
        let is_part = |byte: &u8| match quoted {
            true => byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-'),
            false => byte.is_ascii_alphabetic(),
        };
        let len = self.0.iter().take_while(|byte| is_part(byte)).count();
        let (name, rest) = self.0.split_at(len);
        self.0 = rest;
        if len < 3 || (quoted && !self.take(b'>')) {
            return None;
        }
        Some(String::from_utf8_lossy(name).into_owned())
    }

    fn number(&mut self, most: i64) -> Option<i64> {
        let len = self
            .0
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let (digits, rest) = self.0.split_at(len);
        self.0 = rest;
        let number: i64 = std::str::from_utf8(digits).ok()?.parse().ok()?;
        (number <= most).then_some(number)
    }

    /// `[+-]hh[:mm[:ss]]`, seconds.
    fn time(&mut self) -> Option<i64> {
        let negative = self.take(b'-');
        if !negative {
            self.take(b'+');
        }
        let mut time_s = self.number(167)? * 3600;
        for unit in [60, 1] {
            if !self.take(b':') {
                break;
            }
            time_s += self.number(59)? * unit;
        }
        Some(if negative { -time_s } else { time_s })
    }

    /// `,Mm.w.d[/time]`, `,Jn[/time]` or `,n[/time]`.
    fn rule(&mut self) -> Option<Rule> {
        if !self.take(b',') {
            return None;
        }
        let day = if self.take(b'M') {
            let month = u32::try_from(self.number(12)?).ok()?;
            let week = self.take(b'.').then(|| self.number(5))??;
            let weekday = self.take(b'.').then(|| self.number(6))??;
            if month == 0 || week == 0 {
                return None;
            }
            Day::Week {
                month,
                week,
                weekday,
            }
        } else if self.take(b'J') {
            Day::Julian(self.number(365)?.max(1))
        } else {
            Day::OfYear(self.number(365)?)
        };
        let time_s = match self.take(b'/') {
            true => self.time()?,
            false => 2 * 3600,
        };
        Some(Rule { day, time_s })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_names_with_offsets_and_rules() {
        const JANUARY: i64 = 1_704_067_200;
        const JULY: i64 = 1_719_792_000;
        for (text, at, name, offset_s) in [
            ("UTC", 0, "UTC", 0),
            ("EST5", JULY, "EST", -18_000),
            ("CET-1", 0, "CET", 3600),
            ("IST-5:30", 0, "IST", 19_800),
            ("", 0, "UTC", 0),
            ("Europe/Berlin", 0, "UTC", 0),
            ("EST5EDT", JANUARY, "EST", -18_000),
            ("EST5EDT", JULY, "EDT", -14_400),
            ("CET-1CEST,M3.5.0,M10.5.0/3", JULY, "CEST", 7200),
            ("NZST-12NZDT,M9.5.0,M4.1.0/3", JANUARY, "NZDT", 46_800),
            ("NZST-12NZDT,M9.5.0,M4.1.0/3", JULY, "NZST", 43_200),
            ("<+03>-3", 0, "+03", 10_800),
            ("AAA3BBB,J60,J300", JULY, "BBB", -7200),
            ("AAA3BBB,M13.1.0,M1.1.0", 0, "UTC", 0),
            ("AAA3BBB,M3.1.0", 0, "UTC", 0),
        ] {
            let zone = Zone::from_variable(Some(text.as_bytes()));
            assert_eq!(
                (zone.name(at), zone.offset_s(at)),
                (name, offset_s),
                "{text}"
            );
        }
    }

    #[test]
    fn clocks_lead_back_to_their_instants() {
        let zone = Zone::from_variable(Some(b"CET-1CEST,M3.5.0,M10.5.0/3"));
        // 2024-03-31 01:00 UTC is the change; half an hour before and behind it.
        for instant in [1_711_844_999, 1_711_846_800, 1_711_848_600] {
            assert_eq!(zone.instant(instant + zone.offset_s(instant)), instant);
        }
    }
}
