//! gzip, gunzip, zcat, and their like for the other forms.

use super::super::args::{Long, Options};
use super::super::context::{Context, Fail, Outcome, cannot_open, text};
use super::super::io::{Reader, Writer};
use super::{Deflater, Form, Input, UnpackError, Unpacker};
use crate::kernel::{OpenFlags, Sys};
use bytes::Bytes;

/// What to do with every file.
struct Job {
    /// The form; zcat takes every one.
    form: Option<Form>,
    unpack: bool,
    to_output: bool,
    force: bool,
    keep: bool,
    test: bool,
    verbose: bool,
    level: u32,
}

const LONG: &[Long] = &[
    ("stdout", false, b'c'),
    ("to-stdout", false, b'c'),
    ("force", false, b'f'),
    ("verbose", false, b'v'),
    ("decompress", false, b'd'),
    ("uncompress", false, b'd'),
    ("test", false, b't'),
    ("quiet", false, b'q'),
    ("keep", false, b'k'),
    ("no-name", false, b'n'),
    ("fast", false, b'1'),
    ("best", false, b'9'),
];

/// Packs or unpacks files.
pub(in super::super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let letters = match cx.name {
        "gunzip" => "cfkvqdtn",
        "zcat" => "cfvt",
        "gzip" => "cfkvqdtn123456789",
        "bzip2" => "cfkvqdt123456789",
        _ => "cfkvqdt",
    };
    let options = cx.long_options(letters, LONG)?;
    let job = Job::new(cx.name, &options);
    match (job.unpack, job.form) {
        (true, _) | (false, Some(Form::Gzip)) => {}
        (false, Some(Form::Bzip2)) => return Err(Fail::new("packing is not supported")),
        (false, _) => return Err(Fail::usage()),
    }
    let mut paths = options.operands;
    if paths.is_empty() {
        paths.push("-".into());
    }
    let mut status = 0;
    for path in &paths {
        if !one(cx, &job, path).await? {
            status = 1;
        }
    }
    Ok(status)
}

impl Job {
    fn new(name: &str, options: &Options) -> Self {
        let form = match name {
            "bzip2" | "bunzip2" | "bzcat" => Some(Form::Bzip2),
            "xz" | "unxz" | "xzcat" => Some(Form::Xz),
            "lzma" | "unlzma" | "lzcat" => Some(Form::Lzma),
            "zcat" => None,
            _ => Some(Form::Gzip),
        };
        let level = options.last_of(b"123456789").unwrap_or(b'6') - b'0';
        let test = options.has(b't');
        let packs = matches!(name, "gzip" | "bzip2" | "xz" | "lzma");
        Self {
            form,
            unpack: !packs || options.has(b'd') || test,
            to_output: name.ends_with("cat") || options.has(b'c') || test,
            force: options.has(b'f'),
            keep: options.has(b'k'),
            verbose: options.has(b'v'),
            level: level.into(),
            test,
        }
    }
}

/// Handles one file; false when it failed.
async fn one(cx: &mut Context<'_>, job: &Job, path: &Bytes) -> Result<bool, Fail> {
    let reader = match cx.open_input(path).await {
        Ok(reader) => reader,
        Err(error) => {
            cx.complain_of(path, error).await;
            return Ok(false);
        }
    };
    if path == "-" || job.to_output {
        if !job.unpack && !job.force && cx.sys.is_tty(1) {
            return Err(Fail::new(
                "compressed data not written to terminal, use -f to force it",
            ));
        }
        let sys = cx.sys;
        let result = if job.unpack {
            let output = (!job.test).then_some(&mut cx.out);
            unpack(sys, job.form, reader, output).await?
        } else {
            pack(sys, reader, job.level, &mut cx.out).await?
        };
        return match result {
            Ok(_) => Ok(true),
            // The end within the first two bytes ends the program.
            Err(UnpackError::Short) => Err(Fail::new(UnpackError::Short.text())),
            Err(error) => {
                let magic = job.form.is_none() && error == UnpackError::Magic;
                let message = if magic {
                    "no gzip/bzip2/xz magic"
                } else {
                    error.text()
                };
                cx.complain(message).await;
                Ok(false)
            }
        };
    }
    let Some(target) = target_name(job, path) else {
        cx.complain(text!(path, ": unknown suffix - ignored")).await;
        return Ok(false);
    };
    replace(cx, job, path, reader, &target).await
}

/// The name of the other form of a file.
fn target_name(job: &Job, path: &[u8]) -> Option<Vec<u8>> {
    if !job.unpack {
        return Some(text!(path, ".gz"));
    }
    let base_is_empty = |stem: &[u8]| stem.is_empty() || stem.ends_with(b"/");
    for (ending, instead) in job.form.unwrap_or(Form::Gzip).endings() {
        if let Some(stem) = path.strip_suffix(ending.as_bytes())
            && !base_is_empty(stem)
        {
            return Some(text!(stem, instead));
        }
    }
    None
}

/// Writes the other form beside the file, then removes the file.
async fn replace(
    cx: &mut Context<'_>,
    job: &Job,
    path: &Bytes,
    reader: Reader<'_>,
    target: &[u8],
) -> Result<bool, Fail> {
    let sys = cx.sys;
    let stat = match sys.fstat(reader.fd()) {
        Ok(stat) if stat.is_directory() => {
            cx.complain(text!("can't remove file '", path, "': Is a directory"))
                .await;
            return Ok(false);
        }
        Ok(stat) => stat,
        Err(error) => {
            cx.complain_of(path, error).await;
            return Ok(false);
        }
    };
    let mut flags = OpenFlags::WRITE | OpenFlags::CREATE;
    flags |= if job.force {
        OpenFlags::TRUNC
    } else {
        OpenFlags::EXCL
    };
    let fd = match sys.open(target, flags, stat.mode & 0o777).await {
        Ok(fd) => fd,
        Err(error) => {
            cx.complain(cannot_open(target, error)).await;
            return Ok(false);
        }
    };
    let mut writer = Writer::new(sys, fd);
    let result = if job.unpack {
        unpack(sys, job.form, reader, Some(&mut writer)).await
    } else {
        pack(sys, reader, job.level, &mut writer).await
    };
    let flushed = writer.flush().await;
    let _ = sys.close(fd);
    let (written, read) = match (result, flushed) {
        (Ok(Ok(sizes)), Ok(())) => sizes,
        (Ok(Ok(_)), Err(fail)) | (Err(fail), _) => {
            let _ = sys.unlink(target);
            return Err(fail);
        }
        (Ok(Err(error)), _) => {
            cx.complain(error.text()).await;
            let _ = sys.unlink(target);
            return Ok(false);
        }
    };
    if job.verbose {
        let percent = 100_u64.saturating_sub(written.saturating_mul(100) / read.max(1));
        let line = text!(
            path,
            ": ",
            percent.to_string(),
            "% - replaced with ",
            target,
            "\n"
        );
        cx.error_text(&line).await;
    }
    if !job.keep
        && let Err(error) = sys.unlink(path)
    {
        cx.complain(text!("can't remove file '", path, "': ", error.message()))
            .await;
        return Ok(false);
    }
    Ok(true)
}

/// Bytes written and bytes read, or what is wrong with the input.
type Packed = Result<(u64, u64), UnpackError>;

async fn pack(
    sys: &Sys,
    mut reader: Reader<'_>,
    level: u32,
    out: &mut Writer<'_>,
) -> Result<Packed, Fail> {
    let mut deflater = Deflater::new(level);
    let mut packed = Vec::new();
    let (mut written, mut read) = (0, 0);
    loop {
        match reader.fill().await {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => return Ok(Err(error.into())),
        }
        let count = reader.buffered().len();
        deflater.push(sys, reader.buffered(), &mut packed).await;
        reader.consume(count);
        (written, read) = (written + packed.len() as u64, read + count as u64);
        out.write(&packed).await?;
        packed.clear();
    }
    deflater.finish(&mut packed);
    out.write(&packed).await?;
    Ok(Ok((written + packed.len() as u64, read)))
}

async fn unpack(
    sys: &Sys,
    form: Option<Form>,
    reader: Reader<'_>,
    mut out: Option<&mut Writer<'_>>,
) -> Result<Packed, Fail> {
    let mut input = Input::new(reader);
    let form = match form {
        Some(form) => form,
        None => match input.peek(Form::MAGIC_BYTES).await {
            Ok([] | [_]) => return Ok(Err(UnpackError::Short)),
            Ok(magic) => match Form::of(magic) {
                Some(form) => form,
                None => return Ok(Err(UnpackError::Magic)),
            },
            Err(error) => return Ok(Err(error.into())),
        },
    };
    let mut unpacker = Unpacker::new(sys, form, input);
    let mut bytes = Vec::new();
    let mut written = 0;
    loop {
        match unpacker.fill(&mut bytes).await {
            Ok(true) => {}
            Ok(false) => return Ok(Ok((written, written))),
            Err(error) => return Ok(Err(error)),
        }
        written += bytes.len() as u64;
        if let Some(out) = &mut out {
            out.write(&bytes).await?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_get_and_lose_their_suffix() {
        let job = |unpack| Job {
            unpack,
            ..Job::new("gzip", &Options::default())
        };
        for (unpack, path, expected) in [
            (false, "f", Some("f.gz")),
            (true, "f.gz", Some("f")),
            (true, "a/f.tgz", Some("a/f.tar")),
            (true, "f", None),
            (true, "a/.gz", None),
        ] {
            let found = target_name(&job(unpack), path.as_bytes());
            assert_eq!(found.as_deref(), expected.map(str::as_bytes), "{path}");
        }
    }
}
