//! script and scriptreplay: a shell's terminal session, recorded and played back.

use super::accounts::Accounts;
use super::context::{Context, Fail, Outcome, cannot_open, text};
use super::io::{Line, Reader, write_error};
use crate::kernel::{Disposition, Errno, Exit, Fd, OpenFlags, Signal, Sys, Termios, TtySize};
use bytes::Bytes;
use std::time::Duration;

/// Bytes that one step moves.
const STEP_BYTES: usize = 1024;
/// Steps in which the rest is read when the shell has ended: what its children still write has no end.
const LAST_STEPS: usize = 998;
const OUTFILE: &[u8] = b"typescript";

/// What a session is recorded with.
struct Recording {
    master: Fd,
    outfile: Fd,
    /// Where the times of the pieces go.
    timing: Option<Fd>,
    /// Seconds since 1970 of the piece before.
    before: f64,
}

/// Records what a shell on a terminal of its own shows.
pub(super) async fn script(cx: &mut Context<'_>) -> Outcome {
    let long = [
        ("append", false, b'a'),
        ("command", true, b'c'),
        ("flush", false, b'f'),
        ("quiet", false, b'q'),
        ("timing", false, b't'),
    ];
    let options = cx.long_options("ac:fqt::", &long)?;
    let outfile = match options.operands.as_slice() {
        [] => Bytes::from_static(OUTFILE),
        [outfile] => outfile.clone(),
        _ => return Err(Fail::usage()),
    };
    let quiet = options.has(b'q');
    if !quiet {
        cx.out.put(text!("Script started, file is ", outfile, "\n"));
        cx.out.spill().await?;
    }
    let mut timing = None;
    if options.has(b't') {
        timing = Some(match options.value(b't') {
            Some(path) => create(cx.sys, path, false).await?,
            None => 2,
        });
    }
    let shell = shell(cx).await;
    for fd in (0..3).filter(|fd| !cx.sys.is_open(*fd)) {
        let opened = cx.sys.open(b"/dev/null", OpenFlags::RDWR, 0).await;
        debug_assert!(opened.is_err() || opened == Ok(fd), "the lowest is taken");
    }
    let master = cx.sys.open(b"/dev/ptmx", OpenFlags::RDWR, 0).await;
    let master = master.map_err(|_| Fail::new("can't find free pty"))?;
    let terminal = cx.sys.unlock_pty(master);
    let terminal = terminal.map_err(|error| Fail::new(error.message()))?;
    let settings = cx.sys.termios(0).ok();
    if let Some(settings) = &settings {
        let _ = cx.sys.set_termios(0, &settings.raw());
    }
    cx.sys.set_disposition(Signal::Chld, Disposition::Catch);
    let command = options.value(b'c').cloned();
    let mut argv = vec![shell.clone()];
    match command {
        Some(command) => argv.extend([Bytes::from_static(b"-c"), command]),
        None => argv.push(Bytes::from_static(b"-i")),
    }
    let session = Session {
        master,
        terminal,
        settings,
        size: cx.sys.window_size(0).ok(),
        argv,
    };
    start(cx.sys, session).await?;
    let mut recording = Recording {
        master,
        outfile: create(cx.sys, &outfile, options.has(b'a')).await?,
        timing,
        before: cx.sys.now().as_secs() as f64,
    };
    let _ = cx.sys.set_nonblocking(master, true);
    recording.run(cx.sys).await;
    if let Some(settings) = &settings {
        let _ = cx.sys.set_termios(0, settings);
    }
    if !quiet {
        cx.out.put(text!("Script done, file is ", outfile, "\n"));
    }
    Ok(0)
}

/// Starts the session and waits until it has become the shell, as `vfork` does: what is typed before would be for
/// nobody.
async fn start(sys: &Sys, session: Session) -> Result<(), Fail> {
    let cannot = |error: Errno| Fail::new(text!("vfork: ", error.message()));
    let (begun, begins) = sys.pipe().map_err(cannot)?;
    sys.set_cloexec(begins, true).map_err(cannot)?;
    let started = sys.fork(move |child| Box::pin(session.begin(child)));
    started.map_err(cannot)?;
    let _ = sys.close(begins);
    // Its end is awaited, whatever signals come.
    while sys.read(begun, &mut [0]).await == Err(Errno::EINTR) {}
    let _ = sys.close(begun);
    Ok(())
}

/// The caller's shell.
async fn shell(cx: &Context<'_>) -> Bytes {
    if let Some(shell) = cx.variable("SHELL").filter(|shell| !shell.is_empty()) {
        return shell;
    }
    let uid = cx.sys.uid();
    let accounts = Accounts::read(cx.sys).await;
    let account = accounts.users.iter().find(|user| user.id == uid);
    let shell = account.map(|account| account.shell.clone());
    let shell = shell.filter(|shell| !shell.is_empty());
    shell.unwrap_or_else(|| Bytes::from_static(b"/bin/sh"))
}

async fn create(sys: &Sys, path: &[u8], append: bool) -> Result<Fd, Fail> {
    let flags = OpenFlags::WRITE | OpenFlags::CREATE;
    let last = if append {
        OpenFlags::APPEND
    } else {
        OpenFlags::TRUNC
    };
    let opened = sys.open(path, flags | last, 0o666).await;
    opened.map_err(|error| Fail::new(cannot_open(path, error)))
}

/// What the child needs.
struct Session {
    master: Fd,
    terminal: Bytes,
    settings: Option<Termios>,
    size: Option<TtySize>,
    argv: Vec<Bytes>,
}

impl Session {
    /// The child: its terminal is the new one, and it becomes the shell.
    async fn begin(self, child: Sys) -> Exit {
        let shell = self.argv.first().cloned().unwrap_or_default();
        let error = match self.become_shell(&child).await {
            Ok(exit) => return exit,
            Err(error) => error,
        };
        let line = text!("script: ", shell, ": ", error.message(), "\n");
        let _ = child.write_all(2, &line).await;
        Exit::Status(1)
    }

    async fn become_shell(self, child: &Sys) -> Result<Exit, Errno> {
        child.close(self.master)?;
        child.close(0)?;
        child.open(&self.terminal, OpenFlags::RDWR, 0).await?;
        child.dup_to(0, 1)?;
        child.dup_to(0, 2)?;
        if let Some(settings) = &self.settings {
            child.set_termios(0, settings)?;
        }
        if let Some(size) = self.size {
            child.set_window_size(0, size)?;
        }
        child.set_sid()?;
        child.take_terminal(0)?;
        let shell = self.argv.first().cloned().unwrap_or_default();
        child.exec(&shell, self.argv, child.environ())
    }
}

impl Recording {
    /// Moves bytes both ways until the shell has ended.
    async fn run(&mut self, sys: &Sys) {
        let mut buffer = [0; STEP_BYTES];
        let mut sources = vec![self.master, 0];
        // Only SIGCHLD is caught.
        while sys.take_caught().is_none() {
            let ready = sys.poll_read(&sources, None).await.unwrap_or_default();
            if ready.contains(&self.master) {
                match sys.read(self.master, &mut buffer).await {
                    Ok(0) => return,
                    Ok(count) => {
                        self.note_time(sys, count).await;
                        self.show(sys, &buffer[..count]).await;
                    }
                    Err(Errno::EAGAIN | Errno::EINTR) => {}
                    Err(_) => return,
                }
            }
            if ready.contains(&0) {
                match sys.read(0, &mut buffer).await {
                    Ok(0) | Err(_) => sources.truncate(1),
                    Ok(count) => {
                        // What the terminal has no room for is lost.
                        let _ = sys.write_all(self.master, &buffer[..count]).await;
                    }
                }
            }
        }
        for _ in 0..LAST_STEPS {
            match sys.read(self.master, &mut buffer).await {
                Ok(0) | Err(_) => return,
                Ok(count) => self.show(sys, &buffer[..count]).await,
            }
        }
    }

    async fn note_time(&mut self, sys: &Sys, count: usize) {
        let Some(fd) = self.timing else {
            return;
        };
        let now = sys.now().0 as f64 / 1e9;
        let line = format!("{:.6} {count}\n", now - self.before);
        self.before = now;
        let _ = sys.write_all(fd, line.as_bytes()).await;
    }

    /// What cannot be written is lost.
    async fn show(&self, sys: &Sys, bytes: &[u8]) {
        let _ = sys.write_all(1, bytes).await;
        let _ = sys.write_all(self.outfile, bytes).await;
    }
}

/// Plays a session back in the time it took.
pub(super) async fn replay(cx: &mut Context<'_>) -> Outcome {
    let mut operands = cx.args.clone().into_iter();
    let times = operands.next().ok_or_else(Fail::usage)?;
    let recorded = operands.next();
    let recorded = recorded.unwrap_or_else(|| Bytes::from_static(OUTFILE));
    let divisor = operands.next().map_or(1.0, |text| leading_number(&text));
    let mut times = open(cx, &times).await?;
    let mut recorded = open(cx, &recorded).await?;
    let mut line = Vec::new();
    while times.read_line(&mut line).await.is_ok_and(Line::is_some) {
        let mut words = line.split(|byte| *byte == b' ').map(str::from_utf8);
        let (Some(Ok(delay)), Some(Ok(count))) = (words.next(), words.next()) else {
            break;
        };
        let (Ok(delay), Ok(count)) = (delay.parse::<f64>(), count.parse::<u64>()) else {
            break;
        };
        let delay = Duration::try_from_secs_f64(delay / divisor).unwrap_or_default();
        // Nothing is caught.
        let _ = cx.sys.sleep(delay).await;
        show(cx, &mut recorded, count).await?;
    }
    Ok(0)
}

async fn open<'a>(cx: &Context<'a>, path: &[u8]) -> Result<Reader<'a>, Fail> {
    let opened = cx.sys.open(path, OpenFlags::READ, 0).await;
    let fd = opened.map_err(|error| Fail::new(cannot_open(path, error)))?;
    Ok(Reader::owned(cx.sys, fd))
}

/// Copies `count` bytes to standard output.
async fn show(cx: &Context<'_>, from: &mut Reader<'_>, count: u64) -> Result<(), Fail> {
    let mut left = count;
    while left > 0 {
        let filled = from.fill().await;
        if !filled.map_err(|error| Fail::new(text!("read error: ", error.message())))? {
            return Err(Fail::new("short read"));
        }
        let most = usize::try_from(left).unwrap_or(usize::MAX);
        let step = from.buffered().len().min(most);
        let written = cx.sys.write_all(1, &from.buffered()[..step]).await;
        written.map_err(write_error)?;
        from.consume(step);
        left -= step as u64;
    }
    Ok(())
}

/// The number a text begins with, as `atof`.
fn leading_number(text: &[u8]) -> f64 {
    let text = std::str::from_utf8(text).unwrap_or("");
    let ends = (0..=text.len()).rev();
    let mut starts = ends.filter_map(|end| text.get(..end)?.trim_start().parse().ok());
    starts.next().unwrap_or(0.0)
}
