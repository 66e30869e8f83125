//! Dates read by a format.

use super::calendar::{Date, MONTHS, Zone};

/// The instant that `text` means by `format`; what the format leaves open is as it is `now`, a time that it leaves open is
/// midnight.
pub(super) fn read_by(format: &[u8], text: &[u8], now: i64, zone: &Zone) -> Option<i64> {
    let today = Date::at(now, zone);
    let mut reader = Reader {
        rest: text,
        date: Date {
            hour: 0,
            minute: 0,
            second: 0,
            ..today
        },
        seconds: None,
        afternoon: None,
    };
    reader.read(format)?;
    if !reader.rest.is_empty() {
        return None;
    }
    if let Some(afternoon) = reader.afternoon {
        reader.date.hour = reader.date.hour % 12 + if afternoon { 12 } else { 0 };
    }
    Some(reader.seconds.unwrap_or_else(|| reader.date.seconds(zone)))
}

struct Reader<'a> {
    rest: &'a [u8],
    date: Date,
    seconds: Option<i64>,
    afternoon: Option<bool>,
}

impl Reader<'_> {
    fn read(&mut self, format: &[u8]) -> Option<()> {
        let mut format = format.iter();
        while let Some(byte) = format.next() {
            if byte.is_ascii_whitespace() {
                self.rest = self.rest.trim_ascii_start();
                continue;
            }
            if *byte != b'%' {
                self.rest = self.rest.strip_prefix(&[*byte])?;
                continue;
            }
            self.field(*format.next()?)?;
        }
        Some(())
    }

    fn field(&mut self, letter: u8) -> Option<()> {
        match letter {
            b'Y' => self.date.year = self.number(4, 0, 9999)?,
            b'y' => {
                let year = self.number(2, 0, 99)?;
                self.date.year = year + if year < 69 { 2000 } else { 1900 };
            }
            b'm' => self.date.month = self.small(2, 1, 12)?,
            b'd' | b'e' => self.date.day = self.small(2, 1, 31)?,
            b'H' | b'k' => self.date.hour = self.small(2, 0, 23)?,
            b'I' | b'l' => self.date.hour = self.small(2, 1, 12)?,
            b'M' => self.date.minute = self.small(2, 0, 59)?,
            b'S' => self.date.second = self.small(2, 0, 60)?,
            b'j' => {
                self.date.month = 1;
                self.date.day = self.small(3, 1, 366)?;
            }
            b's' => self.seconds = Some(self.number(18, 0, i64::MAX)?),
            b'p' => self.afternoon = Some(self.name(&["AM", "PM"])? == 1),
            b'b' | b'B' | b'h' => {
                let short = MONTHS.map(|name| &name[..3]);
                let month = self.name(&MONTHS).or_else(|| self.name(&short))?;
                self.date.month = u32::try_from(month + 1).ok()?;
            }
            b'D' => self.read(b"%m/%d/%y")?,
            b'F' => self.read(b"%Y-%m-%d")?,
            b'R' => self.read(b"%H:%M")?,
            b'T' => self.read(b"%H:%M:%S")?,
            b'n' | b't' => self.rest = self.rest.trim_ascii_start(),
            b'%' => self.rest = self.rest.strip_prefix(b"%")?,
            _ => return None,
        }
        Some(())
    }

    fn number(&mut self, digits: usize, least: i64, most: i64) -> Option<i64> {
        self.rest = self.rest.trim_ascii_start();
        let len = self
            .rest
            .iter()
            .take(digits)
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let (text, rest) = self.rest.split_at(len);
        let number: i64 = std::str::from_utf8(text).ok()?.parse().ok()?;
        self.rest = rest;
        (least..=most).contains(&number).then_some(number)
    }

    fn small(&mut self, digits: usize, least: i64, most: i64) -> Option<u32> {
        u32::try_from(self.number(digits, least, most)?).ok()
    }

    /// Which of `names` comes next, whatever its case.
    fn name(&mut self, names: &[&str]) -> Option<usize> {
        let found = names.iter().position(|name| {
            self.rest
                .get(..name.len())
                .is_some_and(|text| text.eq_ignore_ascii_case(name.as_bytes()))
        })?;
        self.rest = &self.rest[names[found].len()..];
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_say_where_the_numbers_stand() {
        for (format, text, expected) in [
            ("%Y/%m/%d", "2001/02/03", Some(981_158_400)),
            ("%d %b %Y %H:%M", "3 feb 2001 04:05", Some(981_173_100)),
            ("%s", "86400", Some(86_400)),
            ("%F %T", "2001-02-03 04:05:06", Some(981_173_106)),
            ("%I %p", "12 am", Some(0)),
            ("%Y-%j", "1970-032", Some(31 * 86_400)),
            ("%Y", "2001x", None),
            ("%m", "13", None),
            ("%Q", "1", None),
            ("%", "", None),
        ] {
            let found = read_by(format.as_bytes(), text.as_bytes(), 0, &Zone::utc());
            assert_eq!(found, expected, "{format} {text}");
        }
    }
}
