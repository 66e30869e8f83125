//! touch, truncate and mkfifo.

use super::context::{Context, Fail, Outcome, cannot_open, text};
use super::date::parse_date;
use super::mode;
use super::numbers::{self, Suffixes};
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

const SIZES: Suffixes = &[
    ("b", 512),
    ("k", 1 << 10),
    ("K", 1 << 10),
    ("m", 1 << 20),
    ("M", 1 << 20),
    ("g", 1 << 30),
    ("G", 1 << 30),
    ("t", 1 << 40),
    ("T", 1 << 40),
];

/// Sets the size of files.
pub(super) async fn truncate(cx: &mut Context<'_>) -> Outcome {
    let options = cx.long_options("cs:", &[("size", true, b's'), ("no-create", false, b'c')])?;
    let size = match options.value(b's') {
        Some(text) if !options.operands.is_empty() => numbers::with_suffix(text, SIZES)?,
        _ => return Err(Fail::usage()),
    };
    let flags = match options.has(b'c') {
        true => OpenFlags::WRITE,
        false => OpenFlags::WRITE | OpenFlags::CREATE,
    };
    let mut status = 0;
    for path in &options.operands {
        let fd = match cx.sys.open(path, flags, 0o666).await {
            Ok(fd) => fd,
            Err(Errno::ENOENT) if options.has(b'c') => continue,
            Err(error) => {
                cx.complain(cannot_open(path, error)).await;
                status = 1;
                continue;
            }
        };
        if let Err(error) = cx.sys.truncate(fd, size) {
            cx.complain(text!(path, ": truncate: ", error.message()))
                .await;
            status = 1;
        }
        let _ = cx.sys.close(fd);
    }
    Ok(status)
}

/// Makes named pipes.
pub(super) async fn mkfifo(cx: &mut Context<'_>) -> Outcome {
    let options = cx.long_options("m:", &[("mode", true, b'm')])?;
    if options.operands.is_empty() {
        return Err(Fail::usage());
    }
    let wanted = match options.value(b'm') {
        Some(text) => Some(
            mode::apply(text, 0o666, false, cx.sys.umask())
                .ok_or_else(|| Fail::new(text!("invalid mode '", text, "'")))?,
        ),
        None => None,
    };
    let mut status = 0;
    for path in &options.operands {
        let made = cx.sys.mkfifo(path, 0o666);
        let made = made.and_then(|()| wanted.map_or(Ok(()), |mode| cx.sys.chmod(path, mode)));
        if let Err(error) = made {
            cx.complain_of(path, error).await;
            status = 1;
        }
    }
    Ok(status)
}
