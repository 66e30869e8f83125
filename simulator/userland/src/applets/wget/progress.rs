//! How far a download is, on standard error.

use crate::applets::context::Context;
use crate::kernel::Timestamp;

/// Columns beside the bar.
const OTHER_COLUMNS: usize = 48;
/// After so many seconds without a byte a download is stalled.
const STALLED_S: u64 = 5;
/// Width of the file's name.
const NAME_COLUMNS: usize = 20;

/// The line that shows a download.
pub(super) struct Progress {
    name: String,
    tty: bool,
    width: usize,
    start: Timestamp,
    updated_s: u64,
    changed_s: u64,
    seen: u64,
}

impl Progress {
    pub(super) fn new(cx: &Context<'_>, name: &[u8]) -> Self {
        let now = cx.sys.now();
        let name: String = String::from_utf8_lossy(name)
            .chars()
            .take(NAME_COLUMNS)
            .collect();
        let size = cx.sys.window_size(2).ok();
        let columns = size.map_or(80, |size| usize::from(size.columns));
        Self {
            name,
            tty: cx.sys.is_tty(2),
            width: if columns == 0 { 80 } else { columns },
            start: now,
            updated_s: now.as_secs(),
            changed_s: now.as_secs(),
            seen: 0,
        }
    }

    /// Shows the line when a second has passed or everything is there. `total`: the size of the whole file if it is
    /// known, of which `before` were there already.
    pub(super) async fn update(
        &mut self,
        cx: &mut Context<'_>,
        before: u64,
        transferred: u64,
        total: Option<u64>,
    ) {
        let now_s = cx.sys.now().as_secs();
        let due = now_s != self.updated_s;
        self.updated_s = now_s;
        let complete = total.is_some_and(|total| total > 0 && before + transferred >= total);
        if !due && !complete {
            return;
        }
        if transferred != self.seen {
            self.seen = transferred;
            self.changed_s = now_s;
        }
        let line = self.line(now_s, before, transferred, total.filter(|total| *total > 0));
        let text = match self.tty {
            true => format!("\r{line}"),
            false => format!("{line}\n"),
        };
        cx.error_text(text.as_bytes()).await;
    }

    /// Ends the line of a terminal.
    pub(super) async fn end(&self, cx: &mut Context<'_>) {
        if self.tty {
            cx.error_text(b"\n").await;
        }
    }

    fn line(&self, now_s: u64, before: u64, transferred: u64, total: Option<u64>) -> String {
        let done = before + transferred;
        let mut line = format!("{:<NAME_COLUMNS$} ", self.name);
        if let Some(total) = total {
            line += &format!("{:3}% ", done.saturating_mul(100) / total);
            let bar = self.width.saturating_sub(OTHER_COLUMNS).min(999);
            if bar > 2 {
                let stars = (bar as u64).saturating_mul(done) / total;
                let stars = usize::try_from(stars).unwrap_or(bar).min(bar);
                line += &format!("|{:<bar$}| ", "*".repeat(stars));
            }
        }
        line += &compact(done);
        let elapsed = now_s.saturating_sub(self.start.as_secs());
        line + &match total {
            _ if now_s - self.changed_s >= STALLED_S => "  - stalled -".to_owned(),
            Some(total) if transferred > 0 => {
                let bytes = total.saturating_sub(before);
                let all = bytes.saturating_mul(elapsed) / transferred;
                let left = all.saturating_sub(elapsed).min(1000 * 60 * 60 - 1);
                format!(
                    "{:3}:{:02}:{:02} ETA",
                    left / 3600,
                    left % 3600 / 60,
                    left % 60
                )
            }
            _ => " --:--:-- ETA".to_owned(),
        }
    }
}

/// A size in five columns.
fn compact(bytes: u64) -> String {
    if bytes <= 99_999 {
        return format!("{bytes:5}");
    }
    let mut tenths = bytes.saturating_mul(10);
    let mut units = "kMGTPE".chars();
    let mut unit = ' ';
    while tenths >= 100_000 || unit == ' ' {
        tenths /= 1024;
        unit = units.next().unwrap_or('Z');
    }
    match tenths / 10 {
        whole @ 100.. => format!("{whole:4}{unit}"),
        whole => format!("{whole:2}.{}{unit}", tenths % 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_five_columns() {
        for (bytes, expected) in [
            (0, "    0"),
            (615, "  615"),
            (99_999, "99999"),
            (100_000, "97.6k"),
            (1_000_000, " 976k"),
            (50_000_000, "47.6M"),
        ] {
            assert_eq!(compact(bytes), expected);
        }
    }

    #[test]
    fn a_line_has_a_bar_and_the_time_that_is_left() {
        let progress = Progress {
            name: "index.html".into(),
            tty: false,
            width: 80,
            start: Timestamp::from_secs(100),
            updated_s: 100,
            changed_s: 104,
            seen: 0,
        };
        let bar = "*".repeat(16) + &" ".repeat(16);
        assert_eq!(
            progress.line(104, 0, 50, Some(100)),
            format!("index.html            50% |{bar}|    50  0:00:04 ETA")
        );
        assert_eq!(
            progress.line(104, 0, 50, None),
            "index.html              50 --:--:-- ETA"
        );
    }
}
