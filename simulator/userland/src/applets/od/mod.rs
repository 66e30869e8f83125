//! od.

mod format;

use super::context::{Context, Fail, Outcome, text};
use super::io::Reader;
use super::numbers;
use bytes::Bytes;
use format::Format;

/// How addresses are shown.
#[derive(Clone, Copy, PartialEq)]
enum Radix {
    None,
    Octal,
    Decimal,
    Hex,
}

impl Radix {
    fn width(self) -> usize {
        match self {
            Radix::None => 0,
            Radix::Octal | Radix::Decimal => 7,
            Radix::Hex => 6,
        }
    }

    fn show(self, address: u64) -> String {
        match self {
            Radix::None => String::new(),
            Radix::Octal => format!("{address:07o}"),
            Radix::Decimal => format!("{address:07}"),
            Radix::Hex => format!("{address:06x}"),
        }
    }
}

const SUFFIXES: numbers::Suffixes = &[("b", 512), ("k", 1024), ("m", 1024 * 1024)];

/// Shows bytes as numbers or characters.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("abcdfhiloxsvt:A:N:j:w::S:")?;
    let mut formats = Vec::new();
    for (letter, value) in &options.given {
        if let Some(short) = format::short(*letter) {
            formats.push(short);
        } else if let (b't', Some(text)) = (letter, value) {
            format::parse(text, &mut formats)?;
        }
    }
    if formats.is_empty() {
        formats.extend(format::short(b'o'));
    }
    let radix = match options.value(b'A').map(|value| value.as_ref()) {
        None | Some(b"o") => Radix::Octal,
        Some(b"d") => Radix::Decimal,
        Some(b"x") => Radix::Hex,
        Some(b"n") => Radix::None,
        Some(other) => {
            let message = text!("bad output address radix '", other, "' (must be [doxn])");
            return Err(Fail::new(message));
        }
    };
    let unit = formats.iter().map(Format::size).max().unwrap_or(1);
    let width = match options
        .given
        .iter()
        .rev()
        .find(|(letter, _)| *letter == b'w')
    {
        None => 16,
        Some((_, None)) => 32,
        Some((_, Some(text))) => numbers::with_suffix(text, SUFFIXES)?.clamp(1, 65_536) as usize,
    };
    let width = if width % unit == 0 { width } else { unit };
    let number = |letter| match options.value(letter) {
        Some(text) => numbers::with_suffix(text, SUFFIXES).map(Some),
        None => Ok(None),
    };
    let mut dump = Dump {
        formats,
        radix,
        width,
        all: options.has(b'v'),
        address: number(b'j')?.unwrap_or(0),
        left: number(b'N')?.unwrap_or(u64::MAX),
        strings: number(b'S')?,
    };
    let mut input = Input::new(options.operands);
    input.skip(cx, dump.address).await?;
    match dump.strings {
        Some(least) => dump.show_strings(cx, &mut input, least.max(1)).await?,
        None => dump.show(cx, &mut input).await?,
    }
    Ok(u8::from(input.failed))
}

/// All files as one.
struct Input<'a> {
    paths: std::vec::IntoIter<Bytes>,
    reader: Option<Reader<'a>>,
    opened: bool,
    failed: bool,
}

impl<'a> Input<'a> {
    fn new(mut paths: Vec<Bytes>) -> Self {
        if paths.is_empty() {
            paths.push("-".into());
        }
        Self {
            paths: paths.into_iter(),
            reader: None,
            opened: false,
            failed: false,
        }
    }

    /// Up to `limit` bytes that are there; empty at the end.
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
                        cx.complain(text!("read error: ", error.message())).await;
                        self.failed = true;
                    }
                }
                self.reader = None;
            }
            let Some(path) = self.paths.next() else {
                return Vec::new();
            };
            match cx.open_input(&path).await {
                Ok(reader) => {
                    self.reader = Some(reader);
                    self.opened = true;
                }
                Err(error) => {
                    cx.complain_of(&path, error).await;
                    self.failed = true;
                }
            }
        }
    }

    async fn skip(&mut self, cx: &mut Context<'a>, mut count: u64) -> Result<(), Fail> {
        while count > 0 {
            let skipped = self.take(cx, count).await.len() as u64;
            if skipped == 0 {
                return Err(Fail::new("can't skip past end of combined input"));
            }
            count -= skipped;
        }
        Ok(())
    }
}

struct Dump {
    formats: Vec<Format>,
    radix: Radix,
    width: usize,
    /// Repeated blocks are shown too.
    all: bool,
    address: u64,
    left: u64,
    strings: Option<u64>,
}

impl Dump {
    async fn show<'a>(&mut self, cx: &mut Context<'a>, input: &mut Input<'a>) -> Result<(), Fail> {
        let mut pending = Vec::new();
        let mut last: Option<Vec<u8>> = None;
        let mut starred = false;
        loop {
            let bytes = match self.left {
                0 => Vec::new(),
                left => input.take(cx, left.min(4096)).await,
            };
            let at_end = bytes.is_empty();
            self.left -= bytes.len() as u64;
            pending.extend_from_slice(&bytes);
            let whole = pending.len() - pending.len() % self.width;
            let shown = if at_end { pending.len() } else { whole };
            for block in pending[..shown].chunks(self.width) {
                let repeated = block.len() == self.width && last.as_deref() == Some(block);
                if repeated && !self.all {
                    if !std::mem::replace(&mut starred, true) {
                        cx.out.put(b"*\n");
                    }
                } else {
                    starred = false;
                    self.show_block(block, cx.out.buffer());
                    last = Some(block.to_vec());
                }
                self.address += block.len() as u64;
                cx.sys.burn(60 * block.len() as u64).await;
            }
            pending.drain(..shown);
            cx.out.spill().await?;
            if at_end {
                break;
            }
        }
        if self.radix != Radix::None && (input.opened || !input.failed) {
            cx.out.put(self.radix.show(self.address));
            cx.out.put(b"\n");
        }
        cx.out.spill().await
    }

    fn show_block(&self, block: &[u8], out: &mut Vec<u8>) {
        for (index, format) in self.formats.iter().enumerate() {
            if index == 0 {
                out.extend_from_slice(self.radix.show(self.address).as_bytes());
            } else {
                out.resize(out.len() + self.radix.width(), b' ');
            }
            for item in block.chunks(format.size()) {
                format.show(item, out);
            }
            out.push(b'\n');
        }
    }

    /// Shows runs of printable characters that end in NUL.
    async fn show_strings<'a>(
        &mut self,
        cx: &mut Context<'a>,
        input: &mut Input<'a>,
        least: u64,
    ) -> Result<(), Fail> {
        let mut run = Vec::new();
        while self.left > 0 {
            let bytes = input.take(cx, self.left.min(4096)).await;
            if bytes.is_empty() {
                break;
            }
            self.left -= bytes.len() as u64;
            for byte in &bytes {
                if *byte == 0 && run.len() as u64 >= least {
                    let start = self.address - run.len() as u64;
                    cx.out.put(self.radix.show(start));
                    let gap = if self.radix == Radix::None { "" } else { " " };
                    cx.out.put(text!(gap, run, "\n"));
                }
                let printable =
                    byte.is_ascii_graphic() || (b'\x08'..=b'\r').contains(byte) || *byte == b' ';
                if printable && run.len() < 1 << 20 {
                    run.push(*byte);
                } else {
                    run.clear();
                }
                self.address += 1;
            }
            cx.sys.burn(100 + bytes.len() as u64).await;
            cx.out.spill().await?;
        }
        Ok(())
    }
}
