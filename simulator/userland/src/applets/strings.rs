//! strings.

use super::context::{Context, Fail, Outcome, text};
use super::inputs::Inputs;
use super::numbers::in_range;
use crate::kernel::Buffer;

/// Writes the readable parts of files.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("fon:at:")?;
    let least = options.number(b'n')?.unwrap_or(4);
    let least = in_range(least, 1..=i32::MAX as u64)? as usize;
    let radix = match (options.value(b't').map(AsRef::as_ref), options.has(b'o')) {
        (Some([radix @ (b'o' | b'd' | b'x')]), _) => Some(*radix),
        (Some(_), _) => return Err(Fail::usage()),
        (None, true) => Some(b'o'),
        (None, false) => None,
    };
    let mut inputs = Inputs::new(options.operands.clone());
    while let Some((path, mut reader)) = inputs.next(cx).await {
        let (mut run, mut offset, mut start) = (Buffer::new(), 0_u64, 0_u64);
        loop {
            let more = reader.fill().await;
            let more = more.map_err(|error| Fail::new(text!(path, ": ", error.message())))?;
            let bytes = reader.buffered().to_vec();
            reader.consume(bytes.len());
            // The end of the input ends a run as any unreadable byte does.
            let ends: &[u8] = if more { &bytes } else { b"\0" };
            for &byte in ends {
                if (0x20..0x7f).contains(&byte) || byte == b'\t' {
                    if run.is_empty() {
                        start = offset;
                    }
                    run.push(byte);
                } else {
                    if run.len() >= least {
                        let name = if options.has(b'f') {
                            text!(path, ": ")
                        } else {
                            Vec::new()
                        };
                        let place = match radix {
                            Some(b'o') => format!("{start:7o} "),
                            Some(b'x') => format!("{start:7x} "),
                            Some(_) => format!("{start:7} "),
                            None => String::new(),
                        };
                        cx.out.write(text!(name, place, run, "\n")).await?;
                    }
                    run.clear();
                }
                offset += 1;
            }
            if !more {
                break;
            }
        }
    }
    Ok(inputs.status)
}
