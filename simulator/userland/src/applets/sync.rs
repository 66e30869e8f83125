//! sync.

use super::context::{Context, Fail, Outcome, cannot_open};
use crate::kernel::OpenFlags;

/// Files are always as written here: only the paths are checked.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("df")?;
    for path in &options.operands {
        let opened = cx
            .sys
            .open(path, OpenFlags::READ | OpenFlags::NONBLOCK, 0)
            .await;
        let fd = opened.map_err(|error| Fail::new(cannot_open(path, error)))?;
        let _ = cx.sys.close(fd);
    }
    Ok(0)
}
