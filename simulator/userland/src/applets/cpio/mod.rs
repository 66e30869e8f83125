//! cpio, of archives in the new portable form.

mod create;
mod extract;
mod header;

use super::accounts::Accounts;
use super::args::{Long, Options};
use super::context::{Context, Fail, Outcome, cannot_open, text};
use super::io::{Reader, Writer};
use crate::kernel::{OpenFlags, WaitFlags, WaitFor};
use bytes::Bytes;

const LONG: &[Long] = &[
    ("extract", false, b'i'),
    ("list", false, b't'),
    ("create", false, b'o'),
    ("pass-through", false, b'p'),
    ("owner", true, b'R'),
    ("verbose", false, b'v'),
    ("null", false, b'0'),
    ("quiet", false, 1),
    ("to-stdout", false, 2),
    ("ignore-devno", false, 3),
    ("renumber-inodes", false, 4),
];

/// What to do with members.
struct Job {
    list: bool,
    verbose: bool,
    quiet: bool,
    directories: bool,
    times: bool,
    unconditional: bool,
    follow: bool,
    to_output: bool,
    /// What is between names that are read.
    delimiter: u8,
    owner: (Option<u32>, Option<u32>),
    /// Patterns of wanted members; all without.
    wanted: Vec<Bytes>,
}

/// Lists, extracts, creates, or copies files to another directory.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.long_options("itopR:H:F:dmvuL0", LONG)?;
    let job = Job::new(cx, &options).await?;
    if options.has(b'o') {
        if options.value(b'H').is_none_or(|form| form != "newc") {
            return Err(Fail::usage());
        }
        let flags = OpenFlags::WRITE | OpenFlags::CREATE | OpenFlags::TRUNC;
        let fd = open(cx, options.value(b'F'), flags, 1).await?;
        let mut out = Writer::new(cx.sys, fd);
        let created = create::run(cx, &job, &mut out).await;
        out.flush().await?;
        return created;
    }
    if options.has(b'p') {
        let directory = options.operands.first().ok_or_else(Fail::usage)?;
        return pass_through(cx, job, directory).await;
    }
    if !options.has(b'i') && !options.has(b't') {
        return Err(Fail::usage());
    }
    let fd = open(cx, options.value(b'F'), OpenFlags::READ, 0).await?;
    extract::run(cx, &job, Reader::borrowed(cx.sys, fd)).await
}

async fn open(
    cx: &Context<'_>,
    path: Option<&Bytes>,
    flags: OpenFlags,
    standard: crate::kernel::Fd,
) -> Result<crate::kernel::Fd, Fail> {
    match path {
        Some(path) => {
            let opened = cx.sys.open(path, flags, 0o666).await;
            opened.map_err(|error| Fail::new(cannot_open(path, error)))
        }
        None => Ok(standard),
    }
}

/// A child packs what the names say, and what it writes is extracted elsewhere.
async fn pass_through(cx: &mut Context<'_>, job: Job, directory: &Bytes) -> Outcome {
    let failed = |error: crate::kernel::Errno| Fail::new(error.message());
    let (from, to) = cx.sys.pipe().map_err(failed)?;
    let packing = job.for_packing();
    let child = cx.sys.fork(move |child| {
        Box::pin(async move {
            let _ = child.close(from);
            let mut cx = Context::new(&child, "cpio", "");
            let mut out = Writer::new(&child, to);
            let created = create::run(&mut cx, &packing, &mut out).await;
            let flushed = out.flush().await;
            match created {
                Ok(_) => cx.end(flushed.map(|()| 0)).await,
                failure => cx.end(failure).await,
            }
        })
    });
    let child = child.map_err(failed)?;
    cx.sys.close(to).map_err(failed)?;
    super::tar::change_directory(cx.sys, directory)?;
    let outcome = extract::run(cx, &job, Reader::owned(cx.sys, from)).await;
    let _ = cx.sys.wait(WaitFor::Pid(child), WaitFlags::default()).await;
    outcome
}

impl Job {
    async fn new(cx: &Context<'_>, options: &Options) -> Result<Self, Fail> {
        let owner = match options.value(b'R') {
            Some(text) => read_owner(&Accounts::read(cx.sys).await, text)?,
            None => (None, None),
        };
        let passes = options.has(b'p');
        Ok(Self {
            list: options.has(b't'),
            verbose: options.has(b'v'),
            quiet: options.has(1),
            directories: options.has(b'd') || passes,
            times: options.has(b'm'),
            unconditional: options.has(b'u'),
            follow: options.has(b'L'),
            to_output: options.has(2),
            delimiter: if options.has(b'0') { 0 } else { b'\n' },
            owner,
            wanted: match passes {
                true => Vec::new(),
                false => options.operands.clone(),
            },
        })
    }

    /// The half of a copy that packs.
    fn for_packing(&self) -> Self {
        Self {
            list: false,
            verbose: false,
            quiet: true,
            directories: false,
            times: false,
            unconditional: false,
            follow: self.follow,
            to_output: false,
            delimiter: self.delimiter,
            owner: (None, None),
            wanted: Vec::new(),
        }
    }
}

/// `USER`, `USER:GROUP` or `:GROUP`.
fn read_owner(accounts: &Accounts, text: &[u8]) -> Result<(Option<u32>, Option<u32>), Fail> {
    let (user, group) = match text.iter().position(|byte| matches!(byte, b':' | b'.')) {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, &b""[..]),
    };
    let known = |found: Option<u32>, what: &str, name: &[u8]| match found {
        Some(id) => Ok(Some(id)),
        None => Err(Fail::new(text!("unknown ", what, " ", name))),
    };
    Ok((
        match user {
            b"" => None,
            _ => known(accounts.uid_of(user), "user", user)?,
        },
        match group {
            b"" => None,
            _ => known(accounts.gid_of(group), "group", group)?,
        },
    ))
}
