//! What headers say of members.

pub(super) const LOCAL_MAGIC: u32 = 0x0403_4b50;
pub(super) const CENTRAL_MAGIC: u32 = 0x0201_4b50;
pub(super) const END_MAGIC: u32 = 0x0605_4b50;
/// Lengths of headers without their magic numbers and what varies.
pub(super) const LOCAL_BYTES: usize = 26;
pub(super) const CENTRAL_BYTES: usize = 42;
pub(super) const END_BYTES: usize = 18;

const SYMLINK: u32 = 0o120_000;
const KIND_MASK: u32 = 0o170_000;
/// The system that writes Unix modes.
const UNIX: u16 = 3;

/// A member of an archive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) name: Vec<u8>,
    pub(super) flags: u16,
    pub(super) method: u16,
    pub(super) time: u16,
    pub(super) date: u16,
    pub(super) crc: u32,
    pub(super) packed: u64,
    pub(super) unpacked: u64,
    /// Kind and permissions, if a Unix has written it.
    pub(super) mode: Option<u32>,
    /// Where its local header is.
    pub(super) offset: u64,
}

/// Fields behind the fixed part of a header: their lengths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lengths {
    pub(super) name: usize,
    pub(super) extra: usize,
    pub(super) comment: usize,
}

fn word(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

pub(super) fn double_word(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

impl Member {
    /// Reads a local header, without its magic number.
    pub(super) fn local(bytes: &[u8; LOCAL_BYTES]) -> (Self, Lengths) {
        let member = Self {
            flags: word(bytes, 2),
            method: word(bytes, 4),
            time: word(bytes, 6),
            date: word(bytes, 8),
            crc: double_word(bytes, 10),
            packed: double_word(bytes, 14).into(),
            unpacked: double_word(bytes, 18).into(),
            ..Self::default()
        };
        let lengths = Lengths {
            name: word(bytes, 22).into(),
            extra: word(bytes, 24).into(),
            comment: 0,
        };
        (member, lengths)
    }

    /// Reads a header of the central directory, without its magic number.
    pub(super) fn central(bytes: &[u8; CENTRAL_BYTES]) -> (Self, Lengths) {
        let by_unix = word(bytes, 0) >> 8 == UNIX;
        let member = Self {
            flags: word(bytes, 4),
            method: word(bytes, 6),
            time: word(bytes, 8),
            date: word(bytes, 10),
            crc: double_word(bytes, 12),
            packed: double_word(bytes, 16).into(),
            unpacked: double_word(bytes, 20).into(),
            mode: by_unix.then(|| double_word(bytes, 34) >> 16),
            offset: double_word(bytes, 38).into(),
            ..Self::default()
        };
        let lengths = Lengths {
            name: word(bytes, 24).into(),
            extra: word(bytes, 26).into(),
            comment: word(bytes, 28).into(),
        };
        (member, lengths)
    }

    /// Whether its content cannot be read without a password.
    pub(super) fn is_encrypted(&self) -> bool {
        self.flags & 1 != 0
    }

    /// Whether its sizes are behind its data.
    pub(super) fn is_streamed(&self) -> bool {
        self.flags & 8 != 0
    }

    pub(super) fn is_symlink(&self) -> bool {
        self.mode.is_some_and(|mode| mode & KIND_MASK == SYMLINK)
    }

    pub(super) fn is_directory(&self) -> bool {
        self.name.ends_with(b"/")
    }

    /// `MM-DD-YYYY HH:MM`.
    pub(super) fn shown_time(&self) -> String {
        let (date, time) = (self.date, self.time);
        format!(
            "{:02}-{:02}-{} {:02}:{:02}",
            date >> 5 & 15,
            date & 31,
            1980 + (date >> 9),
            time >> 11,
            time >> 5 & 63
        )
    }
}

/// Where the central directory is, by the record at the archive's end: offset and number of members. Nothing: no such
/// record in these last bytes.
pub(super) fn directory(end: &[u8]) -> Option<(u64, u64)> {
    let last = end.len().checked_sub(4 + END_BYTES)?;
    let at = (0..=last)
        .rev()
        .find(|at| double_word(end, *at) == END_MAGIC)?;
    let record = &end[at + 4..];
    Some((double_word(record, 12).into(), word(record, 6).into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_record_tells_where_the_directory_is() {
        let mut end = b"data".to_vec();
        end.extend_from_slice(&END_MAGIC.to_le_bytes());
        let mut record = [0; END_BYTES];
        record[6] = 2;
        record[12] = 40;
        end.extend_from_slice(&record);
        end.extend_from_slice(b"a comment");
        assert_eq!(directory(&end), Some((40, 2)));
        assert_eq!(directory(b"nothing of the kind is in here"), None);
        assert_eq!(directory(b""), None);
    }

    #[test]
    fn times_are_packed_into_words() {
        let member = Member {
            date: (37 << 9) | (7 << 5) | 14,
            time: (2 << 11) | (40 << 5),
            ..Member::default()
        };
        assert_eq!(member.shown_time(), "07-14-2017 02:40");
    }
}
