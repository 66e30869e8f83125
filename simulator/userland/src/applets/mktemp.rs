//! mktemp.

use super::context::{Context, Fail, Outcome, text};
use super::walk::child;
use crate::kernel::{Errno, OpenFlags};

const LETTERS: &[u8; 62] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
/// Names that are tried.
const ATTEMPTS_MAX: usize = 100;

/// Makes a file or directory with a new name.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("dqtup:")?;
    let quiet = options.has(b'q');
    let directory = cx
        .variable("TMPDIR")
        .filter(|directory| !directory.is_empty())
        .or_else(|| options.value(b'p').cloned())
        .unwrap_or("/tmp".into());
    let template = match options.operands.as_slice() {
        [] => child(&directory, b"tmp.XXXXXX"),
        [template] if options.has(b't') || options.has(b'p') => {
            let named = options.value(b'p').cloned().unwrap_or(directory);
            child(&named, template)
        }
        [template] => template.to_vec(),
        _ => return Err(Fail::usage()),
    };
    let fail = |error: Errno| match quiet {
        true => Fail::Status(1),
        false => Fail::new(text!("(null): ", error.message())),
    };
    let stem = template
        .strip_suffix(b"XXXXXX")
        .ok_or_else(|| fail(Errno::EINVAL))?;
    for _ in 0..ATTEMPTS_MAX {
        let path = text!(stem, random_letters(cx).await.map_err(fail)?);
        let made = if options.has(b'u') {
            match cx.sys.lstat(&path) {
                Ok(_) => Err(Errno::EEXIST),
                Err(Errno::ENOENT) => Ok(()),
                Err(error) => Err(error),
            }
        } else if options.has(b'd') {
            cx.sys.mkdir(&path, 0o700)
        } else {
            let flags = OpenFlags::RDWR | OpenFlags::CREATE | OpenFlags::EXCL;
            cx.sys.open(&path, flags, 0o600).await.map(|_| ())
        };
        match made {
            Ok(()) => {
                cx.out.write(text!(path, "\n")).await?;
                return Ok(0);
            }
            Err(Errno::EEXIST) => {}
            Err(error) => return Err(fail(error)),
        }
    }
    Err(fail(Errno::EEXIST))
}

async fn random_letters(cx: &Context<'_>) -> Result<[u8; 6], Errno> {
    let mut bytes = [0; 6];
    let fd = cx.sys.open(b"/dev/urandom", OpenFlags::READ, 0).await?;
    let read = cx.sys.read(fd, &mut bytes).await;
    let _ = cx.sys.close(fd);
    read?;
    Ok(bytes.map(|byte| LETTERS[usize::from(byte) % LETTERS.len()]))
}
