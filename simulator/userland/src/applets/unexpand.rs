//! unexpand.

use super::context::{Context, Outcome};
use super::expand::{stops, width};
use super::lines;

const LONG: &[super::args::Long] = &[
    ("first-only", false, b'f'),
    ("tabs", true, b't'),
    ("all", false, b'a'),
];

/// Turns blanks into tabs.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.long_options("ft:a", LONG)?;
    let stops = stops(&options)?;
    let all = (options.has(b'a') || options.has(b't')) && !options.has(b'f');
    lines::for_each(cx, options.operands, |line, out| {
        unexpand(line, stops, all, out);
    })
    .await
}

fn unexpand(line: &[u8], stops: usize, all: bool, out: &mut Vec<u8>) {
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
            column += width(line[at]);
            at += 1;
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
        while (column / stops + 1) * stops <= end {
            out.push(b'\t');
            column = (column / stops + 1) * stops;
        }
        out.extend(std::iter::repeat_n(b' ', end - column));
        column = end;
        at += run;
    }
    out.extend_from_slice(&line[at..]);
}
