//! Creating archives.

use super::super::accounts::Accounts;
use super::super::context::{Context, Fail, Outcome, cannot_open, text};
use super::super::io::Writer;
use super::super::member_name::safe_name;
use super::super::packed::{Deflater, Form};
use super::super::walk::{DEPTH_MAX, child};
use super::Job;
use super::header::{BLOCK, Header, Kind};
use super::source::padding;
use crate::kernel::{FileKind, OpenFlags, Stat, Sys};
use bytes::Bytes;
use std::collections::HashMap;

/// An archive that is written.
struct Sink<'a> {
    sys: &'a Sys,
    writer: Writer<'a>,
    packer: Option<Deflater>,
    packed: Vec<u8>,
}

impl Sink<'_> {
    async fn write(&mut self, bytes: &[u8]) -> Result<(), Fail> {
        let Some(packer) = &mut self.packer else {
            self.sys.burn(50 + bytes.len() as u64 / 8).await;
            return self.writer.write(bytes).await;
        };
        packer.push(self.sys, bytes, &mut self.packed).await;
        self.writer.write(&self.packed).await?;
        self.packed.clear();
        Ok(())
    }

    async fn finish(mut self) -> Result<(), Fail> {
        if let Some(packer) = &mut self.packer {
            packer.finish(&mut self.packed);
            self.writer.write(&self.packed).await?;
        }
        self.writer.flush().await
    }
}

/// What is known while members are added.
struct Creation<'j, 'a> {
    job: &'j Job,
    sink: Sink<'a>,
    accounts: Accounts,
    /// First names of files with several.
    links: HashMap<(u32, u64), Vec<u8>>,
    /// The archive itself, which is not put into itself.
    archive: Option<(u32, u64)>,
    to_stdout: bool,
    warned: bool,
    failed: bool,
}

/// Writes an archive of files and what is below them.
pub(super) async fn run(
    cx: &mut Context<'_>,
    job: &Job,
    file: &Bytes,
    directory: Option<&Bytes>,
    packed: Option<Form>,
    names: &[Bytes],
) -> Outcome {
    if names.is_empty() {
        return Err(Fail::new("empty archive"));
    }
    if packed.is_some_and(|form| form != Form::Gzip) {
        return Err(Fail::new("packing other than by gzip is not supported"));
    }
    let sys = cx.sys;
    let to_stdout = file == "-";
    let fd = if to_stdout {
        1
    } else {
        let flags = OpenFlags::WRITE | OpenFlags::CREATE | OpenFlags::TRUNC;
        let opened = sys.open(file, flags, 0o666).await;
        opened.map_err(|error| Fail::new(cannot_open(file, error)))?
    };
    let archive = sys
        .fstat(fd)
        .ok()
        .filter(|stat| stat.kind == FileKind::File);
    if let Some(directory) = directory {
        change_directory(sys, directory)?;
    }
    let mut creation = Creation {
        job,
        sink: Sink {
            sys,
            writer: Writer::new(sys, fd),
            packer: packed.map(|_| Deflater::new(6)),
            packed: Vec::new(),
        },
        accounts: Accounts::read(sys).await,
        links: HashMap::new(),
        archive: archive.map(|stat| (stat.dev, stat.ino)),
        to_stdout,
        warned: false,
        failed: false,
    };
    for name in names {
        creation.add_tree(cx, name).await?;
    }
    creation.sink.write(&[0; 2 * BLOCK]).await?;
    let failed = creation.failed;
    creation.sink.finish().await?;
    if failed {
        return Err(Fail::new("error exit delayed from previous errors"));
    }
    Ok(0)
}

/// Goes to the directory of `-C`.
pub(in super::super) fn change_directory(sys: &Sys, directory: &[u8]) -> Result<(), Fail> {
    sys.chdir(directory).map_err(|error| {
        Fail::new(text!(
            "can't change directory to '",
            directory,
            "': ",
            error.message()
        ))
    })
}

impl<'a> Creation<'_, 'a> {
    async fn add_tree(&mut self, cx: &mut Context<'a>, root: &Bytes) -> Result<(), Fail> {
        let mut todo = vec![(root.clone(), 0)];
        while let Some((path, depth)) = todo.pop() {
            let found = if self.job.follow {
                cx.sys.stat(&path)
            } else {
                cx.sys.lstat(&path)
            };
            let stat = match found {
                Ok(stat) => stat,
                Err(error) => {
                    cx.complain_of(&path, error).await;
                    self.failed = true;
                    continue;
                }
            };
            let goes_down = self.add(cx, &path, &stat).await?;
            if !goes_down || !stat.is_directory() || !self.job.recurse || depth >= DEPTH_MAX {
                continue;
            }
            match cx.sys.read_dir(&path).await {
                Ok(entries) => {
                    let below = entries.iter().rev();
                    todo.extend(below.map(|entry| (child(&path, &entry.name).into(), depth + 1)));
                }
                Err(error) => {
                    cx.complain_of(&path, error).await;
                    self.failed = true;
                }
            }
        }
        Ok(())
    }

    /// Adds one member; false when nothing below it is wanted.
    async fn add(&mut self, cx: &mut Context<'a>, path: &[u8], stat: &Stat) -> Result<bool, Fail> {
        let (name, cut) = safe_name(path);
        if !cut.is_empty() && !std::mem::replace(&mut self.warned, true) {
            cx.complain(text!("removing leading '", cut, "' from member names"))
                .await;
        }
        if name.is_empty() {
            return Ok(true);
        }
        if self.job.excludes(name) {
            return Ok(false);
        }
        let identity = (stat.dev, stat.ino);
        if self.archive == Some(identity) {
            cx.complain(text!(path, ": file is the archive; skipping"))
                .await;
            return Ok(true);
        }
        let Some(header) = self.header(cx, path, name, stat)? else {
            cx.complain(text!(path, ": unknown file type")).await;
            self.failed = true;
            return Ok(true);
        };
        if self.job.verbose > 0 {
            let line = text!(header.name, "\n");
            if self.to_stdout {
                cx.error_text(&line).await;
            } else {
                cx.out.write(line).await?;
            }
        }
        if header.kind == Kind::File && header.size > 0 {
            return self.add_content(cx, path, &header).await.map(|()| true);
        }
        self.sink.write(&header.blocks()).await?;
        Ok(true)
    }

    fn header(
        &mut self,
        cx: &Context<'a>,
        path: &[u8],
        name: &[u8],
        stat: &Stat,
    ) -> Result<Option<Header>, Fail> {
        let mut header = Header {
            kind: Kind::File,
            name: name.to_vec(),
            link: Vec::new(),
            mode: stat.mode,
            uid: stat.uid,
            gid: stat.gid,
            size: 0,
            mtime_s: stat.mtime.as_secs(),
            user: self
                .accounts
                .user_name(stat.uid)
                .cloned()
                .unwrap_or_default()
                .to_vec(),
            group: self
                .accounts
                .group_name(stat.gid)
                .cloned()
                .unwrap_or_default()
                .to_vec(),
            major: stat.rdev >> 8,
            minor: stat.rdev & 0xff,
        };
        match stat.kind {
            FileKind::File => {
                let first = self.links.get(&(stat.dev, stat.ino));
                if let Some(first) = first {
                    header.kind = Kind::HardLink;
                    header.link.clone_from(first);
                } else {
                    header.size = stat.size;
                    if stat.nlink > 1 {
                        self.links.insert((stat.dev, stat.ino), name.to_vec());
                    }
                }
            }
            FileKind::Directory => {
                header.kind = Kind::Directory;
                if !header.name.ends_with(b"/") {
                    header.name.push(b'/');
                }
            }
            FileKind::Symlink => {
                header.kind = Kind::Symlink;
                let target = cx.sys.readlink(path);
                let target =
                    target.map_err(|error| Fail::new(text!(path, ": ", error.message())))?;
                header.link = target.to_vec();
            }
            FileKind::CharDevice { .. } => header.kind = Kind::CharDevice,
            FileKind::BlockDevice { .. } => header.kind = Kind::BlockDevice,
            FileKind::Fifo => header.kind = Kind::Fifo,
            FileKind::Socket => return Ok(None),
        }
        Ok(Some(header))
    }

    async fn add_content(
        &mut self,
        cx: &mut Context<'a>,
        path: &[u8],
        header: &Header,
    ) -> Result<(), Fail> {
        let fd = match cx.sys.open(path, OpenFlags::READ, 0).await {
            Ok(fd) => fd,
            Err(error) => {
                cx.complain(cannot_open(path, error)).await;
                self.failed = true;
                return Ok(());
            }
        };
        let mut reader = super::super::io::Reader::owned(cx.sys, fd);
        self.sink.write(&header.blocks()).await?;
        let mut left = header.size;
        while left > 0 {
            let more = reader.fill().await;
            let more = more.map_err(|error| Fail::new(text!(path, ": ", error.message())))?;
            if !more {
                // The file shrank meanwhile: the archive would be out of step.
                return Err(Fail::new(text!("short read from ", path)));
            }
            let there = reader.buffered();
            let count = (there.len() as u64).min(left) as usize;
            let bytes = there[..count].to_vec();
            reader.consume(count);
            self.sink.write(&bytes).await?;
            left -= count as u64;
        }
        let zeros = [0; BLOCK];
        self.sink
            .write(&zeros[..padding(header.size) as usize])
            .await
    }
}
