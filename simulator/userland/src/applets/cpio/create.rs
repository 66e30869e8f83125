//! Creating archives.

use super::super::context::{Context, Fail, Outcome, cannot_open, text};
use super::super::io::{Reader, Writer};
use super::Job;
use super::header::{Header, TRAILER, padding};
use crate::kernel::{Charge, Errno, FileKind, OpenFlags, Stat};

/// The most that the form can hold of one file.
const SIZE_MAX: u64 = u32::MAX as u64;

/// Names of one file, which come together at the end: only the last has the content.
struct Links {
    file: (u32, u64),
    names: Vec<Vec<u8>>,
}

/// Packs the files that standard input names.
pub(super) async fn run<'a>(cx: &mut Context<'a>, job: &Job, out: &mut Writer<'a>) -> Outcome {
    let failed = |error: Errno| Fail::new(error.message());
    let mut names = Reader::borrowed(cx.sys, 0);
    let mut links: Vec<Links> = Vec::new();
    let mut charge = Charge::new();
    let mut name = Vec::new();
    while names
        .read_until(job.delimiter, &mut name)
        .await
        .map_err(failed)?
    {
        if name.last() == Some(&job.delimiter) {
            name.pop();
        }
        if name.is_empty() {
            continue;
        }
        let stat = stat(cx, job, &name)?;
        if stat.nlink > 1 && stat.kind == FileKind::File {
            charge.add(name.len() + 64);
            let file = (stat.dev, stat.ino);
            cx.sys.burn(20 * links.len() as u64).await;
            match links.iter_mut().find(|links| links.file == file) {
                Some(links) => links.names.push(name.clone()),
                None => links.push(Links {
                    file,
                    names: vec![name.clone()],
                }),
            }
            continue;
        }
        one(cx, out, &name, &stat, true).await?;
    }
    for links in &links {
        for (at, name) in links.names.iter().enumerate() {
            let stat = stat(cx, job, name)?;
            let last = at + 1 == links.names.len();
            one(cx, out, name, &stat, last).await?;
        }
    }
    let trailer = Header {
        nlink: 1,
        name: TRAILER.to_vec(),
        ..Header::default()
    };
    out.write(trailer.bytes()).await?;
    Ok(0)
}

fn stat(cx: &Context<'_>, job: &Job, name: &[u8]) -> Result<Stat, Fail> {
    let found = match job.follow {
        true => cx.sys.stat(name),
        false => cx.sys.lstat(name),
    };
    found.map_err(|error| Fail::new(text!(name, ": ", error.message())))
}

/// Writes one member, with or without its content.
async fn one(
    cx: &mut Context<'_>,
    out: &mut Writer<'_>,
    name: &[u8],
    stat: &Stat,
    content: bool,
) -> Result<(), Fail> {
    let target = match stat.kind {
        FileKind::Symlink => cx.sys.readlink(name).unwrap_or_default(),
        _ => Default::default(),
    };
    let size = match stat.kind {
        FileKind::File if content => stat.size,
        FileKind::Symlink => target.len() as u64,
        _ => 0,
    };
    if size > SIZE_MAX {
        return Err(Fail::new(text!(name, ": too large")));
    }
    let header = Header {
        ino: stat.ino as u32,
        mode: stat.full_mode(),
        uid: stat.uid,
        gid: stat.gid,
        nlink: stat.nlink,
        mtime_s: stat.mtime.as_secs() as u32,
        size: size as u32,
        dev: (stat.dev >> 8, stat.dev & 0xff),
        rdev: (stat.rdev >> 8, stat.rdev & 0xff),
        name: name.to_vec(),
    };
    out.write(header.bytes()).await?;
    cx.sys.burn(1_000).await;
    if stat.kind == FileKind::File && size > 0 {
        copy(cx, out, name, size).await?;
    } else {
        out.write(&target).await?;
    }
    out.write(&[0; 4][..padding(size) as usize]).await
}

async fn copy(cx: &Context<'_>, out: &mut Writer<'_>, name: &[u8], size: u64) -> Result<(), Fail> {
    let opened = cx.sys.open(name, OpenFlags::READ, 0).await;
    let fd = opened.map_err(|error| Fail::new(cannot_open(name, error)))?;
    let mut reader = Reader::owned(cx.sys, fd);
    let mut left = size;
    while left > 0 {
        let more = reader.fill().await;
        // The file shrank meanwhile: the archive would be out of step.
        if !more.map_err(|error| Fail::new(text!(name, ": ", error.message())))? {
            return Err(Fail::new("short read"));
        }
        let count = (reader.buffered().len() as u64).min(left) as usize;
        out.write(&reader.buffered()[..count]).await?;
        reader.consume(count);
        left -= count as u64;
    }
    Ok(())
}
