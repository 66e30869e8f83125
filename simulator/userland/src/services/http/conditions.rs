//! Conditions of a request, and what they make of it.

use super::Request;
use super::date::parse_http_date;

/// What a file is known by.
#[derive(Clone, Debug)]
pub(in crate::services) struct Validators {
    /// Quotes included.
    pub(in crate::services) etag: Option<Vec<u8>>,
    /// Seconds since 1970.
    pub(in crate::services) modified_s: u64,
}

/// What the conditions say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::services) enum Condition {
    /// Nothing against an answer.
    Met,
    /// The client has what is there.
    NotModified,
    /// The client wants another version.
    Failed,
}

/// Whether one of the tags of a header is `etag`, whose strength does not count.
fn has_tag(header: &[u8], etag: Option<&[u8]>) -> bool {
    let weak = |tag: &[u8]| tag.strip_prefix(b"W/").unwrap_or(tag).to_vec();
    header.trim_ascii() == b"*"
        || etag.is_some_and(|etag| {
            let mut tags = header.split(|byte| *byte == b',');
            tags.any(|tag| weak(tag.trim_ascii()) == weak(etag))
        })
}

/// Judges a request for a file. `exact`: a client has the file when it names just its time; else a later one will do.
pub(in crate::services) fn judge(request: &Request, file: &Validators, exact: bool) -> Condition {
    let etag = file.etag.as_deref();
    if let Some(header) = request.header("if-match")
        && !has_tag(header, etag)
    {
        return Condition::Failed;
    }
    if let Some(since) = request
        .header("if-unmodified-since")
        .and_then(parse_http_date)
        && request.header("if-match").is_none()
        && file.modified_s > since
    {
        return Condition::Failed;
    }
    if let Some(header) = request.header("if-none-match") {
        return match has_tag(header, etag) {
            true => Condition::NotModified,
            false => Condition::Met,
        };
    }
    if let Some(since) = request
        .header("if-modified-since")
        .and_then(parse_http_date)
    {
        let same = match exact {
            true => file.modified_s == since,
            false => file.modified_s <= since,
        };
        if same {
            return Condition::NotModified;
        }
    }
    Condition::Met
}

impl Request {
    /// The `Range` header, if it is for this version of the file.
    pub(in crate::services) fn range_of(&self, file: &Validators) -> Option<&[u8]> {
        let range = self.header("range")?;
        let Some(condition) = self.header("if-range") else {
            return Some(range);
        };
        let same = match condition.trim_ascii().first() {
            Some(b'"') => file.etag.as_deref() == Some(condition.trim_ascii()),
            _ => parse_http_date(condition) == Some(file.modified_s),
        };
        same.then_some(range)
    }
}
