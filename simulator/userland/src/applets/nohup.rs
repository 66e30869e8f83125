//! nohup.

use super::context::{Context, Fail, Outcome, cannot_open};
use super::spawn;
use crate::kernel::{Disposition, OpenFlags, Signal};

/// Runs a program that a hang-up does not end.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    if cx.args.is_empty() {
        return Err(Fail::Usage(127, None));
    }
    if cx.sys.is_tty(1) {
        let flags = OpenFlags::WRITE | OpenFlags::CREATE | OpenFlags::APPEND;
        let opened = cx.sys.open(b"nohup.out", flags, 0o600).await;
        let fd = opened.map_err(|error| Fail::Message(127, cannot_open(b"nohup.out", error)))?;
        cx.complain("appending output to nohup.out").await;
        let _ = cx.sys.dup_to(fd, 1);
        if cx.sys.is_tty(2) {
            let _ = cx.sys.dup_to(fd, 2);
        }
        let _ = cx.sys.close(fd);
    }
    cx.sys.set_disposition(Signal::Hup, Disposition::Ignore);
    let argv = cx.args.clone();
    let environment = cx.sys.environ();
    Err(spawn::replace(cx, argv, environment))
}
