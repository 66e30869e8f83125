//! From a request to its answer.

use super::log::{self, Level};
use super::page::{About, page};
use super::rules::{Document, Rules};
use super::visit::Visit;
use crate::applets::text;
use crate::kernel::{Buffer, Errno, FileKind, List, Stat};
use crate::services::http::{
    Answer, Body, Condition, File, Piece, Ranges, Request, Span, Validators, escape_html, escaped,
    judge, ranges,
};
use crate::services::text_file::Opened;

/// Keeps parts of an answer apart.
const BOUNDARY: &str = "5a2c4e1f0b3d6a79";
/// Entries of a list at most.
const ENTRIES: usize = 10_000;

impl<'v> Visit<'v> {
    /// Answers a request; what came may also have been none, and has a status already.
    pub(super) async fn respond(&mut self, wrong: Option<u16>) -> Answer<'v> {
        let Some(request) = self.request else {
            return self.status_page(wrong.unwrap_or(400), b"");
        };
        if let Some(status) = wrong {
            return self.status_page(status, b"");
        }
        self.file = self.file_of(&request.path);
        let rules = self.rules(&self.file, &request.path);
        let looked = match self.redirect(request) {
            Some(answer) => return answer,
            None => self.look(request, &rules).await,
        };
        match looked {
            Ok(answer) => answer,
            Err(status) => self.failure(status, &rules).await,
        }
    }

    fn redirect(&self, request: &Request) -> Option<Answer<'v>> {
        let mut redirects = self.host.redirects.iter();
        redirects.find_map(|(from, status, to)| {
            let rest = request.path.strip_prefix(&from[..])?;
            if !(rest.is_empty() || rest[0] == b'/' || from.ends_with(b"/")) {
                return None;
            }
            let query = request.query.as_ref().map(|query| text!("?", query));
            let target = text!(to, rest, query.unwrap_or_default());
            Some(self.moved(*status, target))
        })
    }

    /// `Err` is a status without an answer yet.
    async fn look(&mut self, request: &'v Request, rules: &Rules) -> Result<Answer<'v>, u16> {
        match &request.method[..] {
            b"GET" | b"HEAD" | b"POST" | b"OPTIONS" => {}
            b"PUT" | b"DELETE" | b"PATCH" | b"CONNECT" | b"TRACE" => return Err(405),
            _ => return Err(501),
        }
        if !self.admits(rules) {
            let what = text!(
                "AH01630: client denied by server configuration: ",
                self.file
            );
            self.log_error("authz_core", &what).await;
            return Err(403);
        }
        if request.method == b"OPTIONS" {
            let mut answer = Answer::text(200, b"text/html", Vec::new());
            answer.fields.push(field("Allow", b"GET,POST,OPTIONS,HEAD"));
            return Ok(answer);
        }
        let stat = self.sys.stat(&self.file).map_err(status_of)?;
        match (stat.kind, request.path.ends_with(b"/")) {
            (FileKind::File, true) => Err(404),
            (FileKind::File, false) => self.serve_file(request, rules).await,
            (FileKind::Directory, true) => self.serve_directory(request, rules).await,
            (FileKind::Directory, false) => {
                let query = request.query.as_ref().map(|query| text!("?", query));
                let path = text!(escaped_path(&request.path), "/", query.unwrap_or_default());
                let port = self.local.port();
                let port = if port == 80 {
                    String::new()
                } else {
                    format!(":{port}")
                };
                Ok(self.moved(301, text!("http://", self.host_name(), port, path)))
            }
            _ => Err(403),
        }
    }

    fn admits(&self, rules: &Rules) -> bool {
        let Some(require) = &rules.require else {
            return true;
        };
        require.iter().any(|rule| rule.admits(*self.peer.ip()))
    }

    async fn log_error(&self, module: &str, what: &[u8]) {
        let client = Some(self.peer);
        log::write(self.sys, self.config, module, Level::Error, client, what).await;
    }

    async fn serve_directory(
        &mut self,
        request: &'v Request,
        rules: &Rules,
    ) -> Result<Answer<'v>, u16> {
        let directory = self.file.clone();
        let default = vec![b"index.html".to_vec()];
        let names = rules.directory_index.as_ref().unwrap_or(&default);
        for name in names {
            let file = match name.first() {
                Some(b'/') => self.file_of(name),
                _ => text!(directory, name),
            };
            if self
                .sys
                .stat(&file)
                .is_ok_and(|stat| stat.kind == FileKind::File)
            {
                self.file = file;
                let rules = self.rules(&self.file, &request.path);
                if !self.admits(&rules) {
                    return Err(403);
                }
                return self.serve_file(request, &rules).await;
            }
        }
        if rules.indexes == Some(true) {
            let list = self
                .listing(&directory, &request.path)
                .await
                .map_err(status_of)?;
            return Ok(Answer::text(200, b"text/html;charset=ISO-8859-1", list));
        }
        let what = text!(
            "AH01276: Cannot serve directory ",
            directory,
            ": No matching DirectoryIndex (",
            names.join(&b','),
            ") found, and server-generated directory index forbidden by Options directive"
        );
        self.log_error("autoindex", &what).await;
        Err(403)
    }

    /// The page that lists a directory.
    async fn listing(&self, directory: &[u8], path: &[u8]) -> Result<Buffer, Errno> {
        let entries = self.sys.read_dir(directory).await?;
        let mut names = List::new();
        for entry in entries.iter().take(ENTRIES) {
            if entry.name.first() != Some(&b'.') {
                self.sys.burn(500).await;
                let is_directory = self
                    .sys
                    .stat(&text!(directory, entry.name))
                    .is_ok_and(|stat| stat.is_directory());
                names.push_owner((entry.name.clone(), is_directory), entry.name.len());
            }
        }
        names.sort();
        let title = escape_html(path);
        let mut page = Buffer::from(text!(
            "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 3.2 Final//EN\">\n<html>\n <head>\n  <title>Index of ",
            title,
            "</title>\n </head>\n <body>\n<h1>Index of ",
            title,
            "</h1>\n<ul>"
        ));
        if path.len() > 1 {
            page.extend_from_slice(b"<li><a href=\"../\"> Parent Directory</a></li>\n");
        }
        for (name, is_directory) in names {
            let slash = if is_directory { "/" } else { "" };
            page.extend(text!(
                "<li><a href=\"",
                escaped_path(&name),
                slash,
                "\"> ",
                escape_html(&name),
                slash,
                "</a></li>\n"
            ));
        }
        page.extend_from_slice(b"</ul>\n</body></html>\n");
        Ok(page)
    }

    async fn serve_file(&mut self, request: &'v Request, rules: &Rules) -> Result<Answer<'v>, u16> {
        let opened = Opened::read(self.sys, &self.file).await;
        let opened = match opened {
            Ok(opened) => opened,
            Err(error) => {
                if error == Errno::EACCES {
                    let what = text!(
                        "(13)Permission denied: AH00132: file permissions deny server access: ",
                        self.file
                    );
                    self.log_error("core", &what).await;
                }
                return Err(status_of(error));
            }
        };
        let stat = self.sys.fstat(opened.fd).map_err(status_of)?;
        let file = validators(&stat);
        let mut answer = Answer::text(200, &self.content_type(&self.file, rules), Vec::new());
        answer.modified_s = Some(file.modified_s);
        answer.etag.clone_from(&file.etag);
        match judge(request, &file, false) {
            Condition::Failed => return Err(412),
            Condition::NotModified => {
                answer.status = 304;
                answer.content_type = None;
                answer.modified_s = None;
                return Ok(answer);
            }
            Condition::Met => {}
        }
        let kind = answer.content_type.clone().unwrap_or_default();
        let pieces = match ranges(request.range_of(&file), stat.size) {
            Ranges::Whole | Ranges::Malformed => vec![Piece::Part(Span {
                start: 0,
                end: stat.size,
            })],
            Ranges::Unsatisfiable => {
                let mut answer = self.status_page(416, b"");
                answer.fields.push(field(
                    "Content-Range",
                    format!("bytes */{}", stat.size).as_bytes(),
                ));
                return Ok(answer);
            }
            Ranges::Parts(parts) => {
                answer.status = 206;
                match parts.as_slice() {
                    [part] => {
                        let range = format!("bytes {}-{}/{}", part.start, part.end - 1, stat.size);
                        answer.fields.push(field("Content-Range", range.as_bytes()));
                        vec![Piece::Part(*part)]
                    }
                    parts => {
                        answer.content_type =
                            Some(text!("multipart/byteranges; boundary=", BOUNDARY));
                        in_parts(parts, &kind, stat.size)
                    }
                }
            }
        };
        answer.body = Body::File(File { opened, pieces });
        Ok(answer)
    }

    fn content_type(&self, file: &[u8], rules: &Rules) -> Vec<u8> {
        let base = file.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
        let suffix = base.iter().rposition(|byte| *byte == b'.');
        let Some(suffix) = suffix.map(|at| base[at + 1..].to_ascii_lowercase()) else {
            return Vec::new();
        };
        let own = rules.types.iter().rev().find(|(known, _)| *known == suffix);
        match own {
            Some((_, kind)) => kind.clone(),
            None => self.config.types.get(&suffix).cloned().unwrap_or_default(),
        }
    }

    /// The page of a status, or what `ErrorDocument` says.
    async fn failure(&mut self, status: u16, rules: &Rules) -> Answer<'v> {
        let document = rules.documents.iter().rev().find(|(of, _)| *of == status);
        match document.map(|(_, document)| document) {
            Some(Document::Text(words)) => {
                Answer::text(status, b"text/html; charset=iso-8859-1", words.clone())
            }
            Some(Document::Url(target)) => self.moved(302, target.clone()),
            Some(Document::Path(path)) => {
                let file = self.file_of(path);
                let opened = Opened::read(self.sys, &file).await;
                let stat = opened
                    .as_ref()
                    .map_err(|error| *error)
                    .and_then(|opened| self.sys.fstat(opened.fd));
                let (Ok(opened), Ok(stat)) = (opened, stat) else {
                    return self.status_page(status, b"");
                };
                if stat.kind != FileKind::File {
                    return self.status_page(status, b"");
                }
                let mut answer = Answer::text(status, &self.content_type(&file, rules), Vec::new());
                let pieces = vec![Piece::Part(Span {
                    start: 0,
                    end: stat.size,
                })];
                answer.body = Body::File(File { opened, pieces });
                answer
            }
            None => self.status_page(status, b""),
        }
    }

    fn moved(&self, status: u16, target: Vec<u8>) -> Answer<'v> {
        let mut answer = self.status_page(status, &target);
        answer.location = Some(target);
        answer
    }

    pub(super) fn status_page(&self, status: u16, location: &[u8]) -> Answer<'v> {
        let about = About {
            path: self.request.map_or(&b""[..], |request| &request.path),
            method: self.request.map_or(&b""[..], |request| &request.method),
            location,
            signature: self.config.signature.then(|| {
                let port = self.local.port();
                text!(
                    "<address>",
                    self.server(),
                    " Server at ",
                    self.host_name(),
                    format!(" Port {port}</address>")
                )
            }),
        };
        let mut answer = Answer::text(
            status,
            b"text/html; charset=iso-8859-1",
            page(status, &about),
        );
        if status == 405 {
            answer.fields.push(field("Allow", b"GET,POST,OPTIONS,HEAD"));
        }
        answer.closes = matches!(status, 400 | 408 | 413 | 414 | 500 | 501 | 505);
        answer
    }
}

fn validators(stat: &Stat) -> Validators {
    let micros = stat.mtime.0 / 1000;
    Validators {
        etag: Some(format!("\"{:x}-{micros:x}\"", stat.size).into_bytes()),
        modified_s: stat.mtime.as_secs(),
    }
}

fn status_of(error: Errno) -> u16 {
    match error {
        Errno::EACCES | Errno::EPERM | Errno::ELOOP => 403,
        Errno::EMFILE | Errno::ENFILE | Errno::ENOMEM | Errno::EIO => 500,
        _ => 404,
    }
}

fn field(name: &str, value: &[u8]) -> (Vec<u8>, Vec<u8>) {
    (name.as_bytes().to_vec(), value.to_vec())
}

fn in_parts(parts: &[Span], kind: &[u8], size: u64) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for part in parts {
        let range = format!("bytes {}-{}/{size}", part.start, part.end - 1);
        pieces.push(Piece::Text(text!(
            "\r\n--",
            BOUNDARY,
            "\r\nContent-type: ",
            kind,
            "\r\nContent-range: ",
            range,
            "\r\n\r\n"
        )));
        pieces.push(Piece::Part(*part));
    }
    pieces.push(Piece::Text(text!("\r\n--", BOUNDARY, "--\r\n")));
    pieces
}

/// A path as it stands in a `Location` and in a list.
fn escaped_path(path: &[u8]) -> Vec<u8> {
    escaped(path, b"%?#\"<>", b"0123456789abcdef")
}
