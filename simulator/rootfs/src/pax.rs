//! Extended headers of tar archives: records `LENGTH KEY=VALUE\n` about the file that comes next.

use crate::xattrs::Xattrs;
use bytes::Bytes;
use std::io;

/// How the key of an extended attribute begins.
const XATTR: &[u8] = b"SCHILY.xattr.";

/// What an extended header says; it counts for more than the header behind it.
#[derive(Debug, Default)]
pub(crate) struct Extended {
    pub(crate) path: Option<Vec<u8>>,
    pub(crate) target: Option<Vec<u8>>,
    /// Bytes in the archive.
    pub(crate) size: Option<u64>,
    pub(crate) uid: Option<u64>,
    pub(crate) gid: Option<u64>,
    pub(crate) mtime_ns: Option<u64>,
    pub(crate) xattrs: Xattrs,
    pub(crate) sparse: SparseRecords,
}

/// How a file with holes lies in the archive.
#[derive(Debug, Default)]
pub(crate) struct SparseRecords {
    /// Whether the map stands before the file's bytes (form 1.0).
    pub(crate) is_map_in_content: bool,
    /// The file's size with its holes.
    pub(crate) size: Option<u64>,
    /// Offsets and lengths in turn (forms 0.0 and 0.1).
    pub(crate) map: Vec<u64>,
}

impl Extended {
    /// Reads the records.
    pub(crate) fn parse(mut records: &[u8]) -> io::Result<Self> {
        let mut all = Self::default();
        let mut xattrs = Vec::new();
        while !records.is_empty() {
            let (key, value, rest) = first(records).ok_or_else(damaged)?;
            records = rest;
            let text = (!value.is_empty()).then(|| value.to_vec());
            match key {
                b"path" | b"GNU.sparse.name" => all.path = text,
                b"linkpath" => all.target = text,
                b"size" => all.size = number(value)?,
                b"uid" => all.uid = number(value)?,
                b"gid" => all.gid = number(value)?,
                b"mtime" => all.mtime_ns = time(value)?,
                b"GNU.sparse.major" => all.sparse.is_map_in_content = value == b"1",
                b"GNU.sparse.size" | b"GNU.sparse.realsize" => all.sparse.size = number(value)?,
                b"GNU.sparse.offset" | b"GNU.sparse.numbytes" => {
                    all.sparse.map.push(number(value)?.ok_or_else(damaged)?);
                }
                b"GNU.sparse.map" => {
                    let numbers = value.split(|byte| *byte == b',');
                    let numbers = numbers.map(|text| number(text)?.ok_or_else(damaged));
                    all.sparse.map = numbers.collect::<io::Result<_>>()?;
                }
                key => {
                    if let Some(name) = key.strip_prefix(XATTR).filter(|name| !name.is_empty()) {
                        let (name, value) = (name, value);
                        xattrs.push((Bytes::copy_from_slice(name), Bytes::copy_from_slice(value)));
                    }
                }
            }
        }
        all.xattrs = xattrs.into_iter().collect();
        Ok(all)
    }
}

/// The records of extended attributes.
pub(crate) fn xattr_records(xattrs: &Xattrs) -> Vec<u8> {
    let mut records = Vec::new();
    for (name, value) in xattrs.iter() {
        let rest = [b" ", XATTR, name, b"=", value, b"\n"].concat();
        // The length counts its own digits.
        let mut length = rest.len() + 1;
        while rest.len() + length.to_string().len() != length {
            length = rest.len() + length.to_string().len();
        }
        records.extend_from_slice(length.to_string().as_bytes());
        records.extend_from_slice(&rest);
    }
    records
}

/// Key and value of the first record, and what is behind it.
fn first(records: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let blank = records.iter().take(20).position(|byte| *byte == b' ')?;
    let length = usize::try_from(number(&records[..blank]).ok()??).ok()?;
    let (record, rest) = records.split_at_checked(length)?;
    let record = record.get(blank + 1..)?.strip_suffix(b"\n")?;
    let equals = record.iter().position(|byte| *byte == b'=')?;
    Some((&record[..equals], &record[equals + 1..], rest))
}

/// A decimal number; an empty one stands for what the header says.
pub(crate) fn number(text: &[u8]) -> io::Result<Option<u64>> {
    if text.is_empty() {
        return Ok(None);
    }
    let digits = text.iter().all(u8::is_ascii_digit);
    let value = std::str::from_utf8(text).ok().filter(|_| digits);
    let value = value.and_then(|text| text.parse().ok());
    value.map(Some).ok_or_else(damaged)
}

/// Seconds with a fraction, as nanoseconds; a time before 1970 is 0.
fn time(text: &[u8]) -> io::Result<Option<u64>> {
    if text.first() == Some(&b'-') {
        return Ok(Some(0));
    }
    let mut parts = text.splitn(2, |byte| *byte == b'.');
    let Some(seconds) = number(parts.next().unwrap_or_default())? else {
        return Ok(None);
    };
    let mut digits = parts.next().unwrap_or_default().to_vec();
    digits.resize(9, b'0');
    let nanoseconds = number(&digits)?.unwrap_or(0);
    let whole = seconds.saturating_mul(1_000_000_000);
    Ok(Some(whole.saturating_add(nanoseconds)))
}

/// What is wrong with an extended header.
pub(crate) fn damaged() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        "archive has a damaged extended header",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_may_have_any_bytes() {
        let list = [
            (&b"security.capability"[..], &b"\x01\0\0\x02\x0a\0\n=\0"[..]),
            (b"user.empty", b""),
            (b"user.long", &[b'x'; 5000]),
            (b"user.x=y", b"1"),
        ];
        for count in 0..list.len() {
            let list = list[..count]
                .iter()
                .map(|(name, value)| (Bytes::from_static(name), Bytes::copy_from_slice(value)));
            let xattrs: Xattrs = list.collect();
            let records = xattr_records(&xattrs);
            assert_eq!(Extended::parse(&records).expect("records").xattrs, xattrs);
        }
    }

    #[test]
    fn records_count_for_more_than_the_header() {
        let records = b"12 path=a/b\n9 size=7\n22 mtime=1350244992.5\n9 comment=\n6 uid=\n";
        let records = &records[..];
        let parsed = Extended::parse(&records[..43]).expect("records");
        assert_eq!(parsed.path.as_deref(), Some(&b"a/b"[..]));
        assert_eq!((parsed.size, parsed.uid), (Some(7), None));
        assert_eq!(parsed.mtime_ns, Some(1_350_244_992_500_000_000));
        for bad in [
            &b"x"[..],
            b"5 a=b\n",
            b"99 a=b\n",
            b"0 \n",
            b"7 uid=x\n",
            b"9 size=-1",
            b"4 ab\n",
        ] {
            assert!(Extended::parse(bad).is_err(), "{bad:?}");
        }
        assert!(Extended::parse(records).is_err());
    }
}
