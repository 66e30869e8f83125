//! Extracting members.

use super::super::context::{Context, Fail, text};
use super::super::io::{Reader, Writer};
use super::super::member_name::safe_name;
use super::super::packed::{Form, Input, Unpacker};
use super::super::walk::{base_name, make_parents};
use super::Job;
use super::archive::{Archive, failed, short};
use super::member::Member;
use crate::kernel::{Charge, Errno, FileKind, OpenFlags};
use flate2::{Crc, Decompress, FlushDecompress, Status};

/// What an inflating state takes.
const STATE_BYTES: usize = 64 * 1024;
/// Bytes that one step puts out at most.
const STEP_BYTES: usize = 32 * 1024;
/// The longest target of a link.
const TARGET_BYTES_MAX: u64 = 4096;
/// The longest answer.
const ANSWER_BYTES_MAX: usize = 4096;

/// What is done with files that are there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Replacing {
    Never,
    Always,
}

/// What is known while members are extracted.
pub(super) struct Extraction<'j> {
    job: &'j Job,
    /// Without one the user is asked.
    replacing: Option<Replacing>,
    warned: bool,
}

impl<'j> Extraction<'j> {
    pub(super) fn new(job: &'j Job) -> Self {
        Self {
            job,
            replacing: job.replacing,
            warned: false,
        }
    }

    /// Extracts one member as the command line says.
    pub(super) async fn one<'a>(
        &mut self,
        cx: &mut Context<'a>,
        archive: &mut Archive<'a>,
        member: &Member,
    ) -> Result<(), Fail> {
        if member.is_encrypted() {
            return Err(Fail::new("encrypted members are not supported"));
        }
        if self.job.test {
            return copy(cx, archive, member, None).await;
        }
        if self.job.to_output {
            let mut out = Writer::new(cx.sys, 1);
            copy(cx, archive, member, Some(&mut out)).await?;
            return out.flush().await;
        }
        let (name, cut) = safe_name(&member.name);
        if !cut.is_empty() && !std::mem::replace(&mut self.warned, true) {
            cx.complain(text!("removing leading '", cut, "' from member names"))
                .await;
        }
        let mut name = name.to_vec();
        if self.job.without_directories {
            if member.is_directory() {
                return Ok(());
            }
            name = base_name(&name).to_vec();
        }
        if name.is_empty() {
            return archive.skip(cx, member).await;
        }
        if member.is_directory() {
            return self.directory(cx, &name, member).await;
        }
        match self.target(cx, name).await? {
            Some(name) => self.file(cx, archive, member, &name).await,
            None => archive.skip(cx, member).await,
        }
    }

    async fn directory(
        &self,
        cx: &mut Context<'_>,
        name: &[u8],
        member: &Member,
    ) -> Result<(), Fail> {
        match cx.sys.stat(name) {
            Ok(stat) if stat.is_directory() => return Ok(()),
            Ok(_) => {
                let message = text!("'", name, "' exists but is not a directory");
                return Err(Fail::new(message));
            }
            Err(Errno::ENOENT) => {}
            Err(error) => {
                return Err(Fail::new(text!(
                    "can't stat '",
                    name,
                    "': ",
                    error.message()
                )));
            }
        }
        if self.job.quiet == 0 {
            cx.out.write(text!("   creating: ", name, "\n")).await?;
        }
        let mode = member.mode.map_or(0o777, |mode| mode & 0o777);
        make_parents(cx.sys, name);
        let made = cx.sys.mkdir(name.strip_suffix(b"/").unwrap_or(name), mode);
        made.map_err(|error| {
            let reason = error.message();
            Fail::new(text!("can't create directory '", name, "': ", reason))
        })
    }

    /// The name that a file is to have; none when it is not wanted.
    async fn target(
        &mut self,
        cx: &mut Context<'_>,
        mut name: Vec<u8>,
    ) -> Result<Option<Vec<u8>>, Fail> {
        loop {
            match cx.sys.lstat(&name) {
                Err(_) => return Ok(Some(name)),
                Ok(_) if self.replacing == Some(Replacing::Never) => return Ok(None),
                Ok(stat) if stat.kind != FileKind::File => {
                    let message = text!("'", name, "' exists but is not a regular file");
                    return Err(Fail::new(message));
                }
                Ok(_) if self.replacing == Some(Replacing::Always) => return Ok(Some(name)),
                Ok(_) => {}
            }
            let question = text!("replace ", name, "? [y]es, [n]o, [A]ll, [N]one, [r]ename: ");
            cx.out.put(question);
            let answer = answer(cx).await?;
            match answer.first() {
                Some(b'y') => return Ok(Some(name)),
                Some(b'A') => self.replacing = Some(Replacing::Always),
                Some(b'n') => return Ok(None),
                Some(b'N') => self.replacing = Some(Replacing::Never),
                Some(b'r') => {
                    cx.out.put("new name: ");
                    let given = self::answer(cx).await?;
                    if given.is_empty() {
                        continue;
                    }
                    name = given;
                }
                _ => {
                    let shown = String::from_utf8_lossy(&answer).into_owned();
                    cx.out.put(format!("error: invalid response [{shown}]\n"));
                }
            }
        }
    }

    async fn file<'a>(
        &self,
        cx: &mut Context<'a>,
        archive: &mut Archive<'a>,
        member: &Member,
        name: &[u8],
    ) -> Result<(), Fail> {
        if self.job.quiet == 0 {
            cx.out.write(text!("  inflating: ", name, "\n")).await?;
        }
        make_parents(cx.sys, name);
        let failed = |error: Errno| Fail::new(text!("can't open '", name, "': ", error.message()));
        if member.is_symlink() {
            if member.unpacked > TARGET_BYTES_MAX || member.method != 0 {
                return Err(Fail::new(text!("can't create symlink '", name, "'")));
            }
            let mut target = Vec::new();
            let reader = archive.data(member).await?;
            while (target.len() as u64) < member.packed {
                let byte = reader.byte().await.map_err(super::archive::failed)?;
                target.push(byte.ok_or_else(short)?);
            }
            let _ = cx.sys.unlink(name);
            return cx.sys.symlink(&target, name).map_err(failed);
        }
        // A name that was replaced by hand may lead somewhere else: the name itself is taken anew.
        let _ = cx.sys.unlink(name);
        let mode = member.mode.map_or(0o666, |mode| mode & 0o777);
        let flags = OpenFlags::WRITE | OpenFlags::CREATE | OpenFlags::EXCL;
        let fd = cx.sys.open(name, flags, mode).await.map_err(failed)?;
        let mut writer = Writer::new(cx.sys, fd);
        let copied = copy(cx, archive, member, Some(&mut writer)).await;
        let flushed = writer.flush().await;
        let _ = cx.sys.close(fd);
        copied.and(flushed)
    }
}

/// A line of standard input.
async fn answer(cx: &mut Context<'_>) -> Result<Vec<u8>, Fail> {
    cx.out.flush().await?;
    let mut line = Vec::new();
    loop {
        let mut byte = [0];
        match cx.sys.read(0, &mut byte).await {
            Ok(1) if byte[0] == b'\n' => return Ok(line),
            Ok(1) if line.len() < ANSWER_BYTES_MAX => line.push(byte[0]),
            Ok(1) => {}
            _ if !line.is_empty() => return Ok(line),
            _ => return Err(Fail::new("can't read standard input")),
        }
    }
}

/// Unpacks a member's data.
async fn copy<'a>(
    cx: &Context<'a>,
    archive: &mut Archive<'a>,
    member: &Member,
    mut out: Option<&mut Writer<'a>>,
) -> Result<(), Fail> {
    let form = match member.method {
        0 => return store(cx, archive.data(member).await?, member, out).await,
        8 => return inflate(cx, archive.data(member).await?, member, out).await,
        12 => Form::Bzip2,
        95 => Form::Xz,
        method => return Err(Fail::new(format!("unsupported method {method}"))),
    };
    let reader = archive.own_reader(member).await?;
    let mut unpacker = Unpacker::new(cx.sys, form, Input::new(reader));
    let mut bytes = Vec::new();
    let mut left = member.unpacked;
    while left > 0 {
        let more = unpacker.fill(&mut bytes).await;
        if !more.map_err(|error| Fail::new(error.text()))? {
            return Err(Fail::new("bad length"));
        }
        let count = (bytes.len() as u64).min(left);
        left -= count;
        if let Some(out) = &mut out {
            out.write(&bytes[..count as usize]).await?;
        }
    }
    Ok(())
}

/// Copies data that are not packed.
async fn store(
    cx: &Context<'_>,
    reader: &mut Reader<'_>,
    member: &Member,
    mut out: Option<&mut Writer<'_>>,
) -> Result<(), Fail> {
    let mut left = member.packed;
    while left > 0 {
        if !reader.fill().await.map_err(failed)? {
            return Err(short());
        }
        let count = (reader.buffered().len() as u64).min(left) as usize;
        if let Some(out) = &mut out {
            out.write(&reader.buffered()[..count]).await?;
        }
        reader.consume(count);
        left -= count as u64;
        cx.sys.burn(100 + count as u64 / 8).await;
    }
    Ok(())
}

/// Unpacks deflated data.
async fn inflate(
    cx: &Context<'_>,
    reader: &mut Reader<'_>,
    member: &Member,
    mut out: Option<&mut Writer<'_>>,
) -> Result<(), Fail> {
    let _charge = Charge::of(STATE_BYTES);
    let mut raw = Decompress::new(false);
    let mut crc = Crc::new();
    let mut bytes = Vec::with_capacity(STEP_BYTES);
    loop {
        let more = reader.fill().await.map_err(failed)?;
        let before = raw.total_in();
        let left = member.packed.saturating_sub(before);
        let count = (reader.buffered().len() as u64).min(left) as usize;
        bytes.clear();
        let input = &reader.buffered()[..count];
        let status = raw.decompress_vec(input, &mut bytes, FlushDecompress::None);
        let status = status.map_err(|_| Fail::new("inflate error"))?;
        let taken = (raw.total_in() - before) as usize;
        reader.consume(taken);
        crc.update(&bytes);
        cx.sys.burn(100 + 4 * bytes.len() as u64).await;
        if let Some(out) = &mut out {
            out.write(&bytes).await?;
        }
        if status == Status::StreamEnd {
            break;
        }
        if taken == 0 && bytes.is_empty() {
            let message = if more { "inflate error" } else { "short read" };
            return Err(Fail::new(message));
        }
    }
    if crc.sum() != member.crc {
        return Err(Fail::new("crc error"));
    }
    if raw.total_out() != member.unpacked {
        return Err(Fail::new("bad length"));
    }
    Ok(())
}
