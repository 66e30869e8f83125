//! Calendar dates: from and to seconds since 1970, and as text.

pub(crate) use super::time_zone::Zone;

/// A point in time, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Date {
    pub(crate) year: i64,
    /// 1 to 12.
    pub(crate) month: u32,
    /// 1 to 31.
    pub(crate) day: u32,
    pub(crate) hour: u32,
    pub(crate) minute: u32,
    pub(crate) second: u32,
}

pub(crate) const DAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];
pub(crate) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Days since 1970-01-01 of a date of the Gregorian calendar.
pub(super) fn days_from_civil(year: i64, month: u32, day: u32) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted = i64::from((month + 9) % 12);
    let day_of_year = (153 * shifted + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Widest field of a format.
const WIDTH_MAX: usize = 1000;

impl Date {
    /// The date at `seconds` since 1970, in a zone.
    pub(crate) fn at(seconds: i64, zone: &Zone) -> Self {
        let local = seconds.saturating_add(zone.offset_s(seconds));
        let (days, rest) = (local.div_euclid(86_400), local.rem_euclid(86_400) as u32);
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let month = if shifted_month < 10 {
            shifted_month + 3
        } else {
            shifted_month - 9
        } as u32;
        Self {
            year: era * 400 + year_of_era + i64::from(month <= 2),
            month,
            day: (day_of_year - (153 * shifted_month + 2) / 5 + 1) as u32,
            hour: rest / 3600,
            minute: rest / 60 % 60,
            second: rest % 60,
        }
    }

    /// Seconds since 1970; days and times beyond their ranges carry over.
    pub(crate) fn seconds(&self, zone: &Zone) -> i64 {
        let days = days_from_civil(self.year, self.month, self.day);
        let time = self.hour * 3600 + self.minute * 60 + self.second;
        zone.instant(days * 86_400 + i64::from(time))
    }

    /// 0 for Sunday.
    pub(crate) fn weekday(&self) -> usize {
        (days_from_civil(self.year, self.month, self.day) + 4).rem_euclid(7) as usize
    }

    /// 1 to 366.
    pub(crate) fn day_of_year(&self) -> i64 {
        days_from_civil(self.year, self.month, self.day) - days_from_civil(self.year, 1, 1) + 1
    }

    /// Year and week of ISO 8601.
    fn iso_week(&self) -> (i64, i64) {
        let weekday = (self.weekday() as i64 + 6) % 7;
        let thursday = days_from_civil(self.year, self.month, self.day) - weekday + 3;
        let year = Date::at(thursday * 86_400, &Zone::utc()).year;
        (year, (thursday - days_from_civil(year, 1, 1)) / 7 + 1)
    }

    /// The text of a strftime format.
    pub(crate) fn format(&self, format: &[u8], seconds: i64, nanos: u32, zone: &Zone) -> Vec<u8> {
        let mut out = Vec::new();
        let mut bytes = format.iter();
        while let Some(&byte) = bytes.next() {
            if byte != b'%' {
                out.push(byte);
                continue;
            }
            let mut flag = 0;
            let mut letter = bytes.next().copied();
            if let Some(b'-' | b'_' | b'0' | b'E' | b'O') = letter {
                flag = letter.unwrap_or(0);
                letter = bytes.next().copied();
            }
            let mut width = 0;
            while let Some(digit @ b'0'..=b'9') = letter {
                width = (width * 10 + usize::from(digit - b'0')).min(WIDTH_MAX);
                letter = bytes.next().copied();
            }
            let Some(letter) = letter else {
                out.push(b'%');
                break;
            };
            let start = out.len();
            self.field(letter, (flag, width), seconds, nanos, zone, &mut out);
            // What is no number is filled up with blanks.
            let missing = width.saturating_sub(out.len() - start);
            out.splice(start..start, std::iter::repeat_n(b' ', missing));
        }
        out
    }

    fn field(
        &self,
        letter: u8,
        (flag, least): (u8, usize),
        seconds: i64,
        nanos: u32,
        zone: &Zone,
        out: &mut Vec<u8>,
    ) {
        let number = |value: i64, width: usize, pad: u8| {
            let width = width.max(least);
            let pad = match flag {
                b'_' => b' ',
                b'0' => b'0',
                _ => pad,
            };
            match (flag, pad) {
                (b'-', _) => value.to_string(),
                (_, b' ') => format!("{value:width$}"),
                _ => format!("{value:0width$}"),
            }
        };
        let sub = |format: &str| {
            let text = self.format(format.as_bytes(), seconds, nanos, zone);
            String::from_utf8_lossy(&text).into_owned()
        };
        let hour_12 = i64::from((self.hour + 11) % 12 + 1);
        let (iso_year, iso_week) = self.iso_week();
        let monday_based = (self.weekday() as i64 + 6) % 7;
        let text = match letter {
            b'Y' => number(self.year, 1, b'0'),
            b'C' => number(self.year.div_euclid(100), 2, b'0'),
            b'y' => number(self.year.rem_euclid(100), 2, b'0'),
            b'm' => number(self.month.into(), 2, b'0'),
            b'd' => number(self.day.into(), 2, b'0'),
            b'e' => number(self.day.into(), 2, b' '),
            b'H' => number(self.hour.into(), 2, b'0'),
            b'k' => number(self.hour.into(), 2, b' '),
            b'I' => number(hour_12, 2, b'0'),
            b'l' => number(hour_12, 2, b' '),
            b'M' => number(self.minute.into(), 2, b'0'),
            b'S' => number(self.second.into(), 2, b'0'),
            b'j' => number(self.day_of_year(), 3, b'0'),
            b'u' => number(monday_based + 1, 1, b'0'),
            b'w' => number(self.weekday() as i64, 1, b'0'),
            b'V' => number(iso_week, 2, b'0'),
            b'G' => number(iso_year, 1, b'0'),
            b'g' => number(iso_year.rem_euclid(100), 2, b'0'),
            b'U' => number(
                (self.day_of_year() + 6 - self.weekday() as i64) / 7,
                2,
                b'0',
            ),
            b'W' => number((self.day_of_year() + 6 - monday_based) / 7, 2, b'0'),
            b's' => seconds.to_string(),
            b'N' => format!("{nanos:09}"),
            b'a' => DAYS[self.weekday()][..3].to_owned(),
            b'A' => DAYS[self.weekday()].to_owned(),
            b'b' | b'h' => MONTHS[self.month as usize - 1][..3].to_owned(),
            b'B' => MONTHS[self.month as usize - 1].to_owned(),
            b'p' => (if self.hour < 12 { "AM" } else { "PM" }).to_owned(),
            b'P' => (if self.hour < 12 { "am" } else { "pm" }).to_owned(),
            b'c' => sub("%a %b %e %H:%M:%S %Y"),
            b'D' | b'x' => sub("%m/%d/%y"),
            b'F' => sub("%Y-%m-%d"),
            b'T' | b'X' => sub("%H:%M:%S"),
            b'R' => sub("%H:%M"),
            b'r' => sub("%I:%M:%S %p"),
            b'Z' => zone.name(seconds).to_owned(),
            b'z' => {
                let offset_s = zone.offset_s(seconds);
                let sign = if offset_s < 0 { '-' } else { '+' };
                let minutes = offset_s.abs() / 60;
                format!("{sign}{:02}{:02}", minutes / 60, minutes % 60)
            }
            b'n' => "\n".to_owned(),
            b't' => "\t".to_owned(),
            b'%' => "%".to_owned(),
            other => format!("%{}", other as char),
        };
        out.extend_from_slice(text.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_lead_back_to_their_seconds() {
        let zone = Zone::from_variable(Some(b"EST5"));
        for seconds in (-4_000_000_000_i64..8_000_000_000).step_by(86_400 * 37 + 12_345) {
            assert_eq!(Date::at(seconds, &zone).seconds(&zone), seconds);
        }
    }

    #[test]
    fn formats_are_those_of_strftime() {
        let zone = Zone::utc();
        for (seconds, format, expected) in [
            (0, "%Y-%m-%d %H:%M:%S", "1970-01-01 00:00:00"),
            (
                1_000_000_000,
                "%a %b %e %H:%M:%S %Z %Y",
                "Sun Sep  9 01:46:40 UTC 2001",
            ),
            (86_400, "%j", "002"),
            (
                1_580_702_706,
                "%s %F %T %D %R %r",
                "1580702706 2020-02-03 04:05:06 02/03/20 04:05 04:05:06 AM",
            ),
            (1_609_459_200, "%G-%V %u %w %U %W", "2020-53 5 5 00 00"),
            (
                951_782_400,
                "%B %d %-d %_d %y%%%n",
                "February 29 29 29 00%\n",
            ),
            (0, "%z %q %", "+0000 %q %"),
        ] {
            let shown = Date::at(seconds, &zone).format(format.as_bytes(), seconds, 0, &zone);
            assert_eq!(String::from_utf8_lossy(&shown), expected, "{format}");
        }
    }
}
