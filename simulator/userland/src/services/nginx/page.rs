//! The pages of statuses.

use crate::applets::text;
use crate::services::http::reason;

/// What a page says of a status; a few have more to say than the line of the answer.
fn title(status: u16) -> String {
    let words = match status {
        302 => "Found",
        n => reason(n),
    };
    format!("{status} {words}")
}

/// What the page of a malformed request says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Detail {
    None,
    HeaderTooLarge,
}

/// The page of a status, if it has one.
pub(super) fn page(status: u16, signature: &str, detail: Detail) -> Option<Vec<u8>> {
    let known =
        matches!(status, 301..=303 | 307 | 308 | 400..=406 | 408..=416 | 429 | 500..=505 | 507);
    if !known {
        return None;
    }
    let (title, line) = match detail {
        Detail::HeaderTooLarge => (
            "400 Request Header Or Cookie Too Large".to_owned(),
            "<center>Request Header Or Cookie Too Large</center>\r\n",
        ),
        Detail::None => (title(status), ""),
    };
    let heading = match detail {
        Detail::HeaderTooLarge => "400 Bad Request".to_owned(),
        Detail::None => title.clone(),
    };
    Some(text!(
        "<html>\r\n<head><title>",
        title,
        "</title></head>\r\n<body bgcolor=\"white\">\r\n<center><h1>",
        heading,
        "</h1></center>\r\n",
        line,
        "<hr><center>",
        signature,
        "</center>\r\n</body>\r\n</html>\r\n"
    ))
}
