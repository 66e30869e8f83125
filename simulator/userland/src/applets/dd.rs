//! dd.

use super::context::{Context, Fail, Outcome, cannot_open, text};
use super::numbers::{self, Suffixes};
use crate::kernel::{Buffer, Errno, Fd, OpenFlags};
use bytes::Bytes;
use std::io::SeekFrom;

const SIZES: Suffixes = &[
    ("c", 1),
    ("w", 2),
    ("b", 512),
    ("kB", 1000),
    ("k", 1 << 10),
    ("K", 1 << 10),
    ("MB", 1_000_000),
    ("M", 1 << 20),
    ("GB", 1_000_000_000),
    ("G", 1 << 30),
];

/// Largest block, bytes.
const BLOCK_BYTES_MAX: u64 = i64::MAX as u64;

#[derive(Default)]
struct Plan {
    input: Option<Bytes>,
    output: Option<Bytes>,
    input_block: u64,
    output_block: u64,
    count: Option<u64>,
    skip: u64,
    seek: u64,
    notrunc: bool,
    noerror: bool,
    sync: bool,
    swab: bool,
    fullblock: bool,
    append: bool,
    count_bytes: bool,
    skip_bytes: bool,
    seek_bytes: bool,
    quiet: bool,
    no_rate: bool,
}

#[derive(Default)]
struct Tally {
    in_full: u64,
    in_partial: u64,
    out_full: u64,
    out_partial: u64,
    bytes: u64,
}

/// Copies blocks.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let plan = plan(&cx.args)?;
    let started = cx.sys.now();
    let input = match &plan.input {
        None => 0,
        Some(path) => cx
            .sys
            .open(path, OpenFlags::READ, 0)
            .await
            .map_err(|error| Fail::new(cannot_open(path, error)))?,
    };
    let output = open_output(cx, &plan).await?;
    skip(cx, input, &plan).await?;
    let mut tally = Tally::default();
    let copied = copy(cx, &plan, input, output, &mut tally).await;
    if !plan.quiet {
        let mut report = format!(
            "{}+{} records in\n{}+{} records out\n",
            tally.in_full, tally.in_partial, tally.out_full, tally.out_partial
        );
        if !plan.no_rate {
            let seconds = cx.sys.now().since(started).as_secs_f64();
            let rate = if seconds > 0.0 {
                tally.bytes as f64 / seconds
            } else {
                tally.bytes as f64
            };
            report += &format!(
                "{} bytes ({}B) copied, {seconds:.6} seconds, {}B/s\n",
                tally.bytes,
                super::human::short(tally.bytes),
                super::human::short(rate as u64)
            );
        }
        cx.error_text(report.as_bytes()).await;
    }
    copied.map(|()| 0)
}

fn plan(args: &[Bytes]) -> Result<Plan, Fail> {
    let mut plan = Plan {
        input_block: 512,
        output_block: 512,
        ..Plan::default()
    };
    for arg in args {
        let at = arg
            .iter()
            .position(|byte| *byte == b'=')
            .ok_or_else(Fail::usage)?;
        let value = arg.slice(at + 1..);
        let number = || numbers::with_suffix(&value, SIZES);
        let block = || {
            number().and_then(|size| match size {
                1..=BLOCK_BYTES_MAX => Ok(size),
                _ => Err(numbers::invalid(&value)),
            })
        };
        match &arg[..at] {
            b"if" => plan.input = Some(value),
            b"of" => plan.output = Some(value),
            b"bs" => {
                plan.input_block = block()?;
                plan.output_block = plan.input_block;
            }
            b"ibs" => plan.input_block = block()?,
            b"obs" => plan.output_block = block()?,
            b"count" => plan.count = Some(number()?),
            b"skip" | b"iseek" => plan.skip = number()?,
            b"seek" | b"oseek" => plan.seek = number()?,
            b"conv" | b"iflag" | b"oflag" => {
                for word in value.split(|byte| *byte == b',') {
                    plan.flag(word)?;
                }
            }
            b"status" => match value.as_ref() {
                b"none" => plan.quiet = true,
                b"noxfer" => plan.no_rate = true,
                _ => {
                    return Err(Fail::new(text!(
                        "invalid argument '",
                        value,
                        "' to 'status'"
                    )));
                }
            },
            _ => return Err(Fail::usage()),
        }
    }
    Ok(plan)
}

impl Plan {
    fn flag(&mut self, word: &[u8]) -> Result<(), Fail> {
        match word {
            b"notrunc" => self.notrunc = true,
            b"noerror" => self.noerror = true,
            b"sync" => self.sync = true,
            b"swab" => self.swab = true,
            b"fsync" | b"direct" => {}
            b"fullblock" => self.fullblock = true,
            b"append" => self.append = true,
            b"count_bytes" => self.count_bytes = true,
            b"skip_bytes" => self.skip_bytes = true,
            b"seek_bytes" => self.seek_bytes = true,
            _ => return Err(Fail::new(text!("invalid argument '", word, "' to 'conv'"))),
        }
        Ok(())
    }
}

async fn open_output(cx: &Context<'_>, plan: &Plan) -> Result<Fd, Fail> {
    let Some(path) = &plan.output else {
        if plan.seek > 0 {
            let at = plan.seek.saturating_mul(if plan.seek_bytes {
                1
            } else {
                plan.output_block
            });
            let _ = cx.sys.seek(1, SeekFrom::Start(at));
        }
        return Ok(1);
    };
    let mut flags = OpenFlags::WRITE | OpenFlags::CREATE;
    if plan.append {
        flags |= OpenFlags::APPEND;
    }
    if plan.seek == 0 && !plan.notrunc && !plan.append {
        flags |= OpenFlags::TRUNC;
    }
    let fd = cx
        .sys
        .open(path, flags, 0o666)
        .await
        .map_err(|error| Fail::new(cannot_open(path, error)))?;
    if plan.seek > 0 {
        let at = plan.seek.saturating_mul(if plan.seek_bytes {
            1
        } else {
            plan.output_block
        });
        if !plan.notrunc
            && cx
                .sys
                .fstat(fd)
                .is_ok_and(|stat| stat.kind == crate::kernel::FileKind::File)
        {
            cx.sys
                .truncate(fd, at)
                .map_err(|error| Fail::new(text!("truncate: ", error.message())))?;
        }
        cx.sys
            .seek(fd, SeekFrom::Start(at))
            .map_err(|error| Fail::new(text!(path, ": ", error.message())))?;
    }
    Ok(fd)
}

/// Passes over the start of the input: by seeking where that works, else by reading.
async fn skip(cx: &mut Context<'_>, input: Fd, plan: &Plan) -> Result<(), Fail> {
    if plan.skip == 0 {
        return Ok(());
    }
    let bytes = plan
        .skip
        .saturating_mul(if plan.skip_bytes { 1 } else { plan.input_block });
    let is_file = cx
        .sys
        .fstat(input)
        .is_ok_and(|stat| stat.kind == crate::kernel::FileKind::File);
    if is_file
        && cx
            .sys
            .seek(input, SeekFrom::Current(bytes.min(i64::MAX as u64) as i64))
            .is_ok()
    {
        return Ok(());
    }
    let mut left = bytes;
    let mut buffer = vec![0; super::io::CHUNK_BYTES];
    while left > 0 {
        let step = left.min(buffer.len() as u64) as usize;
        match cx.sys.read(input, &mut buffer[..step]).await {
            Ok(0) => break,
            Ok(count) => left -= count as u64,
            Err(error) => return Err(Fail::new(text!("read error: ", error.message()))),
        }
        cx.sys.burn(500).await;
    }
    Ok(())
}

async fn copy(
    cx: &mut Context<'_>,
    plan: &Plan,
    input: Fd,
    output: Fd,
    tally: &mut Tally,
) -> Result<(), Fail> {
    let mut block = Buffer::zeroed(plan.input_block as usize);
    let mut pending = Buffer::new();
    let same = plan.input_block == plan.output_block;
    loop {
        let mut wanted = block.len();
        match plan.count {
            Some(count) if plan.count_bytes => {
                let left = count.saturating_sub(tally.in_full * plan.input_block);
                wanted = wanted.min(left as usize);
                if wanted == 0 || tally.in_partial > 0 {
                    break;
                }
            }
            Some(count) if tally.in_full + tally.in_partial >= count => break,
            _ => {}
        }
        let read = read_block(cx, input, &mut block[..wanted], plan.fullblock).await;
        let count = match read {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) => {
                let name = plan.input.clone().unwrap_or("standard input".into());
                cx.complain_of(&name, error).await;
                if !plan.noerror {
                    return Err(Fail::Status(1));
                }
                0
            }
        };
        if count == block.len() {
            tally.in_full += 1;
        } else {
            tally.in_partial += 1;
        }
        let mut len = count;
        if plan.sync && count < block.len() {
            block[count..].fill(0);
            len = block.len();
        }
        if plan.swab {
            block[..len]
                .chunks_exact_mut(2)
                .for_each(|pair| pair.swap(0, 1));
        }
        if same {
            write_block(cx, plan, output, &block[..len], tally).await?;
            continue;
        }
        pending.extend_from_slice(&block[..len]);
        let size = plan.output_block as usize;
        let mut done = 0;
        while pending.len() - done >= size {
            write_block(cx, plan, output, &pending[done..done + size], tally).await?;
            done += size;
        }
        pending.drop_front(done);
    }
    if !pending.is_empty() {
        write_block(cx, plan, output, &pending, tally).await?;
    }
    Ok(())
}

async fn read_block(
    cx: &Context<'_>,
    input: Fd,
    block: &mut [u8],
    full: bool,
) -> Result<usize, Errno> {
    let mut done = 0;
    while done < block.len() {
        let step = (block.len() - done).min(super::io::CHUNK_BYTES);
        let count = cx.sys.read(input, &mut block[done..done + step]).await?;
        cx.sys.burn(200 + count as u64 / 8).await;
        done += count;
        // A file or device fills a big block in steps; a pipe's short read is a partial block.
        if count < step && !(full && count > 0) {
            break;
        }
    }
    Ok(done)
}

async fn write_block(
    cx: &mut Context<'_>,
    plan: &Plan,
    output: Fd,
    bytes: &[u8],
    tally: &mut Tally,
) -> Result<(), Fail> {
    for step in bytes.chunks(super::io::CHUNK_BYTES) {
        cx.sys.write_all(output, step).await.map_err(|error| {
            let name = plan.output.clone().unwrap_or("standard output".into());
            Fail::new(text!("error writing '", name, "': ", error.message()))
        })?;
        cx.sys.burn(200).await;
    }
    if bytes.len() as u64 == plan.output_block {
        tally.out_full += 1;
    } else {
        tally.out_partial += 1;
    }
    tally.bytes += bytes.len() as u64;
    Ok(())
}
