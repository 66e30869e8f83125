//! mkfifo.

use super::context::{Context, Fail, Outcome};
use super::mode;
use crate::kernel::Errno;

/// Makes named pipes.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("m:")?;
    if options.operands.is_empty() {
        return Err(Fail::usage());
    }
    let wanted = options
        .value(b'm')
        .map(|text| mode::apply(text, 0o666, false, cx.sys.umask()));
    let mut status = 0;
    for path in &options.operands {
        let made = match wanted {
            None => cx.sys.mkfifo(path, 0o666),
            Some(None) => Err(Errno::EINVAL),
            Some(Some(mode)) => cx
                .sys
                .mkfifo(path, 0o666)
                .and_then(|()| cx.sys.chmod(path, mode)),
        };
        if let Err(error) = made {
            cx.complain_of(path, error).await;
            status = 1;
        }
    }
    Ok(status)
}
