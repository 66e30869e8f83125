//! Headers of archive members: POSIX ustar as GNU's tar writes it.

/// Size of all units of an archive.
pub(super) const BLOCK: usize = 512;

/// What a member is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    HardLink,
    Symlink,
    CharDevice,
    BlockDevice,
    Directory,
    Fifo,
    /// The name of the next member, too long for its header.
    LongName,
    /// The link target of the next member.
    LongLink,
    /// Extended attributes, which are passed over.
    Extended,
    Unknown(u8),
}

/// A member without its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) kind: Kind,
    pub(super) name: Vec<u8>,
    pub(super) link: Vec<u8>,
    /// Permission bits.
    pub(super) mode: u32,
    pub(super) uid: u32,
    pub(super) gid: u32,
    pub(super) size: u64,
    pub(super) mtime_s: u64,
    pub(super) user: Vec<u8>,
    pub(super) group: Vec<u8>,
    pub(super) major: u32,
    pub(super) minor: u32,
}

/// Why a block is no header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HeaderError {
    Magic,
    Checksum,
}

impl HeaderError {
    pub(super) fn text(self) -> &'static str {
        match self {
            HeaderError::Magic => "invalid tar magic",
            HeaderError::Checksum => "invalid tar header checksum",
        }
    }
}

impl Header {
    /// Reads a block that is not all zeros.
    pub(super) fn parse(block: &[u8; BLOCK]) -> Result<Self, HeaderError> {
        if &block[257..262] != b"ustar" {
            return Err(HeaderError::Magic);
        }
        let sum: u32 = sum(block);
        if number(&block[148..156]) != u64::from(sum) {
            return Err(HeaderError::Checksum);
        }
        let is_gnu = &block[257..265] == b"ustar  \0";
        let mut name = Vec::new();
        let prefix = text(&block[345..500]);
        if !prefix.is_empty() && !is_gnu {
            name.extend_from_slice(prefix);
            name.push(b'/');
        }
        name.extend_from_slice(text(&block[..100]));
        let kind = match block[156] {
            b'0' | 0 if name.ends_with(b"/") => Kind::Directory,
            b'0' | b'7' | 0 => Kind::File,
            b'1' => Kind::HardLink,
            b'2' => Kind::Symlink,
            b'3' => Kind::CharDevice,
            b'4' => Kind::BlockDevice,
            b'5' => Kind::Directory,
            b'6' => Kind::Fifo,
            b'L' => Kind::LongName,
            b'K' => Kind::LongLink,
            b'x' | b'g' => Kind::Extended,
            other => Kind::Unknown(other),
        };
        let small = |range: std::ops::Range<usize>| number(&block[range]) as u32;
        Ok(Self {
            kind,
            name,
            link: text(&block[157..257]).to_vec(),
            mode: small(100..108) & 0o7777,
            uid: small(108..116),
            gid: small(116..124),
            size: match kind {
                // Links have no content, whatever the size says.
                Kind::HardLink | Kind::Symlink | Kind::Directory | Kind::Fifo => 0,
                _ => number(&block[124..136]),
            },
            mtime_s: number(&block[136..148]),
            user: text(&block[265..297]).to_vec(),
            group: text(&block[297..329]).to_vec(),
            major: small(329..337),
            minor: small(337..345),
        })
    }

    /// The blocks of the header, those of long names before it.
    pub(super) fn blocks(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for (text, letter) in [(&self.link, b'K'), (&self.name, b'L')] {
            if text.len() >= 100 {
                let mut long = self.clone();
                long.size = text.len() as u64 + 1;
                out.extend_from_slice(&long.block(b"././@LongLink", b"", letter));
                out.extend_from_slice(text);
                out.push(0);
                out.resize(out.len().next_multiple_of(BLOCK), 0);
            }
        }
        let letter = match self.kind {
            Kind::HardLink => b'1',
            Kind::Symlink => b'2',
            Kind::CharDevice => b'3',
            Kind::BlockDevice => b'4',
            Kind::Directory => b'5',
            Kind::Fifo => b'6',
            _ => b'0',
        };
        out.extend_from_slice(&self.block(&self.name, &self.link, letter));
        out
    }

    fn block(&self, name: &[u8], link: &[u8], letter: u8) -> [u8; BLOCK] {
        let mut block = [0; BLOCK];
        put_text(&mut block[..99], name);
        put_octal(&mut block[100..107], self.mode.into());
        put_octal(&mut block[108..115], self.uid.into());
        put_octal(&mut block[116..123], self.gid.into());
        put_octal(&mut block[124..135], self.size);
        put_octal(&mut block[136..147], self.mtime_s);
        block[156] = letter;
        put_text(&mut block[157..256], link);
        block[257..264].copy_from_slice(b"ustar  ");
        put_text(&mut block[265..296], &self.user);
        put_text(&mut block[297..328], &self.group);
        if matches!(self.kind, Kind::CharDevice | Kind::BlockDevice) {
            put_octal(&mut block[329..336], self.major.into());
            put_octal(&mut block[337..344], self.minor.into());
        }
        let sum = sum(&block);
        put_octal(&mut block[148..154], sum.into());
        block[154] = 0;
        block[155] = b' ';
        block
    }
}

/// Sum of all bytes, those of the sum itself as blanks.
fn sum(block: &[u8; BLOCK]) -> u32 {
    let byte = |(at, byte): (usize, &u8)| match at {
        148..156 => u32::from(b' '),
        _ => u32::from(*byte),
    };
    block.iter().enumerate().map(byte).sum()
}

fn text(field: &[u8]) -> &[u8] {
    let end = field
        .iter()
        .position(|byte| *byte == 0)
        .unwrap_or(field.len());
    &field[..end]
}

/// An octal number, or a binary one marked by its first bit.
fn number(field: &[u8]) -> u64 {
    if field[0] & 0x80 != 0 {
        return field[1..]
            .iter()
            .fold(u64::from(field[0] & 0x7f), |number, byte| {
                number.wrapping_shl(8) | u64::from(*byte)
            });
    }
    field
        .iter()
        .skip_while(|byte| **byte == b' ')
        .take_while(|byte| (b'0'..=b'7').contains(byte))
        .fold(0, |number, byte| {
            number.wrapping_shl(3) | u64::from(byte - b'0')
        })
}

fn put_text(field: &mut [u8], text: &[u8]) {
    let length = text.len().min(field.len());
    field[..length].copy_from_slice(&text[..length]);
}

/// Octal digits that fill the field; what is too large loses its high digits.
fn put_octal(field: &mut [u8], mut number: u64) {
    for digit in field.iter_mut().rev() {
        *digit = b'0' + (number & 7) as u8;
        number >>= 3;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(name: &str, kind: Kind) -> Header {
        Header {
            kind,
            name: name.into(),
            link: Vec::new(),
            mode: 0o640,
            uid: 3,
            gid: 4,
            size: 0,
            mtime_s: 1_577_934_245,
            user: b"root".to_vec(),
            group: b"wheel".to_vec(),
            major: 0,
            minor: 0,
        }
    }

    #[test]
    fn headers_are_read_as_they_were_written() {
        let mut link = sample("p/l", Kind::Symlink);
        link.link = b"target".to_vec();
        for header in [
            sample("p/f", Kind::File),
            sample("p/", Kind::Directory),
            link,
        ] {
            let blocks = header.blocks();
            let block = blocks.as_slice().try_into().expect("one block");
            assert_eq!(Header::parse(block), Ok(header));
        }
    }

    #[test]
    fn long_names_have_a_member_of_their_own() {
        let name = "n".repeat(150);
        let blocks = sample(&name, Kind::File).blocks();
        assert_eq!(blocks.len(), 3 * BLOCK);
        let first = Header::parse(blocks[..BLOCK].try_into().expect("a block")).expect("is valid");
        assert_eq!((first.kind, first.size), (Kind::LongName, 151));
        assert_eq!(text(&blocks[BLOCK..2 * BLOCK]), name.as_bytes());
    }

    #[test]
    fn damaged_headers_are_refused() {
        let mut blocks = sample("f", Kind::File).blocks();
        blocks[0] = b'g';
        let block: &[u8; BLOCK] = blocks.as_slice().try_into().expect("one block");
        assert_eq!(Header::parse(block), Err(HeaderError::Checksum));
        assert_eq!(Header::parse(&[b'x'; BLOCK]), Err(HeaderError::Magic));
    }
}
