//! rev and tac.

use super::context::{Context, Fail, Outcome, text};
use super::io::INPUT_BYTES_MAX;
use super::lines;

/// Writes each line backwards.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("")?;
    lines::for_each(cx, options.operands, |line, out| {
        out.extend(line.iter().rev());
    })
    .await
}

/// Writes the lines of all files, last first.
pub(super) async fn tac(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("")?;
    let mut paths = options.operands;
    if paths.is_empty() {
        paths.push("-".into());
    }
    let (mut kept, mut bytes, mut status) = (Vec::new(), 0, 0);
    let mut line = Vec::new();
    for path in &paths {
        let mut reader = match cx.open_input(path).await {
            Ok(reader) => reader,
            Err(error) => {
                cx.complain_of(path, error).await;
                status = 1;
                continue;
            }
        };
        loop {
            match reader.read_until(b'\n', &mut line).await {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    cx.complain_of(path, error).await;
                    status = 1;
                    break;
                }
            }
            bytes += line.len() + 24;
            if bytes > INPUT_BYTES_MAX {
                return Err(Fail::new(text!(path, ": out of memory")));
            }
            kept.push(line.as_slice().to_vec());
        }
    }
    for line in kept.iter().rev() {
        cx.out.write(line).await?;
    }
    Ok(status)
}
