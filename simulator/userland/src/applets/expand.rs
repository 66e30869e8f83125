//! expand.

use super::context::{Context, Fail, Outcome};
use super::lines;

/// Turns tabs into blanks.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
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
                column += width(byte);
            }
        }
    })
    .await
}

/// The greatest distance of tab stops.
const MAX_STOPS: u64 = 10_000;

/// The distance of tab stops.
pub(super) fn stops(options: &super::args::Options) -> Result<usize, Fail> {
    match options.number(b't')?.unwrap_or(8) {
        stops @ 1..=MAX_STOPS => Ok(stops as usize),
        stops @ 1..=0xffff_ffff => Err(Fail::new(format!(
            "tab stops {stops} columns apart are not supported"
        ))),
        stops => Err(Fail::new(format!(
            "number {stops} is not in 1..4294967295 range"
        ))),
    }
}

/// Columns of a byte: the later bytes of a character have none.
pub(super) fn width(byte: u8) -> usize {
    usize::from(!(0x80..0xc0).contains(&byte))
}
