//! fold, expand and unexpand.

use super::context::{Context, Fail, Outcome};
use super::lines;
use super::numbers;

/// Breaks long lines.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    // -10 is -w10.
    if let Some(first) = cx.args.first_mut()
        && matches!(first.as_ref(), [b'-', b'0'..=b'9', ..])
    {
        *first = super::context::text!("-w", &first[1..]).into();
    }
    let options = cx.options("bsw:")?;
    let width = options.number(b'w')?.unwrap_or(80);
    if width == 0 {
        return Err(numbers::invalid(b"0"));
    }
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

/// The distance of tab stops.
fn stops(options: &super::args::Options) -> Result<usize, Fail> {
    let stops = options.number(b't')?.unwrap_or(8);
    match stops {
        1..=10_000 => Ok(stops as usize),
        _ => Err(numbers::invalid(stops.to_string().as_bytes())),
    }
}

/// Turns tabs into blanks.
pub(super) async fn expand(cx: &mut Context<'_>) -> Outcome {
    let options = cx.long_options("it:", &[("initial", false, b'i'), ("tabs", true, b't')])?;
    let stops = stops(&options)?;
    let only_leading = options.has(b'i');
    lines::for_each(cx, options.operands, |line, out| {
        let (mut column, mut leading) = (0, true);
        for &byte in line {
            if byte == b'\t' && (leading || !only_leading) {
                let blanks = stops - column % stops;
                out.extend(std::iter::repeat_n(b' ', blanks));
                column += blanks;
            } else {
                leading &= byte == b' ';
                out.push(byte);
                column += 1;
            }
        }
    })
    .await
}

/// Turns blanks into tabs.
pub(super) async fn unexpand(cx: &mut Context<'_>) -> Outcome {
    let options = cx.long_options(
        "ft:a",
        &[
            ("first-only", false, b'f'),
            ("tabs", true, b't'),
            ("all", false, b'a'),
        ],
    )?;
    let stops = stops(&options)?;
    let all = (options.has(b'a') || options.has(b't')) && !options.has(b'f');
    lines::for_each(cx, options.operands, |line, out| {
        unexpand_line(line, stops, all, out);
    })
    .await
}

fn unexpand_line(line: &[u8], stops: usize, all: bool, out: &mut Vec<u8>) {
    let (mut column, mut at) = (0, 0);
    while at < line.len() {
        let run = line[at..]
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t'))
            .count();
        if run == 0 {
            if !all {
                break;
            }
            out.push(line[at]);
            at += 1;
            column += 1;
            continue;
        }
        let mut end = column;
        for byte in &line[at..at + run] {
            end = if *byte == b'\t' {
                (end / stops + 1) * stops
            } else {
                end + 1
            };
        }
        if run == 1 && line[at] == b' ' && at > 0 {
            out.push(b' ');
        } else {
            while (column / stops + 1) * stops <= end {
                out.push(b'\t');
                column = (column / stops + 1) * stops;
            }
            out.extend(std::iter::repeat_n(b' ', end - column));
        }
        column = end;
        at += run;
    }
    out.extend_from_slice(&line[at..]);
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

    #[test]
    fn blanks_become_tabs() {
        for (line, all, expected) in [
            ("        x       y", false, "\tx       y"),
            ("a       b", true, "a\tb"),
            ("a b", true, "a b"),
            ("   x", false, "   x"),
        ] {
            let mut out = Vec::new();
            unexpand_line(line.as_bytes(), 8, all, &mut out);
            assert_eq!(String::from_utf8_lossy(&out), expected, "{line:?}");
        }
    }
}
