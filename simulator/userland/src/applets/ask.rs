//! Questions on standard input.

use super::context::{Context, text};

/// Asks, and reads a line; yes when it starts with `y`.
pub(super) async fn confirms(cx: &mut Context<'_>, question: &[u8]) -> bool {
    let prompt = text!(cx.name, ": ", question);
    cx.error_text(&prompt).await;
    let mut yes = None;
    let mut byte = [0];
    // One byte at a time: what follows the answer is for the next question.
    while let Ok(1) = cx.sys.read(0, &mut byte).await {
        if byte[0] == b'\n' {
            break;
        }
        if yes.is_none() && !byte[0].is_ascii_whitespace() {
            yes = Some(byte[0].eq_ignore_ascii_case(&b'y'));
        }
    }
    yes.unwrap_or(false)
}
