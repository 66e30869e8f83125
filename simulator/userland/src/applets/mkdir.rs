//! mkdir and rmdir.

use super::context::{Context, Fail, Outcome, text};
use super::mode;
use crate::kernel::{Errno, Sys};

/// Makes directories.
pub(super) async fn make(cx: &mut Context<'_>) -> Outcome {
    let options = cx.long_options("m:pv", &[("mode", true, b'm'), ("parents", false, b'p')])?;
    if options.operands.is_empty() {
        return Err(Fail::usage());
    }
    let umask = cx.sys.umask();
    let wanted = match options.value(b'm') {
        Some(text) => Some(
            mode::apply(text, 0o777, true, umask)
                .ok_or_else(|| Fail::new(text!("invalid mode '", text, "'")))?,
        ),
        None => None,
    };
    let mut status = 0;
    for path in &options.operands {
        let made = match options.has(b'p') {
            true => make_all(cx.sys, path),
            false => cx
                .sys
                .mkdir(path, 0o777)
                .map(|()| true)
                .map_err(|error| (path.as_ref(), error)),
        };
        let made = made.and_then(|is_new| match wanted {
            Some(mode) if is_new => cx
                .sys
                .chmod(path, mode)
                .map_err(|error| (path.as_ref(), error)),
            _ => Ok(()),
        });
        if let Err((path, error)) = made {
            cx.complain(text!(
                "can't create directory '",
                path,
                "': ",
                error.message()
            ))
            .await;
            status = 1;
        }
    }
    Ok(status)
}

/// Makes a directory and those above it; says whether it is new. The error comes with the part of the path, up to a
/// slash, that could not be made.
pub(super) fn make_all<'p>(sys: &Sys, path: &'p [u8]) -> Result<bool, (&'p [u8], Errno)> {
    let ends = (1..path.len()).filter(|at| path[*at] == b'/' && path[at - 1] != b'/');
    for end in ends {
        match sys.mkdir(&path[..end], 0o777) {
            Ok(()) => {}
            Err(error) => match sys.stat(&path[..end]) {
                Ok(stat) if stat.is_directory() => {}
                Ok(_) => return Err((&path[..=end], Errno::ENOTDIR)),
                Err(_) => return Err((&path[..=end], error)),
            },
        }
    }
    match sys.mkdir(path, 0o777) {
        Ok(()) => Ok(true),
        Err(error) => match sys.stat(path) {
            Ok(stat) if stat.is_directory() => Ok(false),
            _ => Err((path, error)),
        },
    }
}

/// Removes empty directories.
pub(super) async fn remove(cx: &mut Context<'_>) -> Outcome {
    let options = cx.long_options(
        "p",
        &[
            ("parents", false, b'p'),
            ("ignore-fail-on-non-empty", false, 0),
        ],
    )?;
    if options.operands.is_empty() {
        return Err(Fail::usage());
    }
    let mut status = 0;
    for operand in &options.operands {
        let mut path = operand.as_ref();
        loop {
            if let Err(error) = cx.sys.rmdir(path) {
                if !(error == Errno::ENOTEMPTY && options.has(0)) {
                    cx.complain(text!("'", path, "': ", error.message())).await;
                    status = 1;
                }
                break;
            }
            let parent = path.iter().rposition(|byte| *byte == b'/');
            match parent {
                Some(at) if at > 0 && options.has(b'p') => path = &path[..at],
                _ => break,
            }
        }
    }
    Ok(status)
}
