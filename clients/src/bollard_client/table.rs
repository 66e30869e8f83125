//! Tables, spans of time and sizes as the CLI prints them.

/// Columns aligned with spaces, each at least 20 wide and 3 apart, as the CLI's tables are; the last
/// column is not padded.
pub(super) fn table(rows: &[Vec<String>]) -> String {
    const MIN_WIDTH: usize = 20;
    const PADDING: usize = 3;
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count() + PADDING)
            .max()
            .unwrap_or(0)
            .max(MIN_WIDTH)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in rows {
        for (column, cell) in row.iter().enumerate() {
            if column + 1 == row.len() {
                text.push_str(cell);
            } else {
                let wide = widths[column];
                text.push_str(&format!("{cell:<wide$}"));
            }
        }
        text.push('\n');
    }
    text
}

/// A span of time in words.
pub(super) fn duration_text(seconds: i64) -> String {
    let (minutes, hours) = (seconds / 60, seconds / 3600);
    match seconds {
        ..1 => "Less than a second".to_owned(),
        1..60 => format!("{seconds} seconds"),
        60..120 => "About a minute".to_owned(),
        _ if minutes < 60 => format!("{minutes} minutes"),
        _ if hours == 1 => "About an hour".to_owned(),
        _ if hours < 48 => format!("{hours} hours"),
        _ if hours < 24 * 14 => format!("{} days", hours / 24),
        _ if hours < 24 * 60 => format!("{} weeks", hours / 24 / 7),
        _ if hours < 24 * 365 * 2 => format!("{} months", hours / 24 / 30),
        _ => format!("{} years", hours / 24 / 365),
    }
}

/// A size to four digits, in steps of a thousand.
#[expect(clippy::cast_precision_loss, reason = "four digits are shown")]
pub(super) fn size_text(bytes: i64) -> String {
    const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
    let mut size = bytes as f64;
    let mut unit = 0;
    while size >= 1000.0 && unit + 1 < UNITS.len() {
        size /= 1000.0;
        unit += 1;
    }
    let digits: usize = match size {
        size if size >= 100.0 => 1,
        size if size >= 10.0 => 2,
        _ => 3,
    };
    let text = format!("{size:.digits$}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{text} {}", UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let rows = [
            vec![
                "PID".to_owned(),
                "A LONG HEADING OF A COLUMN".to_owned(),
                "LAST".to_owned(),
            ],
            vec!["1".to_owned(), "x".to_owned(), String::new()],
        ];
        let expected = "PID                 A LONG HEADING OF A COLUMN   LAST\n1                   x                            \n";
        assert_eq!(table(&rows), expected);
        assert_eq!(table(&[]), "");
    }

    #[test]
    fn spans_are_in_words() {
        let cases = [
            (0, "Less than a second"),
            (1, "1 seconds"),
            (61, "About a minute"),
            (121, "2 minutes"),
            (3600, "About an hour"),
            (7200, "2 hours"),
            (3 * 86400, "3 days"),
            (20 * 86400, "2 weeks"),
            (100 * 86400, "3 months"),
            (1000 * 86400, "2 years"),
        ];
        for (seconds, text) in cases {
            assert_eq!(duration_text(seconds), text);
        }
    }

    #[test]
    fn sizes_have_four_digits() {
        let cases = [
            (0, "0 B"),
            (648, "648 B"),
            (999, "999 B"),
            (1_000, "1 kB"),
            (1_234_567, "1.235 MB"),
            (12_340_000, "12.34 MB"),
            (134_217_728, "134.2 MB"),
            (1_073_741_824, "1.074 GB"),
        ];
        for (bytes, text) in cases {
            assert_eq!(size_text(bytes), text);
        }
    }
}
