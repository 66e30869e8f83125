//! Texts with variables.

use super::visit::Visit;
use crate::applets::text;

/// A text whose variables are filled in for each request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Template(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(Vec<u8>),
    Variable(Vec<u8>),
}

/// Names of variables that do not stand for a header or an argument.
pub(super) const NAMES: &[&str] = &[
    "args",
    "body_bytes_sent",
    "bytes_sent",
    "connection",
    "connection_requests",
    "content_length",
    "content_type",
    "document_root",
    "document_uri",
    "host",
    "hostname",
    "https",
    "is_args",
    "msec",
    "nginx_version",
    "pid",
    "pipe",
    "query_string",
    "remote_addr",
    "remote_port",
    "remote_user",
    "request",
    "request_filename",
    "request_length",
    "request_method",
    "request_time",
    "request_uri",
    "scheme",
    "server_addr",
    "server_name",
    "server_port",
    "server_protocol",
    "status",
    "time_iso8601",
    "time_local",
    "uri",
];

/// What the name of a header or an argument begins with.
const FAMILIES: &[&str] = &["http_", "arg_", "cookie_"];

fn is_known(name: &str) -> bool {
    NAMES.contains(&name)
        || FAMILIES
            .iter()
            .any(|family| name.len() > family.len() && name.starts_with(family))
}

impl Template {
    /// Reads a text; the error names a variable that there is not.
    pub(super) fn read(text: &[u8]) -> Result<Self, Vec<u8>> {
        let mut pieces = Vec::new();
        let mut plain = Vec::new();
        let mut rest = text;
        while let Some((first, after)) = rest.split_first() {
            if *first != b'$' {
                plain.push(*first);
                rest = after;
                continue;
            }
            let (name, after) = match after.first() {
                Some(b'{') => {
                    let end = after.iter().position(|byte| *byte == b'}');
                    let end = end.ok_or_else(|| {
                        text!(
                            "the closing bracket in \"",
                            &after[1..],
                            "\" variable is missing"
                        )
                    })?;
                    (&after[1..end], &after[end + 1..])
                }
                _ => {
                    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
                    let end = after.iter().take_while(|byte| is_name(byte)).count();
                    after.split_at(end)
                }
            };
            if name.is_empty() {
                return Err(b"invalid variable name".to_vec());
            }
            if !std::str::from_utf8(name).is_ok_and(is_known) {
                return Err(text!("unknown \"", name, "\" variable"));
            }
            if !plain.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
            }
            pieces.push(Piece::Variable(name.to_vec()));
            rest = after;
        }
        if !plain.is_empty() {
            pieces.push(Piece::Text(plain));
        }
        Ok(Self(pieces))
    }

    /// The text for a request. A variable without a value is nothing.
    pub(super) fn fill(&self, visit: &Visit<'_>) -> Vec<u8> {
        self.each(visit, |value| value.unwrap_or_default())
    }

    /// As [`Template::fill`] for a log: `-` for what has no value, and codes for what would end a field or a line.
    pub(super) fn fill_for_log(&self, visit: &Visit<'_>) -> Vec<u8> {
        self.each(visit, |value| match value {
            Some(value) if !value.is_empty() => escaped(&value),
            _ => b"-".to_vec(),
        })
    }

    /// As [`Template::fill`] for a root, which cannot depend on itself.
    pub(super) fn fill_root(&self, visit: &Visit<'_>) -> Vec<u8> {
        let mut text = Vec::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(plain) => text.extend_from_slice(plain),
                Piece::Variable(name)
                    if matches!(&name[..], b"document_root" | b"request_filename") => {}
                Piece::Variable(name) => text.extend(visit.variable(name).unwrap_or_default()),
            }
        }
        text
    }

    fn each(&self, visit: &Visit<'_>, show: impl Fn(Option<Vec<u8>>) -> Vec<u8>) -> Vec<u8> {
        let mut text = Vec::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(plain) => text.extend_from_slice(plain),
                Piece::Variable(name) => text.extend(show(visit.variable(name))),
            }
        }
        text
    }
}

/// Bytes that are not plain text as `\xHH`.
fn escaped(value: &[u8]) -> Vec<u8> {
    let mut shown = Vec::with_capacity(value.len());
    for byte in value {
        match byte {
            b'"' | b'\\' | 0..=31 | 127.. => {
                shown.extend_from_slice(format!("\\x{byte:02X}").as_bytes());
            }
            byte => shown.push(*byte),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_known_when_the_text_is_read() {
        let piece = |text: &str| Template::read(text.as_bytes());
        assert_eq!(
            piece("a${host}b$uri").map(|template| template.0),
            Ok(vec![
                Piece::Text(b"a".to_vec()),
                Piece::Variable(b"host".to_vec()),
                Piece::Text(b"b".to_vec()),
                Piece::Variable(b"uri".to_vec()),
            ])
        );
        assert!(piece("$http_user_agent $arg_x").is_ok());
        assert_eq!(
            piece("$nosuch"),
            Err(b"unknown \"nosuch\" variable".to_vec())
        );
        assert_eq!(piece("$http_"), Err(b"unknown \"http_\" variable".to_vec()));
        assert_eq!(piece("100$"), Err(b"invalid variable name".to_vec()));
        assert_eq!(escaped(b"a\"\n\xff"), b"a\\x22\\x0A\\xFF");
    }
}
