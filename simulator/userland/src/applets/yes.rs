//! yes.

use super::context::{Context, Outcome, text};

/// Repeats a line for ever.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let line = match cx.args.is_empty() {
        true => b"y\n".to_vec(),
        false => text!(cx.args.join(&b' '), "\n"),
    };
    loop {
        cx.out.write(&line).await?;
        cx.sys.burn(40).await;
    }
}
