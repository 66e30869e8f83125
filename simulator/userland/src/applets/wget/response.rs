//! What a server answers: the status line, the headers, and the bytes behind them.

use crate::applets::context::{Context, Fail, text};
use crate::applets::io::Reader;
use crate::kernel::Fd;
use std::time::Duration;

/// The longest line that is looked at; the rest of a longer one is skipped.
const LINE_BYTES: usize = 4096;

/// A connection that is read from.
pub(super) struct Response<'a> {
    reader: Reader<'a>,
    /// How long nothing may come; none: for ever.
    patience: Option<Duration>,
    /// Show the lines on standard error.
    shows: bool,
}

/// One header, its name in lower case.
pub(super) struct Header {
    pub(super) name: Vec<u8>,
    pub(super) value: Vec<u8>,
}

impl<'a> Response<'a> {
    pub(super) fn new(cx: &Context<'a>, fd: Fd, patience: Option<Duration>, shows: bool) -> Self {
        Self {
            reader: Reader::owned(cx.sys, fd),
            patience,
            shows,
        }
    }

    /// Waits for bytes; false at the end.
    async fn fill(&mut self, cx: &Context<'_>) -> Result<bool, Fail> {
        if self.reader.buffered().is_empty() && self.patience.is_some() {
            let ready = cx.sys.poll_read(&[self.reader.fd()], self.patience).await;
            if ready.is_ok_and(|ready| ready.is_empty()) {
                return Err(Fail::new("download timed out"));
            }
        }
        let filled = self.reader.fill().await;
        filled.map_err(|error| Fail::new(text!("read error: ", error.message())))
    }

    /// The next bytes of the body, at most `limit`; none at the end.
    pub(super) async fn bytes(&mut self, cx: &Context<'_>, limit: u64) -> Result<Vec<u8>, Fail> {
        if !self.fill(cx).await? {
            return Ok(Vec::new());
        }
        let buffered = self.reader.buffered();
        let count =
            usize::try_from(limit).map_or(buffered.len(), |limit| limit.min(buffered.len()));
        let bytes = buffered[..count].to_vec();
        self.reader.consume(count);
        Ok(bytes)
    }

    /// A line without its end, cut at the first control character; a tab becomes a blank.
    pub(super) async fn line(&mut self, cx: &mut Context<'_>) -> Result<Vec<u8>, Fail> {
        let mut line = Vec::new();
        let mut any = false;
        loop {
            if !self.fill(cx).await? {
                break;
            }
            any = true;
            let byte = self.reader.buffered()[0];
            self.reader.consume(1);
            match byte {
                b'\n' => break,
                _ if line.len() < LINE_BYTES => line.push(byte),
                _ => {}
            }
        }
        if !any {
            return Err(Fail::new("error getting response"));
        }
        for byte in &mut line {
            if *byte == b'\t' {
                *byte = b' ';
            }
        }
        let end = line.iter().position(|byte| *byte < b' ');
        line.truncate(end.unwrap_or(line.len()));
        Ok(line)
    }

    async fn shown_line(&mut self, cx: &mut Context<'_>) -> Result<Vec<u8>, Fail> {
        let line = self.line(cx).await?;
        if self.shows {
            cx.error_text(&text!("  ", line, "\n")).await;
        }
        Ok(line)
    }

    /// The status line and its number; interim answers are skipped.
    pub(super) async fn status(&mut self, cx: &mut Context<'_>) -> Result<(u32, Vec<u8>), Fail> {
        loop {
            let line = self.shown_line(cx).await?;
            let number = line
                .split(|byte| *byte == b' ')
                .filter(|word| !word.is_empty())
                .nth(1);
            let digits = number.unwrap_or_default();
            let digits: Vec<u8> = digits
                .iter()
                .copied()
                .take_while(u8::is_ascii_digit)
                .collect();
            let status = crate::applets::numbers::decimal(&digits).unwrap_or(0);
            if status != 0 && status != 100 {
                return Ok((u32::try_from(status).unwrap_or(u32::MAX), line));
            }
            while self.header(cx).await?.is_some() {}
        }
    }

    /// The next header; none behind the last.
    pub(super) async fn header(&mut self, cx: &mut Context<'_>) -> Result<Option<Header>, Fail> {
        let line = self.shown_line(cx).await?;
        if line.is_empty() {
            return Ok(None);
        }
        let in_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._".contains(byte);
        let end = line.iter().take_while(|byte| in_name(byte)).count();
        if line.get(end) != Some(&b':') {
            return Err(Fail::new(text!("bad header line: ", line)));
        }
        Ok(Some(Header {
            name: line[..end].to_ascii_lowercase(),
            value: line[end + 1..].trim_ascii().to_vec(),
        }))
    }
}
