//! chroot.

use super::context::{Context, Fail, Outcome, text};
use super::spawn;

/// Runs a program, or a shell, whose root directory is another one.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let mut operands = cx.args.clone();
    if operands.is_empty() {
        return Err(Fail::usage());
    }
    let root = operands.remove(0);
    let changed = cx.sys.chroot(&root).and_then(|()| cx.sys.chdir(b"/"));
    changed.map_err(|error| {
        Fail::new(text!(
            "can't change root directory to '",
            root,
            "': ",
            error.message()
        ))
    })?;
    if operands.is_empty() {
        let shell = cx.variable("SHELL").filter(|shell| !shell.is_empty());
        operands = vec![shell.unwrap_or_else(|| "/bin/sh".into()), "-i".into()];
    }
    let environment = cx.sys.environ();
    Err(spawn::replace(cx, operands, environment))
}
