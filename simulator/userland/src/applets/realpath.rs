//! realpath.

use super::context::{Context, Fail, Outcome, text};
use super::paths::real_path;
use super::walk::{child, directory_name};
use crate::kernel::Errno;

/// Links that are followed one after the other.
const LINKS_MAX: usize = 40;

/// Writes absolute paths without links. A link may lead to what is not there.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let mut paths = std::mem::take(&mut cx.args);
    if paths.first().is_some_and(|first| first == "--") {
        paths.remove(0);
    }
    if paths.is_empty() {
        return Err(Fail::usage());
    }
    let mut status = 0;
    for path in paths {
        let found = match cx.sys.lstat(&path) {
            Ok(_) => match real_path(cx, &path) {
                Err(Errno::ENOENT) => dangling(cx, &path),
                found => found,
            },
            Err(error) => Err(error),
        };
        match found {
            Ok(target) => cx.out.write(text!(target, "\n")).await?,
            Err(error) => {
                cx.complain_of(&path, error).await;
                status = 1;
            }
        }
    }
    Ok(status)
}

/// Where a link leads whose target is not there but could be.
fn dangling(cx: &Context<'_>, path: &[u8]) -> Result<Vec<u8>, Errno> {
    let mut path = path.to_vec();
    for _ in 0..LINKS_MAX {
        let target = cx.sys.readlink(&path)?;
        path = match target.starts_with(b"/") {
            true => target.to_vec(),
            false => child(directory_name(&path), &target),
        };
        if cx.sys.lstat(&path).is_err() {
            return real_path(cx, &path);
        }
    }
    Err(Errno::ELOOP)
}
