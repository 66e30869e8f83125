//! mount.

use super::context::{Context, Fail, Outcome, text};
use super::df::mounts;

/// Lists what is mounted; containers mount nothing themselves.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("o:t:rwanfi")?;
    if let Some(path) = options.operands.first() {
        let message = match options.operands.len() {
            1 => match cx.sys.stat(b"/etc/fstab") {
                Ok(_) => text!("can't find ", path, " in /etc/fstab"),
                Err(error) => text!("can't read '/etc/fstab': ", error.message()),
            },
            _ => text!(
                "mounting ",
                path,
                " on ",
                options.operands[1],
                " failed: Operation not permitted"
            ),
        };
        return Err(Fail::new(message));
    }
    let kind = options.value(b't');
    for mount in mounts(cx).await {
        if kind.is_some_and(|kind| mount.kind != kind.as_ref()) {
            continue;
        }
        let line = text!(
            mount.device,
            " on ",
            mount.point,
            " type ",
            mount.kind,
            " (",
            mount.options,
            ")\n"
        );
        cx.out.write(line).await?;
    }
    Ok(0)
}
