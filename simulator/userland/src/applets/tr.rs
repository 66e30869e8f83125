//! tr.

use super::context::{Context, Fail, Outcome, text};
use super::io::Reader;
use crate::escape;

/// Translates, squeezes or deletes bytes.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("+Ccstd")?;
    let (delete, squeeze) = (options.has(b'd'), options.has(b's'));
    let complement = options.has(b'c') || options.has(b'C');
    let (first, second) = match options.operands.as_slice() {
        [first] => (first, None),
        [_, second, ..] if second.is_empty() => return Err(empty()),
        // What follows is passed over, as in busybox.
        [first, second, ..] => (first, Some(second)),
        _ => return Err(Fail::usage()),
    };
    let mut from = expand(first);
    if complement {
        from = (0..=255).filter(|byte| !from.contains(byte)).collect();
    }
    let to = second.map(|second| expand(second));
    if let Some(to) = &to
        && to.is_empty()
    {
        return Err(empty());
    }
    let mut map: Vec<u8> = (0..=255).collect();
    let mut deleted = [false; 256];
    let mut squeezed = [false; 256];
    if delete {
        from.iter()
            .for_each(|byte| deleted[usize::from(*byte)] = true);
    } else if let Some(to) = &to {
        for (index, byte) in from.iter().enumerate() {
            map[usize::from(*byte)] = to[index.min(to.len() - 1)];
        }
    }
    if squeeze {
        let set = to.as_ref().unwrap_or(&from);
        set.iter()
            .for_each(|byte| squeezed[usize::from(*byte)] = true);
    }
    let mut reader = Reader::borrowed(cx.sys, 0);
    let mut last = None;
    loop {
        let found = reader.fill().await;
        if !found.map_err(|error| Fail::new(text!("read error: ", error.message())))? {
            return Ok(0);
        }
        let out = cx.out.buffer();
        for &byte in reader.buffered() {
            if deleted[usize::from(byte)] {
                continue;
            }
            let byte = map[usize::from(byte)];
            if squeezed[usize::from(byte)] && last == Some(byte) {
                continue;
            }
            last = Some(byte);
            out.push(byte);
        }
        let count = reader.buffered().len();
        reader.consume(count);
        cx.sys.burn(count as u64 * 2).await;
        cx.out.spill().await?;
    }
}

fn empty() -> Fail {
    Fail::new("STRING2 cannot be empty")
}

/// The bytes of a string: escapes, ranges, classes.
fn expand(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut at = 0;
    while at < text.len() {
        if let Some((class, len)) = class(&text[at..]) {
            bytes.extend(class);
            at += len;
            continue;
        }
        let (low, len) = one(&text[at..]);
        at += len;
        if text.get(at) == Some(&b'-') && at + 1 < text.len() {
            let (high, len) = one(&text[at + 1..]);
            bytes.extend(low..=high);
            at += len + 1;
        } else {
            bytes.push(low);
        }
    }
    bytes
}

fn one(text: &[u8]) -> (u8, usize) {
    if text[0] == b'\\' {
        return match escape::byte(&text[1..]) {
            Some((byte, len)) => (byte, len + 1),
            None => match text.get(1) {
                Some(byte) => (*byte, 2),
                None => (b'\\', 1),
            },
        };
    }
    (text[0], 1)
}

/// `[:alpha:]` or `[=a=]` at the start of a string.
fn class(text: &[u8]) -> Option<(Vec<u8>, usize)> {
    if text.starts_with(b"[=") && text.get(3..5) == Some(b"=]") {
        return Some((vec![text[2]], 5));
    }
    let inner = text.strip_prefix(b"[:")?;
    let end = inner.windows(2).position(|window| window == b":]")?;
    let accepts: fn(u8) -> bool = match &inner[..end] {
        b"alpha" => |byte| byte.is_ascii_alphabetic(),
        b"alnum" => |byte| byte.is_ascii_alphanumeric(),
        b"digit" => |byte| byte.is_ascii_digit(),
        b"lower" => |byte| byte.is_ascii_lowercase(),
        b"upper" => |byte| byte.is_ascii_uppercase(),
        b"space" => |byte| byte.is_ascii_whitespace() || byte == 0x0b,
        b"blank" => |byte| byte == b' ' || byte == b'\t',
        b"punct" => |byte| byte.is_ascii_punctuation(),
        b"cntrl" => |byte| byte.is_ascii_control(),
        b"xdigit" => |byte| byte.is_ascii_hexdigit(),
        b"print" => |byte| (0x20..0x7f).contains(&byte),
        b"graph" => |byte| byte.is_ascii_graphic(),
        _ => return None,
    };
    Some(((0..=255).filter(|byte| accepts(*byte)).collect(), end + 4))
}

#[cfg(test)]
mod tests {
    use super::expand;

    #[test]
    fn strings_are_ranges_classes_and_escapes() {
        for (text, expected) in [
            ("a-e", "abcde"),
            ("a-", "a-"),
            ("-a", "-a"),
            ("[:digit:]x", "0123456789x"),
            ("[=a=]b", "ab"),
            ("\\n\\101\\-", "\nA-"),
            ("[a-c]", "[abc]"),
            ("\\", "\\"),
        ] {
            assert_eq!(
                String::from_utf8_lossy(&expand(text.as_bytes())),
                expected,
                "{text}"
            );
        }
    }
}
