//! What web servers have in common: requests, conditions, ranges, dates, and how an answer goes out.

mod answer;
mod conditions;
mod date;
mod path;
mod range;
mod receive;
mod request;

pub(super) use answer::{Answer, Body, File, Piece, send};
pub(super) use conditions::{Condition, Validators, judge};
pub(super) use date::{http_date, log_date};
pub(super) use path::{escape_html, escaped};
pub(super) use range::{Ranges, Span, ranges};
pub(super) use receive::{Came, Patience, first_line, receive, skip};
pub(super) use request::{Length, Malformed, Request, Version, parse};

/// The reason phrase of a status.
pub(super) fn reason(status: u16) -> &'static str {
    match status {
        100 => "Continue",
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        206 => "Partial Content",
        301 => "Moved Permanently",
        302 => "Moved Temporarily",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Not Allowed",
        406 => "Not Acceptable",
        408 => "Request Time-out",
        409 => "Conflict",
        410 => "Gone",
        411 => "Length Required",
        412 => "Precondition Failed",
        413 => "Request Entity Too Large",
        414 => "Request-URI Too Large",
        415 => "Unsupported Media Type",
        416 => "Requested Range Not Satisfiable",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Temporarily Unavailable",
        504 => "Gateway Time-out",
        505 => "HTTP Version Not Supported",
        507 => "Insufficient Storage",
        _ => "",
    }
}
