//! setsid.

use super::context::{Context, Fail, Outcome, text};
use super::spawn;
use crate::kernel::Errno;

/// Runs a program in a session of its own; a leader of a group leaves that to a child.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("+c")?;
    if options.operands.is_empty() {
        return Err(Fail::usage());
    }
    if options.has(b'c') && cx.sys.is_tty(0) {
        return Err(Fail::new("taking a terminal over is not supported"));
    }
    if cx.sys.set_sid().is_ok() {
        let environment = cx.sys.environ();
        return Err(spawn::replace(cx, options.operands, environment));
    }
    let argv = options.operands;
    let started = cx.sys.fork(move |child| {
        Box::pin(async move {
            let _ = child.set_sid();
            spawn::become_or_say(&child, argv, |name, error| {
                text!(
                    "setsid: can't execute '",
                    name,
                    "': ",
                    error.message(),
                    "\n"
                )
            })
            .await
        })
    });
    match started {
        Ok(_) => Ok(0),
        Err(error @ Errno::EAGAIN) => Err(Fail::new(text!("can't fork: ", error.message()))),
        Err(error) => Err(Fail::new(error.message())),
    }
}
