//! The pages of statuses.

use crate::applets::text;
use crate::services::http::escape_html;

/// The reason phrase of a status.
pub(super) fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        206 => "Partial Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        410 => "Gone",
        412 => "Precondition Failed",
        413 => "Request Entity Too Large",
        414 => "Request-URI Too Long",
        416 => "Requested Range Not Satisfiable",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        503 => "Service Unavailable",
        505 => "HTTP Version Not Supported",
        _ => "",
    }
}

/// What a page has to say beside its status.
pub(super) struct About<'a> {
    pub(super) path: &'a [u8],
    pub(super) method: &'a [u8],
    pub(super) location: &'a [u8],
    /// The last line, if the server signs.
    pub(super) signature: Option<Vec<u8>>,
}

fn words(status: u16, about: &About<'_>) -> Vec<u8> {
    let path = escape_html(about.path);
    let method = escape_html(about.method);
    match status {
        301 | 302 | 303 | 307 | 308 => {
            let location = escape_html(about.location);
            let what = if status == 303 {
                "answer to your request"
            } else {
                "document has moved"
            };
            let here = if status == 303 { " is located" } else { "" };
            text!(
                "<p>The ",
                what,
                here,
                " <a href=\"",
                location,
                "\">here</a>.</p>\n"
            )
        }
        400 => text!(
            "<p>Your browser sent a request that this server could not understand.<br />\n</p>\n"
        ),
        403 => text!(
            "<p>You don't have permission to access ",
            path,
            "\non this server.<br />\n</p>\n"
        ),
        404 => text!(
            "<p>The requested URL ",
            path,
            " was not found on this server.</p>\n"
        ),
        405 => text!(
            "<p>The requested method ",
            method,
            " is not allowed for the URL ",
            path,
            ".</p>\n"
        ),
        412 => text!(
            "<p>The precondition on the request for the URL ",
            path,
            " evaluated to false.</p>\n"
        ),
        414 => text!(
            "<p>The requested URL's length exceeds the capacity\nlimit for this server.<br />\n</p>\n"
        ),
        416 => text!(
            "<p>None of the range-specifier values in the Range\nrequest-header field overlap the current extent\nof the selected resource.</p>\n"
        ),
        501 => text!("<p>", method, " to ", path, " not supported.<br />\n</p>\n"),
        _ => text!("<p>The server could not complete your request.</p>\n"),
    }
}

/// The page of a status.
pub(super) fn page(status: u16, about: &About<'_>) -> Vec<u8> {
    let reason = reason(status);
    let mut page = text!(
        "<!DOCTYPE HTML PUBLIC \"-//IETF//DTD HTML 2.0//EN\">\n<html><head>\n<title>",
        format!("{status} {reason}"),
        "</title>\n</head><body>\n<h1>",
        reason,
        "</h1>\n",
        words(status, about)
    );
    if let Some(signature) = &about.signature {
        page.extend(text!("<hr>\n", signature, "\n"));
    }
    page.extend_from_slice(b"</body></html>\n");
    page
}
