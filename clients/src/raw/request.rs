//! A request whose every byte is known.

/// A request to be sent as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Method.
    pub method: String,
    /// Request target, with its query.
    pub path: String,
    /// Headers in their order. `Host` and `Content-Length` are added unless they are here or left out.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
    host: bool,
    length: bool,
}

impl Request {
    /// A request without a body.
    pub fn new(method: impl Into<String>, path: impl Into<String>) -> Request {
        Request {
            method: method.into(),
            path: path.into(),
            headers: Vec::new(),
            body: Vec::new(),
            host: true,
            length: true,
        }
    }

    /// The same with one more header.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Request {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The same with this body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Request {
        self.body = body.into();
        self
    }

    /// The same with this body as JSON, valid or not.
    #[must_use]
    pub fn json(self, text: impl Into<String>) -> Request {
        let text: String = text.into();
        self.header("Content-Type", "application/json").body(text)
    }

    /// The same with the headers by which the Docker CLIs ask for a raw stream.
    #[must_use]
    pub fn upgrade(self) -> Request {
        self.header("Connection", "Upgrade")
            .header("Upgrade", "tcp")
    }

    /// The same with no `Host` added.
    #[must_use]
    pub fn without_host(mut self) -> Request {
        self.host = false;
        self
    }

    /// The same with no `Content-Length` added.
    #[must_use]
    pub fn without_length(mut self) -> Request {
        self.length = false;
        self
    }

    /// The bytes to send.
    pub fn to_bytes(&self) -> Vec<u8> {
        let has = |name: &str| {
            self.headers
                .iter()
                .any(|(found, _)| found.eq_ignore_ascii_case(name))
        };
        let mut text = format!("{} {} HTTP/1.1\r\n", self.method, self.path);
        if self.host && !has("Host") {
            text.push_str("Host: docker\r\n");
        }
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        let bodiless = self.body.is_empty() && matches!(&*self.method, "GET" | "HEAD" | "DELETE");
        let told_otherwise = has("Content-Length") || has("Transfer-Encoding");
        if self.length && !bodiless && !told_otherwise {
            text.push_str(&format!("Content-Length: {}\r\n", self.body.len()));
        }
        text.push_str("\r\n");
        [text.as_bytes(), &self.body].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_missing_is_added() {
        let cases = [
            (
                Request::new("GET", "/a?b"),
                "GET /a?b HTTP/1.1\r\nHost: docker\r\n\r\n",
            ),
            (
                Request::new("POST", "/a").json("{"),
                "POST /a HTTP/1.1\r\nHost: docker\r\nContent-Type: application/json\r\nContent-Length: 1\r\n\r\n{",
            ),
            (
                Request::new("POST", "/a").without_host().without_length(),
                "POST /a HTTP/1.1\r\n\r\n",
            ),
            (
                Request::new("POST", "/a")
                    .header("host", "")
                    .header("content-length", "9")
                    .body("x"),
                "POST /a HTTP/1.1\r\nhost: \r\ncontent-length: 9\r\n\r\nx",
            ),
        ];
        for (request, bytes) in cases {
            assert_eq!(String::from_utf8_lossy(&request.to_bytes()), bytes);
        }
    }
}
