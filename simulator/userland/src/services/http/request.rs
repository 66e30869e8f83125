//! The head of a request.

use super::path::{BadPath, decode};

/// The versions that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::services) enum Version {
    /// A single line without a version; the answer has no head.
    Simple,
    Http10,
    Http11,
}

/// How much follows the head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::services) enum Length {
    Known(u64),
    Chunked,
}

/// A request's head.
#[derive(Clone, Debug)]
pub(in crate::services) struct Request {
    /// The first line as it came.
    pub(in crate::services) line: Vec<u8>,
    pub(in crate::services) method: Vec<u8>,
    /// What is asked for, as it came.
    pub(in crate::services) target: Vec<u8>,
    /// The path, decoded.
    pub(in crate::services) path: Vec<u8>,
    /// What follows `?`.
    pub(in crate::services) query: Option<Vec<u8>>,
    pub(in crate::services) version: Version,
    headers: Vec<(Vec<u8>, Vec<u8>)>,
    /// Host without port, in lower case.
    pub(in crate::services) host: Vec<u8>,
    pub(in crate::services) body: Length,
    /// How long the head was, bytes.
    pub(in crate::services) head_bytes: usize,
}

impl Request {
    /// The value of the first header of this name, which is in lower case.
    pub(in crate::services) fn header(&self, name: &str) -> Option<&[u8]> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(own, _)| own.eq_ignore_ascii_case(name.as_bytes()));
        found.map(|(_, value)| &value[..])
    }

    /// Whether a header's list of words has this one.
    pub(in crate::services) fn has_word(&self, header: &str, word: &str) -> bool {
        self.header(header).is_some_and(|value| {
            let mut words = value.split(|byte| *byte == b',');
            words.any(|own| own.trim_ascii().eq_ignore_ascii_case(word.as_bytes()))
        })
    }

    /// Whether the client would go on after the answer.
    pub(in crate::services) fn keeps_alive(&self) -> bool {
        match self.version {
            Version::Simple => false,
            Version::Http10 => self.has_word("connection", "keep-alive"),
            Version::Http11 => !self.has_word("connection", "close"),
        }
    }

    pub(in crate::services) fn is_head(&self) -> bool {
        self.method == b"HEAD"
    }
}

/// What is wrong with a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::services) enum Malformed {
    /// The first line is none.
    Line,
    /// The method is not in capitals.
    Method,
    /// The target means nothing.
    Path(BadPath),
    /// A version from 2 on.
    Version,
    /// A line that is no header.
    Header,
    /// No host, or two, or one that cannot be.
    Host,
    /// A length that is none, or two ways of telling it.
    Length,
}

/// Where a head ends in what has come: behind its empty line, or behind the one line of a simple request.
pub(in crate::services) fn head_end(input: &[u8]) -> Option<usize> {
    let mut from = 0;
    let mut lines = 0;
    loop {
        let at = input[from..].iter().position(|byte| *byte == b'\n')? + from;
        let line = input[from..at]
            .strip_suffix(b"\r")
            .unwrap_or(&input[from..at]);
        // Empty lines before a request are not part of it.
        match (lines, line.is_empty()) {
            (0, true) => {}
            (0, false) if !has_version(line) => return Some(at + 1),
            (_, true) => return Some(at + 1),
            _ => lines += 1,
        }
        from = at + 1;
    }
}

fn has_version(line: &[u8]) -> bool {
    line.split(|byte| *byte == b' ')
        .filter(|word| !word.is_empty())
        .count()
        > 2
}

/// Reads a whole head. The first line comes with the error, for the log.
pub(in crate::services) fn parse(head: &[u8]) -> Result<Request, (Malformed, Vec<u8>)> {
    let mut lines = head
        .split(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .skip_while(|line| line.is_empty());
    let line = lines.next().unwrap_or_default();
    let mut request = first_line(line).map_err(|wrong| (wrong, line.to_vec()))?;
    request.head_bytes = head.len();
    let read = headers(&mut request, lines.take_while(|line| !line.is_empty()));
    read.map_err(|wrong| (wrong, line.to_vec()))?;
    Ok(request)
}

fn first_line(line: &[u8]) -> Result<Request, Malformed> {
    let mut words = line
        .split(|byte| *byte == b' ')
        .filter(|word| !word.is_empty());
    let (Some(method), Some(target)) = (words.next(), words.next()) else {
        return Err(Malformed::Line);
    };
    let version = match words.next() {
        None => Version::Simple,
        Some(text) => version(text)?,
    };
    if words.next().is_some() {
        return Err(Malformed::Line);
    }
    if !method
        .iter()
        .all(|byte| byte.is_ascii_uppercase() || matches!(byte, b'_' | b'-'))
    {
        return Err(Malformed::Method);
    }
    if version == Version::Simple && method != b"GET" {
        return Err(Malformed::Line);
    }
    let (host, rest) = split_host(target)?;
    let whole = rest.split(|byte| *byte == b'#').next().unwrap_or_default();
    let (path, query) = match whole.iter().position(|byte| *byte == b'?') {
        None => (whole, None),
        Some(at) => (&whole[..at], Some(whole[at + 1..].to_vec())),
    };
    Ok(Request {
        line: line.to_vec(),
        method: method.to_vec(),
        target: target.to_vec(),
        path: decode(path).map_err(Malformed::Path)?,
        query,
        version,
        headers: Vec::new(),
        host: host.to_ascii_lowercase(),
        body: Length::Known(0),
        head_bytes: 0,
    })
}

/// The host and the path of `http://HOST/PATH`, or no host.
fn split_host(target: &[u8]) -> Result<(&[u8], &[u8]), Malformed> {
    if target.first() == Some(&b'/') {
        return Ok((b"", target));
    }
    let schemes: [&[u8]; 2] = [b"http://", b"https://"];
    let rest = schemes.into_iter().find_map(|scheme| {
        let (start, rest) = target.split_at_checked(scheme.len())?;
        start.eq_ignore_ascii_case(scheme).then_some(rest)
    });
    let rest = rest.ok_or(Malformed::Line)?;
    let end = rest.iter().position(|byte| matches!(byte, b'/' | b'?'));
    let (host, path) = rest.split_at(end.unwrap_or(rest.len()));
    let path = if path.is_empty() { b"/" } else { path };
    match host.is_empty() || path[0] != b'/' {
        true => Err(Malformed::Line),
        false => Ok((without_port(host), path)),
    }
}

fn without_port(host: &[u8]) -> &[u8] {
    match host.iter().rposition(|byte| *byte == b':') {
        Some(at) if host[at + 1..].iter().all(u8::is_ascii_digit) => &host[..at],
        _ => host,
    }
}

fn version(text: &[u8]) -> Result<Version, Malformed> {
    let number = text.strip_prefix(b"HTTP/").ok_or(Malformed::Line)?;
    let number = std::str::from_utf8(number).map_err(|_| Malformed::Line)?;
    let (major, minor) = number.split_once('.').ok_or(Malformed::Line)?;
    let digits = |text: &str| -> Option<u32> {
        let short = (1..=3).contains(&text.len());
        (short && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
    };
    match (digits(major), digits(minor)) {
        (Some(1), Some(0)) => Ok(Version::Http10),
        (Some(1), Some(_)) => Ok(Version::Http11),
        (Some(0) | None, _) | (_, None) => Err(Malformed::Line),
        (Some(_), Some(_)) => Err(Malformed::Version),
    }
}

fn headers<'h>(
    request: &mut Request,
    lines: impl Iterator<Item = &'h [u8]>,
) -> Result<(), Malformed> {
    for line in lines {
        let at = line
            .iter()
            .position(|byte| *byte == b':')
            .ok_or(Malformed::Header)?;
        let (name, value) = (&line[..at], line[at + 1..].trim_ascii());
        let is_name = |byte: &u8| byte.is_ascii_graphic() && *byte != b':';
        if name.is_empty() || !name.iter().all(is_name) || value.contains(&0) {
            return Err(Malformed::Header);
        }
        if name.eq_ignore_ascii_case(b"host") && request.header("host").is_some() {
            return Err(Malformed::Host);
        }
        request.headers.push((name.to_vec(), value.to_vec()));
    }
    if request.host.is_empty()
        && let Some(host) = request.header("host")
    {
        let host = host.to_ascii_lowercase();
        if host.iter().any(|byte| matches!(byte, b'/' | b' ' | b'\t')) {
            return Err(Malformed::Host);
        }
        request.host = without_port(&host).to_vec();
    }
    if request.version == Version::Http11 && request.header("host").is_none() {
        return Err(Malformed::Host);
    }
    request.body = body(request)?;
    Ok(())
}

/// Two ways to tell a length are a way to hide a request behind another.
fn body(request: &Request) -> Result<Length, Malformed> {
    let mut lengths = request
        .headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case(b"content-length"));
    let length = match (lengths.next(), lengths.next()) {
        (None, _) => None,
        (Some((_, value)), None) => {
            Some(crate::applets::numbers::decimal(value).ok_or(Malformed::Length)?)
        }
        (Some(_), Some(_)) => return Err(Malformed::Length),
    };
    match (request.header("transfer-encoding"), length) {
        (None, length) => Ok(Length::Known(length.unwrap_or(0))),
        (Some(coding), None) if coding.eq_ignore_ascii_case(b"chunked") => Ok(Length::Chunked),
        (Some(_), _) => Err(Malformed::Length),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(head: &str) -> Malformed {
        parse(head.as_bytes()).expect_err("the head is malformed").0
    }

    #[test]
    fn a_head_ends_at_its_empty_line() {
        for (input, end) in [
            ("", None),
            ("GET / HTTP/1.1\r\nHost: a\r\n", None),
            ("GET / HTTP/1.1\r\nHost: a\r\n\r\nrest", Some(27)),
            ("GET / HTTP/1.1\nHost: a\n\nrest", Some(24)),
            ("\r\n\r\nGET / HTTP/1.0\r\n\r\n", Some(22)),
            ("GET /\r\nrest", Some(7)),
            ("nonsense\n", Some(9)),
        ] {
            assert_eq!(head_end(input.as_bytes()), end, "{input:?}");
        }
    }

    #[test]
    fn a_request_is_read() {
        let request = parse(b"GET http://Web.Example:8080/a%20b?c=d#e HTTP/1.1\r\nHost: other\r\nConnection: Close\r\n\r\n");
        let request = request.expect("it is one");
        assert_eq!(
            (&request.path[..], request.query.as_deref()),
            (&b"/a b"[..], Some(&b"c=d"[..]))
        );
        assert_eq!(request.host, b"web.example");
        assert!(!request.keeps_alive());
        let request = parse(b"GET /\r\n").expect("a simple one");
        assert_eq!(request.version, Version::Simple);
    }

    #[test]
    fn what_could_mean_two_things_is_refused() {
        for (head, expected) in [
            ("\r\n", Malformed::Line),
            ("GET\r\n\r\n", Malformed::Line),
            ("GET / x HTTP/1.1\r\nHost: a\r\n\r\n", Malformed::Line),
            ("GET nowhere HTTP/1.1\r\nHost: a\r\n\r\n", Malformed::Line),
            ("get / HTTP/1.1\r\nHost: a\r\n\r\n", Malformed::Method),
            ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", Malformed::Version),
            ("GET / HTTP/x\r\nHost: a\r\n\r\n", Malformed::Line),
            ("GET / HTTP/1.1\r\n\r\n", Malformed::Host),
            (
                "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                Malformed::Host,
            ),
            ("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", Malformed::Host),
            (
                "GET / HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n",
                Malformed::Header,
            ),
            (
                "GET / HTTP/1.1\r\nHost: a\r\nb : c\r\n\r\n",
                Malformed::Header,
            ),
            (
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                Malformed::Length,
            ),
            (
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
                Malformed::Length,
            ),
            (
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                Malformed::Length,
            ),
            (
                "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
                Malformed::Length,
            ),
            (
                "GET /../x HTTP/1.1\r\nHost: a\r\n\r\n",
                Malformed::Path(BadPath::AboveRoot),
            ),
        ] {
            assert_eq!(wrong(head), expected, "{head:?}");
        }
    }
}
