//! base64.

use super::context::{Context, Fail, Outcome, text};
use super::io::Reader;
use crate::kernel::Errno;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Encodes or decodes a file.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("dw:")?;
    let wrap = options.number(b'w')?.unwrap_or(76);
    let path = match options.operands.as_slice() {
        [] => "-".into(),
        [path] => path.clone(),
        _ => return Err(Fail::usage()),
    };
    let failed = |error: Errno| Fail::new(text!(path, ": ", error.message()));
    let mut reader = cx.open_input(&path).await.map_err(failed)?;
    if options.has(b'd') {
        decode(cx, &mut reader, failed).await
    } else {
        encode(cx, &mut reader, wrap, failed).await
    }
}

/// Bytes in one line.
pub(super) fn encoded(bytes: &[u8]) -> Vec<u8> {
    let mut line = Vec::new();
    for group in bytes.chunks(3) {
        put_group(group, 0, &mut 0, &mut line);
    }
    line
}

async fn encode(
    cx: &mut Context<'_>,
    reader: &mut Reader<'_>,
    wrap: u64,
    failed: impl Fn(Errno) -> Fail,
) -> Outcome {
    let mut group = Vec::new();
    let mut column = 0;
    loop {
        let more = reader.fill().await.map_err(&failed)?;
        let count = reader.buffered().len();
        for byte in reader.buffered() {
            group.push(*byte);
            if group.len() == 3 {
                put_group(&group, wrap, &mut column, cx.out.buffer());
                group.clear();
            }
        }
        reader.consume(count);
        cx.sys.burn(100 + 3 * count as u64).await;
        if !more {
            break;
        }
        cx.out.spill().await?;
    }
    if !group.is_empty() {
        put_group(&group, wrap, &mut column, cx.out.buffer());
    }
    if column > 0 && wrap > 0 {
        cx.out.put(b"\n");
    }
    Ok(0)
}

/// Four letters for up to three bytes, with newlines in between.
fn put_group(group: &[u8], wrap: u64, column: &mut u64, out: &mut Vec<u8>) {
    let byte = |index: usize| u32::from(group.get(index).copied().unwrap_or(0));
    let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
    for letter in 0..4 {
        if wrap > 0 && *column == wrap {
            out.push(b'\n');
            *column = 0;
        }
        let index = bits >> (18 - 6 * letter) & 63;
        out.push(if letter > group.len() {
            b'='
        } else {
            ALPHABET[index as usize]
        });
        *column += 1;
    }
}

/// Groups of letters on their way to bytes; what is no letter is passed over.
#[derive(Default)]
struct Decoder {
    bits: u32,
    letters: u32,
    padding: usize,
}

impl Decoder {
    fn push(&mut self, byte: u8, out: &mut Vec<u8>) {
        let value = match ALPHABET.iter().position(|letter| *letter == byte) {
            Some(value) if self.padding == 0 => value as u32,
            None if byte == b'=' && self.letters > 0 => {
                self.padding += 1;
                0
            }
            _ => return,
        };
        self.bits = self.bits << 6 | value;
        self.letters += 1;
        if self.letters == 4 {
            let bytes = &self.bits.to_be_bytes()[1..];
            out.extend_from_slice(&bytes[..3_usize.saturating_sub(self.padding)]);
            *self = Self::default();
        }
    }

    fn is_complete(&self) -> bool {
        self.letters == 0
    }
}

/// The bytes of a short text; an incomplete last group is left out.
pub(crate) fn decoded(text: &[u8]) -> Vec<u8> {
    let (mut decoder, mut out) = (Decoder::default(), Vec::new());
    for byte in text {
        decoder.push(*byte, &mut out);
    }
    out
}

async fn decode(
    cx: &mut Context<'_>,
    reader: &mut Reader<'_>,
    failed: impl Fn(Errno) -> Fail,
) -> Outcome {
    let mut decoder = Decoder::default();
    while reader.fill().await.map_err(&failed)? {
        let count = reader.buffered().len();
        for byte in reader.buffered() {
            decoder.push(*byte, cx.out.buffer());
        }
        reader.consume(count);
        cx.sys.burn(100 + 3 * count as u64).await;
        cx.out.spill().await?;
    }
    match decoder.is_complete() {
        true => Ok(0),
        false => Err(Fail::new("truncated input")),
    }
}

#[cfg(test)]
mod tests {
    use super::put_group;

    #[test]
    fn groups_are_padded_and_wrapped() {
        for (bytes, wrap, expected) in [
            ("abc", 76, "YWJj"),
            ("ab", 76, "YWI="),
            ("a", 76, "YQ=="),
            ("abcd", 3, "YWJ\njZA\n=="),
            ("abcdef", 0, "YWJjZGVm"),
        ] {
            let (mut column, mut out) = (0, Vec::new());
            for group in bytes.as_bytes().chunks(3) {
                put_group(group, wrap, &mut column, &mut out);
            }
            assert_eq!(out, expected.as_bytes(), "{bytes} at {wrap}");
        }
    }
}
