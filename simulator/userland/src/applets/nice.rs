//! nice.

use super::context::{Context, Outcome};
use super::{numbers, spawn};

/// Runs a program; priorities do not exist here, so it only takes the number.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("+n:")?;
    if let Some(text) = options.value(b'n') {
        numbers::signed(text)?;
    }
    if options.operands.is_empty() {
        cx.out.write("0\n").await?;
        return Ok(0);
    }
    let environment = cx.sys.environ();
    Err(spawn::replace(cx, options.operands, environment))
}
