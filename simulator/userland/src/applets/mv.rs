//! mv.

use super::ask::confirms;
use super::context::{Context, Fail, Outcome, text};
use super::cp::{self, copy_tree};
use super::rm;
use super::walk::{base_name, child};
use crate::kernel::{Access, Errno};

/// Renames files, or moves them into a directory.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.long_options(
        "finTt:v",
        &[
            ("force", false, b'f'),
            ("interactive", false, b'i'),
            ("no-clobber", false, b'n'),
            ("no-target-directory", false, b'T'),
            ("target-directory", true, b't'),
        ],
    )?;
    let mut sources = options.operands.clone();
    let target = match options.value(b't').cloned().or_else(|| sources.pop()) {
        Some(target) if !sources.is_empty() => target,
        _ => return Err(Fail::usage()),
    };
    let into = sources.len() > 1
        || (!options.has(b'T') && cx.sys.stat(&target).is_ok_and(|stat| stat.is_directory()));
    let mode = options.last_of(b"fin");
    let mut status = 0;
    for source in &sources {
        let destination = match into {
            true => child(&target, base_name(source)),
            false => target.to_vec(),
        };
        if !move_one(cx, source, &destination, mode).await? {
            status = 1;
        }
    }
    Ok(status)
}

async fn move_one(
    cx: &mut Context<'_>,
    from: &[u8],
    to: &[u8],
    mode: Option<u8>,
) -> Result<bool, Fail> {
    if let Ok(old) = cx.sys.lstat(to) {
        if old.is_directory() && cx.sys.lstat(from).is_ok_and(|stat| !stat.is_directory()) {
            cx.complain(text!("'", to, "' is a directory")).await;
            return Ok(false);
        }
        let protected =
            mode.is_none() && cx.sys.is_tty(0) && cx.sys.access(to, Access::WRITE).is_err();
        if mode == Some(b'n') {
            return Ok(true);
        }
        if (mode == Some(b'i') || protected)
            && !confirms(cx, &text!("overwrite '", to, "'? ")).await
        {
            return Ok(true);
        }
    }
    let error = match cx.sys.rename(from, to) {
        Ok(()) => return Ok(true),
        Err(error) => error,
    };
    if error != Errno::EXDEV || cx.sys.lstat(from).is_err() {
        cx.complain(text!("can't rename '", from, "': ", error.message()))
            .await;
        return Ok(false);
    }
    let copy = cp::How {
        recurse: true,
        keep_links: true,
        preserve: true,
        force: true,
        ..cp::How::default()
    };
    let remove = rm::How {
        force: true,
        ask: false,
        recurse: true,
    };
    Ok(copy_tree(cx, from, to, copy).await? && rm::remove(cx, from, remove).await)
}
