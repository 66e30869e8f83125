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
    let takes_terminal = options.has(b'c');
    if cx.sys.set_sid().is_ok() {
        if takes_terminal {
            // A terminal of another session stays that.
            let _ = cx.sys.take_terminal(0);
        }
        let environment = cx.sys.environ();
        return Err(spawn::replace(cx, options.operands, environment));
    }
    let argv = options.operands;
    let started = cx.sys.fork(move |child| {
        Box::pin(async move {
            let _ = child.set_sid();
            if takes_terminal {
                let _ = child.take_terminal(0);
            }
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
