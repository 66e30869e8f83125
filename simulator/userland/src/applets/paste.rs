//! paste.

use super::context::{Context, Fail, Outcome};
use super::io::{Line, Reader};
use crate::escape;

/// Writes lines of files side by side, or with `-s` one file after the other.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("d:s")?;
    let mut paths = options.operands.clone();
    if paths.is_empty() {
        paths.push("-".into());
    }
    let delimiters = match options.value(b'd') {
        Some(text) => unescape(text),
        None => vec![Some(b'\t')],
    };
    if delimiters.is_empty() {
        return Err(Fail::new("-d '' is not supported"));
    }
    // Every `-` reads on from the same buffer.
    let mut readers: Vec<Reader<'_>> = Vec::new();
    let mut order = Vec::new();
    let mut stdin = None;
    for path in &paths {
        if path == "-" && stdin.is_some() {
            order.extend(stdin);
            continue;
        }
        match cx.open_input(path).await {
            Ok(reader) => readers.push(reader),
            Err(error) => {
                cx.complain_of(path, error).await;
                return Ok(1);
            }
        }
        order.push(readers.len() - 1);
        if path == "-" {
            stdin = Some(readers.len() - 1);
        }
    }
    if options.has(b's') {
        return one_by_one(cx, &mut readers, &order, &delimiters).await;
    }
    side_by_side(cx, &mut readers, &order, &delimiters).await
}

/// `\0` is no delimiter at all.
fn unescape(text: &[u8]) -> Vec<Option<u8>> {
    let (mut delimiters, mut at) = (Vec::new(), 0);
    while at < text.len() {
        let byte = text[at];
        at += 1;
        if byte != b'\\' {
            delimiters.push(Some(byte));
            continue;
        }
        match escape::byte(&text[at..]) {
            Some((0, len)) => {
                delimiters.push(None);
                at += len;
            }
            Some((value, len)) => {
                delimiters.push(Some(value));
                at += len;
            }
            None => delimiters.push(Some(b'\\')),
        }
    }
    delimiters
}

async fn side_by_side(
    cx: &mut Context<'_>,
    readers: &mut [Reader<'_>],
    order: &[usize],
    delimiters: &[Option<u8>],
) -> Outcome {
    let mut line = Vec::new();
    let mut ended = vec![false; order.len()];
    while ended.contains(&false) {
        let mut row = Vec::new();
        let mut given = 0;
        for (column, &index) in order.iter().enumerate() {
            if ended[column] {
                continue;
            }
            let found = readers[index].read_line(&mut line).await;
            if !found.is_ok_and(Line::is_some) {
                ended[column] = true;
                continue;
            }
            row.extend_from_slice(&line);
            // Only the last file ends a row, also when others have ended.
            if column + 1 == order.len() {
                row.push(b'\n');
            } else {
                row.extend(delimiters[given % delimiters.len()]);
                given += 1;
            }
        }
        cx.sys.burn(100 + row.len() as u64).await;
        cx.out.write(row).await?;
    }
    Ok(0)
}

async fn one_by_one(
    cx: &mut Context<'_>,
    readers: &mut [Reader<'_>],
    order: &[usize],
    delimiters: &[Option<u8>],
) -> Outcome {
    let mut line = Vec::new();
    for &index in order {
        let mut count = 0;
        while readers[index]
            .read_line(&mut line)
            .await
            .is_ok_and(Line::is_some)
        {
            if count > 0 {
                cx.out
                    .buffer()
                    .extend(delimiters[(count - 1) % delimiters.len()]);
            }
            count += 1;
            cx.out.write(&line).await?;
        }
        cx.out.write(b"\n").await?;
    }
    Ok(0)
}
