//! head.

use super::context::{Context, Fail, Outcome, text};
use super::inputs::Inputs;
use super::io::Reader;
use super::numbers::{self, BKM};
use crate::kernel::Charge;
use bytes::Bytes;
use std::collections::VecDeque;

/// What a line that is kept costs beside its bytes.
const LINE_BYTES: usize = 64;

/// How much of a file's start is wanted.
#[derive(Clone, Copy)]
enum Amount {
    Lines(u64),
    Bytes(u64),
    AllButLines(u64),
    AllButBytes(u64),
}

/// Writes the first lines or bytes of files.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    if let Some(first) = cx.args.first_mut() {
        *first = historic(first);
    }
    let options = cx.options("n:c:qv")?;
    let mut amount = Amount::Lines(10);
    for (letter, value) in &options.given {
        let Some(value) = value else { continue };
        let (negative, digits) = match value.strip_prefix(b"-") {
            Some(digits) => (true, digits),
            None => (false, value.as_ref()),
        };
        let count = numbers::with_suffix(digits, BKM).map_err(|_| numbers::invalid(value))?;
        amount = match (letter, negative) {
            (b'n', false) => Amount::Lines(count),
            (b'n', true) => Amount::AllButLines(count),
            (_, false) => Amount::Bytes(count),
            (_, true) => Amount::AllButBytes(count),
        };
    }
    let mut inputs = Inputs::new(options.operands.clone());
    let headers = options.has(b'v') || (inputs.len() > 1 && !options.has(b'q'));
    let mut shown = 0;
    while let Some((path, mut reader)) = inputs.next(cx).await {
        if headers {
            let name = if path == "-" {
                b"standard input"
            } else {
                path.as_ref()
            };
            // A file that could not be opened counts too.
            let gap = match shown > 0 || inputs.status != 0 {
                true => "\n",
                false => "",
            };
            cx.out.write(text!(gap, "==> ", name, " <==\n")).await?;
        }
        shown += 1;
        if let Err(error) = show(cx, &mut reader, amount).await? {
            inputs.fail(cx, &path, error).await;
        }
    }
    Ok(inputs.status)
}

/// `-5` is `-n5`.
pub(super) fn historic(arg: &Bytes) -> Bytes {
    match arg.as_ref() {
        [b'-', b'0'..=b'9', ..] => text!("-n", &arg[1..]).into(),
        _ => arg.clone(),
    }
}

async fn show(
    cx: &mut Context<'_>,
    reader: &mut Reader<'_>,
    amount: Amount,
) -> Result<Result<(), crate::kernel::Errno>, Fail> {
    macro_rules! read {
        ($result:expr) => {
            match $result.await {
                Ok(value) => value,
                Err(error) => return Ok(Err(error)),
            }
        };
    }
    match amount {
        Amount::Lines(mut left) => {
            let mut line = Vec::new();
            while left > 0 && read!(reader.read_until(b'\n', &mut line)) {
                cx.out.write(&line).await?;
                left -= 1;
            }
        }
        Amount::Bytes(mut left) => {
            while left > 0 && read!(reader.fill()) {
                let count = (reader.buffered().len() as u64).min(left) as usize;
                cx.out.put(&reader.buffered()[..count]);
                cx.out.spill().await?;
                reader.consume(count);
                left -= count as u64;
            }
        }
        Amount::AllButLines(count) => {
            let mut kept = VecDeque::new();
            let mut line = Vec::new();
            let (mut bytes, mut charge) = (0, Charge::new());
            while read!(reader.read_until(b'\n', &mut line)) {
                bytes += line.len() + LINE_BYTES;
                charge.cover_steps(bytes);
                kept.push_back(line.clone());
                if kept.len() as u64 > count
                    && let Some(first) = kept.pop_front()
                {
                    bytes -= first.len() + LINE_BYTES;
                    cx.out.write(first).await?;
                }
            }
        }
        Amount::AllButBytes(count) => {
            let mut kept: VecDeque<u8> = VecDeque::new();
            let mut charge = Charge::new();
            while read!(reader.fill()) {
                charge.cover(2 * (kept.len() + reader.buffered().len()));
                kept.extend(reader.buffered());
                reader.consume(usize::MAX);
                let ready = (kept.len() as u64).saturating_sub(count) as usize;
                let bytes: Vec<u8> = kept.drain(..ready).collect();
                cx.out.write(bytes).await?;
            }
        }
    }
    Ok(Ok(()))
}
