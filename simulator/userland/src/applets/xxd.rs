//! xxd.

use super::context::{Context, Fail, Outcome, text};
use super::io::Reader;
use crate::kernel::Errno;

/// Most bytes in a line.
const COLUMNS_MAX: u64 = 256;

struct Layout {
    columns: usize,
    group: usize,
    offset: u64,
    plain: bool,
}

/// Dumps bytes as hexadecimal digits, or reads them back.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("l:s:apirg:c:n:o:")?;
    let input = options.operands.first().cloned().unwrap_or("-".into());
    let mut reader = cx
        .open_input(&input)
        .await
        .map_err(|error| Fail::new(text!(input, ": ", error.message())))?;
    let plain = options.has(b'p');
    let columns = options
        .number(b'c')?
        .unwrap_or(if plain { 30 } else { 16 })
        .clamp(1, COLUMNS_MAX);
    if options.has(b'r') {
        return reverse(cx, &mut reader, plain).await;
    }
    let failed = |error: Errno| Fail::new(text!(input, ": ", error.message()));
    let mut skip = options.number(b's')?.unwrap_or(0);
    let layout = Layout {
        columns: columns as usize,
        group: options.number(b'g')?.unwrap_or(2).min(COLUMNS_MAX) as usize,
        offset: options.number(b'o')?.unwrap_or(0) + skip,
        plain,
    };
    let mut left = options
        .number(b'l')?
        .or(options.number(b'n')?)
        .unwrap_or(u64::MAX);
    let (mut row, mut at) = (Vec::with_capacity(layout.columns), layout.offset);
    while left > 0 && reader.fill().await.map_err(failed)? {
        if skip > 0 {
            let count = skip.min(reader.buffered().len() as u64);
            reader.consume(count as usize);
            skip -= count;
            continue;
        }
        let wanted = (layout.columns - row.len()).min(reader.buffered().len());
        let count = wanted.min(usize::try_from(left).unwrap_or(usize::MAX));
        row.extend_from_slice(&reader.buffered()[..count]);
        reader.consume(count);
        left -= count as u64;
        if row.len() == layout.columns {
            layout.put(&row, at, cx.out.buffer());
            cx.out.spill().await?;
            cx.sys.burn(row.len() as u64 * 20).await;
            at += row.len() as u64;
            row.clear();
        }
    }
    if !row.is_empty() {
        layout.put(&row, at, cx.out.buffer());
    }
    Ok(0)
}

impl Layout {
    fn put(&self, row: &[u8], at: u64, out: &mut Vec<u8>) {
        let mut line = String::new();
        if !self.plain {
            line += &format!("{at:08x}: ");
        }
        let start = line.len();
        for (index, byte) in row.iter().enumerate() {
            if !self.plain && self.group > 0 && index > 0 && index % self.group == 0 {
                line.push(' ');
            }
            line += &format!("{byte:02x}");
        }
        if !self.plain {
            let gaps = match self.group {
                0 => 0,
                group => (self.columns - 1) / group,
            };
            let width = start + 2 * self.columns + gaps;
            line = format!("{line:width$}  ");
            line.extend(row.iter().map(|byte| match byte {
                0x20..=0x7e => *byte as char,
                _ => '.',
            }));
        }
        out.extend_from_slice(line.as_bytes());
        out.push(b'\n');
    }
}

/// Reads a dump: digits after the offset, up to two blanks; with `-p` all digits.
async fn reverse(cx: &mut Context<'_>, reader: &mut Reader<'_>, plain: bool) -> Outcome {
    let mut line = Vec::new();
    while reader
        .read_line(&mut line)
        .await
        .is_ok_and(|found| found.is_some())
    {
        let digits = match (plain, line.iter().position(|byte| *byte == b':')) {
            (true, _) => line.as_slice(),
            (false, Some(colon)) => {
                let rest = line[colon + 1..].trim_ascii_start();
                let end = rest.windows(2).position(|pair| pair == b"  ");
                &rest[..end.unwrap_or(rest.len())]
            }
            (false, None) => continue,
        };
        cx.out.buffer().extend(unhex(digits));
        cx.out.spill().await?;
        cx.sys.burn(200 + line.len() as u64 * 5).await;
    }
    Ok(0)
}

fn unhex(text: &[u8]) -> Vec<u8> {
    let (mut bytes, mut high) = (Vec::new(), None);
    for byte in text {
        let Some(digit) = (*byte as char).to_digit(16) else {
            if byte.is_ascii_whitespace() {
                continue;
            }
            break;
        };
        high = match high {
            None => Some(digit),
            Some(high) => {
                bytes.push((high * 16 + digit) as u8);
                None
            }
        };
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_have_offset_digits_and_text() {
        let layout = Layout {
            columns: 16,
            group: 2,
            offset: 0,
            plain: false,
        };
        let mut out = Vec::new();
        layout.put(b"AB\n", 0, &mut out);
        assert_eq!(
            String::from_utf8_lossy(&out),
            "00000000: 4142 0a                                  AB.\n"
        );
        assert_eq!(unhex(b"41 42zz43"), b"AB");
    }
}
