//! cmp.

use super::context::{Context, Fail, Outcome, text};
use super::io::Reader;
use super::numbers;
use crate::kernel::Errno;
use bytes::Bytes;

struct Job {
    list: bool,
    silent: bool,
    limit: u64,
}

/// Says where two files differ.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("lsn:")?;
    let job = Job {
        list: options.has(b'l'),
        silent: options.has(b's'),
        limit: options.number(b'n')?.unwrap_or(u64::MAX),
    };
    let mut operands = options.operands.into_iter();
    let first = operands.next().ok_or_else(Fail::usage)?;
    let second = operands.next().unwrap_or_else(|| "-".into());
    let skips = [operands.next(), operands.next()];
    if operands.next().is_some() {
        return Err(Fail::usage());
    }
    let skip = |text: &Option<Bytes>| match text {
        Some(text) => numbers::with_suffix(text, numbers::BKM),
        None => Ok(0),
    };
    let skips = [skip(&skips[0])?, skip(&skips[1])?];
    let names = [first, second];
    let mut readers = [
        open(cx, &job, &names[0]).await?,
        open(cx, &job, &names[1]).await?,
    ];
    for index in 0..2 {
        let skipped = skip_bytes(&mut readers[index], skips[index]).await;
        skipped.map_err(|error| read_failed(&names[index], error))?;
    }
    compare(cx, &job, &names, &mut readers).await
}

async fn open<'a>(cx: &mut Context<'a>, job: &Job, path: &Bytes) -> Result<Reader<'a>, Fail> {
    cx.open_input(path).await.map_err(|error| match job.silent {
        true => Fail::Status(2),
        false => read_failed(path, error),
    })
}

fn read_failed(path: &[u8], error: Errno) -> Fail {
    Fail::Message(2, text!(path, ": ", error.message()))
}

async fn skip_bytes(reader: &mut Reader<'_>, mut count: u64) -> Result<(), Errno> {
    while count > 0 && reader.fill().await? {
        let step = (reader.buffered().len() as u64).min(count);
        reader.consume(step as usize);
        count -= step;
    }
    Ok(())
}

async fn compare(
    cx: &mut Context<'_>,
    job: &Job,
    names: &[Bytes; 2],
    readers: &mut [Reader<'_>; 2],
) -> Outcome {
    let (mut place, mut line, mut status) = (0_u64, 1_u64, 0);
    while place < job.limit {
        let mut more = [false; 2];
        for index in 0..2 {
            let filled = readers[index].fill().await;
            more[index] = filled.map_err(|error| read_failed(&names[index], error))?;
        }
        if more != [true; 2] {
            if more[0] != more[1] {
                status = 1;
                if !job.silent {
                    let ended = &names[usize::from(more[0])];
                    cx.complain(text!("EOF on ", ended)).await;
                }
            }
            break;
        }
        let [left, right] = [readers[0].buffered(), readers[1].buffered()];
        let count = left.len().min(right.len());
        let count = usize::try_from(job.limit - place).map_or(count, |rest| count.min(rest));
        for (left, right) in left[..count].iter().zip(&right[..count]) {
            place += 1;
            if left != right {
                status = 1;
                if job.silent {
                    return Ok(1);
                }
                if !job.list {
                    let [first, second] = names;
                    let place = format!(" differ: char {place}, line {line}\n");
                    cx.out.write(text!(first, " ", second, place)).await?;
                    return Ok(1);
                }
                cx.out.put(format!("{place} {left:3o} {right:3o}\n"));
            }
            line += u64::from(*left == b'\n');
        }
        cx.out.spill().await?;
        cx.sys.burn(100 + count as u64 / 2).await;
        for reader in readers.iter_mut() {
            reader.consume(count);
        }
    }
    Ok(status)
}
