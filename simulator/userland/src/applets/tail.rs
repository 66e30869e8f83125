//! tail.

use super::context::{Context, Fail, Outcome, text};
use super::head::historic;
use super::io::Reader;
use super::numbers::{self, BKM};
use crate::kernel::{Charge, Errno};
use bytes::Bytes;
use std::collections::VecDeque;
use std::io::SeekFrom;
use std::time::Duration;

/// What a line that is kept costs beside its bytes.
const LINE_BYTES: usize = 64;

/// What is to be written.
struct Kept {
    pieces: Vec<Vec<u8>>,
    _charge: Charge,
}

/// Which part of a file is wanted.
#[derive(Clone, Copy)]
struct Part {
    count: u64,
    bytes: bool,
    from_start: bool,
}

/// Writes the last lines or bytes of files, and what is added to them later.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    if let Some(first) = cx.args.first_mut() {
        *first = plus_or_minus(first);
    }
    let options = cx.options("n:c:qvfFs:")?;
    let mut part = Part {
        count: 10,
        bytes: false,
        from_start: false,
    };
    for (letter, value) in &options.given {
        let (b'n' | b'c', Some(value)) = (letter, value) else {
            continue;
        };
        let digits = value.strip_prefix(b"+").or(value.strip_prefix(b"-"));
        let digits = digits.unwrap_or(value);
        part = Part {
            count: numbers::with_suffix(digits, BKM).map_err(|_| numbers::invalid(value))?,
            bytes: *letter == b'c',
            from_start: value.starts_with(b"+"),
        };
    }
    let pause = match options.value(b's') {
        Some(value) => numbers::duration(value).ok_or_else(|| numbers::invalid(value))?,
        None => Duration::from_secs(1),
    };
    let mut paths = options.operands.clone();
    if paths.is_empty() {
        paths.push("-".into());
    }
    let follow = options.has(b'f') || options.has(b'F');
    let (mut status, mut open) = (0, Vec::new());
    for path in paths {
        match cx.open_or_complain(&path).await {
            Some(reader) => open.push((path, reader)),
            None => status = 1,
        }
    }
    if open.is_empty() {
        return Err(Fail::new("no files"));
    }
    let headers = options.has(b'v') || (open.len() > 1 && !options.has(b'q'));
    for (index, (path, reader)) in open.iter_mut().enumerate() {
        if headers {
            header(cx, path, index > 0).await?;
        }
        if let Err(error) = show(cx, reader, part).await? {
            cx.complain(text!("read error: ", error.message())).await;
            status = 1;
        }
    }
    if follow {
        cx.out.flush().await?;
        return self::follow(cx, open, headers, pause).await;
    }
    Ok(status)
}

/// `-5` and `+5` are `-n5` and `-n+5`.
fn plus_or_minus(arg: &Bytes) -> Bytes {
    match arg.as_ref() {
        [b'+', b'0'..=b'9', ..] => text!("-n", arg).into(),
        _ => historic(arg),
    }
}

async fn header(cx: &mut Context<'_>, path: &[u8], gap: bool) -> Result<(), Fail> {
    let name = if path == b"-" {
        b"standard input"
    } else {
        path
    };
    let gap = if gap { "\n" } else { "" };
    cx.out.write(text!(gap, "==> ", name, " <==\n")).await
}

async fn show(
    cx: &mut Context<'_>,
    reader: &mut Reader<'_>,
    part: Part,
) -> Result<Result<(), Errno>, Fail> {
    let result = match (part.from_start, part.bytes) {
        (true, _) => return from_start(cx, reader, part).await,
        (false, true) => {
            skip_to_end(cx, reader, part.count);
            last_bytes(reader, part.count).await
        }
        (false, false) => last_lines(reader, part.count).await,
    };
    match result {
        Ok(kept) => {
            for bytes in kept.pieces {
                cx.out.write(bytes).await?;
            }
            Ok(Ok(()))
        }
        Err(error) => Ok(Err(error)),
    }
}

/// In a file the bytes before the wanted ones need no reading.
fn skip_to_end(cx: &Context<'_>, reader: &Reader<'_>, count: u64) {
    let is_file = cx
        .sys
        .fstat(reader.fd())
        .is_ok_and(|stat| stat.kind == crate::kernel::FileKind::File && stat.size > count);
    if is_file && let Ok(back) = i64::try_from(count) {
        let _ = cx.sys.seek(reader.fd(), SeekFrom::End(-back));
    }
}

async fn from_start(
    cx: &mut Context<'_>,
    reader: &mut Reader<'_>,
    part: Part,
) -> Result<Result<(), Errno>, Fail> {
    let mut skip = part.count.saturating_sub(1);
    let mut line = Vec::new();
    while skip > 0 {
        let found = if part.bytes {
            match reader.fill().await {
                Ok(found) => {
                    let count = (reader.buffered().len() as u64).min(skip);
                    reader.consume(count as usize);
                    skip -= count;
                    Ok(found)
                }
                Err(error) => Err(error),
            }
        } else {
            skip -= 1;
            reader.read_until(b'\n', &mut line).await
        };
        match found {
            Ok(true) => {}
            Ok(false) => return Ok(Ok(())),
            Err(error) => return Ok(Err(error)),
        }
    }
    loop {
        match reader.fill().await {
            Ok(true) => {}
            Ok(false) => return Ok(Ok(())),
            Err(error) => return Ok(Err(error)),
        }
        cx.out.put(reader.buffered());
        cx.out.spill().await?;
        reader.consume(usize::MAX);
    }
}

async fn last_bytes(reader: &mut Reader<'_>, count: u64) -> Result<Kept, Errno> {
    let mut kept: VecDeque<u8> = VecDeque::new();
    let mut charge = Charge::new();
    while reader.fill().await? {
        charge.cover(2 * (kept.len() + reader.buffered().len()));
        kept.extend(reader.buffered());
        reader.consume(usize::MAX);
        let surplus = (kept.len() as u64).saturating_sub(count) as usize;
        kept.drain(..surplus);
    }
    Ok(Kept {
        pieces: vec![kept.into()],
        _charge: charge,
    })
}

async fn last_lines(reader: &mut Reader<'_>, count: u64) -> Result<Kept, Errno> {
    let mut kept: VecDeque<Vec<u8>> = VecDeque::new();
    let mut charge = Charge::new();
    let mut bytes = 0;
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line).await? {
        bytes += line.capacity() + LINE_BYTES;
        charge.cover_steps(bytes);
        kept.push_back(std::mem::take(&mut line));
        if kept.len() as u64 > count {
            line = kept.pop_front().unwrap_or_default();
            bytes -= line.capacity() + LINE_BYTES;
        }
    }
    Ok(Kept {
        pieces: kept.into(),
        _charge: charge,
    })
}

/// Looks again and again at what was added.
async fn follow(
    cx: &mut Context<'_>,
    open: Vec<(Bytes, Reader<'_>)>,
    headers: bool,
    pause: Duration,
) -> Outcome {
    let mut last = open.len().saturating_sub(1);
    let mut buffer = vec![0; super::io::CHUNK_BYTES];
    loop {
        let _ = cx.sys.sleep(pause).await;
        for (index, (path, reader)) in open.iter().enumerate() {
            let fd = reader.fd();
            // A file that was cut is read from its start again.
            if let (Ok(stat), Ok(at)) = (cx.sys.fstat(fd), cx.sys.seek(fd, SeekFrom::Current(0)))
                && stat.size < at
            {
                let _ = cx.sys.seek(fd, SeekFrom::Start(0));
            }
            loop {
                let count = match cx.sys.read(fd, &mut buffer).await {
                    Ok(count) => count,
                    Err(error) => {
                        cx.complain_of(path, error).await;
                        0
                    }
                };
                if count == 0 {
                    break;
                }
                if headers && index != last {
                    header(cx, path, true).await?;
                    last = index;
                }
                cx.out.write(&buffer[..count]).await?;
            }
        }
        cx.out.flush().await?;
    }
}
