//! fold.

use super::context::{Context, Outcome};
use super::lines;
use super::numbers;

/// Widest line.
const WIDTH_MAX: u64 = 10_000;

/// Breaks long lines.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    // -10 is -w10.
    if let Some(first) = cx.args.first_mut()
        && matches!(first.as_ref(), [b'-', b'0'..=b'9', ..])
    {
        *first = super::context::text!("-w", &first[1..]).into();
    }
    let options = cx.options("bsw:")?;
    let width = numbers::in_range(options.number(b'w')?.unwrap_or(80), 1..=WIDTH_MAX)?;
    let (bytes, spaces) = (options.has(b'b'), options.has(b's'));
    lines::for_each(cx, options.operands, |line, out| {
        fold(line, width as usize, bytes, spaces, out);
    })
    .await
}

fn fold(line: &[u8], width: usize, bytes: bool, spaces: bool, out: &mut Vec<u8>) {
    let advance = |column: usize, byte: u8| match byte {
        _ if bytes => column + 1,
        b'\t' => (column | 7) + 1,
        0x08 => column.saturating_sub(1),
        b'\r' => 0,
        _ => column + 1,
    };
    let (mut start, mut column, mut at) = (0, 0, 0);
    while at < line.len() {
        let next = advance(column, line[at]);
        if next <= width || at == start {
            column = next;
            at += 1;
            continue;
        }
        let blank = line[start..at]
            .iter()
            .rposition(|byte| matches!(byte, b' ' | b'\t'));
        let end = match blank {
            Some(blank) if spaces => start + blank + 1,
            _ => at,
        };
        out.extend_from_slice(&line[start..end]);
        out.push(b'\n');
        start = end;
        at = end;
        column = 0;
    }
    out.extend_from_slice(&line[start..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_at_the_width() {
        for (line, spaces, expected) in [
            ("abcdefghij", false, "abcd\nefgh\nij"),
            ("ab cd ef", true, "ab \ncd \nef"),
            ("a\tb", false, "a\n\t\nb"),
            ("abcd", false, "abcd"),
            ("", false, ""),
        ] {
            let mut out = Vec::new();
            fold(line.as_bytes(), 4, false, spaces, &mut out);
            assert_eq!(String::from_utf8_lossy(&out), expected, "{line:?}");
        }
    }
}
