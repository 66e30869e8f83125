//! Bodies, by the way their end is told.

use bytes::{Bytes, BytesMut};

use super::{Head, Malformed};

/// Bytes a chunk's size line may have.
const SIZE_LINE_BYTES: usize = 256;

/// How the end of a body is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// There is no body.
    None,
    /// By its length.
    Length(u64),
    /// In chunks.
    Chunked,
    /// By the end of the connection.
    UntilClose,
    /// Not at all: both sides speak raw bytes from here on.
    Tunnel,
}

impl Framing {
    /// Of a request.
    pub(crate) fn of_request(head: &Head) -> Result<Framing, Malformed> {
        if head.has_token("Transfer-Encoding", "chunked") {
            return Ok(Framing::Chunked);
        }
        Ok(match length(head)? {
            None | Some(0) => Framing::None,
            Some(length) => Framing::Length(length),
        })
    }

    /// Of a response to a request of this method.
    pub(crate) fn of_response(head: &Head, method: &str) -> Result<Framing, Malformed> {
        let status = head.status_line().map_or(0, |(_, status, _)| status);
        let successful_connect = method == "CONNECT" && (200..300).contains(&status);
        if status == 101 || successful_connect {
            return Ok(Framing::Tunnel);
        }
        if method == "HEAD" || status / 100 == 1 || matches!(status, 204 | 304) {
            return Ok(Framing::None);
        }
        if head.has_token("Transfer-Encoding", "chunked") {
            return Ok(Framing::Chunked);
        }
        Ok(match length(head)? {
            None => Framing::UntilClose,
            Some(0) => Framing::None,
            Some(length) => Framing::Length(length),
        })
    }
}

fn length(head: &Head) -> Result<Option<u64>, Malformed> {
    let mut lengths = head
        .headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("Content-Length"))
        .map(|(_, value)| value.as_str());
    let Some(first) = lengths.next() else {
        return Ok(None);
    };
    let all_digits = !first.is_empty() && first.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits || lengths.any(|other| other != first) {
        return Err(Malformed::Length(first.to_owned()));
    }
    let length = first
        .parse()
        .map_err(|_| Malformed::Length(first.to_owned()))?;
    Ok(Some(length))
}

/// A piece of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Decoded {
    /// What was received holds nothing more of the body yet.
    NeedMore,
    /// Content.
    Data(Bytes),
    /// A chunk is complete.
    ChunkEnd,
    /// The body is complete.
    End,
}

/// Takes a body from what was received, piece by piece.
#[derive(Debug)]
pub(crate) struct BodyDecoder {
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Length(u64),
    ChunkSize,
    ChunkData(u64),
    ChunkEnd,
    Trailers,
    Endless,
    Done,
}

impl BodyDecoder {
    pub(crate) fn new(framing: Framing) -> BodyDecoder {
        BodyDecoder {
            state: match framing {
                Framing::None => State::Done,
                Framing::Length(length) => State::Length(length),
                Framing::Chunked => State::ChunkSize,
                Framing::UntilClose | Framing::Tunnel => State::Endless,
            },
        }
    }

    /// Whether the end of the connection is the proper end of the body now.
    pub(crate) fn may_end(&self) -> bool {
        matches!(self.state, State::Done | State::Endless)
    }

    /// The next piece.
    pub(crate) fn next(&mut self, received: &mut BytesMut) -> Result<Decoded, Malformed> {
        loop {
            match self.state {
                State::Done | State::Length(0) => {
                    self.state = State::Done;
                    return Ok(Decoded::End);
                }
                State::Length(left) => {
                    let (data, left) = take_data(received, left);
                    self.state = State::Length(left);
                    return Ok(data);
                }
                State::Endless => return Ok(take_data(received, u64::MAX).0),
                State::ChunkSize => {
                    let Some(line) = take_line(received)? else {
                        return Ok(Decoded::NeedMore);
                    };
                    let size = chunk_size(&line)?;
                    self.state = match size {
                        0 => State::Trailers,
                        size => State::ChunkData(size),
                    };
                }
                State::ChunkData(left) => {
                    let (data, left) = take_data(received, left);
                    self.state = match left {
                        0 => State::ChunkEnd,
                        left => State::ChunkData(left),
                    };
                    return Ok(data);
                }
                State::ChunkEnd => {
                    let Some(line) = take_line(received)? else {
                        return Ok(Decoded::NeedMore);
                    };
                    if !line.is_empty() {
                        return Err(Malformed::ChunkEnd);
                    }
                    self.state = State::ChunkSize;
                    return Ok(Decoded::ChunkEnd);
                }
                State::Trailers => {
                    let Some(line) = take_line(received)? else {
                        return Ok(Decoded::NeedMore);
                    };
                    if line.is_empty() {
                        self.state = State::Done;
                    }
                }
            }
        }
    }
}

fn take_data(received: &mut BytesMut, left: u64) -> (Decoded, u64) {
    let len = usize::try_from(left)
        .unwrap_or(usize::MAX)
        .min(received.len());
    if len == 0 {
        return (Decoded::NeedMore, left);
    }
    let data = received.split_to(len).freeze();
    (Decoded::Data(data), left - len as u64)
}

fn take_line(received: &mut BytesMut) -> Result<Option<String>, Malformed> {
    let Some(end) = received.iter().position(|byte| *byte == b'\n') else {
        if received.len() > SIZE_LINE_BYTES {
            let line = String::from_utf8_lossy(&received[..SIZE_LINE_BYTES]).into_owned();
            return Err(Malformed::ChunkSize(line));
        }
        return Ok(None);
    };
    let line = received.split_to(end + 1);
    let line = String::from_utf8_lossy(&line[..end]).into_owned();
    Ok(Some(line.strip_suffix('\r').unwrap_or(&line).to_owned()))
}

fn chunk_size(line: &str) -> Result<u64, Malformed> {
    let digits = line.split(';').next().unwrap_or_default().trim();
    let hexadecimal = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    hexadecimal
        .then(|| u64::from_str_radix(digits, 16).ok())
        .flatten()
        .ok_or_else(|| Malformed::ChunkSize(line.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every piece of a body that arrives in portions of this many bytes, and what is left over.
    fn decode(
        framing: Framing,
        text: &str,
        portion: usize,
    ) -> Result<(Vec<String>, String), Malformed> {
        let mut decoder = BodyDecoder::new(framing);
        let mut received = BytesMut::new();
        let mut rest = text.as_bytes();
        let mut pieces = Vec::new();
        let mut data = String::new();
        loop {
            match decoder.next(&mut received)? {
                Decoded::Data(bytes) => data.push_str(&String::from_utf8_lossy(&bytes)),
                Decoded::ChunkEnd => pieces.push(std::mem::take(&mut data)),
                Decoded::End => break,
                Decoded::NeedMore if rest.is_empty() => break,
                Decoded::NeedMore => {
                    let (now, later) = rest.split_at(portion.min(rest.len()));
                    received.extend_from_slice(now);
                    rest = later;
                }
            }
        }
        if !data.is_empty() {
            pieces.push(data);
        }
        let left = [&received[..], rest].concat();
        Ok((pieces, String::from_utf8_lossy(&left).into_owned()))
    }

    #[test]
    fn bodies_end_where_their_framing_says() {
        let cases: [(Framing, &str, &[&str], &str); 5] = [
            (Framing::None, "next", &[], "next"),
            (Framing::Length(3), "abcnext", &["abc"], "next"),
            (
                Framing::Chunked,
                "3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nT: 1\r\n\r\nnext",
                &["abc", "0123456789"],
                "next",
            ),
            (Framing::Chunked, "0\r\n\r\nnext", &[], "next"),
            (Framing::UntilClose, "all of it", &["all of it"], ""),
        ];
        for (framing, text, pieces, left) in cases {
            for portion in [1, 2, 7, 100] {
                let (found, found_left) = decode(framing, text, portion).expect("is a body");
                assert_eq!(
                    (found.as_slice(), found_left.as_str()),
                    (pieces.map_to_owned().as_slice(), left),
                    "{text} by {portion}"
                );
            }
        }
    }

    trait MapToOwned {
        fn map_to_owned(&self) -> Vec<String>;
    }
    impl MapToOwned for &[&str] {
        fn map_to_owned(&self) -> Vec<String> {
            self.iter().map(|piece| (*piece).to_owned()).collect()
        }
    }

    #[test]
    fn a_broken_chunk_is_refused() {
        for text in [
            "zz\r\n",
            "-1\r\n",
            "\r\n",
            "3\r\nabcd\r\n",
            "fffffffffffffffff\r\n",
        ] {
            assert!(decode(Framing::Chunked, text, 100).is_err(), "{text}");
        }
        assert!(decode(Framing::Chunked, &"1".repeat(SIZE_LINE_BYTES + 1), 1000).is_err());
    }

    #[test]
    fn framing_follows_status_method_and_headers() {
        let response = |first_line: &str, headers: &[(&str, &str)]| Head {
            first_line: first_line.to_owned(),
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
        };
        let length = [("content-length", "5")];
        let cases = [
            (
                response("HTTP/1.1 200 OK", &length),
                "GET",
                Framing::Length(5),
            ),
            (response("HTTP/1.1 200 OK", &length), "HEAD", Framing::None),
            (
                response("HTTP/1.1 204 No Content", &[]),
                "POST",
                Framing::None,
            ),
            (
                response("HTTP/1.1 101 UPGRADED", &[]),
                "POST",
                Framing::Tunnel,
            ),
            (response("HTTP/1.1 200 OK", &[]), "GET", Framing::UntilClose),
            (
                response("HTTP/1.1 200 OK", &[("Transfer-Encoding", "Chunked")]),
                "GET",
                Framing::Chunked,
            ),
        ];
        for (head, method, framing) in cases {
            assert_eq!(Framing::of_response(&head, method), Ok(framing), "{head:?}");
        }
        let bad = response(
            "HTTP/1.1 200 OK",
            &[("Content-Length", "5"), ("Content-Length", "6")],
        );
        assert!(Framing::of_response(&bad, "GET").is_err());
    }
}
