//! Listing and extracting archives.

use super::super::calendar::{Date, Zone};
use super::super::context::{Context, Fail, Outcome, cannot_open, text};
use super::super::glob;
use super::super::io::{Reader, Writer};
use super::super::mode;
use super::super::walk::make_parents;
use super::Job;
use super::header::{BYTES, Header, HeaderError, TRAILER, padding};
use crate::kernel::{Charge, Errno, FileKind, OpenFlags, Stat, Timestamp};

/// The longest target of a link.
const TARGET_BYTES_MAX: u32 = 4096;

/// Names of one file that were met before its content.
struct Waiting {
    file: ((u32, u32), u32),
    mode: u32,
    names: Vec<Vec<u8>>,
    /// The name that has the content.
    made: Option<Vec<u8>>,
}

struct Extraction<'j, 'a> {
    job: &'j Job,
    reader: Reader<'a>,
    /// Bytes read.
    length: u64,
    links: Vec<Waiting>,
    charge: Charge,
    zone: Zone,
}

/// Lists or extracts members.
pub(super) async fn run<'a>(cx: &mut Context<'a>, job: &Job, reader: Reader<'a>) -> Outcome {
    let mut extraction = Extraction {
        job,
        reader,
        length: 0,
        links: Vec::new(),
        charge: Charge::new(),
        zone: Zone::from_variable(cx.variable("TZ").as_deref()),
    };
    loop {
        let Some(header) = extraction.header().await? else {
            return Ok(0);
        };
        if header.name == TRAILER {
            break;
        }
        extraction.member(cx, header).await?;
    }
    extraction.link(cx).await?;
    if !job.quiet {
        cx.out.flush().await?;
        let blocks = extraction.length.div_ceil(512);
        cx.error_text(format!("{blocks} blocks\n").as_bytes()).await;
    }
    Ok(0)
}

impl<'a> Extraction<'_, 'a> {
    /// The next header with its name; none at the very beginning of nothing.
    async fn header(&mut self) -> Result<Option<Header>, Fail> {
        let mut bytes = [0; BYTES];
        for (at, byte) in bytes.iter_mut().enumerate() {
            match self.reader.byte().await.map_err(failed)? {
                Some(read) => *byte = read,
                None if at == 0 && self.length == 0 => return Ok(None),
                None => return Err(short()),
            }
        }
        self.length += BYTES as u64;
        let (mut header, length) = Header::parse(&bytes).map_err(|error| match error {
            HeaderError::Form => Fail::new("unsupported cpio format, use newc or crc"),
            HeaderError::Damaged => Fail::new("damaged cpio file"),
        })?;
        header.name = self.bytes(length as u64).await?;
        let end = header.name.iter().position(|byte| *byte == 0);
        header.name.truncate(end.unwrap_or(length));
        let above = header.name.iter().take_while(|byte| **byte == b'/').count();
        header.name.drain(..above);
        self.skip(padding((BYTES + length) as u64)).await?;
        Ok(Some(header))
    }

    async fn member(&mut self, cx: &mut Context<'a>, header: Header) -> Result<(), Fail> {
        let is_wanted = |pattern: &bytes::Bytes| glob::matches(pattern, &header.name, false);
        let rest = u64::from(header.size);
        let whole = rest + padding(rest);
        if !self.job.wanted.is_empty() && !self.job.wanted.iter().any(is_wanted) {
            return self.skip(whole).await;
        }
        if self.job.list {
            return self.list(cx, &header).await;
        }
        if self.job.to_output {
            if header.kind() == Some(FileKind::File) {
                let mut out = Writer::new(cx.sys, 1);
                self.copy(&mut out, rest).await?;
                out.flush().await?;
                return self.skip(padding(rest)).await;
            }
            return self.skip(whole).await;
        }
        let made = self.make(cx, &header).await;
        if self.job.verbose {
            cx.out.write(text!(header.name, "\n")).await?;
        }
        made
    }

    async fn list(&mut self, cx: &mut Context<'a>, header: &Header) -> Result<(), Fail> {
        let size = u64::from(header.size);
        if !self.job.verbose {
            cx.out.write(text!(header.name, "\n")).await?;
            return self.skip(size + padding(size)).await;
        }
        let mut target = Vec::new();
        let mut left = size;
        if header.kind() == Some(FileKind::Symlink) {
            target = text!(" -> ", self.target(header).await?);
            left = 0;
        }
        let seconds = i64::from(header.mtime_s);
        let date = Date::at(seconds, &self.zone);
        let date = date.format(b"%Y-%m-%d %H:%M:%S", seconds, 0, &self.zone);
        let letters = mode::letters(&shown(header));
        // A link has no size here.
        let shown_size = if target.is_empty() { header.size } else { 0 };
        let numbers = format!(" {}/{} {shown_size:9} ", header.uid, header.gid);
        let line = text!(letters, numbers, date, " ", header.name, target, "\n");
        cx.out.write(line).await?;
        self.skip(left + padding(size)).await
    }

    /// Makes the file.
    async fn make(&mut self, cx: &mut Context<'a>, header: &Header) -> Result<(), Fail> {
        let size = u64::from(header.size);
        let whole = size + padding(size);
        let name = &header.name[..];
        if self.job.directories {
            make_parents(cx.sys, name);
        }
        let kind = header.kind();
        let is_file = kind == Some(FileKind::File);
        if is_file && header.nlink > 1 && self.wait_for_content(header) {
            return self.skip(whole).await;
        }
        if !self.make_way(cx, header).await? {
            return self.skip(whole).await;
        }
        let permissions = header.mode & 0o7777;
        match kind {
            Some(FileKind::File) => {
                let flags = OpenFlags::WRITE | OpenFlags::CREATE | OpenFlags::EXCL;
                let opened = cx.sys.open(name, flags, permissions).await;
                let fd = opened.map_err(|error| Fail::new(cannot_open(name, error)))?;
                let mut out = Writer::new(cx.sys, fd);
                let copied = self.copy(&mut out, size).await;
                let flushed = out.flush().await;
                let _ = cx.sys.close(fd);
                copied.and(flushed)?;
                self.skip(padding(size)).await?;
            }
            Some(FileKind::Symlink) => {
                let target = self.target(header).await?;
                let made = cx.sys.symlink(&target, name);
                made.map_err(|error| cannot("create symlink", name, error))?;
                self.skip(padding(size)).await?;
            }
            Some(FileKind::Directory) => {
                match cx.sys.mkdir(name, permissions) {
                    Ok(()) | Err(Errno::EEXIST) => {}
                    Err(error) => return Err(cannot("make dir", name, error)),
                }
                self.skip(whole).await?;
            }
            Some(FileKind::Fifo) => {
                let made = cx.sys.mkfifo(name, permissions);
                made.map_err(|error| cannot("create node", name, error))?;
                self.skip(whole).await?;
            }
            Some(_) => return Err(cannot("create node", name, Errno::EPERM)),
            None => return Err(Fail::new("damaged cpio file")),
        }
        self.finish(cx, header);
        Ok(())
    }

    /// Sets owner, mode and times of what was made.
    fn finish(&self, cx: &Context<'_>, header: &Header) {
        let name = &header.name[..];
        if cx.sys.euid() == 0 {
            let uid = self.job.owner.0.unwrap_or(header.uid);
            let gid = self.job.owner.1.unwrap_or(header.gid);
            let _ = cx.sys.chown(name, Some(uid), Some(gid), false);
        }
        if header.kind() != Some(FileKind::Symlink) {
            let _ = cx.sys.chmod(name, header.mode & 0o7777);
            if self.job.times {
                let time = Timestamp::from_secs(header.mtime_s.into());
                let _ = cx.sys.set_times(name, Some(time), Some(time), false);
            }
        }
    }

    /// Removes what is in the way; false when that is not older.
    async fn make_way(&self, cx: &mut Context<'_>, header: &Header) -> Result<bool, Fail> {
        let name = &header.name[..];
        let Ok(stat) = cx.sys.lstat(name) else {
            return Ok(true);
        };
        if stat.is_directory() {
            return Ok(true);
        }
        if !self.job.unconditional && stat.mtime.as_secs() >= header.mtime_s.into() {
            cx.complain(text!(name, " not created: newer or same age file exists"))
                .await;
            return Ok(false);
        }
        let removed = cx.sys.unlink(name);
        removed.map_err(|error| cannot("remove old file", name, error))?;
        Ok(true)
    }

    /// Whether the content of this name's file comes with another name.
    fn wait_for_content(&mut self, header: &Header) -> bool {
        let file = (header.dev, header.ino);
        self.charge.add(header.name.len() + 64);
        let at = match self.links.iter().position(|waiting| waiting.file == file) {
            Some(at) => at,
            None => {
                self.links.push(Waiting {
                    file,
                    mode: header.mode & 0o7777,
                    names: Vec::new(),
                    made: None,
                });
                self.links.len() - 1
            }
        };
        let waiting = &mut self.links[at];
        if header.size > 0 && waiting.made.is_none() {
            waiting.made = Some(header.name.clone());
            return false;
        }
        waiting.names.push(header.name.clone());
        true
    }

    /// Makes the other names of files.
    async fn link(&mut self, cx: &Context<'_>) -> Result<(), Fail> {
        for waiting in &self.links {
            let mut names = waiting.names.iter();
            let first = match &waiting.made {
                Some(made) => made,
                // Its files are empty: the first name makes one.
                None => match names.next() {
                    Some(first) => {
                        let flags = OpenFlags::WRITE | OpenFlags::CREATE;
                        let opened = cx.sys.open(first, flags, waiting.mode).await;
                        let fd = opened.map_err(|error| Fail::new(cannot_open(first, error)))?;
                        let _ = cx.sys.close(fd);
                        first
                    }
                    None => continue,
                },
            };
            for name in names {
                let _ = cx.sys.unlink(name);
                let made = cx.sys.link(first, name);
                made.map_err(|error| cannot("create hardlink", name, error))?;
            }
        }
        Ok(())
    }

    async fn target(&mut self, header: &Header) -> Result<Vec<u8>, Fail> {
        if header.size > TARGET_BYTES_MAX {
            return Err(Fail::new("damaged cpio file"));
        }
        self.bytes(header.size.into()).await
    }

    async fn bytes(&mut self, count: u64) -> Result<Vec<u8>, Fail> {
        let mut bytes = Vec::new();
        for _ in 0..count {
            let byte = self.reader.byte().await.map_err(failed)?;
            bytes.push(byte.ok_or_else(short)?);
        }
        self.length += count;
        Ok(bytes)
    }

    async fn copy(&mut self, out: &mut Writer<'_>, count: u64) -> Result<(), Fail> {
        let mut left = count;
        while left > 0 {
            if !self.reader.fill().await.map_err(failed)? {
                return Err(short());
            }
            let count = (self.reader.buffered().len() as u64).min(left) as usize;
            out.write(&self.reader.buffered()[..count]).await?;
            self.reader.consume(count);
            left -= count as u64;
        }
        self.length += count;
        Ok(())
    }

    async fn skip(&mut self, count: u64) -> Result<(), Fail> {
        let mut left = count;
        while left > 0 {
            if !self.reader.fill().await.map_err(failed)? {
                return Err(short());
            }
            let count = (self.reader.buffered().len() as u64).min(left);
            self.reader.consume(count as usize);
            left -= count;
        }
        self.length += count;
        Ok(())
    }
}

/// A header as `ls` would see its file.
fn shown(header: &Header) -> Stat {
    Stat {
        dev: 0,
        ino: header.ino.into(),
        kind: header.kind().unwrap_or(FileKind::File),
        mode: header.mode & 0o7777,
        nlink: header.nlink,
        uid: header.uid,
        gid: header.gid,
        rdev: 0,
        size: header.size.into(),
        blocks_512: 0,
        atime: Timestamp(0),
        mtime: Timestamp(0),
        ctime: Timestamp(0),
    }
}

fn cannot(what: &str, name: &[u8], error: Errno) -> Fail {
    Fail::new(text!("can't ", what, " '", name, "': ", error.message()))
}

fn short() -> Fail {
    Fail::new("short read")
}

fn failed(error: Errno) -> Fail {
    Fail::new(format!("read error: {error}"))
}
