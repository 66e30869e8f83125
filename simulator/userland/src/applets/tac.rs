//! tac.

use super::context::{Context, Outcome};

/// Writes the lines of all files, last first.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let mut paths = cx.options("")?.operands;
    if paths.is_empty() {
        paths.push("-".into());
    }
    let mut status = 0;
    for path in &paths {
        let mut reader = match cx.open_input(path).await {
            Ok(reader) => reader,
            Err(error) => {
                cx.complain_of(path, error).await;
                status = 1;
                continue;
            }
        };
        let content = match reader.read_all().await {
            Ok(content) => content,
            Err(error) => {
                cx.complain_of(path, error).await;
                status = 1;
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
    Ok(status)
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
