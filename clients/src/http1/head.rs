//! The head of a request or a response.

use bytes::BytesMut;

/// Bytes a head may have.
const HEAD_BYTES: usize = 64 * 1024;
/// Headers a head may have.
const HEADERS: usize = 256;

/// What breaks the rules of HTTP/1.1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// No end of the head within its limit.
    #[error("the head is longer than {HEAD_BYTES} bytes")]
    HeadTooLong,
    /// More headers than allowed.
    #[error("the head has more than {HEADERS} headers")]
    TooManyHeaders,
    /// Bytes that are not UTF-8 in a head.
    #[error("the head is not UTF-8")]
    NotText,
    /// The first line is none.
    #[error("`{0}` is neither a request line nor a status line")]
    FirstLine(String),
    /// A line that is no header.
    #[error("`{0}` is no header")]
    Header(String),
    /// A length that is no number, or several that differ.
    #[error("`{0}` is no length of a body")]
    Length(String),
    /// A chunk's size line that is none.
    #[error("`{0}` is no size of a chunk")]
    ChunkSize(String),
    /// A chunk that does not end where it should.
    #[error("a chunk is not followed by the end of its line")]
    ChunkEnd,
}

/// The head of a message, with what it looked like on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Request line or status line without its end.
    pub first_line: String,
    /// Names as written and values without surrounding white space, in their order.
    pub headers: Vec<(String, String)>,
}

impl Head {
    /// The first value of a header, by name without regard to case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Whether a header lists this token, without regard to case.
    pub fn has_token(&self, name: &str, token: &str) -> bool {
        self.headers
            .iter()
            .filter(|(found, _)| found.eq_ignore_ascii_case(name))
            .flat_map(|(_, value)| value.split(','))
            .any(|found| found.trim().eq_ignore_ascii_case(token))
    }

    /// Names of the headers as written, in their order.
    pub fn names(&self) -> Vec<&str> {
        self.headers.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// Version, status and reason of a status line.
    pub fn status_line(&self) -> Option<(&str, u16, &str)> {
        let (version, rest) = self.first_line.split_once(' ')?;
        let (status, reason) = rest.split_once(' ').unwrap_or((rest, ""));
        if status.len() != 3 || !version.starts_with("HTTP/") {
            return None;
        }
        Some((version, status.parse().ok()?, reason))
    }

    /// Method, target and version of a request line.
    pub fn request_line(&self) -> Option<(&str, &str, &str)> {
        let mut parts = self.first_line.split(' ');
        let line = (parts.next()?, parts.next()?, parts.next()?);
        (parts.next().is_none() && line.2.starts_with("HTTP/")).then_some(line)
    }

    /// The head of a request without headers, for tests.
    #[cfg(test)]
    pub(crate) fn of_request(line: &str) -> Head {
        Head {
            first_line: format!("{line} HTTP/1.1"),
            headers: Vec::new(),
        }
    }

    /// The bytes of the head, with the empty line behind it.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut text = format!("{}\r\n", self.first_line);
        for (name, value) in &self.headers {
            text.push_str(name);
            text.push_str(": ");
            text.push_str(value);
            text.push_str("\r\n");
        }
        text.push_str("\r\n");
        text.into_bytes()
    }

    /// Replaces every value of a header with one, at the first one's place or the end.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        let at = self.position(name).unwrap_or(self.headers.len());
        let written = self
            .headers
            .get(at)
            .map_or_else(|| name.to_owned(), |(written, _)| written.clone());
        self.remove(name);
        let at = at.min(self.headers.len());
        self.headers.insert(at, (written, value.to_owned()));
    }

    /// Removes every value of a header; says whether there was one.
    pub(crate) fn remove(&mut self, name: &str) -> bool {
        let before = self.headers.len();
        self.headers
            .retain(|(found, _)| !found.eq_ignore_ascii_case(name));
        self.headers.len() != before
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.headers
            .iter()
            .position(|(found, _)| found.eq_ignore_ascii_case(name))
    }

    fn parse(bytes: &[u8]) -> Result<Head, Malformed> {
        let text = std::str::from_utf8(bytes).map_err(|_| Malformed::NotText)?;
        let mut lines = text
            .split('\n')
            .map(|line| line.strip_suffix('\r').unwrap_or(line));
        let first_line = lines.next().unwrap_or_default().to_owned();
        let mut headers = Vec::new();
        for line in lines.filter(|line| !line.is_empty()) {
            let (name, value) = line
                .split_once(':')
                .ok_or_else(|| Malformed::Header(line.to_owned()))?;
            headers.push((name.to_owned(), value.trim().to_owned()));
            if headers.len() > HEADERS {
                return Err(Malformed::TooManyHeaders);
            }
        }
        let head = Head {
            first_line,
            headers,
        };
        if head.status_line().is_none() && head.request_line().is_none() {
            return Err(Malformed::FirstLine(head.first_line));
        }
        Ok(head)
    }
}

/// Takes a whole head with its exact bytes from the front of what was received; none when it is
/// not all there yet.
pub(crate) fn take_head(received: &mut BytesMut) -> Result<Option<(Head, Vec<u8>)>, Malformed> {
    let Some(len) = head_len(received) else {
        return if received.len() > HEAD_BYTES {
            Err(Malformed::HeadTooLong)
        } else {
            Ok(None)
        };
    };
    if len > HEAD_BYTES {
        return Err(Malformed::HeadTooLong);
    }
    let raw = received.split_to(len).to_vec();
    Ok(Some((Head::parse(&raw)?, raw)))
}

/// Length of a head with the empty line behind it.
fn head_len(received: &[u8]) -> Option<usize> {
    let mut line_start = 0;
    for (at, _) in received
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'\n')
    {
        let line = &received[line_start..at];
        let empty = line.is_empty() || line == b"\r";
        if empty && line_start > 0 {
            return Some(at + 1);
        }
        line_start = at + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head_of(text: &str) -> Result<Option<(Head, Vec<u8>)>, Malformed> {
        take_head(&mut BytesMut::from(text))
    }

    #[test]
    fn a_head_keeps_order_and_case() {
        let text = "HTTP/1.1 404 Not Found\r\nb-Second:  x \r\nA-First: \r\n\r\nbody";
        let mut received = BytesMut::from(text);
        let (head, raw) = take_head(&mut received).expect("is one").expect("is whole");
        assert_eq!(head.status_line(), Some(("HTTP/1.1", 404, "Not Found")));
        assert_eq!(head.names(), ["b-Second", "A-First"]);
        assert_eq!(head.header("B-SECOND"), Some("x"));
        assert_eq!(head.header("a-first"), Some(""));
        assert_eq!(&received[..], b"body");
        assert_eq!([&raw[..], b"body"].concat(), text.as_bytes());
    }

    #[test]
    fn part_of_a_head_is_not_one_yet() {
        assert_eq!(head_of(""), Ok(None));
        assert_eq!(head_of("GET / HTTP/1.1\r\nHost: a\r\n"), Ok(None));
    }

    #[test]
    fn what_is_no_head_is_refused() {
        let cases = [
            ("nonsense\r\n\r\n", Malformed::FirstLine("nonsense".into())),
            (
                "GET / HTTP/1.1\r\nnocolon\r\n\r\n",
                Malformed::Header("nocolon".into()),
            ),
        ];
        for (text, error) in cases {
            assert_eq!(head_of(text), Err(error));
        }
        assert_eq!(
            head_of(&"x".repeat(HEAD_BYTES + 1)),
            Err(Malformed::HeadTooLong)
        );
        let many = format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(HEADERS + 1));
        assert_eq!(head_of(&many), Err(Malformed::TooManyHeaders));
    }

    #[test]
    fn a_header_is_replaced_at_its_place() {
        let mut head = Head {
            first_line: "GET / HTTP/1.1".into(),
            headers: [("A", "1"), ("B", "2"), ("a", "3"), ("C", "4")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .to_vec(),
        };
        head.set("a", "9");
        head.set("D", "5");
        let bytes = head.to_bytes();
        let text = String::from_utf8_lossy(&bytes);
        assert_eq!(
            text,
            "GET / HTTP/1.1\r\nA: 9\r\nB: 2\r\nC: 4\r\nD: 5\r\n\r\n"
        );
    }
}
