//! rev.

use super::context::{Context, Outcome};
use super::lines;

/// Writes each line backwards.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("")?;
    lines::for_each(cx, options.operands, |line, out| {
        out.extend(line.iter().rev());
    })
    .await
}
