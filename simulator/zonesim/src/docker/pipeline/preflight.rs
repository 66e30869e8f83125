//! CORS preflights, the only answers with CORS headers (docker-api.md 2.1).

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, ALLOW,
    ORIGIN,
};
use http::{HeaderMap, HeaderValue};

const ALLOWED_HEADERS: [&str; 7] = [
    "accept",
    "accept-version",
    "content-type",
    "request-id",
    "origin",
    "x-api-version",
    "x-request-id",
];

/// Whether an `OPTIONS` request is a preflight for one of `methods`, with allowed headers only.
pub(super) fn asks_for(methods: &[&str], headers: &HeaderMap) -> bool {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    let has_origin = text(ORIGIN).is_some_and(|origin| !origin.is_empty());
    let method = text(ACCESS_CONTROL_REQUEST_METHOD).unwrap_or_default();
    let names = text(ACCESS_CONTROL_REQUEST_HEADERS).unwrap_or_default();
    has_origin
        && methods.contains(&method)
        && names
            .split(',')
            .map(|name| name.trim().to_ascii_lowercase())
            .all(|name| name.is_empty() || ALLOWED_HEADERS.contains(&name.as_str()))
}

/// Adds the headers of a preflight's answer.
pub(super) fn add_headers(headers: &mut HeaderMap, allow: &HeaderValue) {
    headers.insert(ALLOW, allow.clone());
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, allow.clone());
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    let names = HeaderValue::from_static(
        "accept, accept-version, content-type, request-id, origin, x-api-version, x-request-id",
    );
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, names);
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("3600"));
}
