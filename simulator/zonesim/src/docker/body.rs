//! Request bodies of the routes that parse them (docker-api.md 2.1).

use super::failure::Failure;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use md5::{Digest, Md5};
use std::io::Read;

/// How large a body may be, as sent and as unpacked, bytes.
pub(crate) const LIMIT_BYTES: usize = 16 << 20;

/// What a handler sees of a request's body.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Body {
    /// The route does not read it.
    None,
    /// It was JSON, or empty (APIX-03: then `{}`).
    Json(serde_json::Value),
    /// It had another content type: every field is missing.
    Raw(Bytes),
}

impl Body {
    /// The JSON value, if it is one.
    pub(crate) fn json(&self) -> Option<&serde_json::Value> {
        match self {
            Body::Json(value) => Some(value),
            Body::None | Body::Raw(_) => None,
        }
    }
}

/// A body beyond [`LIMIT_BYTES`].
pub(crate) fn too_large() -> Failure {
    Failure::coded(
        StatusCode::PAYLOAD_TOO_LARGE,
        "RequestEntityTooLarge",
        format!("Request body size exceeds {LIMIT_BYTES}"),
    )
}

/// Parses the bytes `received` under their headers.
pub(crate) fn parse(headers: &HeaderMap, received: Bytes) -> Result<Body, Failure> {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &http::HeaderValue| value.to_str().ok())
    };
    if let Some(sent) = text(header::HeaderName::from_static("content-md5")) {
        let digest = STANDARD.encode(Md5::digest(&received));
        if sent != digest {
            return Err(Failure::coded(
                StatusCode::BAD_REQUEST,
                "BadDigest",
                format!("Content-MD5 '{sent}' didn't match '{digest}'"),
            ));
        }
    }
    let gzip = text(header::CONTENT_ENCODING).is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
    let body = if gzip && !received.is_empty() {
        unpack(&received)?
    } else {
        received
    };
    if body.is_empty() {
        return Ok(Body::Json(
            serde_json::Value::Object(serde_json::Map::new()),
        ));
    }
    let content_type = text(header::CONTENT_TYPE).unwrap_or("application/octet-stream");
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        return Ok(Body::Raw(body));
    }
    serde_json::from_slice(&body)
        .map(Body::Json)
        .map_err(|error| Failure::invalid_content(format!("Invalid JSON: {error}")))
}

fn unpack(packed: &[u8]) -> Result<Bytes, Failure> {
    let mut unpacked = Vec::new();
    flate2::read::MultiGzDecoder::new(packed)
        .take(LIMIT_BYTES as u64 + 1)
        .read_to_end(&mut unpacked)
        .map_err(|_| Failure::invalid_content("Invalid gzip body"))?;
    if unpacked.len() > LIMIT_BYTES {
        return Err(too_large());
    }
    Ok(unpacked.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;
    use serde_json::json;
    use std::io::Write;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                let name = header::HeaderName::from_static(name);
                (name, HeaderValue::from_static(value))
            })
            .collect()
    }

    const JSON: (&str, &str) = ("content-type", "application/json; charset=utf-8");

    #[test]
    fn json_is_parsed_only_when_it_says_so() {
        let body = Bytes::from_static(b"{\"a\":1}");
        assert_eq!(
            parse(&headers(&[JSON]), body.clone()),
            Ok(Body::Json(json!({"a": 1})))
        );
        assert_eq!(
            parse(&headers(&[]), body.clone()),
            Ok(Body::Raw(body.clone()))
        );
        let plain = headers(&[("content-type", "text/plain")]);
        assert_eq!(parse(&plain, body.clone()), Ok(Body::Raw(body)));
        assert_eq!(parse(&plain, Bytes::new()), Ok(Body::Json(json!({}))));
    }

    #[test]
    fn bad_json_says_what_is_wrong() {
        let failure = parse(&headers(&[JSON]), Bytes::from_static(b"{\"a\":")).expect_err("cut");
        assert_eq!(failure.rest_code.as_deref(), Some("InvalidContent"));
        assert!(
            failure.message.starts_with("Invalid JSON: EOF"),
            "{}",
            failure.message
        );
        let deep = Bytes::from("[".repeat(100_000));
        assert!(parse(&headers(&[JSON]), deep).is_err());
    }

    #[test]
    fn a_gzip_body_is_unpacked_within_the_limit() {
        let packed = |bytes: &[u8]| {
            let mut encoder =
                flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(bytes).expect("memory");
            Bytes::from(encoder.finish().expect("memory"))
        };
        let headers = headers(&[JSON, ("content-encoding", "gzip")]);
        assert_eq!(parse(&headers, packed(b"[1]")), Ok(Body::Json(json!([1]))));
        let failure = parse(&headers, Bytes::from_static(b"[1]")).expect_err("not packed");
        assert_eq!(failure.message, "Invalid gzip body");
        let bomb = packed(&vec![b' '; LIMIT_BYTES + 1]);
        assert_eq!(parse(&headers, bomb), Err(too_large()));
    }

    #[test]
    fn the_digest_is_of_the_bytes_received() {
        let good = headers(&[JSON, ("content-md5", "mZFLkyvTejHFmfZJgM4Z1Q==")]);
        assert!(parse(&good, Bytes::from_static(b"{}")).is_err());
        let digest = STANDARD.encode(Md5::digest(b"{}"));
        let mut right = headers(&[JSON]);
        right.insert(
            "content-md5",
            HeaderValue::from_str(&digest).expect("base64"),
        );
        assert_eq!(
            parse(&right, Bytes::from_static(b"{}")),
            Ok(Body::Json(json!({})))
        );
        let failure =
            parse(&headers(&[("content-md5", "x")]), Bytes::from_static(b"{}")).expect_err("wrong");
        assert_eq!(
            failure.message,
            format!("Content-MD5 'x' didn't match '{digest}'")
        );
    }
}
