//! One connection: a request is read and answered.

use super::config::{Config, WrongPassword};
use super::path::{BadPath, Path};
use super::response::{Found, Range, Status, Stop, suffix};
use super::{CONFIG_FILE, Settings};
use crate::applets::base64;
use crate::applets::context::text;
use crate::applets::io::Reader;
use crate::kernel::{Access, Sys};
use std::net::SocketAddrV4;
use std::time::Duration;

/// How long a client may take for a line of its head.
const PATIENCE: Duration = Duration::from_secs(60);
/// The longest line, and the longest head.
const LINE_BYTES: usize = 8191;
const HEAD_BYTES: usize = 32 << 10;

/// What the head of a request asks for, beside its path.
#[derive(Debug, Default)]
pub(super) struct Asked {
    pub(super) method: Vec<u8>,
    pub(super) only_head: bool,
    pub(super) body_bytes: u64,
    pub(super) credentials: Vec<u8>,
    pub(super) range: Option<Range>,
    pub(super) accepts_gzip: bool,
    pub(super) if_none_match: Option<Vec<u8>>,
    /// Every header, for programs.
    pub(super) headers: Vec<(Vec<u8>, Vec<u8>)>,
}

/// A connection on standard input and output.
pub(super) struct Session<'a> {
    pub(super) sys: &'a Sys,
    pub(super) settings: &'a Settings,
    pub(super) config: Config,
    pub(super) peer: Option<SocketAddrV4>,
    pub(super) asked: Asked,
    pub(super) input: Reader<'a>,
}

/// What is to be done.
enum Plan {
    File(Found),
    /// A script below the home directory, by its path; what follows it in the path is for the script.
    Program(Vec<u8>),
    /// Ask again with a slash.
    Directory(Vec<u8>),
}

impl<'a> Session<'a> {
    pub(super) fn new(
        sys: &'a Sys,
        settings: &'a Settings,
        config: Config,
        peer: Option<SocketAddrV4>,
    ) -> Self {
        Self {
            sys,
            settings,
            config,
            peer,
            asked: Asked::default(),
            input: Reader::borrowed(sys, 0),
        }
    }

    /// Says something on standard error.
    pub(super) async fn log(&self, message: &[u8]) {
        let who = match self.peer {
            Some(peer) => peer.to_string(),
            None => "httpd".to_owned(),
        };
        let _ = self
            .sys
            .write_all(2, &text!(who, ": ", message, "\n"))
            .await;
    }

    /// Reads a request and answers it.
    pub(super) async fn serve(mut self) {
        let outcome = self.answer_request().await;
        if let Err(Stop::Answer(status)) = outcome {
            // A client that is gone hears nothing.
            let _ = self.answer(status, None).await;
        }
        let _ = self.sys.shut_down(1, crate::kernel::Shutdown::Write);
    }

    async fn answer_request(&mut self) -> Result<(), Stop> {
        self.check_access()?;
        let line = self.line().await?;
        if line.is_empty() {
            return Err(Stop::Silent);
        }
        let path = self.request_line(&line)?;
        self.read_subdirectories(&path).await?;
        let plan = self.plan(&path)?;
        self.headers().await?;
        let base = path.path.rsplit(|byte| *byte == b'/').next();
        if base == Some(CONFIG_FILE) {
            return Err(Status::Forbidden.into());
        }
        let credentials = std::mem::take(&mut self.asked.credentials);
        let user = self.config.user(&path.path, &credentials);
        let user = user.map_err(|WrongPassword| Status::Unauthorized)?;
        match plan {
            Plan::Directory(location) => {
                self.answer(Status::Moved, Some(&location)).await?;
                Ok(())
            }
            Plan::Program(script) => self.run_program(&script, &path, user).await,
            Plan::File(_) if !self.reads() => Err(Status::NotImplemented.into()),
            Plan::File(found) => self.send_file(found).await,
        }
    }

    fn reads(&self) -> bool {
        matches!(&*self.asked.method, b"GET" | b"HEAD")
    }

    fn check_access(&self) -> Result<(), Stop> {
        match self.peer {
            Some(peer) if !self.config.admits(*peer.ip()) => Err(Status::Forbidden.into()),
            _ => Ok(()),
        }
    }

    /// A line of the head without its end; empty at the end of the input too.
    async fn line(&mut self) -> Result<Vec<u8>, Stop> {
        let mut line = Vec::new();
        loop {
            if self.input.buffered().is_empty() {
                let ready = self.sys.poll_read(&[0], Some(PATIENCE)).await?;
                if ready.is_empty() {
                    return Err(Status::Timeout.into());
                }
            }
            match self.input.byte().await? {
                None | Some(b'\n') => return Ok(line),
                Some(b'\r') => {}
                Some(byte) if line.len() < LINE_BYTES => line.push(byte),
                Some(_) => {}
            }
        }
    }

    /// `METHOD PATH HTTP/…`.
    fn request_line(&mut self, line: &[u8]) -> Result<Path, Stop> {
        let mut words = line.splitn(3, |byte| *byte == b' ');
        let (Some(method), Some(url), Some(version)) = (words.next(), words.next(), words.next())
        else {
            return Err(Status::BadRequest.into());
        };
        if url.first() != Some(&b'/') || !version.starts_with(b"HTTP/") {
            return Err(Status::BadRequest.into());
        }
        let upper = method.to_ascii_uppercase();
        self.asked.method = match &*upper {
            b"GET" | b"HEAD" | b"POST" => upper,
            _ => method[..method.len().min(15)].to_vec(),
        };
        self.asked.only_head = self.asked.method == b"HEAD";
        Path::read(url).map_err(|bad| {
            Stop::Answer(match bad {
                BadPath::Malformed => Status::BadRequest,
                BadPath::Hidden => Status::NotFound,
            })
        })
    }

    /// Directories on the way may have configurations of their own.
    async fn read_subdirectories(&mut self, path: &Path) -> Result<(), Stop> {
        if self.settings.verbose > 1 {
            self.log(&text!("url:", path.path)).await;
        }
        let ends = (1..path.path.len()).filter(|at| path.path[*at] == b'/');
        for end in ends {
            let directory = path.path[1..end].to_vec();
            let file = text!(directory, "/", CONFIG_FILE);
            let read = self.config.read(self.sys, &file, Some(&directory)).await;
            if read.is_ok() {
                self.check_access()?;
            }
        }
        Ok(())
    }

    fn plan(&self, path: &Path) -> Result<Plan, Stop> {
        let below = &path.path[1..];
        if below == b"cgi-bin/" {
            return Err(Status::Forbidden.into());
        }
        if below.starts_with(b"cgi-bin/") {
            return Ok(Plan::Program(path.path.clone()));
        }
        let index = self.config.index.as_deref().unwrap_or(b"index.html");
        let file = match path.is_directory() {
            true => text!(below, index),
            false => below.to_vec(),
        };
        let stat = match self.sys.stat(&file) {
            Ok(stat) => stat,
            Err(_) if path.is_directory() => {
                let script = b"cgi-bin/index.cgi";
                let runs = self.sys.access(script, Access::EXECUTE);
                runs.map_err(|_| Status::NotFound)?;
                return Ok(Plan::Program(text!("/", script)));
            }
            Err(_) if !self.reads() => return Err(Status::NotImplemented.into()),
            Err(_) => return Err(Status::NotFound.into()),
        };
        if stat.is_directory() && !path.is_directory() {
            let query = path.query.as_ref();
            let query = query.map_or(Vec::new(), |query| text!("?", query));
            return Ok(Plan::Directory(text!(path.path, "/", query)));
        }
        let interpreted = suffix(&file).is_some_and(|suffix| {
            let mut known = self.config.interpreters.iter();
            known.any(|(of, _)| of == suffix)
        });
        if interpreted {
            return Ok(Plan::Program(text!("/", file)));
        }
        Ok(Plan::File(Found {
            path: file,
            size: stat.size,
            modified_s: stat.mtime.as_secs(),
        }))
    }

    async fn headers(&mut self) -> Result<(), Stop> {
        let mut total = 0;
        loop {
            let line = self.line().await?;
            if line.is_empty() {
                return Ok(());
            }
            total += line.len();
            if total >= HEAD_BYTES {
                return Err(Status::TooLarge.into());
            }
            if let Some(at) = line.iter().position(|byte| *byte == b':') {
                let value = line[at + 1..].trim_ascii_start().to_vec();
                self.header(line[..at].to_vec(), value)?;
            }
        }
    }

    fn header(&mut self, name: Vec<u8>, value: Vec<u8>) -> Result<(), Stop> {
        let asked = &mut self.asked;
        match &*name.to_ascii_lowercase() {
            b"content-length" if asked.method == b"POST" => {
                let number = crate::applets::numbers::decimal(&value);
                let number = number.filter(|number| i32::try_from(*number).is_ok());
                asked.body_bytes = number.ok_or(Status::BadRequest)?;
                return Ok(());
            }
            b"authorization" => {
                if let Some((b"Basic" | b"basic" | b"BASIC", rest)) = value.split_at_checked(5) {
                    asked.credentials = base64::decoded(rest);
                    return Ok(());
                }
            }
            b"range" => {
                asked.range = range(&value);
                return Ok(());
            }
            b"accept-encoding" => {
                asked.accepts_gzip |= value.windows(4).any(|at| at == b"gzip");
                return Ok(());
            }
            b"if-none-match" => {
                asked.if_none_match = Some(value);
                return Ok(());
            }
            _ => {}
        }
        asked.headers.push((name, value));
        Ok(())
    }
}

/// `bytes=FIRST-[LAST]`.
fn range(value: &[u8]) -> Option<Range> {
    let text = std::str::from_utf8(value.strip_prefix(b"bytes=")?).ok()?;
    let (first, last) = text.split_once('-')?;
    let first: u64 = first.parse().ok()?;
    let last: Option<u64> = match last {
        "" => None,
        last => Some(last.parse().ok().filter(|last| *last >= first)?),
    };
    Some(Range { first, last })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_begin_with_a_number() {
        let of = |text: &str| range(text.as_bytes()).map(|range| (range.first, range.last));
        assert_eq!(of("bytes=3-7"), Some((3, Some(7))));
        assert_eq!(of("bytes=3-"), Some((3, None)));
        assert_eq!(of("bytes=-3"), None);
        assert_eq!(of("bytes=7-3"), None);
        assert_eq!(of("lines=1-2"), None);
    }
}
