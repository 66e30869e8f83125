//! Asks the control API of a running zone.

use super::ready::Ready;
use super::{Exit, Trouble};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

/// How long the control API may take to accept a connection, or to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// The longest answer, bytes.
const ANSWER_LIMIT_BYTES: u64 = 64 << 20;
/// The longest head of an answer, bytes.
const HEAD_LIMIT_BYTES: usize = 64 << 10;
/// How the head of a connection's change begins.
const SWITCHING: &[u8] = b"HTTP/1.1 101 ";

/// The control API of one zone; a connection for each request.
#[derive(Clone, Copy, Debug)]
pub(super) struct ControlClient {
    address: Option<SocketAddr>,
    /// How long an answer may take; `None`: as long as it takes.
    patience: Option<Duration>,
}

impl ControlClient {
    pub(super) fn of(zone: &Ready) -> Self {
        let address = zone.control.strip_prefix("http://");
        Self {
            address: address.and_then(|address| address.parse().ok()),
            patience: Some(PATIENCE),
        }
    }

    /// Waits for answers as long as they take.
    pub(super) fn patient(self) -> Self {
        Self {
            patience: None,
            ..self
        }
    }

    fn connect(&self) -> io::Result<TcpStream> {
        let address = self.address.ok_or(io::ErrorKind::AddrNotAvailable)?;
        let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_read_timeout(self.patience)?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(stream)
    }

    /// Whether somebody listens where the zone said it would.
    pub(super) fn is_there(&self) -> bool {
        self.connect().is_ok()
    }

    /// Posts JSON. What the zone refuses is a wrong argument.
    pub(super) fn post(&self, path: &[&str], body: &Value) -> Result<Value, Trouble> {
        let (path, body) = (encoded(path), body.to_string());
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        read_answer(&self.exchange(request.as_bytes()).map_err(silent)?)
    }

    /// Gets JSON.
    pub(super) fn get(&self, path: &[&str]) -> Result<Value, Trouble> {
        let path = encoded(path);
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        read_answer(&self.exchange(request.as_bytes()).map_err(silent)?)
    }

    /// Posts a request whose connection becomes another one, and gives that one.
    pub(super) fn upgrade(&self, path: &[&str]) -> Result<TcpStream, Trouble> {
        let path = encoded(path);
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
        );
        let mut stream = self.connect().map_err(silent)?;
        let answer = (|| -> io::Result<Vec<u8>> {
            // The zone may wait for as long as TCP does.
            stream.set_read_timeout(None)?;
            stream.set_write_timeout(None)?;
            stream.write_all(request.as_bytes())?;
            let mut head = read_head(&mut stream)?;
            if !head.starts_with(SWITCHING) {
                stream.shutdown(Shutdown::Write)?;
                stream.set_read_timeout(Some(PATIENCE))?;
                Read::by_ref(&mut stream)
                    .take(ANSWER_LIMIT_BYTES)
                    .read_to_end(&mut head)?;
            }
            Ok(head)
        })();
        let answer = answer.map_err(silent)?;
        match answer.starts_with(SWITCHING) {
            true => Ok(stream),
            false => Err(read_answer(&answer).err().unwrap_or_else(unreadable)),
        }
    }

    fn exchange(&self, request: &[u8]) -> io::Result<Vec<u8>> {
        let mut stream = self.connect()?;
        stream.write_all(request)?;
        let mut answer = Vec::new();
        stream.take(ANSWER_LIMIT_BYTES).read_to_end(&mut answer)?;
        Ok(answer)
    }
}

fn encoded(path: &[&str]) -> String {
    let segments = path.iter().map(|segment| {
        let encoded = utf8_percent_encode(segment, NON_ALPHANUMERIC);
        format!("/{encoded}")
    });
    segments.collect()
}

/// Byte by byte: what follows the head belongs to somebody else.
fn read_head(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
        if head.len() > HEAD_LIMIT_BYTES {
            return Err(io::ErrorKind::InvalidData.into());
        }
    }
    Ok(head)
}

/// The error as a person is told it.
fn silent(error: io::Error) -> Trouble {
    let message = format!("the control API does not answer: {error}");
    Trouble::new(Exit::Internal, message)
}

fn unreadable() -> Trouble {
    let message = "the control API gives no answer that can be read";
    Trouble::new(Exit::Internal, message)
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
        Some((status, refusal)) => {
            let message = refusal["message"].as_str().unwrap_or("refused");
            let exit = match status {
                500..=599 => Exit::Unreachable,
                _ => Exit::Usage,
            };
            Err(Trouble::new(exit, message))
        }
        None => Err(unreadable()),
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
