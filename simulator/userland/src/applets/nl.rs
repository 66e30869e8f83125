//! nl.

use super::context::{Context, Fail, Outcome, text};
use super::io::Line;
use super::lines::Lines;
use super::numbers;

/// Widest number column.
const WIDTH_MAX: u64 = 1000;

/// Numbers lines.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("pw:s:v:i:b:")?;
    let width = options.number(b'w')?.unwrap_or(6).min(WIDTH_MAX) as usize;
    let signed = |letter| {
        options
            .value(letter)
            .map(|text| numbers::signed(text))
            .transpose()
    };
    let mut number = signed(b'v')?.unwrap_or(1);
    let step = signed(b'i')?.unwrap_or(1);
    let separator = options.value(b's').cloned().unwrap_or("\t".into());
    let style = match options.value(b'b').map(AsRef::as_ref) {
        None => b't',
        Some([style @ (b'a' | b't' | b'n')]) => *style,
        Some(_) => return Err(Fail::usage()),
    };
    let mut lines = Lines::new(options.operands);
    let mut line = Vec::new();
    loop {
        let found = lines.next(cx, &mut line).await;
        if found == Line::End {
            return Ok(lines.status());
        }
        cx.sys.burn(line.len() as u64).await;
        let numbered = style == b'a' || (style == b't' && !line.is_empty());
        let row = if numbered {
            let row = text!(format!("{number:width$}"), separator, line, "\n");
            number = number.saturating_add(step);
            row
        } else {
            text!(" ".repeat(width + 1), line, "\n")
        };
        cx.out.write(row).await?;
    }
}
