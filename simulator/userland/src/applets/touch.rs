//! touch.

use super::context::{Context, Fail, Outcome, text};
use super::date::parse_date;
use crate::kernel::{Errno, OpenFlags, Timestamp};

/// Makes files, and sets their times.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.long_options(
        "chr:d:t:am",
        &[
            ("no-create", false, b'c'),
            ("reference", true, b'r'),
            ("date", true, b'd'),
            ("no-dereference", false, b'h'),
        ],
    )?;
    if options.operands.is_empty() {
        return Err(Fail::usage());
    }
    let now = cx.sys.now();
    let (mut atime, mut mtime) = (now, now);
    if let Some(reference) = options.value(b'r') {
        let stat = cx
            .sys
            .stat(reference)
            .map_err(|error| Fail::new(text!("can't stat '", reference, "': ", error.message())))?;
        (atime, mtime) = (stat.atime, stat.mtime);
    }
    if let Some(text) = options.value(b'd').or(options.value(b't')) {
        let zone = super::calendar::Zone::from_variable(cx.variable("TZ").as_deref());
        let seconds = parse_date(text, now.as_secs() as i64, &zone)
            .ok_or_else(|| Fail::new(text!("invalid date '", text, "'")))?;
        mtime = Timestamp::from_secs(u64::try_from(seconds).unwrap_or(0));
        atime = mtime;
    }
    let only = options.last_of(b"am");
    let times = (
        (only != Some(b'm')).then_some(atime),
        (only != Some(b'a')).then_some(mtime),
    );
    let mut status = 0;
    for path in &options.operands {
        let follow = !options.has(b'h');
        match cx.sys.set_times(path, times.0, times.1, follow) {
            Ok(()) => continue,
            Err(Errno::ENOENT) if options.has(b'c') || options.has(b'h') => continue,
            Err(Errno::ENOENT) => {}
            Err(error) => {
                cx.complain_of(path, error).await;
                status = 1;
                continue;
            }
        }
        match cx
            .sys
            .open(path, OpenFlags::RDWR | OpenFlags::CREATE, 0o666)
            .await
        {
            Ok(fd) => {
                let _ = cx.sys.close(fd);
                let _ = cx.sys.set_times(path, times.0, times.1, follow);
            }
            Err(error) => {
                cx.complain_of(path, error).await;
                status = 1;
            }
        }
    }
    Ok(status)
}
