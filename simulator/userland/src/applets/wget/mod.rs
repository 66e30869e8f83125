//! wget: fetches files over HTTP.

mod progress;
mod response;
mod url;

use super::args::Long;
use super::base64;
use super::context::{Context, Fail, Outcome, cannot_open, text};
use super::endpoint;
use crate::kernel::{Errno, Fd, OpenFlags};
use bytes::Bytes;
use progress::Progress;
use response::Response;
use std::io::SeekFrom;
use std::time::Duration;
use url::Url;

/// How long nothing may come unless the caller says otherwise.
const PATIENCE_S: u64 = 900;
/// Redirections that are followed for one file.
const REDIRECTIONS: u32 = 15;
/// The port of HTTP.
const PORT: u16 = 80;

/// Letters of options that have a long name only.
mod only_long {
    pub(super) const HEADER: u8 = 0x80;
    pub(super) const POST_DATA: u8 = 0x81;
    pub(super) const SPIDER: u8 = 0x82;
    pub(super) const POST_FILE: u8 = 0x83;
    pub(super) const IGNORED: u8 = 0x84;
}

const LONG: &[Long] = &[
    ("continue", false, b'c'),
    ("quiet", false, b'q'),
    ("server-response", false, b'S'),
    ("output-document", true, b'O'),
    ("output-file", true, b'o'),
    ("directory-prefix", true, b'P'),
    ("proxy", true, b'Y'),
    ("user-agent", true, b'U'),
    ("timeout", true, b'T'),
    ("tries", true, b't'),
    ("header", true, only_long::HEADER),
    ("post-data", true, only_long::POST_DATA),
    ("spider", false, only_long::SPIDER),
    ("post-file", true, only_long::POST_FILE),
    ("no-check-certificate", false, only_long::IGNORED),
    ("passive-ftp", false, only_long::IGNORED),
    ("no-cache", false, only_long::IGNORED),
    ("no-verbose", false, only_long::IGNORED),
    ("no-clobber", false, only_long::IGNORED),
    ("no-host-directories", false, only_long::IGNORED),
    ("no-parent", false, only_long::IGNORED),
];

/// What the arguments say.
struct Plan {
    resumes: bool,
    quiet: bool,
    shows_response: bool,
    spider: bool,
    output: Option<Bytes>,
    directory: Option<Bytes>,
    agent: Bytes,
    patience: Option<Duration>,
    headers: Vec<Bytes>,
    body: Option<Vec<u8>>,
}

/// Where the bytes go.
struct Target {
    name: Vec<u8>,
    fd: Option<Fd>,
    /// Bytes that are there already.
    before: u64,
}

/// How the body is told to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Length {
    Unknown,
    Known(u64),
    Chunked,
}

/// Fetches each URL.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.long_options("cqSO:o:P:Y:U:T:t:n::", LONG)?;
    if options.operands.is_empty() {
        return Err(Fail::usage());
    }
    let bodies = [only_long::POST_DATA, only_long::POST_FILE];
    if bodies.iter().all(|letter| options.has(*letter)) {
        return Err(Fail::usage());
    }
    let patience = options.number(b'T')?.unwrap_or(PATIENCE_S);
    let body = match (options.value(bodies[0]), options.value(bodies[1])) {
        (Some(data), _) => Some(data.to_vec()),
        (None, Some(path)) => Some(read_file(cx, path).await?),
        (None, None) => None,
    };
    let plan = Plan {
        resumes: options.has(b'c') && options.value(b'O').is_none_or(|name| name != "-"),
        quiet: options.has(b'q'),
        shows_response: options.has(b'S'),
        spider: options.has(only_long::SPIDER),
        output: options.value(b'O').cloned(),
        directory: options.value(b'P').cloned(),
        agent: options.value(b'U').cloned().unwrap_or("Wget".into()),
        patience: (patience > 0).then(|| Duration::from_secs(patience)),
        headers: options.values(only_long::HEADER).cloned().collect(),
        body,
    };
    if let Some(log) = options.value(b'o').filter(|log| *log != "-") {
        let flags = OpenFlags::WRITE | OpenFlags::CREATE | OpenFlags::TRUNC;
        let fd = open(cx, log, flags).await?;
        let moved = cx.sys.dup_to(fd, 2);
        moved.map_err(|error| Fail::new(text!("dup2: ", error.message())))?;
        let _ = cx.sys.close(fd);
    }
    let mut shared = None;
    for url in &options.operands {
        fetch(cx, &plan, url, &mut shared).await?;
    }
    Ok(0)
}

async fn read_file(cx: &Context<'_>, path: &[u8]) -> Result<Vec<u8>, Fail> {
    let opened = cx.open_input(path).await;
    let mut reader = opened.map_err(|error| Fail::new(cannot_open(path, error)))?;
    let read = reader.read_all().await;
    let read = read.map_err(|error| Fail::new(text!("read error: ", error.message())))?;
    Ok(read.to_vec())
}

async fn open(cx: &Context<'_>, path: &[u8], flags: OpenFlags) -> Result<Fd, Fail> {
    let opened = cx.sys.open(path, flags, 0o666).await;
    opened.map_err(|error| Fail::new(cannot_open(path, error)))
}

/// The file to save to: the one of `-O`, else the URL's last part.
async fn target(
    cx: &Context<'_>,
    plan: &Plan,
    url: &Url,
    shared: Option<Fd>,
) -> Result<Target, Fail> {
    let name = match (&plan.output, &plan.directory) {
        (Some(name), _) => name.to_vec(),
        (None, None) => url.file_name(),
        (None, Some(directory)) => {
            let directory = directory.strip_suffix(b"/").unwrap_or(directory);
            text!(directory, "/", url.file_name())
        }
    };
    let mut target = Target {
        fd: shared.or((name == b"-" && plan.output.is_some()).then_some(1)),
        name,
        before: 0,
    };
    if plan.resumes
        && let Ok(fd) = cx.sys.open(&target.name, OpenFlags::WRITE, 0).await
    {
        target.before = cx.sys.seek(fd, SeekFrom::End(0)).unwrap_or(0);
        target.fd = Some(fd);
    }
    Ok(target)
}

async fn fetch(
    cx: &mut Context<'_>,
    plan: &Plan,
    text: &[u8],
    shared: &mut Option<Fd>,
) -> Result<(), Fail> {
    let mut url = Url::read(text)?;
    let mut target = target(cx, plan, &url, *shared).await?;
    let mut known = None;
    for _ in 0..=REDIRECTIONS {
        let address = match known {
            Some((host, address)) if host == url.host => address,
            _ => look_up(cx, plan, &url).await?,
        };
        known = Some((url.host.clone(), address));
        let fd = connect(cx, plan, address).await?;
        let mut response = Response::new(cx, fd, plan.patience, plan.shows_response);
        let request = request(plan, &url, target.before);
        let sent = cx.sys.write_all(fd, &request).await;
        sent.map_err(|error| Fail::new(text!("write error: ", error.message())))?;
        let status = response.status(cx).await?;
        judge(cx, &status, &mut target).await?;
        match headers(cx, &mut response, status.0).await? {
            Headers::Moved(location) => url = url.redirected(&location)?,
            Headers::Body(length) => {
                return save(cx, plan, response, length, &mut target, shared).await;
            }
        }
    }
    Err(Fail::new("too many redirections"))
}

async fn look_up(
    cx: &mut Context<'_>,
    plan: &Plan,
    url: &Url,
) -> Result<std::net::SocketAddrV4, Fail> {
    let address = endpoint::address(cx.sys, &url.host, PORT).await?;
    if !plan.quiet {
        let line = text!("Connecting to ", url.host, format!(" ({address})\n"));
        cx.error_text(&line).await;
    }
    Ok(address)
}

async fn connect(
    cx: &Context<'_>,
    plan: &Plan,
    address: std::net::SocketAddrV4,
) -> Result<Fd, Fail> {
    let fd = cx.new_socket(crate::kernel::SocketKind::Tcp)?;
    match cx.sys.connect(fd, &address.into(), plan.patience).await {
        Ok(()) => Ok(fd),
        Err(Errno::ETIMEDOUT) if plan.patience.is_some_and(|limit| limit.as_secs() < 127) => {
            Err(Fail::new("download timed out"))
        }
        Err(error) => Err(endpoint::cannot_connect(address, error)),
    }
}

fn request(plan: &Plan, url: &Url, before: u64) -> Vec<u8> {
    let own = |name: &str| {
        let mut headers = plan.headers.iter();
        headers.any(|header| header.starts_with(name.as_bytes()))
    };
    let method = if plan.body.is_some() { "POST" } else { "GET" };
    let mut request = text!(method, " /", url.path, " HTTP/1.1\r\n");
    if !own("Host:") {
        request.extend(text!("Host: ", url.host, "\r\n"));
    }
    if !own("User-Agent:") {
        request.extend(text!("User-Agent: ", plan.agent, "\r\n"));
    }
    request.extend_from_slice(b"Connection: close\r\n");
    if let Some(user) = url.user.as_ref().filter(|_| !own("Authorization:")) {
        let encoded = base64::encoded(user);
        request.extend(text!("Authorization: Basic ", encoded, "\r\n"));
    }
    if before > 0 && !own("Range:") {
        request.extend(text!(format!("Range: bytes={before}-\r\n")));
    }
    for header in &plan.headers {
        request.extend(text!(header, "\r\n"));
    }
    if let Some(body) = &plan.body {
        if !own("Content-Type:") {
            request.extend_from_slice(b"Content-Type: application/x-www-form-urlencoded\r\n");
        }
        request.extend(text!(format!("Content-Length: {}\r\n", body.len())));
    }
    request.extend_from_slice(b"\r\n");
    request.extend_from_slice(plan.body.as_deref().unwrap_or_default());
    request
}

/// Whether an answer's status is one to go on with.
async fn judge(
    cx: &mut Context<'_>,
    (status, line): &(u32, Vec<u8>),
    target: &mut Target,
) -> Result<(), Fail> {
    match status {
        200..=204 => {
            if target.before > 0 {
                cx.complain("restart failed").await;
                target.before = 0;
                if let Some(fd) = target.fd {
                    let _ = cx.sys.seek(fd, SeekFrom::Start(0));
                }
            }
            Ok(())
        }
        300..=303 | 307 | 308 => Ok(()),
        206 if target.before > 0 => Ok(()),
        _ => Err(Fail::new(text!("server returned error: ", line))),
    }
}

/// What the headers say.
enum Headers {
    Moved(Vec<u8>),
    Body(Length),
}

async fn headers(
    cx: &mut Context<'_>,
    response: &mut Response<'_>,
    status: u32,
) -> Result<Headers, Fail> {
    let mut length = Length::Unknown;
    while let Some(header) = response.header(cx).await? {
        match header.name.as_slice() {
            b"content-length" => {
                let bytes = super::numbers::decimal(&header.value);
                let garbage = || text!("content-length ", header.value, " is garbage");
                let bytes = bytes.ok_or_else(|| Fail::new(garbage()))?;
                if length != Length::Chunked {
                    length = Length::Known(bytes);
                }
            }
            b"transfer-encoding" => {
                let encoding = header.value.to_ascii_lowercase();
                if encoding != b"chunked" {
                    let message = text!("transfer encoding '", encoding, "' is not supported");
                    return Err(Fail::new(message));
                }
                length = Length::Chunked;
            }
            b"location" if status >= 300 => return Ok(Headers::Moved(header.value)),
            _ => {}
        }
    }
    Ok(Headers::Body(length))
}

async fn save(
    cx: &mut Context<'_>,
    plan: &Plan,
    mut response: Response<'_>,
    length: Length,
    target: &mut Target,
    shared: &mut Option<Fd>,
) -> Result<(), Fail> {
    if plan.spider {
        if !plan.quiet {
            cx.error_text(b"remote file exists\n").await;
        }
        return Ok(());
    }
    let fd = match target.fd {
        Some(fd) => fd,
        None => {
            let exclusive = match plan.output {
                Some(_) => OpenFlags::TRUNC,
                None => OpenFlags::TRUNC | OpenFlags::EXCL,
            };
            let flags = OpenFlags::WRITE | OpenFlags::CREATE | exclusive;
            open(cx, &target.name, flags).await?
        }
    };
    if plan.output.is_some() {
        *shared = Some(fd);
    }
    let name = target.name.rsplit(|byte| *byte == b'/').next();
    let mut transfer = Transfer {
        fd,
        before: target.before,
        transferred: 0,
        progress: (!plan.quiet).then(|| Progress::new(cx, name.unwrap_or_default())),
    };
    say(
        cx,
        plan,
        &target.name,
        fd,
        "saving to ",
        "",
        "writing to stdout",
    )
    .await;
    transfer.body(cx, &mut response, length).await?;
    if fd != 1 {
        let end = cx.sys.seek(fd, SeekFrom::Current(0));
        if let Ok(end) = end {
            let _ = cx.sys.truncate(fd, end);
        }
        if plan.output.is_none() {
            let _ = cx.sys.close(fd);
        }
    }
    say(
        cx,
        plan,
        &target.name,
        fd,
        "",
        " saved",
        "written to stdout",
    )
    .await;
    Ok(())
}

async fn say(
    cx: &mut Context<'_>,
    plan: &Plan,
    name: &[u8],
    fd: Fd,
    before: &str,
    after: &str,
    of_stdout: &str,
) {
    if plan.quiet {
        return;
    }
    let line = match fd {
        1 => text!(of_stdout, "\n"),
        _ => text!(before, "'", name, "'", after, "\n"),
    };
    cx.error_text(&line).await;
}

/// A body on its way to a file.
struct Transfer {
    fd: Fd,
    before: u64,
    transferred: u64,
    progress: Option<Progress>,
}

impl Transfer {
    async fn body(
        &mut self,
        cx: &mut Context<'_>,
        response: &mut Response<'_>,
        length: Length,
    ) -> Result<(), Fail> {
        let complete = match length {
            Length::Unknown => {
                self.part(cx, response, None).await?;
                true
            }
            Length::Known(bytes) => self.part(cx, response, Some(bytes)).await?,
            Length::Chunked => self.chunks(cx, response).await?,
        };
        if let Some(mut progress) = self.progress.take() {
            let total = self.before + self.transferred;
            progress
                .update(cx, self.before, self.transferred, Some(total))
                .await;
            progress.end(cx).await;
        }
        match complete {
            true => Ok(()),
            false => Err(Fail::new("connection closed prematurely")),
        }
    }

    async fn chunks(
        &mut self,
        cx: &mut Context<'_>,
        response: &mut Response<'_>,
    ) -> Result<bool, Fail> {
        loop {
            let line = response.line(cx).await?;
            let digits: Vec<u8> = line
                .iter()
                .copied()
                .take_while(u8::is_ascii_hexdigit)
                .collect();
            let digits = String::from_utf8_lossy(&digits);
            let bytes = u64::from_str_radix(&digits, 16).ok();
            let bytes = bytes.filter(|bytes| i64::try_from(*bytes).is_ok());
            let bad = || Fail::new(text!("bad chunk length '", line, "'"));
            let bytes = bytes.ok_or_else(bad)?;
            if bytes == 0 {
                return Ok(true);
            }
            if !self.part(cx, response, Some(bytes)).await? {
                return Ok(false);
            }
            response.line(cx).await?;
        }
    }

    /// Moves so many bytes, or all there are; false when they end too early.
    async fn part(
        &mut self,
        cx: &mut Context<'_>,
        response: &mut Response<'_>,
        bytes: Option<u64>,
    ) -> Result<bool, Fail> {
        let mut left = bytes;
        while left != Some(0) {
            let some = response.bytes(cx, left.unwrap_or(u64::MAX)).await?;
            if some.is_empty() {
                return Ok(left.is_none());
            }
            let written = cx.sys.write_all(self.fd, &some).await;
            written.map_err(super::io::write_error)?;
            let count = some.len() as u64;
            self.transferred += count;
            left = left.map(|left| left.saturating_sub(count));
            if let Some(progress) = &mut self.progress {
                let total = left.map(|left| self.before + self.transferred + left);
                progress
                    .update(cx, self.before, self.transferred, total)
                    .await;
            }
        }
        Ok(true)
    }
}
