//! tac.

use super::context::{Context, Outcome};
use super::inputs::Inputs;

/// Writes the lines of all files, last first.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let mut inputs = Inputs::new(cx.options("")?.operands);
    while let Some((path, mut reader)) = inputs.next(cx).await {
        let content = match reader.read_all().await {
            Ok(content) => content,
            Err(error) => {
                inputs.fail(cx, &path, error).await;
                continue;
            }
        };
        let mut end = content.len();
        while end > 0 {
            let start = line_start(cx, &content, end).await;
            for part in content[start..end].chunks(super::io::CHUNK_BYTES) {
                cx.out.write(part).await?;
            }
            end = start;
        }
    }
    Ok(inputs.status)
}

/// Where the line begins that ends before `end`.
async fn line_start(cx: &Context<'_>, content: &[u8], end: usize) -> usize {
    const STEP: usize = 8 * 1024;
    let mut at = end - 1;
    while at > 0 {
        let from = at.saturating_sub(STEP);
        let newline = content[from..at].iter().rposition(|byte| *byte == b'\n');
        cx.sys.burn(20 + (at - from) as u64 / 2).await;
        if let Some(found) = newline {
            return from + found + 1;
        }
        at = from;
    }
    0
}
