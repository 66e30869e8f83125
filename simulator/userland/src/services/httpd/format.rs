//! The formats of access logs.

use super::visit::Visit;
use crate::applets::text;
use crate::services::http::log_date;

/// A format, read.
#[derive(Clone, Debug)]
pub(super) struct Format(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(Vec<u8>),
    /// Its letter, and what stands in braces.
    Item(u8, Vec<u8>),
}

/// The letters that mean something.
const ITEMS: &[u8] = b"aABbDfhHiklLmoOpPqrstTuUvVX%";

impl Format {
    /// Reads a format; the error says what it does not know.
    pub(super) fn read(format: &[u8]) -> Result<Self, Vec<u8>> {
        let mut pieces = Vec::new();
        let mut plain = Vec::new();
        let mut rest = format;
        while let Some((first, after)) = rest.split_first() {
            match (first, after.first()) {
                (b'\\', Some(b'n')) => {
                    plain.push(b'\n');
                    rest = &after[1..];
                    continue;
                }
                (b'\\', Some(b't')) => {
                    plain.push(b'\t');
                    rest = &after[1..];
                    continue;
                }
                (b'%', _) => {}
                (byte, _) => {
                    plain.push(*byte);
                    rest = after;
                    continue;
                }
            }
            let modifiers = after
                .iter()
                .take_while(|byte| {
                    matches!(byte, b'<' | b'>' | b'!' | b',') || byte.is_ascii_digit()
                })
                .count();
            let mut after = &after[modifiers..];
            let mut name = Vec::new();
            if let Some(inner) = after.strip_prefix(b"{") {
                let end = inner.iter().position(|byte| *byte == b'}');
                let end = end.ok_or_else(|| b"missing } in a log format".to_vec())?;
                name = inner[..end].to_vec();
                after = &inner[end + 1..];
            }
            let Some(letter) = after.first().filter(|letter| ITEMS.contains(letter)) else {
                let letter = after
                    .first()
                    .map_or(String::new(), |letter| char::from(*letter).to_string());
                return Err(text!("Unrecognized LogFormat directive %", letter));
            };
            if !plain.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
            }
            pieces.push(Piece::Item(*letter, name));
            rest = &after[1..];
        }
        if !plain.is_empty() {
            pieces.push(Piece::Text(plain));
        }
        Ok(Self(pieces))
    }

    /// The line of a request.
    pub(super) fn line(&self, visit: &Visit<'_>) -> Vec<u8> {
        let mut line = Vec::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(plain) => line.extend_from_slice(plain),
                Piece::Item(letter, name) => {
                    let value = item(visit, *letter, name);
                    line.extend(escaped(&value.unwrap_or_else(|| b"-".to_vec())));
                }
            }
        }
        line.push(b'\n');
        line
    }
}

fn item(visit: &Visit<'_>, letter: u8, name: &[u8]) -> Option<Vec<u8>> {
    let number = |number: u64| Some(number.to_string().into_bytes());
    let now = visit.sys.now();
    let spent = now.since(visit.began);
    let micros = u64::try_from(spent.as_micros()).unwrap_or(u64::MAX);
    match letter {
        b'a' | b'h' => Some(visit.peer.ip().to_string().into_bytes()),
        b'A' => Some(visit.local.ip().to_string().into_bytes()),
        b'B' => number(visit.body_bytes),
        b'b' => (visit.body_bytes > 0).then(|| visit.body_bytes.to_string().into_bytes()),
        b'D' => number(micros),
        b'f' => Some(visit.file.clone()),
        b'H' => Some(visit.protocol().as_bytes().to_vec()),
        b'i' => {
            let name = String::from_utf8_lossy(name).to_ascii_lowercase();
            visit.request?.header(&name).map(<[u8]>::to_vec)
        }
        b'k' => number(visit.nth - 1),
        b'l' | b'L' | b'o' | b'u' => None,
        b'm' => Some(visit.request?.method.clone()),
        b'O' => number(visit.head_bytes + visit.body_bytes),
        b'p' => number(u64::from(visit.local.port())),
        b'P' => number(u64::from(visit.sys.pid())),
        b'q' => Some(match visit.request?.query.as_ref() {
            Some(query) => text!("?", query),
            None => Vec::new(),
        }),
        b'r' => (!visit.line.is_empty()).then(|| visit.line.clone()),
        b's' => number(u64::from(visit.status)),
        b't' => Some(text!("[", log_date(now.as_secs()), "]")),
        b'T' => number(spent.as_secs()),
        b'U' => Some(visit.request?.path.clone()),
        b'v' | b'V' => Some(visit.host_name()),
        b'X' => Some(if visit.stays { b"+" } else { b"-" }.to_vec()),
        _ => Some(b"%".to_vec()),
    }
}

/// Quotes, backslashes and what cannot be shown as codes.
fn escaped(value: &[u8]) -> Vec<u8> {
    let mut shown = Vec::with_capacity(value.len());
    for byte in value {
        match byte {
            b'"' | b'\\' => shown.extend([b'\\', *byte]),
            b'\n' => shown.extend_from_slice(b"\\n"),
            b'\t' => shown.extend_from_slice(b"\\t"),
            b'\r' => shown.extend_from_slice(b"\\r"),
            0..=31 | 127.. => shown.extend_from_slice(format!("\\x{byte:02x}").as_bytes()),
            byte => shown.push(*byte),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_read() {
        let format = Format::read(b"%h \"%r\" %>s %{User-Agent}i\\t%%").expect("it is known");
        assert_eq!(
            format.0,
            [
                Piece::Item(b'h', Vec::new()),
                Piece::Text(b" \"".to_vec()),
                Piece::Item(b'r', Vec::new()),
                Piece::Text(b"\" ".to_vec()),
                Piece::Item(b's', Vec::new()),
                Piece::Text(b" ".to_vec()),
                Piece::Item(b'i', b"User-Agent".to_vec()),
                Piece::Text(b"\t".to_vec()),
                Piece::Item(b'%', Vec::new()),
            ]
        );
        assert!(Format::read(b"%y").is_err());
        assert!(Format::read(b"%{x").is_err());
        assert!(Format::read(b"%").is_err());
        assert_eq!(escaped(b"a\"b\n\x01"), b"a\\\"b\\n\\x01");
    }
}
