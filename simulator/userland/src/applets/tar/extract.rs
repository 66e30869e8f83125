//! Listing and extracting archives.

use super::super::accounts::Accounts;
use super::super::calendar::{Date, Zone};
use super::super::context::{Context, Fail, Outcome, cannot_open, text};
use super::super::io::Writer;
use super::super::member_name::safe_name;
use super::super::mode;
use super::super::packed::Form;
use super::super::walk::directory_name;
use super::create::change_directory;
use super::header::{BLOCK, Header, Kind};
use super::source::{Source, broken, padding, whole};
use super::{Job, selects};
use crate::kernel::{Errno, FileKind, OpenFlags, Stat, Timestamp};
use bytes::Bytes;

/// Longest name of a member, bytes.
const NAME_BYTES_MAX: u64 = 65_536;

/// An archive that is gone through.
struct Reading<'j, 'a> {
    job: &'j Job,
    source: Source<'a>,
    /// Names that were asked for, and whether they were met.
    wanted: Vec<(Bytes, bool)>,
    accounts: Accounts,
    zone: Zone,
    extracts: bool,
    warned: bool,
}

/// Lists or extracts members.
pub(super) async fn run(
    cx: &mut Context<'_>,
    job: &Job,
    file: &Bytes,
    directory: Option<&Bytes>,
    packed: Option<Form>,
    names: &[Bytes],
    extracts: bool,
) -> Outcome {
    let sys = cx.sys;
    let opened = cx.open_input(file).await;
    let reader = opened.map_err(|error| Fail::new(cannot_open(file, error)))?;
    let source = Source::open(sys, reader, packed, file != "-").await?;
    if let Some(directory) = directory {
        change_directory(sys, directory)?;
    }
    let mut reading = Reading {
        job,
        source,
        wanted: names.iter().map(|name| (name.clone(), false)).collect(),
        accounts: Accounts::read(sys).await,
        zone: Zone::from_variable(cx.variable("TZ").as_deref()),
        extracts,
        warned: false,
    };
    while let Some(header) = reading.next_header().await? {
        reading.member(cx, header).await?;
    }
    for (name, met) in &reading.wanted {
        if !met {
            return Err(Fail::new(text!(name, ": not found in archive")));
        }
    }
    Ok(0)
}

impl<'a> Reading<'_, 'a> {
    /// The next member, with its full name; `None` behind the last.
    async fn next_header(&mut self) -> Result<Option<Header>, Fail> {
        let (mut long_name, mut long_link) = (None, None);
        loop {
            let block = self.source.block().await?;
            if block == [0; BLOCK] {
                let next = self.source.block().await?;
                if next == [0; BLOCK] {
                    return Ok(None);
                }
                // A single block of zeros means nothing.
                let header = parse(&next)?;
                return Ok(Some(renamed(header, long_name, long_link)));
            }
            let header = parse(&block)?;
            match header.kind {
                Kind::LongName => long_name = Some(self.long_text(header.size).await?),
                Kind::LongLink => long_link = Some(self.long_text(header.size).await?),
                Kind::Extended => {
                    self.source.skip(whole(header.size)).await?;
                }
                _ => return Ok(Some(renamed(header, long_name, long_link))),
            }
        }
    }

    async fn long_text(&mut self, size: u64) -> Result<Vec<u8>, Fail> {
        if size > NAME_BYTES_MAX {
            return Err(Fail::new("invalid tar magic"));
        }
        let mut text = Vec::new();
        while (text.len() as u64) < size {
            let left = size - text.len() as u64;
            let bytes = self.source.some(left).await.map_err(broken)?;
            if bytes.is_empty() {
                return Err(Fail::new("short read"));
            }
            text.extend_from_slice(bytes);
        }
        self.source.skip(padding(size)).await?;
        let end = text
            .iter()
            .position(|byte| *byte == 0)
            .unwrap_or(text.len());
        text.truncate(end);
        Ok(text)
    }

    async fn member(&mut self, cx: &mut Context<'a>, mut header: Header) -> Result<(), Fail> {
        let (name, cut) = safe_name(&header.name);
        if !cut.is_empty() && !std::mem::replace(&mut self.warned, true) {
            cx.complain(text!("removing leading '", cut, "' from member names"))
                .await;
        }
        header.name = name.to_vec();
        let whole = whole(header.size);
        if !self.accepts(&header.name) {
            return self.source.skip(whole).await;
        }
        if !self.extracts {
            self.list(cx, &header).await?;
            return self.source.skip(whole).await;
        }
        if self.job.verbose > 0 {
            let line = text!(header.name, "\n");
            if self.job.to_output {
                cx.error_text(&line).await;
            } else {
                cx.out.write(line).await?;
            }
        }
        if self.job.to_output {
            if header.kind == Kind::File {
                return self.copy(&mut cx.out, header.size).await;
            }
            return self.source.skip(whole).await;
        }
        self.extract(cx, header).await
    }

    fn accepts(&mut self, name: &[u8]) -> bool {
        let name = name.strip_suffix(b"/").unwrap_or(name);
        if self.job.excludes(name) {
            return false;
        }
        if self.wanted.is_empty() {
            return true;
        }
        for (pattern, met) in &mut self.wanted {
            if selects(pattern, name) {
                *met = true;
                return true;
            }
        }
        false
    }

    async fn list(&mut self, cx: &mut Context<'a>, header: &Header) -> Result<(), Fail> {
        if self.job.verbose == 0 {
            return cx.out.write(text!(header.name, "\n")).await;
        }
        let owner = |name: &Vec<u8>, id: u32| match name.is_empty() || self.job.numeric_owner {
            true => id.to_string().into_bytes(),
            false => name.clone(),
        };
        let size = match header.kind {
            Kind::CharDevice | Kind::BlockDevice => {
                format!("{:>9}", format!("{},{}", header.major, header.minor))
            }
            _ => format!("{:9}", header.size),
        };
        let seconds = header.mtime_s as i64;
        let date =
            Date::at(seconds, &self.zone).format(b"%Y-%m-%d %H:%M:%S", seconds, 0, &self.zone);
        let link = match header.link.is_empty() {
            true => Vec::new(),
            false => text!(" -> ", header.link),
        };
        let line = text!(
            mode::letters(&shown_status(header)),
            " ",
            owner(&header.user, header.uid),
            "/",
            owner(&header.group, header.gid),
            " ",
            size,
            " ",
            date,
            " ",
            header.name,
            link,
            "\n"
        );
        cx.out.write(line).await
    }

    /// Copies a member's content, and passes its padding.
    async fn copy(&mut self, out: &mut Writer<'a>, size: u64) -> Result<(), Fail> {
        let mut left = size;
        while left > 0 {
            let bytes = self.source.some(left).await.map_err(broken)?;
            if bytes.is_empty() {
                return Err(Fail::new("short read"));
            }
            left -= bytes.len() as u64;
            out.write(bytes).await?;
        }
        self.source.skip(padding(size)).await
    }

    async fn extract(&mut self, cx: &mut Context<'a>, header: Header) -> Result<(), Fail> {
        let whole = whole(header.size);
        let Some(path) = stripped(&header.name, self.job.strip_components) else {
            return self.source.skip(whole).await;
        };
        let path = path.strip_suffix(b"/").unwrap_or(path).to_vec();
        if path.is_empty() {
            return self.source.skip(whole).await;
        }
        make_parents(cx, &path)?;
        if header.kind != Kind::Directory && !self.job.keep_old {
            match cx.sys.unlink(&path) {
                Ok(()) | Err(Errno::ENOENT | Errno::EISDIR) => {}
                Err(error) => {
                    return Err(Fail::new(text!(
                        "can't remove old file ",
                        path,
                        ": ",
                        error.message()
                    )));
                }
            }
        }
        self.make(cx, &header, &path).await?;
        if header.kind != Kind::Symlink && header.kind != Kind::HardLink {
            self.restore(cx, &header, &path);
        } else if header.kind == Kind::Symlink && self.job.keep_owner {
            let _ = cx
                .sys
                .chown(&path, Some(header.uid), Some(header.gid), false);
        }
        Ok(())
    }

    async fn make(
        &mut self,
        cx: &mut Context<'a>,
        header: &Header,
        path: &[u8],
    ) -> Result<(), Fail> {
        let sys = cx.sys;
        let link = |what: &str, target: &[u8], error: Errno| {
            Fail::new(text!(
                "can't create ",
                what,
                " '",
                path,
                "' to '",
                target,
                "': ",
                error.message()
            ))
        };
        match header.kind {
            Kind::Directory => match sys.mkdir(path, header.mode | 0o700) {
                Ok(()) => {}
                Err(Errno::EEXIST) if sys.lstat(path).is_ok_and(|stat| stat.is_directory()) => {}
                Err(error) => {
                    return Err(Fail::new(text!(
                        "can't make dir ",
                        path,
                        ": ",
                        error.message()
                    )));
                }
            },
            Kind::Symlink => sys
                .symlink(&header.link, path)
                .map_err(|error| link("symlink", &header.link, error))?,
            Kind::HardLink => {
                let (target, _) = safe_name(&header.link);
                let target = stripped(target, self.job.strip_components).unwrap_or(target);
                sys.link(target, path)
                    .map_err(|error| link("hardlink", target, error))?;
            }
            Kind::Fifo => sys
                .mkfifo(path, header.mode)
                .map_err(|error| node(path, error))?,
            Kind::CharDevice | Kind::BlockDevice => {
                let error = node(path, Errno::EPERM);
                if let Fail::Message(_, message) = error {
                    cx.complain(message).await;
                }
            }
            _ => {
                let mut flags = OpenFlags::WRITE | OpenFlags::CREATE;
                flags |= if self.job.keep_old {
                    OpenFlags::EXCL
                } else {
                    OpenFlags::TRUNC
                };
                let fd = sys.open(path, flags, header.mode).await;
                let fd = fd.map_err(|error| Fail::new(cannot_open(path, error)))?;
                let mut writer = Writer::new(sys, fd);
                let copied = self.copy(&mut writer, header.size).await;
                let flushed = writer.flush().await;
                let _ = sys.close(fd);
                copied?;
                flushed?;
            }
        }
        Ok(())
    }

    /// Owner, mode and time; what is not permitted stays as it is.
    fn restore(&self, cx: &Context<'a>, header: &Header, path: &[u8]) {
        let sys = cx.sys;
        if self.job.keep_owner {
            let named = |name: &[u8], found: Option<u32>, id: u32| match name.is_empty() {
                true => id,
                false => found.unwrap_or(id),
            };
            let by_name = !self.job.numeric_owner;
            let uid = self.accounts.uid_of(&header.user).filter(|_| by_name);
            let gid = self.accounts.gid_of(&header.group).filter(|_| by_name);
            let uid = named(&header.user, uid, header.uid);
            let gid = named(&header.group, gid, header.gid);
            let _ = sys.chown(path, Some(uid), Some(gid), false);
        }
        if self.job.keep_mode {
            let _ = sys.chmod(path, header.mode);
        }
        if self.job.keep_time {
            let time = Some(Timestamp::from_secs(header.mtime_s));
            let _ = sys.set_times(path, time, time, false);
        }
    }
}

fn parse(block: &[u8; BLOCK]) -> Result<Header, Fail> {
    Header::parse(block).map_err(|error| Fail::new(error.text()))
}

fn renamed(mut header: Header, name: Option<Vec<u8>>, link: Option<Vec<u8>>) -> Header {
    if let Some(name) = name {
        header.name = name;
    }
    if let Some(link) = link {
        header.link = link;
    }
    header
}

fn node(path: &[u8], error: Errno) -> Fail {
    Fail::new(text!("can't create node ", path, ": ", error.message()))
}

/// A name without its first components; `None` when nothing is left.
fn stripped(name: &[u8], components: usize) -> Option<&[u8]> {
    let mut rest = name;
    for _ in 0..components {
        let slash = rest.iter().position(|byte| *byte == b'/')?;
        rest = &rest[slash + 1..];
    }
    (!rest.is_empty()).then_some(rest)
}

/// Makes the directories above a path.
fn make_parents(cx: &Context<'_>, path: &[u8]) -> Result<(), Fail> {
    let directory = directory_name(path);
    if cx.sys.stat(directory).is_ok() {
        return Ok(());
    }
    let ends = directory
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'/')
        .map(|(at, _)| at);
    for end in ends.chain([directory.len()]) {
        if end == 0 {
            continue;
        }
        match cx.sys.mkdir(&directory[..end], 0o777) {
            Ok(()) | Err(Errno::EEXIST) => {}
            Err(error) => {
                let message = text!(
                    "can't create directory '",
                    &directory[..end],
                    "': ",
                    error.message()
                );
                return Err(Fail::new(message));
            }
        }
    }
    Ok(())
}

/// A status that shows a member's type and mode as letters.
fn shown_status(header: &Header) -> Stat {
    let time = Timestamp::from_secs(header.mtime_s);
    Stat {
        dev: 0,
        ino: 0,
        kind: match header.kind {
            Kind::Directory => FileKind::Directory,
            Kind::Symlink => FileKind::Symlink,
            Kind::CharDevice => FileKind::CharDevice { major: 0, minor: 0 },
            Kind::BlockDevice => FileKind::BlockDevice { major: 0, minor: 0 },
            Kind::Fifo => FileKind::Fifo,
            _ => FileKind::File,
        },
        mode: header.mode,
        nlink: 1,
        uid: header.uid,
        gid: header.gid,
        rdev: 0,
        size: header.size,
        blocks_512: 0,
        atime: time,
        mtime: time,
        ctime: time,
    }
}

#[cfg(test)]
mod tests {
    use super::stripped;

    #[test]
    fn names_lose_components() {
        for (name, components, expected) in [
            ("a/b/c", 1, Some("b/c")),
            ("a/b/c", 0, Some("a/b/c")),
            ("a/", 1, None),
            ("a", 1, None),
        ] {
            let found = stripped(name.as_bytes(), components);
            assert_eq!(found, expected.map(str::as_bytes), "{name}");
        }
    }
}
