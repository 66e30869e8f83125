//! md5sum, sha1sum, sha256sum, sha512sum and cksum.

use super::context::{Context, Fail, Outcome, cannot_open, text};
use super::io::Reader;
use crate::kernel::{Errno, Sys};
use bytes::Bytes;
use md5::{Digest, Md5};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

/// A checksum under way.
enum Hasher {
    Md5(Md5),
    Sha1(Sha1),
    Sha256(Sha256),
    Sha512(Sha512),
}

impl Hasher {
    fn new(applet: &str) -> Self {
        match applet {
            "sha1sum" => Hasher::Sha1(Sha1::new()),
            "sha256sum" => Hasher::Sha256(Sha256::new()),
            "sha512sum" => Hasher::Sha512(Sha512::new()),
            _ => Hasher::Md5(Md5::new()),
        }
    }

    fn update(&mut self, bytes: &[u8]) {
        match self {
            Hasher::Md5(hasher) => hasher.update(bytes),
            Hasher::Sha1(hasher) => hasher.update(bytes),
            Hasher::Sha256(hasher) => hasher.update(bytes),
            Hasher::Sha512(hasher) => hasher.update(bytes),
        }
    }

    fn hex(self) -> String {
        let bytes = match self {
            Hasher::Md5(hasher) => hasher.finalize().to_vec(),
            Hasher::Sha1(hasher) => hasher.finalize().to_vec(),
            Hasher::Sha256(hasher) => hasher.finalize().to_vec(),
            Hasher::Sha512(hasher) => hasher.finalize().to_vec(),
        };
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Writes or checks checksums of the kind that the applet's name says.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("scwbt")?;
    let mut paths = options.operands.clone();
    if paths.is_empty() {
        paths.push("-".into());
    }
    if options.has(b'c') {
        let (silent, warn) = (options.has(b's'), options.has(b'w'));
        let mut status = 0;
        for path in &paths {
            status |= check(cx, path, silent, warn).await?;
        }
        return Ok(status);
    }
    if options.has(b's') || options.has(b'w') {
        return Err(Fail::usage());
    }
    let mut status = 0;
    for path in &paths {
        match hash(cx, path).await {
            Some(sum) => cx.out.write(text!(sum, "  ", path, "\n")).await?,
            None => status = 1,
        }
    }
    Ok(status)
}

/// A file's checksum; complains when it cannot be read.
async fn hash(cx: &mut Context<'_>, path: &Bytes) -> Option<String> {
    let mut reader = cx.open_or_complain(path).await?;
    let mut hasher = Hasher::new(cx.name);
    match read_all(cx.sys, &mut reader, |bytes| hasher.update(bytes)).await {
        Ok(_) => Some(hasher.hex()),
        Err(error) => {
            cx.complain(text!("can't read '", path, "': ", error.message()))
                .await;
            None
        }
    }
}

/// Passes all of the input on; returns its length.
async fn read_all(
    sys: &Sys,
    reader: &mut Reader<'_>,
    mut take: impl FnMut(&[u8]),
) -> Result<u64, Errno> {
    let mut length = 0;
    while reader.fill().await? {
        let count = reader.buffered().len();
        take(reader.buffered());
        reader.consume(count);
        length += count as u64;
        sys.burn(100 + 3 * count as u64).await;
    }
    Ok(length)
}

/// Checks the sums that a file lists.
async fn check(cx: &mut Context<'_>, list: &Bytes, silent: bool, warn: bool) -> Outcome {
    let failed = |error: Errno| Fail::new(text!(list, ": ", error.message()));
    let mut reader = cx.open_input(list).await.map_err(failed)?;
    let (mut wrong, mut total) = (0_u64, 0_u64);
    let mut line = Vec::new();
    while reader.read_line(&mut line).await.map_err(failed)?.is_some() {
        total += 1;
        let Some((sum, path)) = split_line(&line) else {
            if warn {
                cx.complain("invalid format").await;
            }
            wrong += 1;
            continue;
        };
        let path = Bytes::copy_from_slice(path);
        let matches = hash(cx, &path)
            .await
            .is_some_and(|found| found.as_bytes() == sum);
        wrong += u64::from(!matches);
        if !silent {
            let verdict = if matches { ": OK\n" } else { ": FAILED\n" };
            cx.out.write(text!(path, verdict)).await?;
        }
    }
    if wrong > 0 && !silent {
        let message = format!("WARNING: {wrong} of {total} computed checksums did NOT match");
        cx.complain(message).await;
    }
    if total == 0 {
        cx.complain(text!(list, ": no checksum lines found")).await;
    }
    Ok(u8::from(wrong > 0 || total == 0))
}

/// `SUM  PATH` or `SUM *PATH`.
fn split_line(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let find = |pair: &[u8; 2]| line.windows(2).position(|window| window == pair);
    let at = find(b"  ").or_else(|| find(b" *"))?;
    Some((&line[..at], &line[at + 2..]))
}

/// Writes the POSIX checksum and length of files.
pub(super) async fn cksum(cx: &mut Context<'_>) -> Outcome {
    let mut paths = cx.options("")?.operands;
    let from_stdin = paths.is_empty();
    if from_stdin {
        paths.push("-".into());
    }
    let table = crc_table();
    let mut status = 0;
    for path in &paths {
        let mut reader = match cx.open_input(path).await {
            Ok(reader) => reader,
            Err(error) => {
                cx.complain(cannot_open(path, error)).await;
                status = 1;
                continue;
            }
        };
        let mut crc = 0;
        let read = read_all(cx.sys, &mut reader, |bytes| {
            crc = crc_of(&table, crc, bytes);
        });
        let length = match read.await {
            Ok(length) => length,
            Err(error) => {
                cx.complain_of(path, error).await;
                status = 1;
                continue;
            }
        };
        let sum = with_length(&table, crc, length);
        let line = format!("{sum} {length}");
        let name = if from_stdin {
            Vec::new()
        } else {
            text!(" ", path)
        };
        cx.out.write(text!(line, name, "\n")).await?;
    }
    Ok(status)
}

/// Table of the polynomial 0x04c11db7, most significant bit first.
fn crc_table() -> [u32; 256] {
    let mut table = [0; 256];
    for (index, entry) in (0_u32..).zip(&mut table) {
        *entry = (0..8).fold(index << 24, |crc, _| {
            if crc & 0x8000_0000 == 0 {
                crc << 1
            } else {
                crc << 1 ^ 0x04c1_1db7
            }
        });
    }
    table
}

fn crc_of(table: &[u32; 256], crc: u32, bytes: &[u8]) -> u32 {
    bytes.iter().fold(crc, |crc, byte| {
        crc << 8 ^ table[usize::from((crc >> 24) as u8 ^ byte)]
    })
}

/// The sum also covers the length, low byte first, and is inverted.
fn with_length(table: &[u32; 256], crc: u32, length: u64) -> u32 {
    let bytes = length.to_le_bytes();
    let used = 8 - length.leading_zeros() as usize / 8;
    !crc_of(table, crc, &bytes[..used])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_the_published_ones() {
        for (applet, expected) in [
            ("md5sum", "900150983cd24fb0d6963f7d28e17f72"),
            ("sha1sum", "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (
                "sha256sum",
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            ),
        ] {
            let mut hasher = Hasher::new(applet);
            hasher.update(b"abc");
            assert_eq!(hasher.hex(), expected, "{applet}");
        }
        let table = crc_table();
        assert_eq!(
            with_length(&table, crc_of(&table, 0, b""), 0),
            4_294_967_295
        );
        assert_eq!(
            with_length(&table, crc_of(&table, 0, b"abc"), 3),
            1_219_131_554
        );
    }

    #[test]
    fn lines_have_a_sum_and_a_path() {
        for (line, expected) in [
            ("aa  f", Some(("aa", "f"))),
            ("aa *f", Some(("aa", "f"))),
            ("aa f", None),
        ] {
            let expected = expected.map(|(sum, path)| (sum.as_bytes(), path.as_bytes()));
            assert_eq!(split_line(line.as_bytes()), expected, "{line}");
        }
    }
}
