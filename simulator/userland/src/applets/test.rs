//! test and `[`.

use super::context::{Context, Fail, Outcome};
use crate::condition;

/// Evaluates a condition: 0 true, 1 false, 2 nonsense.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let mut args = cx.args.clone();
    if cx.name == "[" && args.pop().is_none_or(|last| last != "]") {
        return Err(Fail::Message(2, b"missing ]".to_vec()));
    }
    match condition::evaluate(cx.sys, &args) {
        Ok(holds) => Ok(u8::from(!holds)),
        Err(message) => Err(Fail::Message(2, message)),
    }
}
