//! uptime.

use super::calendar::{Date, Zone};
use super::context::{Context, Outcome};
use super::io::Reader;
use crate::kernel::OpenFlags;

/// Writes the time, for how long the container has run, and its load.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    cx.options("")?;
    let now = cx.sys.now();
    let zone = Zone::from_variable(cx.variable("TZ").as_deref());
    let seconds = now.as_secs() as i64;
    let time = Date::at(seconds, &zone).format(b"%H:%M:%S", seconds, 0, &zone);
    cx.out.put(b" ");
    cx.out.put(time);
    let up = up(now.since(cx.sys.booted_at()).as_secs());
    let load = load(cx).await;
    cx.out
        .write(format!(" up {up},  load average: {load}\n"))
        .await?;
    Ok(0)
}

/// `3 days, 4:05` or `5 min`.
fn up(seconds: u64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    let days = match days {
        0 => String::new(),
        1 => "1 day, ".to_owned(),
        _ => format!("{days} days, "),
    };
    match hours {
        0 => format!("{days}{minutes} min"),
        _ => format!("{days}{hours:2}:{minutes:02}"),
    }
}

/// The three averages of `/proc/loadavg`.
async fn load(cx: &Context<'_>) -> String {
    let mut line = Vec::new();
    if let Ok(fd) = cx.sys.open(b"/proc/loadavg", OpenFlags::READ, 0).await {
        let _ = Reader::owned(cx.sys, fd).read_line(&mut line).await;
    }
    let text = String::from_utf8_lossy(&line);
    let averages: Vec<&str> = text.split(' ').take(3).collect();
    averages.join(", ")
}

#[cfg(test)]
mod tests {
    use super::up;

    #[test]
    fn long_times_have_days() {
        for (seconds, expected) in [
            (59, "0 min"),
            (600, "10 min"),
            (3_660, " 1:01"),
            (86_400, "1 day, 0 min"),
            (200_000, "2 days,  7:33"),
        ] {
            assert_eq!(up(seconds), expected);
        }
    }
}
