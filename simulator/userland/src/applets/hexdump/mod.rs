//! hexdump.

mod format;

use super::context::{Context, Fail, Outcome, text};
use super::io::Reader;
use super::numbers;
use bytes::Bytes;
use format::Format;

const SUFFIXES: numbers::Suffixes = &[("b", 512), ("k", 1024), ("m", 1024 * 1024)];

/// Shows bytes in a format of the user's.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("bcdoxCe:f:n:s:v")?;
    let mut formats = Vec::new();
    let mut end_address = None;
    for (letter, value) in &options.given {
        if let Some((lines, end)) = format::builtin(*letter) {
            for line in lines {
                formats.push(Format::parse(line.as_bytes())?);
            }
            end_address = Some(end);
        } else if let (b'e', Some(source)) = (letter, value) {
            formats.push(Format::parse(source)?);
        } else if let (b'f', Some(path)) = (letter, value) {
            formats.extend(format_file(cx, path).await?);
        }
    }
    if formats.is_empty() {
        let (lines, end) = format::DEFAULT;
        for line in lines {
            formats.push(Format::parse(line.as_bytes())?);
        }
        end_address = Some(end);
    }
    let number = |letter| match options.value(letter) {
        Some(text) => numbers::with_suffix(text, SUFFIXES).map(Some),
        None => Ok(None),
    };
    let block_bytes = formats.iter().map(Format::bytes).max().unwrap_or(0).max(1);
    for format in &mut formats {
        format.fill(block_bytes);
    }
    let (left, skipped) = (
        number(b'n')?.unwrap_or(u64::MAX),
        number(b's')?.unwrap_or(0),
    );
    let mut dump = Dump {
        formats,
        end_address,
        block_bytes,
        all: options.has(b'v'),
        address: 0,
        left,
        paths: options.operands.into_iter(),
        reader: None,
        failed: false,
    };
    if dump.paths.len() == 0 {
        dump.paths = vec![Bytes::from_static(b"-")].into_iter();
    }
    dump.skip(cx, skipped).await;
    dump.show(cx).await?;
    Ok(u8::from(dump.failed))
}

async fn format_file(cx: &mut Context<'_>, path: &Bytes) -> Result<Vec<Format>, Fail> {
    let failed = |error: crate::kernel::Errno| Fail::new(text!(path, ": ", error.message()));
    let mut reader = cx.open_input(path).await.map_err(failed)?;
    let mut line = Vec::new();
    let mut formats = Vec::new();
    while reader.read_line(&mut line).await.map_err(failed)?.is_some() {
        let line = line.trim_ascii();
        if !line.is_empty() && line[0] != b'#' {
            formats.push(Format::parse(line)?);
        }
    }
    Ok(formats)
}

struct Dump<'a> {
    formats: Vec<Format>,
    /// Digits of the address behind everything, if one is shown.
    end_address: Option<usize>,
    block_bytes: usize,
    /// Repeated blocks are shown too.
    all: bool,
    address: u64,
    left: u64,
    paths: std::vec::IntoIter<Bytes>,
    reader: Option<Reader<'a>>,
    failed: bool,
}

impl<'a> Dump<'a> {
    /// Up to `limit` bytes that are there, from all files as one; empty at the end.
    async fn take(&mut self, cx: &mut Context<'a>, limit: u64) -> Vec<u8> {
        loop {
            if let Some(reader) = &mut self.reader {
                match reader.fill().await {
                    Ok(true) => {
                        let there = reader.buffered();
                        let count = (there.len() as u64).min(limit) as usize;
                        let bytes = there[..count].to_vec();
                        reader.consume(count);
                        return bytes;
                    }
                    Ok(false) => {}
                    Err(error) => {
                        cx.complain(error.message()).await;
                        self.failed = true;
                    }
                }
                self.reader = None;
            }
            let Some(path) = self.paths.next() else {
                return Vec::new();
            };
            match cx.open_input(&path).await {
                Ok(reader) => self.reader = Some(reader),
                Err(error) => {
                    cx.complain_of(&path, error).await;
                    self.failed = true;
                }
            }
        }
    }

    async fn skip(&mut self, cx: &mut Context<'a>, mut count: u64) {
        while count > 0 {
            let skipped = self.take(cx, count).await.len() as u64;
            if skipped == 0 {
                break;
            }
            count -= skipped;
            self.address += skipped;
        }
    }

    async fn show(&mut self, cx: &mut Context<'a>) -> Result<(), Fail> {
        let mut pending = Vec::new();
        let mut last: Option<Vec<u8>> = None;
        let mut starred = false;
        loop {
            let bytes = match self.left {
                0 => Vec::new(),
                left => self.take(cx, left.min(4096)).await,
            };
            let at_end = bytes.is_empty();
            self.left -= bytes.len() as u64;
            pending.extend_from_slice(&bytes);
            let whole = pending.len() - pending.len() % self.block_bytes;
            let shown = if at_end { pending.len() } else { whole };
            for block in pending[..shown].chunks(self.block_bytes) {
                let repeated = block.len() == self.block_bytes && last.as_deref() == Some(block);
                if repeated && !self.all {
                    if !std::mem::replace(&mut starred, true) {
                        cx.out.put(b"*\n");
                    }
                } else {
                    starred = false;
                    for format in &self.formats {
                        format.show(block, self.address, cx.out.buffer());
                    }
                    last = Some(block.to_vec());
                }
                self.address += block.len() as u64;
                cx.sys.burn(100 + 60 * block.len() as u64).await;
            }
            pending.drain(..shown);
            cx.out.spill().await?;
            if at_end {
                break;
            }
        }
        if let Some(digits) = self.end_address.filter(|_| self.address > 0) {
            let address = self.address;
            cx.out.put(format!("{address:0digits$x}\n"));
        }
        cx.out.spill().await
    }
}
