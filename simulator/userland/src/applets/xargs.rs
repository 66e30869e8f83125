//! xargs.

use super::context::{Context, Fail, Outcome, text};
use super::io::Reader;
use super::spawn;
use crate::kernel::{Errno, OpenFlags, Pid, WaitFlags, WaitFor, WaitStatus};
use bytes::Bytes;

/// Bytes of arguments for one command, as busybox counts them.
const COMMAND_BYTES_MAX: u64 = 32 * 1024;

struct Xargs {
    command: Vec<Bytes>,
    replace: Option<Bytes>,
    most: usize,
    bytes_max: u64,
    verbose: bool,
    ask: bool,
    parallel: usize,
    running: Vec<Pid>,
    status: u8,
}

/// Runs commands with arguments from standard input.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.long_options(
        "+ptxn:s:E:e::0rI:i::P:a:",
        &[
            ("no-run-if-empty", false, b'r'),
            ("null", false, b'0'),
            ("max-args", true, b'n'),
            ("max-procs", true, b'P'),
        ],
    )?;
    let mut command = options.operands.clone();
    if command.is_empty() {
        command.push("echo".into());
    }
    let replace = match (options.value(b'I'), options.has(b'i')) {
        (Some(text), _) => Some(text.clone()),
        (None, true) => Some(options.value(b'i').cloned().unwrap_or("{}".into())),
        _ => None,
    };
    let most = match options.number(b'n')? {
        Some(0) => return Err(Fail::new("number 0 is not in 1..2147483647 range")),
        Some(most) => most as usize,
        None => usize::MAX,
    };
    let mut xargs = Xargs {
        most: if replace.is_some() { 1 } else { most },
        bytes_max: options
            .number(b's')?
            .unwrap_or(COMMAND_BYTES_MAX)
            .min(COMMAND_BYTES_MAX),
        verbose: options.has(b't') || options.has(b'p'),
        ask: options.has(b'p'),
        parallel: options.number(b'P')?.map_or(1, |most| {
            if most == 0 {
                100
            } else {
                most.min(100) as usize
            }
        }),
        running: Vec::new(),
        status: 0,
        command,
        replace,
    };
    let end_mark = options
        .value(b'E')
        .or(options.value(b'e'))
        .cloned()
        .filter(|mark| !mark.is_empty());
    let mut reader = match options.value(b'a') {
        Some(path) => cx
            .open_input(path)
            .await
            .map_err(|error| Fail::new(super::context::cannot_open(path, error)))?,
        None => Reader::borrowed(cx.sys, 0),
    };
    let kind = if options.has(b'0') {
        Split::Nul
    } else if xargs.replace.is_some() {
        Split::Lines
    } else {
        Split::Words
    };
    let fixed: u64 = xargs.command.iter().map(|word| word.len() as u64 + 1).sum();
    let (mut batch, mut bytes, mut any) = (Vec::new(), fixed, false);
    while let Some(item) = next_item(cx, &mut reader, kind).await? {
        if end_mark.as_ref().is_some_and(|mark| *mark == item) {
            break;
        }
        let size = item.len() as u64 + 1;
        if !batch.is_empty() && bytes + size > xargs.bytes_max {
            xargs.run(cx, std::mem::take(&mut batch)).await?;
            bytes = fixed;
        }
        if size + fixed > xargs.bytes_max {
            return Err(Fail::new("argument line too long"));
        }
        any = true;
        batch.push(Bytes::from(item));
        bytes += size;
        if batch.len() >= xargs.most {
            xargs.run(cx, std::mem::take(&mut batch)).await?;
            bytes = fixed;
        }
    }
    let run_empty = !any && !options.has(b'r') && xargs.replace.is_none();
    if !batch.is_empty() || run_empty {
        xargs.run(cx, batch).await?;
    }
    while !xargs.running.is_empty() {
        xargs.reap(cx).await?;
    }
    Ok(xargs.status)
}

#[derive(Clone, Copy)]
enum Split {
    Words,
    Lines,
    Nul,
}

/// The next argument; quotes and backslashes join words.
async fn next_item(
    cx: &Context<'_>,
    reader: &mut Reader<'_>,
    split: Split,
) -> Result<Option<Vec<u8>>, Fail> {
    let failed = |error: Errno| Fail::new(text!("read error: ", error.message()));
    let mut item = Vec::new();
    let (mut started, mut quote) = (false, None);
    loop {
        let byte = reader.byte().await.map_err(failed)?;
        if item.len() as u64 > COMMAND_BYTES_MAX {
            return Err(Fail::new("argument line too long"));
        }
        cx.sys.burn(10).await;
        let Some(byte) = byte else {
            if let Some(quote) = quote {
                let name = if quote == b'\'' { "single" } else { "double" };
                return Err(Fail::new(format!("unmatched {name} quote")));
            }
            return Ok(started.then_some(item));
        };
        match split {
            Split::Nul if byte == 0 => return Ok(Some(item)),
            Split::Nul => {
                started = true;
                item.push(byte);
                continue;
            }
            _ => {}
        }
        if let Some(mark) = quote {
            if byte == mark {
                quote = None;
            } else if byte == b'\n' {
                let name = if mark == b'\'' { "single" } else { "double" };
                return Err(Fail::new(format!("unmatched {name} quote")));
            } else {
                item.push(byte);
            }
            continue;
        }
        match byte {
            b'\n' if started => return Ok(Some(item)),
            b' ' | b'\t' if started && matches!(split, Split::Words) => return Ok(Some(item)),
            b'\n' => {}
            b' ' | b'\t' if !started => {}
            b'\'' | b'"' => {
                started = true;
                quote = Some(byte);
            }
            b'\\' => {
                started = true;
                item.extend(reader.byte().await.map_err(failed)?);
            }
            _ => {
                started = true;
                item.push(byte);
            }
        }
    }
}

impl Xargs {
    async fn run(&mut self, cx: &mut Context<'_>, batch: Vec<Bytes>) -> Result<(), Fail> {
        let argv: Vec<Bytes> = match &self.replace {
            None => self.command.iter().cloned().chain(batch).collect(),
            Some(mark) => {
                let item = batch.first().cloned().unwrap_or_default();
                self.command
                    .iter()
                    .map(|word| replace_all(word, mark, &item))
                    .collect()
            }
        };
        if self.verbose {
            let line = argv.join(&b' ');
            let end = if self.ask { " ?..." } else { "\n" };
            cx.error_text(&text!(line, end)).await;
            if self.ask && !asked(cx).await {
                return Ok(());
            }
        }
        while self.running.len() >= self.parallel {
            self.reap(cx).await?;
        }
        cx.out.flush().await?;
        let started =
            start(cx, argv).map_err(|error| Fail::new(text!("can't fork: ", error.message())))?;
        self.running.push(started);
        if self.parallel == 1 {
            self.reap(cx).await?;
        }
        Ok(())
    }

    async fn reap(&mut self, cx: &mut Context<'_>) -> Result<(), Fail> {
        let (pid, status) = loop {
            match cx.sys.wait(WaitFor::Any, WaitFlags::default()).await {
                Ok(Some(found)) => break found,
                Ok(None) | Err(Errno::EINTR) => {}
                Err(_) => {
                    self.running.clear();
                    return Ok(());
                }
            }
        };
        self.running.retain(|running| *running != pid);
        let name = self.command.first().cloned().unwrap_or_default();
        match status {
            WaitStatus::Exited(0) => Ok(()),
            WaitStatus::Exited(255) => Err(Fail::Message(
                124,
                text!(name, ": exited with status 255; aborting"),
            )),
            WaitStatus::Exited(status @ (126 | 127)) => Err(Fail::Status(status)),
            WaitStatus::Exited(_) => {
                self.status = 123;
                Ok(())
            }
            WaitStatus::Signaled(signal) | WaitStatus::Stopped(signal) => {
                let number = signal.linux_number().unwrap_or(0);
                Err(Fail::Message(
                    125,
                    text!("'", name, format!("' terminated by signal {number}")),
                ))
            }
        }
    }
}

/// Starts a command whose standard input is `/dev/null`.
fn start(cx: &Context<'_>, argv: Vec<Bytes>) -> Result<Pid, Errno> {
    let applet = cx.name;
    cx.sys.fork(move |child| {
        Box::pin(async move {
            if let Ok(null) = child.open(b"/dev/null", OpenFlags::READ, 0).await {
                let _ = child.dup_to(null, 0);
                let _ = child.close(null);
            }
            let environment = child.environ();
            let name = argv.first().cloned().unwrap_or_default();
            match spawn::exec(&child, argv, environment) {
                Ok(exit) => exit,
                Err(error) => {
                    let message = text!(applet, ": ", name, ": ", error.message(), "\n");
                    let _ = child.write_all(2, &message).await;
                    crate::kernel::Exit::Status(spawn::status_of(error))
                }
            }
        })
    })
}

/// An answer from the terminal.
async fn asked(cx: &Context<'_>) -> bool {
    let Ok(fd) = cx.sys.open(b"/dev/tty", OpenFlags::READ, 0).await else {
        return false;
    };
    let mut line = Vec::new();
    let _ = Reader::owned(cx.sys, fd).read_line(&mut line).await;
    line.first()
        .is_some_and(|byte| byte.eq_ignore_ascii_case(&b'y'))
}

fn replace_all(word: &Bytes, mark: &[u8], item: &[u8]) -> Bytes {
    if mark.is_empty() {
        return word.clone();
    }
    let mut result = Vec::new();
    let mut rest = word.as_ref();
    while let Some(at) = crate::regex::find_bytes(rest, mark) {
        result.extend_from_slice(&rest[..at]);
        result.extend_from_slice(item);
        rest = &rest[at + mark.len()..];
    }
    result.extend_from_slice(rest);
    result.into()
}
