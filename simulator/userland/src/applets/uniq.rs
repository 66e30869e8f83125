//! uniq.

use super::context::{Context, Fail, Outcome, cannot_open, text};
use super::io::Writer;
use crate::kernel::OpenFlags;

/// Leaves out repeated lines.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.long_options(
        "cduf:s:w:iz",
        &[
            ("count", false, b'c'),
            ("repeated", false, b'd'),
            ("unique", false, b'u'),
            ("skip-fields", true, b'f'),
            ("skip-chars", true, b's'),
            ("check-chars", true, b'w'),
            ("ignore-case", false, b'i'),
        ],
    )?;
    let skip_fields = options.number(b'f')?.unwrap_or(0);
    let skip_bytes = options.number(b's')?.unwrap_or(0) as usize;
    let most = options
        .number(b'w')?
        .map_or(usize::MAX, |most| most as usize);
    let ignore_case = options.has(b'i');
    let end = if options.has(b'z') { 0 } else { b'\n' };
    let key = |line: &[u8]| -> Vec<u8> {
        let mut at = 0;
        for _ in 0..skip_fields.min(line.len() as u64) {
            at += line[at..]
                .iter()
                .take_while(|byte| byte.is_ascii_whitespace())
                .count();
            at += line[at..]
                .iter()
                .take_while(|byte| !byte.is_ascii_whitespace())
                .count();
        }
        let rest = &line[at.saturating_add(skip_bytes).min(line.len())..];
        let rest = &rest[..rest.len().min(most)];
        if ignore_case {
            rest.to_ascii_lowercase()
        } else {
            rest.to_vec()
        }
    };
    let input = options.operands.first().cloned().unwrap_or("-".into());
    let mut reader = cx
        .open_input(&input)
        .await
        .map_err(|error| Fail::new(cannot_open(&input, error)))?;
    let mut file = match options.operands.get(1) {
        Some(path) if path != "-" => {
            let flags = OpenFlags::WRITE | OpenFlags::CREATE | OpenFlags::TRUNC;
            let opened = cx.sys.open(path, flags, 0o666).await;
            let fd = opened.map_err(|error| Fail::new(cannot_open(path, error)))?;
            Some(Writer::new(cx.sys, fd))
        }
        _ => None,
    };
    let sys = cx.sys;
    let out = file.as_mut().unwrap_or(&mut cx.out);
    let (mut held, mut held_key, mut count) = (Vec::new(), Vec::new(), 0_u64);
    let mut line = Vec::new();
    loop {
        let found = reader.read_until(end, &mut line).await;
        let found = found.map_err(|error| Fail::new(text!(input, ": ", error.message())))?;
        line.pop_if(|last| *last == end);
        let line_key = key(&line);
        sys.burn(100 + line.len() as u64).await;
        if found && count > 0 && line_key == held_key {
            count += 1;
            continue;
        }
        let wanted = (!options.has(b'd') || count > 1) && (!options.has(b'u') || count == 1);
        if count > 0 && wanted {
            if options.has(b'c') {
                out.put(format!("{count:7} "));
            }
            out.put(&held);
            out.write([end]).await?;
        }
        if !found {
            break;
        }
        std::mem::swap(&mut held, &mut line);
        held_key = line_key;
        count = 1;
    }
    if let Some(mut file) = file {
        file.flush().await?;
    }
    Ok(0)
}
