//! echo.

use super::context::{Context, Outcome};
use crate::escape::unescape;

/// Writes the arguments.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let args = std::mem::take(&mut cx.args);
    let (mut newline, mut escapes) = (true, false);
    let mut first = 0;
    for arg in &args {
        let Some(letters) = arg.strip_prefix(b"-").filter(|letters| !letters.is_empty()) else {
            break;
        };
        if !letters.iter().all(|letter| b"neE".contains(letter)) {
            break;
        }
        for letter in letters {
            match letter {
                b'n' => newline = false,
                b'e' => escapes = true,
                // `-E` is the default and takes nothing back.
                _ => {}
            }
        }
        first += 1;
    }
    for (index, arg) in args[first..].iter().enumerate() {
        if index > 0 {
            cx.out.put(b" ");
        }
        if !escapes {
            cx.out.put(arg);
        } else if !put_escaped(cx, arg) {
            return Ok(0);
        }
        cx.out.spill().await?;
    }
    if newline {
        cx.out.write(b"\n").await?;
    }
    Ok(0)
}

fn put_escaped(cx: &mut Context<'_>, text: &[u8]) -> bool {
    let out = cx.out.buffer();
    unescape(text, |byte| out.push(byte))
}
