//! cal.

use super::calendar::{Date, MONTHS, Zone};
use super::context::{Context, Fail, Outcome};
use super::numbers::{in_range, unsigned};

/// Days from one week's row to the next.
const WEEK: usize = 7;
/// Rows of a month.
const ROWS: usize = 6;
/// Columns between two months.
const GAP: usize = 2;
/// A row of months is filled up to this width while nothing is in it.
const LINE: usize = 79;

/// What is shown, and how.
struct View {
    /// Days are numbered from the year's first one.
    of_year: bool,
    monday_first: bool,
}

/// Writes a month or a year. Before 3 September 1752 the calendar is Julian; the eleven days after it never were.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("jmy")?;
    let today = {
        let now = i64::try_from(cx.sys.now().as_secs()).unwrap_or(0);
        Date::at(now, &Zone::from_variable(cx.variable("TZ").as_deref()))
    };
    let year_of = |text: &[u8]| in_range(unsigned(text)?, 1..=9999);
    let this_year = u64::try_from(today.year).unwrap_or(1);
    let (month, year) = match options.operands.as_slice() {
        [] if options.has(b'y') => (None, this_year),
        [] => (Some(u64::from(today.month)), this_year),
        [year] => (None, year_of(year)?),
        [month, year] => {
            let month = in_range(unsigned(month)?, 1..=12)?;
            (Some(month), year_of(year)?)
        }
        _ => return Err(Fail::usage()),
    };
    let view = View {
        of_year: options.has(b'j'),
        monday_first: options.has(b'm'),
    };
    let text = match month {
        Some(month) => view.month(year, month),
        None => view.year(year),
    };
    cx.out.write(text).await?;
    Ok(0)
}

fn is_gregorian(year: u64, month: u64, day: u64) -> bool {
    (year, month, day) >= (1752, 9, 14)
}

fn is_leap(year: u64) -> bool {
    let centuries = is_gregorian(year, 12, 31);
    year.is_multiple_of(4) && (!centuries || !year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn length(year: u64, month: u64) -> u64 {
    match month {
        2 => 28 + u64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days of the year before a month, as they are numbered.
fn before(year: u64, month: u64) -> u64 {
    (1..month).map(|month| length(year, month)).sum()
}

/// 0 for Sunday.
fn weekday(year: u64, month: u64, day: u64) -> usize {
    let years = year - 1;
    let days = years * 365 + years / 4 + before(year, month) + day;
    // 1 January of year 1 was a Monday by the Gregorian calendar, and a Saturday by the Julian one.
    let days = match is_gregorian(year, month, day) {
        true => days + years / 400 - years / 100,
        false => days + 5,
    };
    (days % WEEK as u64) as usize
}

impl View {
    /// Columns of a day.
    fn cell(&self) -> usize {
        if self.of_year { 4 } else { 3 }
    }

    /// Columns of a week, without what follows its last day.
    fn width(&self) -> usize {
        WEEK * self.cell() - 1
    }

    fn heading(&self) -> String {
        let mut days = ["Su", "Mo", "Tu", "We", "Th", "Fr", "Sa"];
        if self.monday_first {
            days.rotate_left(1);
        }
        let width = self.cell() - 1;
        let days = days.map(|day| format!("{day:>width$}"));
        days.join(" ")
    }

    /// The rows of a month, full of blanks where there are no days.
    fn rows(&self, year: u64, month: u64) -> Vec<String> {
        let mut cells = vec![" ".repeat(self.cell()); ROWS * WEEK];
        let first = weekday(year, month, 1);
        let first = match self.monday_first {
            true => (first + WEEK - 1) % WEEK,
            false => first,
        };
        let width = self.cell() - 1;
        // In September 1752 days are missing.
        let was = |day: &u64| (year, month) != (1752, 9) || !(3..14).contains(day);
        let days = (1..=length(year, month)).filter(was);
        for (place, day) in (first..).zip(days) {
            let number = match self.of_year {
                true => {
                    let missing = is_gregorian(year, month, day) && year == 1752;
                    before(year, month) + day - if missing { 11 } else { 0 }
                }
                false => day,
            };
            cells[place] = format!("{number:width$} ");
        }
        cells.chunks(WEEK).map(<[String]>::concat).collect()
    }

    fn month(&self, year: u64, month: u64) -> String {
        let name = format!("{} {year}", MONTHS[month as usize - 1]);
        let indent = (self.width() - name.len()) / 2;
        let mut text = format!("{}{name}\n{}\n", " ".repeat(indent), self.heading());
        for row in self.rows(year, month) {
            text += trimmed(&row);
            text.push('\n');
        }
        text
    }

    fn year(&self, year: u64) -> String {
        let across = if self.of_year { 2 } else { 3 };
        let width = across * self.width() + (across - 1) * GAP;
        let mut text = centered(&year.to_string(), width) + "\n\n";
        let months: Vec<u64> = (1..=12).collect();
        for months in months.chunks(across) {
            let names = months
                .iter()
                .map(|month| centered(MONTHS[*month as usize - 1], self.width()));
            text += &names.collect::<Vec<_>>().join(&" ".repeat(GAP));
            text.push('\n');
            text += &vec![self.heading(); across].join(&" ".repeat(GAP));
            text.push('\n');
            let rows: Vec<Vec<String>> =
                months.iter().map(|month| self.rows(year, *month)).collect();
            for number in 0..ROWS {
                let parts = rows.iter().map(|rows| rows[number].as_str());
                // A day's blank is the first one of the gap.
                let line = parts.collect::<Vec<_>>().join(&" ".repeat(GAP - 1));
                text += trimmed(&format!("{line:LINE$}"));
                text.push('\n');
            }
        }
        text
    }
}

/// Without blanks at the end, unless there is nothing else.
fn trimmed(row: &str) -> &str {
    match row.trim_end() {
        "" => row,
        trimmed => trimmed,
    }
}

fn centered(text: &str, width: usize) -> String {
    format!("{text:^width$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weekdays_go_on_over_the_missing_days() {
        for (year, month, day, expected) in [
            (1, 1, 1, 6),
            (1752, 9, 2, 3),
            (1752, 9, 14, 4),
            (1900, 1, 1, 1),
            (2000, 2, 29, 2),
            (2024, 2, 1, 4),
        ] {
            assert_eq!(weekday(year, month, day), expected, "{year}-{month}-{day}");
        }
    }
}
