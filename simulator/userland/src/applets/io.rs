//! Buffered reading and writing over descriptors. All data is bytes.

use super::context::Fail;
use crate::kernel::{Buffer, Charge, Errno, Fd, Sys};

/// Bytes that are collected before a write, as the C library does for pipes and files.
const WRITE_BYTES: usize = 4096;
/// Bytes that one read asks for.
const READ_BYTES: usize = 32 * 1024;
/// Bytes that one bulk copy step moves.
pub(super) const CHUNK_BYTES: usize = 64 * 1024;
/// A buffer of this size is part of what every process costs.
const FREE_BYTES: usize = READ_BYTES;

/// Output to a descriptor.
pub(super) struct Writer<'a> {
    sys: &'a Sys,
    fd: Fd,
    buffer: Vec<u8>,
    charge: Charge,
    is_tty: Option<bool>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(sys: &'a Sys, fd: Fd) -> Self {
        Self {
            sys,
            fd,
            buffer: Vec::new(),
            charge: Charge::new(),
            is_tty: None,
        }
    }

    /// Adds bytes to the buffer only; [`Writer::spill`] must follow soon.
    pub(super) fn put(&mut self, bytes: impl AsRef<[u8]>) {
        let bytes = bytes.as_ref();
        make_room(&mut self.charge, &mut self.buffer, bytes.len());
        self.buffer.extend_from_slice(bytes);
    }

    /// The buffer, to append to.
    pub(super) fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.buffer
    }

    /// Writes the buffer out when it is full, or when a terminal shows it line by line.
    pub(super) async fn spill(&mut self) -> Result<(), Fail> {
        if self.buffer.len() >= WRITE_BYTES {
            return self.flush().await;
        }
        let is_tty = match self.is_tty {
            Some(is_tty) => is_tty,
            None => {
                let is_tty = self.sys.is_tty(self.fd);
                self.is_tty = Some(is_tty);
                is_tty
            }
        };
        if is_tty && self.buffer.contains(&b'\n') {
            return self.flush().await;
        }
        Ok(())
    }

    /// Adds bytes and writes the buffer out when it is full.
    pub(super) async fn write(&mut self, bytes: impl AsRef<[u8]>) -> Result<(), Fail> {
        self.put(bytes);
        self.spill().await
    }

    /// Writes everything out.
    pub(super) async fn flush(&mut self) -> Result<(), Fail> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let buffer = std::mem::take(&mut self.buffer);
        let mut rest = buffer.as_slice();
        while !rest.is_empty() {
            let step = &rest[..rest.len().min(CHUNK_BYTES)];
            self.sys
                .write_all(self.fd, step)
                .await
                .map_err(write_error)?;
            rest = &rest[step.len()..];
        }
        self.buffer = buffer;
        self.buffer.clear();
        self.buffer.shrink_to(2 * CHUNK_BYTES);
        self.charge.set(0);
        Ok(())
    }
}

/// `write error: REASON`.
pub(super) fn write_error(error: Errno) -> Fail {
    Fail::new(format!("write error: {error}"))
}

/// Input from a descriptor.
pub(super) struct Reader<'a> {
    sys: &'a Sys,
    fd: Fd,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    at_end: bool,
    owned: bool,
    /// For the longest record.
    charge: Charge,
}

impl<'a> Reader<'a> {
    /// Reads a descriptor that stays open afterwards.
    pub(super) fn borrowed(sys: &'a Sys, fd: Fd) -> Self {
        Self {
            sys,
            fd,
            buffer: Vec::new(),
            start: 0,
            end: 0,
            at_end: false,
            owned: false,
            charge: Charge::new(),
        }
    }

    /// Reads a descriptor and closes it when dropped.
    pub(super) fn owned(sys: &'a Sys, fd: Fd) -> Self {
        let mut reader = Self::borrowed(sys, fd);
        reader.owned = true;
        reader
    }

    pub(super) fn fd(&self) -> Fd {
        self.fd
    }

    /// What has been read and not consumed.
    pub(super) fn buffered(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Drops the first `count` buffered bytes.
    pub(super) fn consume(&mut self, count: usize) {
        self.start = self.start.saturating_add(count).min(self.end);
    }

    /// Reads more if nothing is buffered; false at the end of the input.
    pub(super) async fn fill(&mut self) -> Result<bool, Errno> {
        if self.start < self.end {
            return Ok(true);
        }
        if self.at_end {
            return Ok(false);
        }
        if self.buffer.is_empty() {
            self.buffer = vec![0; READ_BYTES];
        }
        let count = self.sys.read(self.fd, &mut self.buffer).await?;
        self.sys.burn(200 + count as u64 / 4).await;
        (self.start, self.end) = (0, count);
        self.at_end = count == 0;
        Ok(count > 0)
    }

    /// The next byte.
    pub(super) async fn byte(&mut self) -> Result<Option<u8>, Errno> {
        if !self.fill().await? {
            return Ok(None);
        }
        let byte = self.buffer[self.start];
        self.start += 1;
        Ok(Some(byte))
    }

    /// Replaces `record` by the next one, delimiter included if there is one; false at the end of the input. The
    /// reader charges one record; who keeps several charges the others.
    pub(super) async fn read_until(
        &mut self,
        delimiter: u8,
        record: &mut Vec<u8>,
    ) -> Result<bool, Errno> {
        record.clear();
        while self.fill().await? {
            let buffered = &self.buffer[self.start..self.end];
            let found = find_byte(buffered, delimiter);
            let count = found.map_or(buffered.len(), |at| at + 1);
            make_room(&mut self.charge, record, count);
            record.extend_from_slice(&buffered[..count]);
            self.start += count;
            if found.is_some() {
                break;
            }
        }
        Ok(!record.is_empty())
    }

    /// As [`Reader::read_until`] a newline, which is cut off; says whether it was there.
    pub(super) async fn read_line(&mut self, line: &mut Vec<u8>) -> Result<Line, Errno> {
        if !self.read_until(b'\n', line).await? {
            return Ok(Line::End);
        }
        if line.last() == Some(&b'\n') {
            line.pop();
            return Ok(Line::Whole);
        }
        Ok(Line::Unterminated)
    }

    /// As [`Reader::read_line`], where a NUL ends a line, too: so busybox reads texts.
    pub(super) async fn read_text_line(&mut self, line: &mut Vec<u8>) -> Result<Line, Errno> {
        line.clear();
        let ends = |byte: &u8| matches!(byte, b'\n' | 0);
        let mut read = false;
        while self.fill().await? {
            read = true;
            let buffered = &self.buffer[self.start..self.end];
            let found = buffered.iter().position(ends);
            let count = found.unwrap_or(buffered.len());
            make_room(&mut self.charge, line, count);
            line.extend_from_slice(&buffered[..count]);
            self.start += count + usize::from(found.is_some());
            if found.is_some() {
                return Ok(Line::Whole);
            }
        }
        Ok(if read { Line::Unterminated } else { Line::End })
    }

    /// Everything up to the end.
    pub(super) async fn read_all(&mut self) -> Result<Buffer, Errno> {
        let mut all = Buffer::new();
        while self.fill().await? {
            let buffered = &self.buffer[self.start..self.end];
            all.extend_from_slice(buffered);
            self.start = self.end;
        }
        Ok(all)
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        if self.owned {
            let _ = self.sys.close(self.fd);
        }
    }
}

/// Makes room for `more` bytes, charged before when they are many.
fn make_room(charge: &mut Charge, bytes: &mut Vec<u8>, more: usize) {
    let wanted = bytes.len().saturating_add(more);
    if wanted <= bytes.capacity() {
        return;
    }
    let capacity = wanted.max(bytes.capacity().saturating_mul(2));
    if capacity > FREE_BYTES {
        charge.cover(capacity);
    }
    bytes.reserve_exact(capacity - bytes.len());
}

/// What [`Reader::read_line`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// A line that ended in a newline.
    Whole,
    /// The last line, without a newline.
    Unterminated,
    /// No line.
    End,
}

impl Line {
    /// Whether there is a line.
    pub(super) fn is_some(self) -> bool {
        self != Line::End
    }
}

/// Where a byte first occurs.
pub(super) fn find_byte(bytes: &[u8], wanted: u8) -> Option<usize> {
    const STEP: usize = 16;
    let mut at = 0;
    while at + STEP <= bytes.len() {
        let block = &bytes[at..at + STEP];
        if block
            .iter()
            .fold(false, |any, byte| any | (*byte == wanted))
        {
            break;
        }
        at += STEP;
    }
    let rest = bytes[at..].iter().position(|byte| *byte == wanted)?;
    Some(at + rest)
}

/// Copies from descriptor to descriptor until the end; returns the bytes copied.
pub(super) async fn copy(sys: &Sys, from: Fd, to: Fd) -> Result<u64, CopyError> {
    let mut buffer = vec![0; CHUNK_BYTES];
    let mut total = 0;
    loop {
        let count = sys.read(from, &mut buffer).await.map_err(CopyError::Read)?;
        if count == 0 {
            return Ok(total);
        }
        sys.write_all(to, &buffer[..count])
            .await
            .map_err(CopyError::Write)?;
        sys.burn(200 + count as u64 / 8).await;
        total += count as u64;
    }
}

/// Which side of a copy failed.
#[derive(Clone, Copy, Debug)]
pub(super) enum CopyError {
    Read(Errno),
    Write(Errno),
}

#[cfg(test)]
mod tests {
    use super::find_byte;

    #[test]
    fn a_byte_is_found_at_every_position() {
        for len in 0..70 {
            let mut bytes = vec![b'.'; len];
            assert_eq!(find_byte(&bytes, b'x'), None);
            for at in 0..len {
                bytes[at] = b'x';
                assert_eq!(find_byte(&bytes, b'x'), Some(at));
                bytes[at] = b'.';
            }
        }
    }
}
