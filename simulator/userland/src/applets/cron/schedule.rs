//! When a job is to run.

use super::super::calendar::Date;

/// Minutes, hours, days of the month, months and days of the week, each as a set of bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Schedule {
    minutes: u64,
    hours: u64,
    days: u64,
    months: u64,
    weekdays: u64,
    /// Both kinds of days are named: one of them is enough.
    either_day: bool,
    /// Once, when the daemon starts.
    pub(super) at_start: bool,
}

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
const WEEKDAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/// Names of schedules.
const NAMED: [(&str, &str); 7] = [
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
    ("@monthly", "0 0 1 * *"),
    ("@weekly", "0 0 * * 0"),
    ("@daily", "0 0 * * *"),
    ("@midnight", "0 0 * * *"),
    ("@hourly", "0 * * * *"),
];

/// The values of a field.
struct Field {
    least: u64,
    most: u64,
    names: &'static [&'static str],
}

const FIELDS: [Field; 5] = [
    Field {
        least: 0,
        most: 59,
        names: &[],
    },
    Field {
        least: 0,
        most: 23,
        names: &[],
    },
    Field {
        least: 1,
        most: 31,
        names: &[],
    },
    Field {
        least: 1,
        most: 12,
        names: &MONTHS,
    },
    Field {
        least: 0,
        most: 7,
        names: &WEEKDAYS,
    },
];

impl Field {
    fn value(&self, text: &str) -> Option<u64> {
        let by_name = |name: &&str| {
            text.get(..3)
                .is_some_and(|own| own.eq_ignore_ascii_case(name))
        };
        if let Some(at) = self.names.iter().position(by_name) {
            return Some(at as u64 + self.least);
        }
        let value = text.parse::<u64>().ok()?;
        (self.least..=self.most).contains(&value).then_some(value)
    }

    /// `*`, `5`, `1-3`, `*/10`, `5-20/3`, and several of them behind commas.
    fn parse(&self, text: &str) -> Option<u64> {
        let mut set = 0;
        for part in text.split(',') {
            let (range, step) = match part.split_once('/') {
                Some((range, step)) => (range, step.parse::<u64>().ok().filter(|step| *step > 0)?),
                None => (part, 1),
            };
            let has_step = part.contains('/');
            let (from, to) = match range.split_once('-') {
                _ if range == "*" => (self.least, self.most),
                Some((from, to)) => (self.value(from)?, self.value(to)?),
                None if has_step => (self.value(range)?, self.most),
                None => (self.value(range)?, self.value(range)?),
            };
            // A range may go on behind its end at the beginning.
            let count = self.most - self.least + 1;
            let length = match to.checked_sub(from) {
                Some(length) => length,
                None => to + count - from,
            };
            let mut offset = 0;
            while offset <= length {
                set |= 1 << (self.least + (from - self.least + offset) % count);
                offset = offset.checked_add(step)?;
            }
        }
        Some(set)
    }
}

impl Schedule {
    /// Reads the schedule at the start of a line; gives the command behind it, or the word that is wrong.
    pub(super) fn parse(line: &str) -> Result<(Self, &str), &str> {
        let line = line.trim_start();
        if line.starts_with('@') {
            let (name, command) = line.split_once([' ', '\t']).ok_or(line)?;
            if name == "@reboot" {
                let at_start = true;
                return Ok((
                    Self {
                        at_start,
                        ..Self::default()
                    },
                    command.trim_start(),
                ));
            }
            let (_, fields) = NAMED.iter().find(|(known, _)| *known == name).ok_or(name)?;
            let (schedule, _) = Self::fields(fields)?;
            return Ok((schedule, command.trim_start()));
        }
        let (schedule, command) = Self::fields(line)?;
        match command {
            "" => Err(line),
            _ => Ok((schedule, command)),
        }
    }

    fn fields(line: &str) -> Result<(Self, &str), &str> {
        let mut sets = [0; 5];
        let mut stars = [false; 5];
        let mut rest = line;
        for (at, field) in FIELDS.iter().enumerate() {
            let end = rest.find([' ', '\t']).unwrap_or(rest.len());
            let (text, more) = rest.split_at(end);
            sets[at] = field.parse(text).ok_or(text)?;
            stars[at] = text.starts_with('*');
            rest = more.trim_start();
        }
        let [minutes, hours, days, months, mut weekdays] = sets;
        // Sunday is the day 7 too.
        weekdays |= weekdays >> 7 & 1;
        let either_day = !stars[2] && !stars[4];
        let at_start = false;
        let schedule = Self {
            minutes,
            hours,
            days,
            months,
            weekdays,
            either_day,
            at_start,
        };
        Ok((schedule, rest))
    }

    /// Whether the minute is one of those.
    pub(super) fn includes(&self, date: &Date) -> bool {
        let has = |set: u64, value: u32| set >> value & 1 == 1;
        let day = has(self.days, date.day);
        let weekday = has(self.weekdays, date.weekday() as u32);
        let day_fits = match self.either_day {
            true => day || weekday,
            false => day && weekday,
        };
        day_fits
            && has(self.minutes, date.minute)
            && has(self.hours, date.hour)
            && has(self.months, date.month)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(month: u32, day: u32, hour: u32, minute: u32) -> Date {
        // 2017-07-14 was a Friday.
        Date {
            year: 2017,
            month,
            day,
            hour,
            minute,
            second: 0,
        }
    }

    #[test]
    fn schedules_include_their_minutes_only() {
        let friday = date(7, 14, 2, 40);
        for (line, expected) in [
            ("* * * * * x", true),
            ("40 2 14 7 5 x", true),
            ("40 2 14 7 4 x", true),
            ("40 2 13 7 5 x", true),
            ("40 2 13 7 4 x", false),
            ("40 2 * 7 4 x", false),
            ("*/20 * * * * x", true),
            ("*/30 * * * * x", false),
            ("10-50/15 * * * * x", true),
            ("10-50/20 * * * * x", false),
            ("50-45 1,2,3 * jun-aug fri,7 x", true),
            ("* 3-1 * * * x", false),
            ("10/30 * * * * x", true),
            ("@hourly x", false),
            ("@reboot x", false),
        ] {
            let (schedule, command) = Schedule::parse(line).expect(line);
            assert_eq!(command, "x", "{line}");
            assert_eq!(schedule.includes(&friday), expected, "{line}");
        }
        let sunday = Schedule::parse("0 0 * * 7 x").expect("is one").0;
        assert!(sunday.includes(&date(7, 16, 0, 0)));
        assert_eq!(Schedule::parse("@weekly x"), Schedule::parse("0 0 * * 0 x"));
        assert_eq!(Schedule::parse("* * * foo * x"), Err("foo"));
    }

    #[test]
    fn what_is_no_schedule_is_refused() {
        for line in [
            "",
            "* * * * *",
            "60 * * * * x",
            "* 24 * * * x",
            "* * 0 * * x",
            "* * * 13 * x",
            "* * * * 8 x",
            "* * * foo * x",
            "*/0 * * * * x",
            "1- * * * * x",
            "a",
            "@never x",
            "@hourly",
            "*/99999999999999999999 * * * * x",
            "-1 * * * * x",
            "é * * * * x",
        ] {
            assert!(Schedule::parse(line).is_err(), "{line:?}");
        }
    }
}
