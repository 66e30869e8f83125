//! fold.

use super::context::{Context, Outcome};
use super::io::Line;
use super::lines::Lines;
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
    let mut lines = Lines::new(options.operands);
    let mut line = Vec::new();
    loop {
        let found = lines.next(cx, &mut line).await;
        if found == Line::End {
            return Ok(lines.status());
        }
        let mut rest = &line[..];
        while let Some(end) = row_end(rest, width as usize, bytes, spaces) {
            cx.out.put(&rest[..end]);
            cx.out.put(b"\n");
            cx.sys.burn(end as u64 + 20).await;
            cx.out.spill().await?;
            rest = &rest[end..];
        }
        cx.out.put(rest);
        if found == Line::Whole {
            cx.out.put(b"\n");
        }
        cx.sys.burn(rest.len() as u64).await;
        cx.out.spill().await?;
    }
}

/// Where the first row of what is left of a line ends, unless all of it is one row.
fn row_end(line: &[u8], width: usize, bytes: bool, spaces: bool) -> Option<usize> {
    let advance = |column: usize, byte: u8| match byte {
        _ if bytes => column + 1,
        b'\t' => (column | 7) + 1,
        0x08 => column.saturating_sub(1),
        b'\r' => 0,
        _ => column + 1,
    };
    let mut column = 0;
    let fits = |(at, byte): &(usize, &u8)| {
        column = advance(column, **byte);
        column <= width || *at == 0
    };
    let at = line.iter().enumerate().take_while(fits).count();
    if at == line.len() {
        return None;
    }
    let blank = line[..at]
        .iter()
        .rposition(|byte| matches!(byte, b' ' | b'\t'));
    Some(match blank {
        Some(blank) if spaces => blank + 1,
        _ => at,
    })
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
            let (mut rest, mut out) = (line.as_bytes(), Vec::new());
            while let Some(end) = row_end(rest, 4, false, spaces) {
                out.extend_from_slice(&rest[..end]);
                out.push(b'\n');
                rest = &rest[end..];
            }
            out.extend_from_slice(rest);
            assert_eq!(String::from_utf8_lossy(&out), expected, "{line:?}");
        }
    }
}
