//! Files and directories as answers.

use super::emerg::failed;
use super::listing::listing;
use super::log;
use super::page::Detail;
use super::respond::Step;
use super::settings::{Level, Settings};
use super::visit::Visit;
use crate::applets::text;
use crate::kernel::{Errno, FileKind, Stat};
use crate::services::http::{
    Answer, Body, Condition, File, Piece, Ranges, Span, Validators, escaped, judge, ranges,
};
use crate::services::text_file::Opened;

/// Pieces of several parts are kept apart by this.
const BOUNDARY: &str = "00000000000000000001";

impl<'v> Visit<'v> {
    /// The file of a path.
    pub(super) fn file_of(&self, path: &[u8], replaced: Option<usize>) -> Vec<u8> {
        let rest = match replaced {
            Some(len) => path.get(len..).unwrap_or_default(),
            None => path,
        };
        text!(self.root(), rest)
    }

    /// The file that the path names, or for a directory its index or its list.
    pub(super) async fn serve_file(&mut self, replaced: Option<usize>) -> Step<'v> {
        let method = self.request.map_or(&b"GET"[..], |request| &request.method);
        let is_directory = self.uri.ends_with(b"/");
        if is_directory && matches!(method, b"GET" | b"HEAD" | b"POST") {
            return self.serve_directory(replaced).await;
        }
        if !matches!(method, b"GET" | b"HEAD") {
            return Step::Status(405);
        }
        let path = self.file_of(&self.uri, replaced);
        let opened = match Opened::read(self.sys, &path).await {
            Ok(opened) => opened,
            Err(error) => return self.not_opened(&path, error).await,
        };
        let stat = match self.sys.fstat(opened.fd) {
            Ok(stat) => stat,
            Err(error) => return self.not_opened(&path, error).await,
        };
        match stat.kind {
            FileKind::File => self.send_file(opened, &stat),
            FileKind::Directory => {
                let args = self.args.as_ref().map(|args| text!("?", args));
                let target = text!(escaped_path(&self.uri), "/", args.unwrap_or_default());
                let mut answer = self.status_page(301, Detail::None);
                answer.location = Some(self.absolute(target));
                Step::Answered(answer)
            }
            _ => {
                let what = text!("\"", path, "\" is not a regular file");
                log::about(self, Level::Crit, &what).await;
                Step::Status(404)
            }
        }
    }

    pub(super) async fn not_opened(&mut self, path: &[u8], error: Errno) -> Step<'v> {
        let (status, level) = match error {
            Errno::ENOENT | Errno::ENOTDIR | Errno::ENAMETOOLONG => (404, Level::Error),
            Errno::EACCES | Errno::ELOOP => (403, Level::Error),
            _ => (500, Level::Crit),
        };
        if status != 404 || self.settings.log_not_found {
            log::about(self, level, &failed("open()", path, error)).await;
        }
        Step::Status(status)
    }

    pub(super) async fn serve_directory(&mut self, replaced: Option<usize>) -> Step<'v> {
        let settings: &'v Settings = self.settings;
        for name in &settings.index {
            let name = name.fill(self);
            let path = match name.first() {
                Some(b'/') => return Step::Instead(name, self.args.take()),
                _ => text!(self.uri, name),
            };
            let file = self.file_of(&path, replaced);
            match self.sys.stat(&file) {
                Ok(stat) if !stat.is_directory() => {
                    return Step::Instead(path, self.args.take());
                }
                Err(Errno::EACCES) => {
                    let what = failed("open()", &file, Errno::EACCES);
                    log::about(self, Level::Error, &what).await;
                    return Step::Status(403);
                }
                _ => {}
            }
        }
        let path = self.file_of(&self.uri, replaced);
        if self.sys.stat(&path).is_err() {
            let what = text!(
                "\"",
                path,
                "index.html\" is not found (2: No such file or directory)"
            );
            log::about(self, Level::Error, &what).await;
            return Step::Status(404);
        }
        if settings.autoindex {
            return match listing(self.sys, &path, &self.uri).await {
                Ok(text) => Step::Answered(Answer::text(200, b"text/html", text)),
                Err(error) => self.not_opened(&path, error).await,
            };
        }
        let what = text!("directory index of \"", path, "\" is forbidden");
        log::about(self, Level::Error, &what).await;
        Step::Status(403)
    }

    pub(super) fn send_file(&mut self, opened: Opened<'v>, stat: &Stat) -> Step<'v> {
        let modified_s = stat.mtime.as_secs();
        let file = Validators {
            etag: self
                .settings
                .etag
                .then(|| format!("\"{modified_s:x}-{:x}\"", stat.size).into_bytes()),
            modified_s,
        };
        // The page of an error is sent whole.
        let request = self
            .request
            .filter(|request| request.path == self.uri || self.status == 0);
        let condition = request.map_or(Condition::Met, |request| judge(request, &file, true));
        let kind = self.content_type(&self.uri);
        let mut answer = Answer::text(200, &kind, Vec::new());
        match condition {
            Condition::Failed => return Step::Status(412),
            Condition::NotModified => {
                answer.status = 304;
                answer.content_type = None;
                answer.modified_s = Some(modified_s);
                answer.etag = file.etag;
                return Step::Answered(answer);
            }
            Condition::Met => {}
        }
        let range = request.and_then(|request| request.range_of(&file));
        let pieces = match ranges(range, stat.size) {
            Ranges::Whole => {
                answer.fields.push(field("Accept-Ranges", b"bytes"));
                vec![Piece::Part(Span {
                    start: 0,
                    end: stat.size,
                })]
            }
            Ranges::Unsatisfiable | Ranges::Malformed => {
                let mut answer = self.status_page(416, Detail::None);
                let size = format!("bytes */{}", stat.size);
                answer.fields.push(field("Content-Range", size.as_bytes()));
                return Step::Answered(answer);
            }
            Ranges::Parts(parts) => {
                answer.status = 206;
                match parts.as_slice() {
                    [part] => {
                        let range = content_range(*part, stat.size);
                        answer.fields.push(field("Content-Range", range.as_bytes()));
                        vec![Piece::Part(*part)]
                    }
                    parts => {
                        let pieces = in_parts(parts, &kind, stat.size);
                        answer.content_type =
                            Some(text!("multipart/byteranges; boundary=", BOUNDARY));
                        pieces
                    }
                }
            }
        };
        answer.modified_s = Some(modified_s);
        answer.etag = file.etag;
        answer.body = Body::File(File { opened, pieces });
        Step::Answered(answer)
    }

    pub(super) fn content_type(&self, path: &[u8]) -> Vec<u8> {
        let base = path.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
        let suffix = base.iter().rposition(|byte| *byte == b'.');
        let suffix = suffix.map(|at| base[at + 1..].to_ascii_lowercase());
        let known = suffix.and_then(|suffix| self.settings.types.get(&suffix));
        let kind = known.unwrap_or(&self.settings.default_type);
        match &self.settings.charset {
            Some(charset) if kind.starts_with(b"text/") => text!(kind, "; charset=", charset),
            _ => kind.clone(),
        }
    }
}

pub(super) fn field(name: &str, value: &[u8]) -> (Vec<u8>, Vec<u8>) {
    (name.as_bytes().to_vec(), value.to_vec())
}

fn content_range(part: Span, size: u64) -> String {
    format!("bytes {}-{}/{size}", part.start, part.end - 1)
}

fn in_parts(parts: &[Span], kind: &[u8], size: u64) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for part in parts {
        pieces.push(Piece::Text(text!(
            "\r\n--",
            BOUNDARY,
            "\r\nContent-Type: ",
            kind,
            "\r\nContent-Range: ",
            content_range(*part, size),
            "\r\n\r\n"
        )));
        pieces.push(Piece::Part(*part));
    }
    pieces.push(Piece::Text(text!("\r\n--", BOUNDARY, "--\r\n")));
    pieces
}

/// A path as it stands in a `Location`.
fn escaped_path(path: &[u8]) -> Vec<u8> {
    escaped(path, b"%?#", b"0123456789ABCDEF")
}
