//! A raw request, its answer, and what comes behind it.

use clients::http1::Framing;
use clients::raw::{
    Ended, HalfClose, Handshake, Request, Response, TlsFacts, TlsVersions, TransportEnd, Wire,
};
use clients::{ClientError, RawClient, Transcript};

use crate::failure::Failure;

/// How the raw client shakes hands in this scenario.
#[derive(Debug, Clone, Default)]
pub struct Manner {
    /// The handshake.
    pub handshake: Handshake,
}

impl Manner {
    /// Offers one version of TLS only.
    pub(crate) fn only_tls(&mut self, version: &str) -> Result<(), Failure> {
        self.handshake.versions = match version {
            "1.2" => TlsVersions::Only12,
            "1.3" => TlsVersions::Only13,
            _ => return Err(Failure::Feature(format!("no TLS {version} here"))),
        };
        Ok(())
    }
}

/// A connection and the last answer on it.
#[derive(Debug)]
pub struct Exchange {
    wire: Wire,
    /// The last answer.
    pub response: Response,
    /// Bytes behind a head that opens a stream, and how the connection ended.
    rest: Option<(Vec<u8>, Ended)>,
}

impl Exchange {
    /// Sends bytes on a new connection, or on the one of an earlier exchange that is still open,
    /// and reads the answer.
    ///
    /// # Errors
    ///
    /// [`ClientError`] when the connection cannot be made or ends too early.
    pub async fn send(
        client: &RawClient,
        manner: &Manner,
        earlier: Option<Exchange>,
        method: &str,
        bytes: &[u8],
    ) -> Result<Exchange, ClientError> {
        let mut wire = match earlier.filter(Exchange::is_reusable) {
            Some(exchange) => exchange.wire,
            None => client.connect_with(&manner.handshake).await?,
        };
        wire.send(bytes).await?;
        let response = wire.read_response(method).await?;
        Ok(Exchange {
            wire,
            response,
            rest: None,
        })
    }

    /// Whether the next request may use this connection.
    pub fn is_reusable(&self) -> bool {
        self.response.framing != Framing::Tunnel
            && self.response.ended.is_none()
            && self.rest.is_none()
            && self.wire.ended().is_none()
            && !self.response.head.has_token("Connection", "close")
    }

    /// Sends more bytes.
    ///
    /// # Errors
    ///
    /// [`ClientError::Wire`].
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), ClientError> {
        self.wire.send(bytes).await
    }

    /// Ends the sending side as the command lines do: without a word of TLS.
    ///
    /// # Errors
    ///
    /// [`ClientError::Wire`].
    pub async fn half_close(&mut self) -> Result<(), ClientError> {
        self.wire.half_close(HalfClose::FinOnly).await
    }

    /// What came behind the head until the end of the connection, and how it ended.
    ///
    /// # Errors
    ///
    /// [`ClientError::WireDeadline`] when it does not end.
    pub async fn rest(&mut self) -> Result<&(Vec<u8>, Ended), ClientError> {
        if self.rest.is_none() {
            let rest = match &self.response.ended {
                Some(ended) => (self.response.body.clone(), ended.clone()),
                None => self.wire.read_to_end().await?,
            };
            self.rest = Some(rest);
        }
        Ok(self.rest.as_ref().expect("it was read just now"))
    }

    /// The bytes of the answer's stream: its body, where the head says how long that is, otherwise what came until the
    /// end of the connection.
    ///
    /// # Errors
    ///
    /// As [`Exchange::rest`].
    pub async fn stream(&mut self) -> Result<Vec<u8>, ClientError> {
        match self.response.framing {
            Framing::Chunked | Framing::Length(_) => Ok(self.response.body.clone()),
            _ => Ok(self.rest().await?.0.clone()),
        }
    }

    /// Whether the connection ended in order.
    ///
    /// # Errors
    ///
    /// As [`Exchange::rest`].
    pub async fn ended_in_order(&mut self) -> Result<bool, ClientError> {
        let (_, ended) = self.rest().await?;
        Ok(ended.transport == TransportEnd::Fin && ended.alert.is_none())
    }

    /// What the handshake showed; none without TLS.
    pub fn tls(&self) -> Option<&TlsFacts> {
        self.wire.tls()
    }

    /// What happened on the connection.
    pub fn transcript(&self) -> &Transcript {
        self.wire.transcript()
    }

    /// The lengths of the reads so far, in their order.
    pub fn read_lengths(&self) -> Vec<usize> {
        self.wire.reads().iter().map(|read| read.len).collect()
    }

    /// The streams of framed bytes, consecutive frames of one stream joined.
    ///
    /// # Errors
    ///
    /// [`Failure::Differs`] for bytes that are no frames.
    pub fn frames(bytes: &[u8]) -> Result<Vec<(&'static str, Vec<u8>)>, Failure> {
        let wrong = || Failure::Differs(format!("no frames: {:?}", String::from_utf8_lossy(bytes)));
        let mut frames: Vec<(&'static str, Vec<u8>)> = Vec::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            let (head, behind) = rest.split_at_checked(8).ok_or_else(wrong)?;
            let stream = match head[..4] {
                [0, 0, 0, 0] => "stdin",
                [1, 0, 0, 0] => "stdout",
                [2, 0, 0, 0] => "stderr",
                _ => return Err(wrong()),
            };
            let length = u32::from_be_bytes(head[4..].try_into().expect("four bytes"));
            let length = usize::try_from(length).map_err(|_| wrong())?;
            let (payload, behind) = behind.split_at_checked(length).ok_or_else(wrong)?;
            match frames.last_mut().filter(|(last, _)| *last == stream) {
                Some((_, joined)) => joined.extend_from_slice(payload),
                None => frames.push((stream, payload.to_vec())),
            }
            rest = behind;
        }
        Ok(frames)
    }
}

/// Reads `METHOD /path` and makes the request; a JSON body gets its type unless headers say one.
pub(crate) fn request(
    line: &str,
    headers: &[(String, String)],
    body: Option<&str>,
) -> Result<Request, Failure> {
    let (method, path) = line
        .split_once(' ')
        .ok_or_else(|| Failure::Feature(format!("`{line}` is no request")))?;
    let mut request = Request::new(method, escape_path(path));
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let typed = headers
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    Ok(match body {
        Some(body) if typed => request.body(body),
        Some(body) => request.json(body),
        None if method == "POST" && !typed => request.header("Content-Type", "application/json"),
        None => request,
    })
}

/// A feature spells a path as people read it: what may not stand in a request line is escaped.
fn escape_path(path: &str) -> String {
    let mut escaped = String::new();
    for byte in path.bytes() {
        match byte {
            b'"' | b'{' | b'}' | b' ' | b'[' | b']' | b'<' | b'>' | b'\\' | 0x80.. => {
                escaped.push_str(&format!("%{byte:02X}"));
            }
            byte => escaped.push(char::from(byte)),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_one_stream_are_joined() {
        let bytes = b"\x01\0\0\0\0\0\0\x02hi\x01\0\0\0\0\0\0\x01!\x02\0\0\0\0\0\0\0";
        assert_eq!(
            Exchange::frames(bytes),
            Ok(vec![("stdout", b"hi!".to_vec()), ("stderr", Vec::new())])
        );
        for wrong in [&b"HTTP/1.1 500 x"[..], b"\x01\0\0\0\0\0\0\x02h", b"\x01\0"] {
            assert!(Exchange::frames(wrong).is_err());
        }
    }

    #[test]
    fn a_request_line_keeps_what_may_stand_in_it() {
        let made = request("GET /a?filters={\"b\":[1]}", &[], None).expect("a request");
        assert_eq!(made.path, "/a?filters=%7B%22b%22:%5B1%5D%7D");
        assert!(request("GET", &[], None).is_err());
    }
}
