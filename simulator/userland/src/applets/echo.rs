//! echo.

use super::context::{Context, Outcome};
use super::escape::{digits, escape};

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
                _ => escapes = false,
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
        } else if !put_escaped(arg, cx.out.buffer()) {
            return Ok(0);
        }
        cx.out.spill().await?;
    }
    if newline {
        cx.out.write(b"\n").await?;
    }
    Ok(0)
}

/// Writes with escapes; false after `\c`, which ends the output.
pub(super) fn put_escaped(text: &[u8], out: &mut Vec<u8>) -> bool {
    let mut at = 0;
    while at < text.len() {
        let byte = text[at];
        at += 1;
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        let rest = &text[at..];
        match rest.first() {
            Some(b'c') => return false,
            Some(b'0') => {
                let (value, count) = digits(&rest[1..], 8, 3);
                out.push(value);
                at += count + 1;
            }
            _ => match escape(rest) {
                Some((value, count)) => {
                    out.push(value);
                    at += count;
                }
                None => out.push(b'\\'),
            },
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::put_escaped;

    #[test]
    fn escapes_are_written_and_c_ends_the_text() {
        for (text, whole, expected) in [
            ("a\\tb", true, "a\tb"),
            ("\\0101\\101", true, "AA"),
            ("a\\cb", false, "a"),
            ("\\q\\", true, "\\q\\"),
            ("\\x41", true, "A"),
        ] {
            let mut out = Vec::new();
            assert_eq!(put_escaped(text.as_bytes(), &mut out), whole, "{text}");
            assert_eq!(out, expected.as_bytes(), "{text}");
        }
    }
}
