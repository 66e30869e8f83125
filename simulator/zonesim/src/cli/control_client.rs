//! Asks the control API of a running zone.

use super::ready::Ready;
use super::{Exit, Trouble};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// How long the control API may take to accept a connection, or to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// The longest answer, bytes.
const ANSWER_LIMIT_BYTES: u64 = 64 << 20;

/// The control API of one zone; a connection for each request.
#[derive(Clone, Copy, Debug)]
pub(super) struct ControlClient {
    address: Option<SocketAddr>,
}

impl ControlClient {
    pub(super) fn of(zone: &Ready) -> Self {
        let address = zone.control.strip_prefix("http://");
        Self {
            address: address.and_then(|address| address.parse().ok()),
        }
    }

    fn connect(&self) -> io::Result<TcpStream> {
        let address = self.address.ok_or(io::ErrorKind::AddrNotAvailable)?;
        let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(stream)
    }

    /// Whether somebody listens where the zone said it would.
    pub(super) fn is_there(&self) -> bool {
        self.connect().is_ok()
    }

    /// Posts JSON. What the zone refuses is a wrong argument.
    pub(super) fn post(&self, path: &[&str], body: &Value) -> Result<Value, Trouble> {
        let segments = path.iter().map(|segment| {
            let encoded = utf8_percent_encode(segment, NON_ALPHANUMERIC);
            format!("/{encoded}")
        });
        let (path, body) = (segments.collect::<String>(), body.to_string());
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let answer = self.exchange(request.as_bytes());
        let answer = answer.map_err(|error| {
            let message = format!("the control API does not answer: {error}");
            Trouble::new(Exit::Internal, message)
        })?;
        read_answer(&answer)
    }

    fn exchange(&self, request: &[u8]) -> io::Result<Vec<u8>> {
        let mut stream = self.connect()?;
        stream.write_all(request)?;
        let mut answer = Vec::new();
        stream.take(ANSWER_LIMIT_BYTES).read_to_end(&mut answer)?;
        Ok(answer)
    }
}

fn read_answer(answer: &[u8]) -> Result<Value, Trouble> {
    let text = String::from_utf8_lossy(answer);
    let parts = text.split_once("\r\n\r\n");
    let parsed = parts.and_then(|(head, body)| {
        let status: u16 = head.split(' ').nth(1)?.parse().ok()?;
        Some((status, serde_json::from_str::<Value>(body).ok()?))
    });
    match parsed {
        Some((200..=299, value)) => Ok(value),
        Some((_, refusal)) => {
            let message = refusal["message"].as_str().unwrap_or("refused");
            Err(Trouble::new(Exit::Usage, message))
        }
        None => {
            let message = "the control API gives no answer that can be read";
            Err(Trouble::new(Exit::Internal, message))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_and_garbage_is_told() {
        let exit = |answer: &[u8]| read_answer(answer).map_err(|trouble| trouble.exit);
        let ok = b"HTTP/1.1 201 Created\r\na: b\r\n\r\n{\"token\":\"x\"}";
        assert_eq!(exit(ok), Ok(serde_json::json!({"token": "x"})));
        let refused = b"HTTP/1.1 404 Not Found\r\n\r\n{\"message\":\"x does not exist\"}";
        let trouble = read_answer(refused).expect_err("it is refused");
        assert_eq!(
            (trouble.exit, &*trouble.message),
            (Exit::Usage, "x does not exist")
        );
        for garbage in [
            &b""[..],
            b"\xff\xff",
            b"HTTP/1.1 200 OK\r\n\r\n",
            b"HTTP/1.1",
        ] {
            assert_eq!(exit(garbage), Err(Exit::Internal));
        }
    }
}
