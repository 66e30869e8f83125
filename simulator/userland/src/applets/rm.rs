//! rm and unlink.

use super::ask::confirms;
use super::context::{Context, Fail, Outcome, text};
use super::walk::{DEPTH_MAX, child};
use crate::kernel::{Access, Errno, FileKind};

/// Removes files, and directories with what is in them.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.long_options(
        "fiRrv",
        &[
            ("force", false, b'f'),
            ("recursive", false, b'r'),
            ("interactive", false, b'i'),
        ],
    )?;
    let force = options.last_of(b"fi") == Some(b'f');
    let how = How {
        force,
        ask: options.last_of(b"fi") == Some(b'i'),
        recurse: options.has(b'r') || options.has(b'R'),
    };
    if options.operands.is_empty() && !force {
        return Err(Fail::usage());
    }
    let mut status = 0;
    for path in &options.operands {
        let mut trimmed = path.as_ref();
        while trimmed.len() > 1 && trimmed.ends_with(b"/") {
            trimmed = &trimmed[..trimmed.len() - 1];
        }
        let name = trimmed.rsplit(|byte| *byte == b'/').next();
        if matches!(name, Some(b"." | b"..")) {
            cx.complain("can't remove '.' or '..'").await;
            status = 1;
            continue;
        }
        if !remove(cx, trimmed, how).await {
            status = 1;
        }
    }
    Ok(status)
}

#[derive(Clone, Copy)]
pub(super) struct How {
    pub(super) force: bool,
    pub(super) ask: bool,
    pub(super) recurse: bool,
}

/// A directory on the way: its path, and what is still to be removed in it.
struct Level {
    path: Vec<u8>,
    names: Vec<bytes::Bytes>,
}

/// Removes one file or tree; complains and says false when something stays.
pub(super) async fn remove(cx: &mut Context<'_>, path: &[u8], how: How) -> bool {
    let mut good = true;
    let mut levels: Vec<Level> = Vec::new();
    let mut next = Some(path.to_vec());
    loop {
        if let Some(path) = next.take() {
            cx.sys.burn(2_000).await;
            match enter(cx, path, how, levels.len()).await {
                Ok(level) => levels.extend(level),
                Err(()) => good = false,
            }
        }
        let Some(level) = levels.last_mut() else {
            return good;
        };
        if let Some(name) = level.names.pop() {
            next = Some(child(&level.path, &name));
            continue;
        }
        let path = std::mem::take(&mut level.path);
        levels.pop();
        if how.ask && !confirms(cx, &text!("remove directory '", path, "'? ")).await {
            continue;
        }
        if let Err(error) = cx.sys.rmdir(&path) {
            complain(cx, &path, error).await;
            good = false;
        }
    }
}

/// Removes what is no directory; a directory is handed back to be emptied.
async fn enter(
    cx: &mut Context<'_>,
    path: Vec<u8>,
    how: How,
    depth: usize,
) -> Result<Option<Level>, ()> {
    let stat = match cx.sys.lstat(&path) {
        Ok(stat) => stat,
        Err(Errno::ENOENT | Errno::ENOTDIR) if how.force => return Ok(None),
        Err(error) => {
            complain(cx, &path, error).await;
            return Err(());
        }
    };
    if stat.kind == FileKind::Directory {
        if !how.recurse {
            cx.complain(text!("'", path, "' is a directory")).await;
            return Err(());
        }
        if how.ask && !confirms(cx, &text!("descend into directory '", path, "'? ")).await {
            return Ok(None);
        }
        if depth >= DEPTH_MAX {
            complain(cx, &path, Errno::ENAMETOOLONG).await;
            return Err(());
        }
        return match cx.sys.read_dir(&path).await {
            Ok(entries) => {
                let names = entries.into_iter().rev().map(|entry| entry.name).collect();
                Ok(Some(Level { path, names }))
            }
            Err(error) => {
                cx.complain(super::context::cannot_open(&path, error)).await;
                Err(())
            }
        };
    }
    let protected = !how.force
        && stat.kind != FileKind::Symlink
        && cx.sys.is_tty(0)
        && cx.sys.access(&path, Access::WRITE).is_err();
    if (how.ask || protected) && !confirms(cx, &text!("remove '", path, "'? ")).await {
        return Ok(None);
    }
    match cx.sys.unlink(&path) {
        Ok(()) => Ok(None),
        Err(error) => {
            complain(cx, &path, error).await;
            Err(())
        }
    }
}

async fn complain(cx: &mut Context<'_>, path: &[u8], error: Errno) {
    cx.complain(text!("can't remove '", path, "': ", error.message()))
        .await;
}

/// Removes one name.
pub(super) async fn unlink(cx: &mut Context<'_>) -> Outcome {
    let operands = cx.options("")?.operands;
    let [path] = operands.as_slice() else {
        return Err(Fail::usage());
    };
    cx.sys
        .unlink(path)
        .map_err(|error| Fail::new(text!("can't remove file '", path, "': ", error.message())))?;
    Ok(0)
}
