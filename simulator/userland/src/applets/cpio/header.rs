//! Headers of members: text in hexadecimal digits.

use crate::kernel::FileKind;

/// Length of a header.
pub(super) const BYTES: usize = 110;
/// Name of what is behind the last member.
pub(super) const TRAILER: &[u8] = b"TRAILER!!!";
/// The longest name, with the zero behind it.
const NAME_BYTES_MAX: u32 = 8192;

/// A member.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) ino: u32,
    /// Kind and permissions.
    pub(super) mode: u32,
    pub(super) uid: u32,
    pub(super) gid: u32,
    pub(super) nlink: u32,
    pub(super) mtime_s: u32,
    pub(super) size: u32,
    pub(super) dev: (u32, u32),
    pub(super) rdev: (u32, u32),
    pub(super) name: Vec<u8>,
}

/// Why a header cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HeaderError {
    /// It is none of this form.
    Form,
    /// It makes no sense.
    Damaged,
}

impl Header {
    /// Reads a header; the length of the name comes with it, zero included.
    pub(super) fn parse(bytes: &[u8; BYTES]) -> Result<(Self, usize), HeaderError> {
        if !bytes.starts_with(b"070701") && !bytes.starts_with(b"070702") {
            return Err(HeaderError::Form);
        }
        let mut fields = [0; 13];
        for (field, digits) in fields.iter_mut().zip(bytes[6..].chunks(8)) {
            *field = digits.iter().try_fold(0_u32, |number, digit| {
                let digit = char::from(*digit).to_digit(16);
                Ok(number << 4 | digit.ok_or(HeaderError::Damaged)?)
            })?;
        }
        let [
            ino,
            mode,
            uid,
            gid,
            nlink,
            mtime_s,
            size,
            d0,
            d1,
            r0,
            r1,
            name,
            _,
        ] = fields;
        if name == 0 || name > NAME_BYTES_MAX {
            return Err(HeaderError::Damaged);
        }
        let header = Self {
            ino,
            mode,
            uid,
            gid,
            nlink,
            mtime_s,
            size,
            dev: (d0, d1),
            rdev: (r0, r1),
            name: Vec::new(),
        };
        Ok((header, name as usize))
    }

    /// The header with its name and the zeros behind it.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let fields = [
            self.ino,
            self.mode,
            self.uid,
            self.gid,
            self.nlink,
            self.mtime_s,
            self.size,
            self.dev.0,
            self.dev.1,
            self.rdev.0,
            self.rdev.1,
            self.name.len() as u32 + 1,
            0,
        ];
        let mut bytes = b"070701".to_vec();
        for field in fields {
            bytes.extend_from_slice(format!("{field:08X}").as_bytes());
        }
        bytes.extend_from_slice(&self.name);
        bytes.push(0);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    /// The kind of file, if it is one.
    pub(super) fn kind(&self) -> Option<FileKind> {
        let (major, minor) = self.rdev;
        Some(match self.mode & 0o170_000 {
            0o010_000 => FileKind::Fifo,
            0o020_000 => FileKind::CharDevice { major, minor },
            0o040_000 => FileKind::Directory,
            0o060_000 => FileKind::BlockDevice { major, minor },
            0o100_000 => FileKind::File,
            0o120_000 => FileKind::Symlink,
            _ => return None,
        })
    }
}

/// Zeros behind so many bytes.
pub(super) fn padding(length: u64) -> u64 {
    length.next_multiple_of(4) - length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_read_as_they_were_written() {
        let header = Header {
            ino: 7,
            mode: 0o100_644,
            nlink: 1,
            mtime_s: 1_500_000_000,
            size: 5,
            name: b"a/name".to_vec(),
            ..Header::default()
        };
        let bytes = header.bytes();
        assert_eq!(bytes.len() % 4, 0);
        let fixed = bytes[..BYTES].try_into().expect("is long enough");
        let (mut read, length) = Header::parse(fixed).expect("is one");
        read.name = bytes[BYTES..BYTES + length - 1].to_vec();
        assert_eq!(read, header);
        assert_eq!(Header::parse(&[b'0'; BYTES]), Err(HeaderError::Form));
        let mut damaged = *fixed;
        damaged[20] = b'x';
        assert_eq!(Header::parse(&damaged), Err(HeaderError::Damaged));
    }
}
