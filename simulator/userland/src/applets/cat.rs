//! cat.

use super::context::{Context, Fail, Outcome, cannot_open, text};
use super::io::{CopyError, copy, write_error};

/// Writes files one after the other.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("nbvteAu")?;
    let number = match options.last_of(b"nb") {
        Some(b'n') => Numbering::All,
        Some(_) => Numbering::NonEmpty,
        None => Numbering::None,
    };
    let style = Style {
        number,
        visible: options.has(b'v') || options.has(b'A') || options.has(b't') || options.has(b'e'),
        tabs: options.has(b't') || options.has(b'A'),
        ends: options.has(b'e') || options.has(b'A'),
    };
    let plain = number == Numbering::None && !style.visible;
    let mut paths = options.operands;
    if paths.is_empty() {
        paths.push("-".into());
    }
    let mut status = 0;
    let mut line_number = 0;
    for path in &paths {
        let reader = match cx.open_input(path).await {
            Ok(reader) => reader,
            Err(error) => {
                let message = match style.visible || plain {
                    true => cannot_open(path, error),
                    false => text!(path, ": ", error.message()),
                };
                cx.complain(message).await;
                status = 1;
                continue;
            }
        };
        let done = if plain {
            match copy(cx.sys, reader.fd(), 1).await {
                Ok(_) => Ok(()),
                Err(CopyError::Write(error)) => return Err(write_error(error)),
                Err(CopyError::Read(error)) => Err(error),
            }
        } else {
            styled(cx, reader, &style, &mut line_number).await?
        };
        if let Err(error) = done {
            cx.complain(text!("read error: ", error.message())).await;
            status = 1;
        }
    }
    Ok(status)
}

#[derive(Clone, Copy, PartialEq)]
enum Numbering {
    None,
    All,
    NonEmpty,
}

struct Style {
    number: Numbering,
    visible: bool,
    tabs: bool,
    ends: bool,
}

async fn styled(
    cx: &mut Context<'_>,
    mut reader: super::io::Reader<'_>,
    style: &Style,
    line_number: &mut u64,
) -> Result<Result<(), crate::kernel::Errno>, Fail> {
    let mut line = Vec::new();
    loop {
        let found = if style.visible {
            reader.read_until(b'\n', &mut line).await
        } else {
            let found = reader.read_text_line(&mut line).await;
            found.map(|found| found.is_some())
        };
        match found {
            Ok(true) => {}
            Ok(false) => return Ok(Ok(())),
            Err(error) => return Ok(Err(error)),
        }
        let is_empty = line.is_empty() || line == b"\n";
        let numbered = match style.number {
            Numbering::None => false,
            Numbering::All => true,
            Numbering::NonEmpty => !is_empty,
        };
        if numbered {
            *line_number += 1;
            cx.out.put(format!("{line_number:6}\t"));
        }
        let out = cx.out.buffer();
        if style.visible {
            line.iter().for_each(|byte| show(*byte, style, out));
        } else {
            out.extend_from_slice(&line);
        }
        // The last line of numbered ones ends, too.
        if style.number != Numbering::None && !line.ends_with(b"\n") {
            out.push(b'\n');
        }
        cx.out.spill().await?;
        cx.sys.burn(100 + line.len() as u64 * 4).await;
    }
}

fn show(byte: u8, style: &Style, out: &mut Vec<u8>) {
    match byte {
        b'\n' => out.extend_from_slice(if style.ends { b"$\n" } else { b"\n" }),
        b'\t' if !style.tabs => out.push(b'\t'),
        128.. => {
            out.extend_from_slice(b"M-");
            show_seven_bits(byte - 128, out);
        }
        _ => show_seven_bits(byte, out),
    }
}

fn show_seven_bits(byte: u8, out: &mut Vec<u8>) {
    match byte {
        0..=31 => out.extend_from_slice(&[b'^', byte + 64]),
        127 => out.extend_from_slice(b"^?"),
        _ => out.push(byte),
    }
}
