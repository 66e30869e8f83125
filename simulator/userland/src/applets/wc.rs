//! wc.

use super::context::{Context, Outcome, text};
use super::io::Reader;
use crate::kernel::Errno;

#[derive(Clone, Copy, Default)]
struct Counts {
    lines: u64,
    words: u64,
    characters: u64,
    bytes: u64,
    longest: u64,
}

/// Counts lines, words and bytes.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("lwcmL")?;
    let wanted: Vec<u8> = match options.given.is_empty() {
        true => b"lwc".to_vec(),
        false => b"lwmcL"
            .iter()
            .copied()
            .filter(|letter| options.has(*letter))
            .collect(),
    };
    let from_stdin = options.operands.is_empty();
    let paths = match from_stdin {
        true => vec!["-".into()],
        false => options.operands,
    };
    let padded = wanted.len() > 1 || paths.len() > 1;
    let mut total = Counts::default();
    let mut status = 0;
    for path in &paths {
        let counted = match cx.open_input(path).await {
            Ok(mut reader) => count(&mut reader).await,
            Err(error) => Err(error),
        };
        let counts = match counted {
            Ok(counts) => counts,
            Err(error) => {
                cx.complain_of(path, error).await;
                status = 1;
                continue;
            }
        };
        total.lines += counts.lines;
        total.words += counts.words;
        total.characters += counts.characters;
        total.bytes += counts.bytes;
        total.longest = total.longest.max(counts.longest);
        let name = if from_stdin {
            None
        } else {
            Some(path.as_ref())
        };
        cx.out.write(row(&counts, &wanted, name, padded)).await?;
    }
    if paths.len() > 1 {
        cx.out
            .write(row(&total, &wanted, Some(b"total"), padded))
            .await?;
    }
    Ok(status)
}

fn row(counts: &Counts, wanted: &[u8], name: Option<&[u8]>, padded: bool) -> Vec<u8> {
    let values: Vec<String> = wanted
        .iter()
        .map(|letter| {
            let value = match letter {
                b'l' => counts.lines,
                b'w' => counts.words,
                b'm' => counts.characters,
                b'c' => counts.bytes,
                _ => counts.longest,
            };
            match padded {
                true => format!("{value:9}"),
                false => value.to_string(),
            }
        })
        .collect();
    let values = values.join(" ");
    match name {
        Some(name) => text!(values, " ", name, "\n"),
        None => text!(values, "\n"),
    }
}

async fn count(reader: &mut Reader<'_>) -> Result<Counts, Errno> {
    let mut counts = Counts::default();
    let (mut in_word, mut column) = (false, 0);
    while reader.fill().await? {
        let bytes = reader.buffered();
        counts.bytes += bytes.len() as u64;
        for &byte in bytes {
            match byte {
                b'\n' | b'\r' | 0x0c | b'\t' | 0x0b | b' ' => {
                    counts.words += u64::from(in_word);
                    in_word = false;
                    match byte {
                        b'\t' => column = (column | 7) + 1,
                        b' ' => column += 1,
                        0x0b => {}
                        _ => {
                            counts.lines += u64::from(byte == b'\n');
                            counts.longest = counts.longest.max(column);
                            column = 0;
                        }
                    }
                }
                0x21..=0x7e => {
                    in_word = true;
                    column += 1;
                }
                _ => in_word |= byte >= 0x80,
            }
        }
        reader.consume(usize::MAX);
    }
    counts.words += u64::from(in_word);
    counts.longest = counts.longest.max(column);
    counts.characters = counts.bytes;
    Ok(counts)
}
