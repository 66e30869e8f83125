//! The entries of a tar archive, with all that stands before them: long names, extended headers, maps of holes.

use crate::ArchiveError;
use crate::metadata::{Attributes, FileKind};
use crate::pax::{Extended, damaged, number};
use crate::source::SourceReader;
use crate::sparse::SparseMap;
use crate::xattrs::Xattrs;
use std::io::{self, Read, Seek, SeekFrom};
use tar::{EntryType, GnuExtSparseHeader, GnuSparseHeader, Header};

const BLOCK_BYTES: u64 = 512;
/// The most bytes that what stands before an entry may have, as for Go's reader of archives.
const EXTENSION_BYTES: u64 = 1 << 20;
/// The most pieces between holes that a file may have.
const SEGMENTS: usize = 1 << 20;

/// Something to read in which one can go forward.
pub(crate) trait Skip: Read {
    /// Goes over that many bytes.
    fn skip(&mut self, count: u64) -> io::Result<()>;
}

impl Skip for SourceReader {
    fn skip(&mut self, count: u64) -> io::Result<()> {
        let by = i64::try_from(count).map_err(|_| io::ErrorKind::UnexpectedEof)?;
        let offset = self.seek(SeekFrom::Current(by))?;
        match offset <= self.len() {
            true => Ok(()),
            false => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}

/// Goes forward by reading.
pub(crate) struct Stream<R>(pub(crate) R);

impl<R: Read> Read for Stream<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl<R: Read> Skip for Stream<R> {
    fn skip(&mut self, count: u64) -> io::Result<()> {
        let skipped = io::copy(&mut self.0.by_ref().take(count), &mut io::sink())?;
        match skipped == count {
            true => Ok(()),
            false => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}

/// One entry.
#[derive(Debug)]
pub(crate) struct Entry {
    /// As it stands in the archive.
    pub(crate) path: Vec<u8>,
    /// What a link leads to.
    pub(crate) target: Vec<u8>,
    pub(crate) entry_type: EntryType,
    pub(crate) attributes: Attributes,
    pub(crate) xattrs: Xattrs,
    /// Where its bytes lie in the archive, and how many.
    pub(crate) stored: (u64, u64),
    /// Where they belong, if there are holes between them.
    pub(crate) sparse: Option<SparseMap>,
}

impl Entry {
    /// The file's size.
    pub(crate) fn size(&self) -> u64 {
        match &self.sparse {
            Some(map) => map.size(),
            None => self.stored.1,
        }
    }
}

/// Reads the entries of an archive one by one.
pub(crate) struct Entries<R> {
    reader: R,
    /// How far it was read.
    position: u64,
    /// Where the next header is.
    next: u64,
}

impl<R: Skip> Entries<R> {
    pub(crate) fn new(reader: R) -> Self {
        Self {
            reader,
            position: 0,
            next: 0,
        }
    }

    /// The next entry; `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Entry>, ArchiveError> {
        let (mut path, mut target, mut extended) = (None, None, None);
        loop {
            let gap = self.next - self.position;
            self.reader.skip(gap)?;
            self.position = self.next;
            let Some(header) = self.header()? else {
                return match path.is_none() && target.is_none() && extended.is_none() {
                    true => Ok(None),
                    false => Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
                };
            };
            match header.entry_type() {
                EntryType::GNULongName => path = Some(text(self.extension(&header)?)),
                EntryType::GNULongLink => target = Some(text(self.extension(&header)?)),
                EntryType::XHeader => {
                    extended = Some(Extended::parse(&self.extension(&header)?)?);
                }
                EntryType::XGlobalHeader => {
                    self.extension(&header)?;
                }
                _ => {
                    let mut extended = extended.unwrap_or_default();
                    extended.path = extended.path.or(path);
                    extended.target = extended.target.or(target);
                    return self.entry(&header, extended).map(Some);
                }
            }
        }
    }

    /// Reads the last entry's bytes, which lie there in the archive; only until the next entry is asked for.
    pub(crate) fn stored(&mut self, (start, size): (u64, u64)) -> impl Read + use<'_, R> {
        let left = size - self.position.saturating_sub(start).min(size);
        Stored {
            position: &mut self.position,
            reader: self.reader.by_ref().take(left),
        }
    }

    /// The next block; `None` behind the last one, and when it is the first of those that end an archive.
    fn header(&mut self) -> io::Result<Option<Header>> {
        let mut header = Header::new_old();
        if !self.block(header.as_mut_bytes())? {
            return Ok(None);
        }
        if header.as_bytes().iter().all(|byte| *byte == 0) {
            return Ok(None);
        }
        let sum = |bytes: &[u8]| bytes.iter().map(|byte| u32::from(*byte)).sum::<u32>();
        let bytes = header.as_bytes();
        let own = sum(&bytes[..148]) + sum(&bytes[156..]) + 8 * u32::from(b' ');
        // The library's own error has the bytes in it, which may be anything.
        if header.cksum().ok() != Some(own) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "archive header checksum mismatch",
            ));
        }
        self.next += BLOCK_BYTES;
        Ok(Some(header))
    }

    /// Fills a block; `false` when there is none.
    fn block(&mut self, block: &mut [u8; BLOCK_BYTES as usize]) -> io::Result<bool> {
        let mut read = Vec::with_capacity(block.len());
        self.reader
            .by_ref()
            .take(BLOCK_BYTES)
            .read_to_end(&mut read)?;
        self.position += read.len() as u64;
        if read.is_empty() {
            return Ok(false);
        }
        if read.len() < block.len() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        block.copy_from_slice(&read);
        Ok(true)
    }

    /// The content of what stands before an entry.
    fn extension(&mut self, header: &Header) -> Result<Vec<u8>, ArchiveError> {
        let size = field(header.entry_size(), &header.as_old().size)?;
        if size > EXTENSION_BYTES {
            return Err(ArchiveError::TooBig {
                what: "bytes before an entry",
                limit: EXTENSION_BYTES,
            });
        }
        let mut content = Vec::new();
        self.reader.by_ref().take(size).read_to_end(&mut content)?;
        self.position += content.len() as u64;
        if (content.len() as u64) < size {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        self.next = end_of_block(self.next, size)?;
        Ok(content)
    }

    fn entry(&mut self, header: &Header, extended: Extended) -> Result<Entry, ArchiveError> {
        let path = extended
            .path
            .unwrap_or_else(|| header.path_bytes().into_owned());
        let target = extended.target.unwrap_or_else(|| {
            let name = header.link_name_bytes();
            name.map(|name| name.into_owned()).unwrap_or_default()
        });
        let entry_type = match header.entry_type() {
            EntryType::Regular if header.as_bytes()[156] == 0 && path.ends_with(b"/") => {
                EntryType::Directory
            }
            entry_type => entry_type,
        };
        let mut attributes = attributes(header, entry_type)?;
        let id = |from: Option<u64>, otherwise| {
            from.map_or(otherwise, |id| u32::try_from(id).unwrap_or(u32::MAX))
        };
        attributes.uid = id(extended.uid, attributes.uid);
        attributes.gid = id(extended.gid, attributes.gid);
        attributes.now_ns = extended.mtime_ns.unwrap_or(attributes.now_ns);
        let size = match attributes.kind {
            FileKind::File if entry_type != EntryType::Link => match extended.size {
                Some(size) => size,
                None => field(header.entry_size(), &header.as_old().size)?,
            },
            _ => 0,
        };
        let start = self.next;
        let mut entry = Entry {
            path,
            target,
            entry_type,
            attributes,
            xattrs: extended.xattrs,
            stored: (start, size),
            sparse: None,
        };
        let records = extended.sparse;
        if entry_type == EntryType::GNUSparse {
            let numbers = self.old_map(header)?;
            let file_size = header.as_gnu().ok_or_else(damaged)?.real_size()?;
            entry.sparse = Some(SparseMap::new(&numbers, file_size, size)?);
            entry.stored.0 = self.next;
        } else if let Some(file_size) = records.size {
            let mut numbers = records.map;
            if records.is_map_in_content {
                numbers = self.map_in_content(size)?;
                let used = self.position - start;
                entry.stored = (start + used, size - used);
            }
            entry.sparse = Some(SparseMap::new(&numbers, file_size, entry.stored.1)?);
        }
        self.next = end_of_block(entry.stored.0, entry.stored.1)?;
        Ok(entry)
    }

    /// The map of GNU's own form: in the header, and in blocks behind it.
    fn old_map(&mut self, header: &Header) -> io::Result<Vec<u64>> {
        let gnu = header.as_gnu().ok_or_else(damaged)?;
        let mut numbers = Vec::new();
        append_segments(&gnu.sparse, &mut numbers)?;
        let mut goes_on = gnu.is_extended();
        while goes_on {
            let mut block = GnuExtSparseHeader::new();
            if !self.block(block.as_mut_bytes())? {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.next += BLOCK_BYTES;
            append_segments(&block.sparse, &mut numbers)?;
            goes_on = block.is_extended();
        }
        Ok(numbers)
    }

    /// The map of form 1.0: numbers in lines, the first one how many pairs, filled up to whole blocks.
    fn map_in_content(&mut self, size: u64) -> io::Result<Vec<u64>> {
        let (mut numbers, mut line) = (Vec::new(), Vec::new());
        let mut wanted = 1;
        let mut left = size;
        while numbers.len() < wanted {
            let mut block = [0; BLOCK_BYTES as usize];
            left = left.checked_sub(BLOCK_BYTES).ok_or_else(damaged)?;
            if !self.block(&mut block)? {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            for byte in block {
                if byte != b'\n' {
                    line.push(byte);
                    continue;
                }
                let value = number(&line)?.ok_or_else(damaged)?;
                line.clear();
                numbers.push(value);
                if numbers.len() == 1 {
                    let pairs = usize::try_from(value)
                        .ok()
                        .filter(|pairs| *pairs <= SEGMENTS);
                    wanted = 1 + 2 * pairs.ok_or_else(damaged)?;
                }
                if numbers.len() == wanted {
                    break;
                }
            }
        }
        numbers.remove(0);
        Ok(numbers)
    }
}

fn append_segments(segments: &[GnuSparseHeader], numbers: &mut Vec<u64>) -> io::Result<()> {
    for segment in segments.iter().filter(|segment| !segment.is_empty()) {
        if numbers.len() >= 2 * SEGMENTS {
            return Err(damaged());
        }
        numbers.extend([segment.offset()?, segment.length()?]);
    }
    Ok(())
}

/// Where the block ends in which `size` bytes from `start` on do.
fn end_of_block(start: u64, size: u64) -> io::Result<u64> {
    let size = size.checked_next_multiple_of(BLOCK_BYTES);
    let end = size.and_then(|size| start.checked_add(size));
    end.ok_or_else(damaged)
}

/// A name that ends at its first zero byte.
fn text(mut bytes: Vec<u8>) -> Vec<u8> {
    let end = bytes.iter().position(|byte| *byte == 0);
    bytes.truncate(end.unwrap_or(bytes.len()));
    bytes
}

/// Reads and counts.
struct Stored<'p, R> {
    position: &'p mut u64,
    reader: R,
}

impl<R: Read> Read for Stored<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        *self.position += count as u64;
        Ok(count)
    }
}

fn attributes(header: &Header, entry_type: EntryType) -> io::Result<Attributes> {
    let device = || {
        let major = header.device_major().ok().flatten().unwrap_or(0);
        let minor = header.device_minor().ok().flatten().unwrap_or(0);
        (major, minor)
    };
    let kind = match entry_type {
        EntryType::Directory => FileKind::Directory,
        EntryType::Symlink => FileKind::Symlink,
        EntryType::Fifo => FileKind::Fifo,
        EntryType::Char => {
            let (major, minor) = device();
            FileKind::CharDevice { major, minor }
        }
        EntryType::Block => {
            let (major, minor) = device();
            FileKind::BlockDevice { major, minor }
        }
        _ => FileKind::File,
    };
    let old = header.as_old();
    let mtime = field(header.mtime(), &old.mtime)?;
    let mode = field(header.mode().map(u64::from), &old.mode)?;
    let uid = field(header.uid(), &old.uid)?;
    let gid = field(header.gid(), &old.gid)?;
    Ok(Attributes {
        kind,
        mode: (mode & 0o7777) as u32,
        uid: u32::try_from(uid).unwrap_or(u32::MAX),
        gid: u32::try_from(gid).unwrap_or(u32::MAX),
        now_ns: mtime.saturating_mul(1_000_000_000),
    })
}

/// A number of a header; a blank field is 0, as Docker reads it.
fn field(read: io::Result<u64>, field: &[u8]) -> io::Result<u64> {
    match field.iter().all(|byte| matches!(byte, 0 | b' ')) {
        true => Ok(0),
        false => read.map_err(|_| {
            io::Error::new(
                io::ErrorKind::InvalidData,
                "archive header has no number where one belongs",
            )
        }),
    }
}
