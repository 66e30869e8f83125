//! rev.

use super::context::{Context, Outcome};
use super::io::Line;
use super::lines::Lines;

/// Bytes that are turned around between two checkpoints.
const STEP_BYTES: usize = 8192;

/// Writes each line backwards.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("")?;
    let mut lines = Lines::new(options.operands);
    let mut line = Vec::new();
    loop {
        let found = lines.next(cx, &mut line).await;
        if found == Line::End {
            return Ok(lines.status());
        }
        for step in line.rchunks(STEP_BYTES) {
            cx.out.buffer().extend(step.iter().rev());
            cx.sys.burn(step.len() as u64).await;
            cx.out.spill().await?;
        }
        if found == Line::Whole {
            cx.out.put(b"\n");
        }
    }
}
