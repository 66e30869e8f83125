//! From a request to its answer.

use super::answers::{Expires, LastTry, Return, TryFiles};
use super::file::field;
use super::log;
use super::page::{Detail, page};
use super::settings::{Level, Settings};
use super::site::Kind;
use super::visit::Visit;
use crate::applets::text;
use crate::services::http::{Answer, Length, http_date};

/// How often one path may be answered with another.
const REDIRECTS: usize = 10;

/// What has been decided.
pub(super) enum Step<'v> {
    Answered(Answer<'v>),
    /// The page of a status.
    Status(u16),
    /// Another path, or with `@` a named place, is answered with instead.
    Instead(Vec<u8>, Option<Vec<u8>>),
}

/// `nginx/VERSION`, or only the name.
pub(super) fn signature(visit: &Visit<'_>) -> String {
    match visit.settings.shows_version {
        true => format!("nginx/{}", visit.version),
        false => "nginx".to_owned(),
    }
}

impl<'v> Visit<'v> {
    /// Answers a request; what came may also have been none, and has a status already.
    pub(super) async fn respond(&mut self, wrong: Option<(u16, Detail)>) -> Answer<'v> {
        let mut told: Option<u16> = None;
        let mut detail = Detail::None;
        let mut step = match wrong {
            Some((status, what)) => {
                detail = what;
                Step::Status(status)
            }
            None => self.look(true).await,
        };
        let mut had_error = false;
        for _ in 0..REDIRECTS {
            step = match step {
                Step::Answered(mut answer) => {
                    if let Some(told) = told {
                        answer.status = told;
                    }
                    self.add_headers(&mut answer);
                    return answer;
                }
                Step::Status(status) => {
                    let page = self
                        .settings
                        .error_pages
                        .iter()
                        .find(|page| page.is_for(status));
                    let page = page.filter(|_| !had_error && self.request.is_some());
                    let Some(page) = page else {
                        let mut answer = self.status_page(told.unwrap_or(status), detail);
                        self.add_headers(&mut answer);
                        return answer;
                    };
                    had_error = true;
                    told = Some(page.told.unwrap_or(status));
                    let target = page.target.fill(self);
                    match target.first() {
                        Some(b'/' | b'@') => {
                            let (path, args) = split_args(target);
                            Step::Instead(path, args)
                        }
                        _ => {
                            let status = page.told.filter(|told| (301..=308).contains(told));
                            told = None;
                            let mut answer = self.status_page(status.unwrap_or(302), Detail::None);
                            answer.location = Some(target);
                            Step::Answered(answer)
                        }
                    }
                }
                Step::Instead(target, args) => {
                    if target.first() == Some(&b'@') {
                        self.look_at_named(&target).await
                    } else {
                        self.uri = target;
                        self.args = args;
                        self.look(false).await
                    }
                }
            };
        }
        let what = text!(
            "rewrite or internal redirection cycle while processing \"",
            self.uri,
            "\""
        );
        log::about(self, Level::Error, &what).await;
        let mut answer = self.status_page(500, Detail::None);
        self.add_headers(&mut answer);
        answer
    }

    /// Finds the place of the path and asks it. `first`: the server itself is asked before.
    async fn look(&mut self, first: bool) -> Step<'v> {
        self.settings = &self.server.settings;
        if first && let Some(returns) = &self.server.settings.returns {
            return self.returned(returns);
        }
        let server = self.server;
        if let Some(location) = server.location(self.sys, &self.uri).await {
            self.settings = &location.settings;
            return self.look_in_place(&location.kind, &location.text).await;
        }
        if let Some(tries) = &server.settings.try_files {
            return self.try_files(tries, None).await;
        }
        self.serve_file(None).await
    }

    async fn look_at_named(&mut self, name: &[u8]) -> Step<'v> {
        let Some(location) = self.server.named(name) else {
            let what = text!("could not find named location \"", name, "\"");
            log::about(self, Level::Error, &what).await;
            return Step::Status(500);
        };
        self.settings = &location.settings;
        self.look_in_place(&location.kind, &location.text).await
    }

    async fn look_in_place(&mut self, kind: &Kind, text: &[u8]) -> Step<'v> {
        let settings: &'v Settings = self.settings;
        if let Some(returns) = &settings.returns {
            return self.returned(returns);
        }
        let length = self.request.map(|request| request.body);
        if let Some(Length::Known(length)) = length
            && settings.body_bytes > 0
            && length > settings.body_bytes
        {
            let what = format!("client intended to send too large body: {length} bytes");
            log::about(self, Level::Error, what.as_bytes()).await;
            return Step::Status(413);
        }
        // `alias` stands for what the place is called by.
        let replaced = match kind {
            Kind::Exact | Kind::Prefix { .. } if settings.alias.is_some() => Some(text.len()),
            _ => None,
        };
        match &settings.try_files {
            Some(tries) => self.try_files(tries, replaced).await,
            None => self.serve_file(replaced).await,
        }
    }

    fn returned(&mut self, returns: &Return) -> Step<'v> {
        let text = returns.text.as_ref().map(|text| text.fill(self));
        let status = returns.status;
        match (status, text) {
            (301 | 302 | 303 | 307 | 308, Some(target)) => {
                let mut answer = self.status_page(status, Detail::None);
                answer.location = Some(self.absolute(target));
                Step::Answered(answer)
            }
            (_, Some(text)) => {
                let kind = self.content_type(&self.uri);
                Step::Answered(Answer::text(status, &kind, text))
            }
            (0..=299, None) => Step::Answered(Answer::text(status.max(200), b"", Vec::new())),
            (_, None) => Step::Status(status),
        }
    }

    /// A path in a redirect with the host that was asked.
    pub(super) fn absolute(&self, target: Vec<u8>) -> Vec<u8> {
        if target.first() != Some(&b'/') || !self.settings.absolute_redirect {
            return target;
        }
        let host = match self.settings.server_name_in_redirect {
            true => &self.server.names[0],
            false => self.host(),
        };
        let local = self.local.ip().to_string();
        let host = if host.is_empty() {
            local.as_bytes()
        } else {
            host
        };
        let port = self.local.port();
        let port = match port == 80 || !self.settings.port_in_redirect {
            true => String::new(),
            false => format!(":{port}"),
        };
        text!("http://", host, port, target)
    }

    async fn try_files(&mut self, tries: &TryFiles, replaced: Option<usize>) -> Step<'v> {
        for path in &tries.paths {
            let path = path.fill(self);
            let wants_directory = path.len() > 1 && path.ends_with(b"/");
            let name = path
                .strip_suffix(b"/")
                .filter(|_| wants_directory)
                .unwrap_or(&path);
            // What is tried begins at the root, wherever the place is.
            let file = match replaced {
                Some(_) if path == self.uri => self.file_of(name, replaced),
                _ => text!(self.root(), name),
            };
            let found = self.sys.stat(&file);
            if found.is_ok_and(|stat| stat.is_directory() == wants_directory) {
                self.uri = path;
                return self.serve_file(replaced).await;
            }
        }
        match &tries.last {
            LastTry::Status(status) => Step::Status(*status),
            LastTry::Target(target) => {
                let (path, args) = split_args(target.fill(self));
                Step::Instead(path, args)
            }
        }
    }

    /// The page of a status, or an answer without one.
    pub(super) fn status_page(&self, status: u16, detail: Detail) -> Answer<'v> {
        let closes = matches!(status, 400 | 408 | 413 | 414 | 497 | 500 | 501 | 505);
        let mut answer = match page(status, &signature(self), detail) {
            Some(page) => Answer::text(status, b"text/html", page),
            None => Answer::text(status, b"", Vec::new()),
        };
        answer.closes = closes;
        answer
    }

    fn add_headers(&self, answer: &mut Answer<'v>) {
        let plain = matches!(answer.status, 200 | 201 | 204 | 206 | 301..=304 | 307 | 308);
        if plain && let Some(expires) = self.settings.expires {
            let now = self.sys.now().as_secs();
            let (date, control) = match expires {
                Expires::Epoch => (http_date(1), "no-cache".to_owned()),
                Expires::Max => (http_date(2_145_916_555), "max-age=315360000".to_owned()),
                Expires::After(time) => {
                    let seconds = time.as_secs();
                    (
                        http_date(now.saturating_add(seconds)),
                        format!("max-age={seconds}"),
                    )
                }
            };
            answer.fields.push(field("Expires", &date));
            answer
                .fields
                .push(field("Cache-Control", control.as_bytes()));
        }
        for header in &self.settings.headers {
            if plain || header.always {
                let value = header.value.fill(self);
                if !value.is_empty() {
                    let clean = value.into_iter().filter(|byte| !b"\r\n\0".contains(byte));
                    answer.fields.push((header.name.clone(), clean.collect()));
                }
            }
        }
    }
}

fn split_args(target: Vec<u8>) -> (Vec<u8>, Option<Vec<u8>>) {
    match target.iter().position(|byte| *byte == b'?') {
        None => (target, None),
        Some(at) => (target[..at].to_vec(), Some(target[at + 1..].to_vec())),
    }
}
