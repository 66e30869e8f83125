//! Answers: heads, error pages, files.

use super::session::Session;
use crate::applets::calendar::{Date, Zone};
use crate::applets::context::text;
use crate::applets::io::CHUNK_BYTES;
use crate::kernel::{Errno, Fd, OpenFlags};
use std::io::SeekFrom;

/// Statuses that are answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Ok = 200,
    Partial = 206,
    Moved = 302,
    NotModified = 304,
    BadRequest = 400,
    Unauthorized = 401,
    Forbidden = 403,
    NotFound = 404,
    Timeout = 408,
    TooLarge = 413,
    NotImplemented = 501,
}

impl Status {
    pub(super) fn number(self) -> u16 {
        self as u16
    }

    fn name(self) -> &'static str {
        match self {
            Status::Ok => "OK",
            Status::Partial => "Partial Content",
            Status::Moved => "Found",
            Status::NotModified => "Not Modified",
            Status::BadRequest => "Bad Request",
            Status::Unauthorized => "Unauthorized",
            Status::Forbidden => "Forbidden",
            Status::NotFound => "Not Found",
            Status::Timeout => "Request Timeout",
            Status::TooLarge => "Entity Too Large",
            Status::NotImplemented => "Not Implemented",
        }
    }

    /// What the page of the status says; files have no such page.
    fn words(self) -> Option<&'static str> {
        match self {
            Status::Ok | Status::Partial | Status::Moved | Status::NotModified => None,
            Status::BadRequest => Some("Unsupported method"),
            Status::Unauthorized | Status::Forbidden => Some(""),
            Status::NotFound => Some("The requested URL was not found"),
            Status::Timeout => Some("No request appeared within 60 seconds"),
            Status::TooLarge => Some("Entity Too Large"),
            Status::NotImplemented => Some("The requested method is not recognized"),
        }
    }
}

/// What ends the work on a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// This status is to be answered.
    Answer(Status),
    /// Nothing more can be said.
    Silent,
}

impl From<Status> for Stop {
    fn from(status: Status) -> Self {
        Stop::Answer(status)
    }
}

impl From<Errno> for Stop {
    fn from(_: Errno) -> Self {
        Stop::Silent
    }
}

/// A file that is served.
pub(super) struct Found {
    pub(super) path: Vec<u8>,
    pub(super) size: u64,
    pub(super) modified_s: u64,
}

/// Which bytes of a file are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) first: u64,
    pub(super) last: Option<u64>,
}

fn http_date(seconds: u64) -> Vec<u8> {
    let seconds = i64::try_from(seconds).unwrap_or(0);
    let zone = Zone::utc();
    Date::at(seconds, &zone).format(b"%a, %d %b %Y %H:%M:%S GMT", seconds, 0, &zone)
}

const TYPES: &[(&str, &str)] = &[
    (".txt .h .c .cc .cpp", "text/plain"),
    (".htm .html", "text/html"),
    (".jpg .jpeg", "image/jpeg"),
    (".gif", "image/gif"),
    (".png", "image/png"),
    (".svg", "image/svg+xml"),
    (".css", "text/css"),
    (".js", "application/javascript"),
    (".wav", "audio/wav"),
    (".avi", "video/x-msvideo"),
    (".qt .mov", "video/quicktime"),
    (".mpe .mpeg", "video/mpeg"),
    (".mid .midi", "audio/midi"),
    (".mp3", "audio/mpeg"),
];

/// What a path ends in, from its last dot.
pub(super) fn suffix(path: &[u8]) -> Option<&[u8]> {
    let at = path.iter().rposition(|byte| *byte == b'.')?;
    Some(&path[at..])
}

impl Session<'_> {
    fn content_type(&self, path: &[u8]) -> Option<Vec<u8>> {
        let suffix = suffix(path)?;
        let own = self.config.types.iter().find(|(known, _)| known == suffix);
        if let Some((_, kind)) = own {
            return Some(kind.clone());
        }
        let known = TYPES
            .iter()
            .find(|(suffixes, _)| suffixes.split(' ').any(|known| known.as_bytes() == suffix));
        known.map(|(_, kind)| kind.as_bytes().to_vec())
    }

    /// The head up to the headers that depend on what is answered.
    async fn head(&self, status: Status, content_type: Option<&[u8]>) -> Vec<u8> {
        let (number, name) = (status.number(), status.name());
        if self.settings.verbose > 0 {
            self.log(format!("response:{number}").as_bytes()).await;
        }
        let mut head = text!(
            format!("HTTP/1.1 {number} {name}\r\nDate: "),
            http_date(self.sys.now().as_secs()),
            "\r\nConnection: close\r\n"
        );
        // What is no file is a page.
        let kind = match status {
            Status::Ok => content_type,
            _ => Some(&b"text/html"[..]),
        };
        if let Some(kind) = kind {
            head.extend(text!("Content-type: ", kind, "\r\n"));
        }
        head
    }

    /// Answers without a file: with the configured page of the status, or a short one of our own.
    pub(super) async fn answer(
        &self,
        status: Status,
        location: Option<&[u8]>,
    ) -> Result<(), Errno> {
        let mut head = self.head(status, None).await;
        if status == Status::Unauthorized {
            let realm = &self.settings.realm;
            head.extend(text!("WWW-Authenticate: Basic realm=\"", realm, "\"\r\n"));
        }
        if let Some(location) = location {
            head.extend(text!("Location: ", location, "\r\n"));
        }
        let pages = self.config.error_pages.iter();
        let page = pages.rev().find(|(of, _)| *of == status.number());
        if let Some((_, path)) = page
            && let Ok(fd) = self.sys.open(path, OpenFlags::READ, 0).await
        {
            head.extend_from_slice(b"\r\n");
            self.sys.write_all(1, &head).await?;
            let sent = self.copy(fd, u64::MAX).await;
            let _ = self.sys.close(fd);
            return sent;
        }
        head.extend_from_slice(b"\r\n");
        if let Some(words) = status.words() {
            let (number, name) = (status.number(), status.name());
            head.extend(text!(format!(
                "<HTML><HEAD><TITLE>{number} {name}</TITLE></HEAD>\n<BODY><H1>{number} {name}</H1>\n{words}\n</BODY></HTML>\n"
            )));
        }
        self.sys.write_all(1, &head).await
    }

    async fn copy(&self, fd: Fd, bytes: u64) -> Result<(), Errno> {
        let mut buffer = vec![0; CHUNK_BYTES];
        let mut left = bytes;
        while left > 0 {
            let wanted = usize::try_from(left).map_or(buffer.len(), |left| left.min(buffer.len()));
            let count = self.sys.read(fd, &mut buffer[..wanted]).await?;
            if count == 0 {
                break;
            }
            self.sys.write_all(1, &buffer[..count]).await?;
            left -= count as u64;
        }
        Ok(())
    }

    /// Answers with a file, or a part of it.
    pub(super) async fn send_file(&self, mut found: Found) -> Result<(), Stop> {
        let asked = &self.asked;
        let mut gzipped = false;
        let packed = text!(found.path, ".gz");
        let mut opened = Err(Errno::ENOENT);
        if asked.accepts_gzip
            && let Ok(fd) = self.sys.open(&packed, OpenFlags::READ, 0).await
        {
            if let Ok(stat) = self.sys.fstat(fd) {
                found.size = stat.size;
                found.modified_s = stat.mtime.as_secs();
            }
            gzipped = true;
            opened = Ok(fd);
        }
        if opened.is_err() {
            opened = self.sys.open(&found.path, OpenFlags::READ, 0).await;
        }
        let fd = opened.map_err(|_| Status::NotFound)?;
        let sent = self.send_open_file(fd, &found, gzipped).await;
        let _ = self.sys.close(fd);
        sent
    }

    async fn send_open_file(&self, fd: Fd, found: &Found, gzipped: bool) -> Result<(), Stop> {
        let etag = format!("\"{:x}-{:x}\"", found.modified_s, found.size);
        let known = self.asked.if_none_match.as_ref();
        let same =
            known.is_some_and(|known| known.windows(etag.len()).any(|at| at == etag.as_bytes()));
        if same {
            return Err(Status::NotModified.into());
        }
        let range = self.asked.range.filter(|_| !gzipped);
        let part = range.and_then(|range| part_of(range, found.size));
        let status = if part.is_some() {
            Status::Partial
        } else {
            Status::Ok
        };
        let kind = self.content_type(&found.path);
        let mut head = self.head(status, kind.as_deref()).await;
        let (first, last) = part.unwrap_or((0, found.size.saturating_sub(1)));
        let length = if part.is_some() {
            last - first + 1
        } else {
            found.size
        };
        if part.is_some() {
            let size = found.size;
            head.extend(text!(format!(
                "Content-Range: bytes {first}-{last}/{size}\r\n"
            )));
        }
        head.extend(text!(
            "Accept-Ranges: bytes\r\nLast-Modified: ",
            http_date(found.modified_s),
            format!("\r\nETag: {etag}\r\nContent-Length: {length}\r\n")
        ));
        if gzipped {
            head.extend_from_slice(b"Content-Encoding: gzip\r\n");
        }
        head.extend_from_slice(b"\r\n");
        self.sys.write_all(1, &head).await?;
        if self.asked.only_head && part.is_none() {
            return Ok(());
        }
        self.sys.seek(fd, SeekFrom::Start(first))?;
        self.copy(fd, length).await?;
        Ok(())
    }
}

/// The first and the last byte of a range, if the file has any of it.
fn part_of(range: Range, size: u64) -> Option<(u64, u64)> {
    let end = size.checked_sub(1)?;
    let last = match range.last {
        Some(last) if last > 0 => last.min(end),
        _ => end,
    };
    (range.first <= last).then_some((range.first, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_stay_inside_the_file() {
        let part = |first, last, size| part_of(Range { first, last }, size);
        assert_eq!(part(0, Some(4), 10), Some((0, 4)));
        assert_eq!(part(5, None, 10), Some((5, 9)));
        assert_eq!(part(5, Some(99), 10), Some((5, 9)));
        assert_eq!(part(10, None, 10), None);
        assert_eq!(part(0, None, 0), None);
    }

    #[test]
    fn dates_are_those_of_http() {
        assert_eq!(http_date(784_111_777), b"Sun, 06 Nov 1994 08:49:37 GMT");
    }
}
