//! Forms of packed data.

/// How data are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Form {
    Gzip,
    Bzip2,
    Xz,
    Lzma,
}

impl Form {
    /// Bytes that are enough for [`Form::of`].
    pub(in super::super) const MAGIC_BYTES: usize = 6;

    /// The form that begins with these bytes.
    pub(in super::super) fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x1f, 0x8b, ..] => Some(Form::Gzip),
            [b'B', b'Z', b'h', ..] => Some(Form::Bzip2),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Form::Xz),
            [0x5d, 0, 0, ..] => Some(Form::Lzma),
            _ => None,
        }
    }

    /// Endings of names of packed files, and what unpacked files have in their place.
    pub(super) fn endings(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Form::Gzip => &[(".gz", ""), (".tgz", ".tar"), (".z", ""), (".Z", "")],
            Form::Bzip2 => &[(".bz2", "")],
            Form::Xz => &[(".xz", "")],
            Form::Lzma => &[(".lzma", "")],
        }
    }

    /// The form that a file with this name is written in.
    pub(in super::super) fn of_name(name: &[u8]) -> Option<Self> {
        const ENDINGS: &[(&[u8], Form)] = &[
            (b"gz", Form::Gzip),
            (b"tgz", Form::Gzip),
            (b"bz2", Form::Bzip2),
            (b"tbz", Form::Bzip2),
            (b"tbz2", Form::Bzip2),
            (b"xz", Form::Xz),
            (b"txz", Form::Xz),
            (b"lzma", Form::Lzma),
            (b"tlz", Form::Lzma),
        ];
        let dot = name.iter().rposition(|byte| *byte == b'.')?;
        let ending = &name[dot + 1..];
        let row = ENDINGS.iter().find(|row| row.0 == ending)?;
        Some(row.1)
    }
}
