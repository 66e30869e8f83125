//! basename, dirname, readlink and which.

use super::context::{Context, Fail, Outcome, text};
use super::spawn;
use super::walk;

/// Writes the last components of paths.
pub(super) async fn basename(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("+as:")?;
    let mut paths = options.operands.clone();
    let mut suffix = options.value(b's').cloned();
    if paths.is_empty() {
        return Err(Fail::usage());
    }
    if !options.has(b'a') && suffix.is_none() {
        match paths.len() {
            1 => {}
            2 => suffix = paths.pop(),
            _ => return Err(Fail::usage()),
        }
    }
    for path in &paths {
        let base = walk::base_name(path);
        let stem = suffix
            .as_ref()
            .and_then(|suffix| base.strip_suffix(suffix.as_ref()));
        let shown = stem.filter(|stem| !stem.is_empty()).unwrap_or(base);
        cx.out.write(text!(shown, "\n")).await?;
    }
    Ok(0)
}

/// Writes a path without its last component.
pub(super) async fn dirname(cx: &mut Context<'_>) -> Outcome {
    let operands = cx.options("")?.operands;
    let [path] = operands.as_slice() else {
        return Err(Fail::usage());
    };
    // Two slashes at the start may mean something of their own.
    let directory = match path.as_ref() {
        [b'/', b'/', rest @ ..] if rest.first() != Some(&b'/') && !rest.contains(&b'/') => b"//",
        path => walk::directory_name(path),
    };
    cx.out.write(text!(directory, "\n")).await?;
    Ok(0)
}

/// Writes the target of a link.
pub(super) async fn readlink(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("fnvsq")?;
    if options.operands.is_empty() {
        return Err(Fail::usage());
    }
    let mut status = 0;
    for path in &options.operands {
        let target = if options.has(b'f') {
            real_path(cx, path)
        } else {
            cx.sys.readlink(path).map(|target| target.to_vec())
        };
        match target {
            Ok(target) => {
                let end = if options.has(b'n') { "" } else { "\n" };
                cx.out.write(text!(target, end)).await?;
            }
            Err(error) => {
                if options.has(b'v') {
                    cx.complain_of(path, error).await;
                }
                status = 1;
            }
        }
    }
    Ok(status)
}

/// The absolute path without links; only the last component may be missing.
pub(super) fn real_path(cx: &Context<'_>, path: &[u8]) -> Result<Vec<u8>, crate::kernel::Errno> {
    match cx.sys.realpath(path) {
        Err(crate::kernel::Errno::ENOENT) if cx.sys.lstat(path).is_err() && !path.is_empty() => {
            let directory = cx.sys.realpath(walk::directory_name(path))?;
            Ok(walk::child(&directory, walk::base_name(path)))
        }
        found => found.map(|path| path.to_vec()),
    }
}

/// Writes which files commands would run.
pub(super) async fn which(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("a")?;
    if options.operands.is_empty() {
        return Err(Fail::usage());
    }
    let environment = cx.sys.environ();
    let mut status = 0;
    for name in &options.operands {
        let found = match options.has(b'a') {
            true => spawn::find_all(cx.sys, name, &environment),
            false => spawn::find(cx.sys, name, &environment)
                .into_iter()
                .collect(),
        };
        if found.is_empty() {
            status = 1;
        }
        for path in found {
            cx.out.write(text!(path, "\n")).await?;
        }
    }
    Ok(status)
}
