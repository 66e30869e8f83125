//! A file that is patched: read line by line, written anew beside itself.

use super::super::context::{Context, Fail, cannot_open, text};
use super::super::io::{Reader, Writer};
use super::super::walk::{child, directory_name, make_parents};
use super::hunk::Hunk;
use crate::kernel::{Errno, Fd, List, OpenFlags, Sys};
use std::collections::VecDeque;

/// Names that are tried for the new file.
const ATTEMPTS: u32 = 100;

/// The old file and the new one.
pub(super) struct Target<'a> {
    path: Vec<u8>,
    input: Reader<'a>,
    /// Lines read.
    line: u64,
    /// The new file, unless nothing is to be changed.
    output: Option<(Vec<u8>, Fd, Writer<'a>)>,
}

impl<'a> Target<'a> {
    /// Opens the file, or makes it, and begins the new one.
    pub(super) async fn open(
        cx: &mut Context<'a>,
        path: Vec<u8>,
        creates: bool,
        dry_run: bool,
    ) -> Result<Self, Fail> {
        let sys = cx.sys;
        let failed = |error: Errno| Fail::new(cannot_open(&path, error));
        let (source, flags) = match (creates, dry_run) {
            (true, true) => (&b"/dev/null"[..], OpenFlags::READ),
            (true, false) => {
                make_parents(sys, &path);
                let flags = OpenFlags::RDWR | OpenFlags::CREATE | OpenFlags::EXCL;
                (&path[..], flags)
            }
            (false, _) => (&path[..], OpenFlags::READ),
        };
        let fd = sys.open(source, flags, 0o666).await.map_err(failed)?;
        let input = Reader::owned(sys, fd);
        let stat = sys.fstat(fd).map_err(failed)?;
        let output = match dry_run {
            true => None,
            false => {
                let (temporary, fd) = beside(sys, &path, stat.mode).await.map_err(failed)?;
                Some((temporary, fd, Writer::new(sys, fd)))
            }
        };
        Ok(Self {
            path,
            input,
            line: 0,
            output,
        })
    }

    /// Looks for the hunk's place behind the last one's and puts it in; false when there is none.
    pub(super) async fn apply(
        &mut self,
        cx: &mut Context<'a>,
        hunk: &Hunk,
        reverse: bool,
        number: u32,
    ) -> Result<bool, Fail> {
        let wanted = hunk.wanted(cx.sys, reverse).await;
        let text = |index: usize| wanted.get(index).map(|at| &hunk.lines[*at][1..]);
        let shorter = overlaps(cx.sys, &wanted, hunk).await;
        // Lines that are the same as the first wanted ones.
        let mut held: VecDeque<Vec<u8>> = VecDeque::new();
        let mut reversed = false;
        loop {
            let line = self.next_line(cx).await?;
            self.line += 1;
            if let Some(line) = &line {
                reversed |= is_added(cx.sys, line, held.len(), &wanted, hunk).await;
            }
            let Some(line) = line else {
                if held.len() == wanted.len() && hunk.ends_file() {
                    break;
                }
                if reversed {
                    let at = self.line;
                    let hint = format!("Possibly reversed hunk {number} at {at}\n");
                    cx.error_text(hint.as_bytes()).await;
                }
                return Ok(false);
            };
            // As long a beginning of the hunk as ends in this line.
            let mut count = held.len();
            while count > 0 && text(count) != Some(&line[..]) {
                let fewer = shorter[count - 1];
                for line in held.drain(..count - fewer) {
                    self.put(&line).await?;
                }
                count = fewer;
                cx.sys.burn(20).await;
            }
            if text(count) == Some(&line[..]) {
                held.push_back(line);
            } else {
                self.put(&line).await?;
            }
            if held.len() == wanted.len() && !hunk.ends_file() {
                break;
            }
        }
        for line in hunk.result(reverse) {
            self.put(line).await?;
        }
        Ok(true)
    }

    /// Copies what is left of the old file and puts the new one into its place.
    pub(super) async fn finish(mut self, cx: &Context<'a>) -> Result<(), Fail> {
        while let Some(line) = self.next_line(cx).await? {
            self.put(&line).await?;
        }
        let Some((temporary, fd, mut writer)) = self.output.take() else {
            return Ok(());
        };
        let flushed = writer.flush().await;
        let _ = cx.sys.close(fd);
        let moved = flushed.and_then(|()| {
            let moved = cx.sys.rename(&temporary, &self.path);
            moved.map_err(|error| Fail::new(text!(self.path, ": ", error.message())))
        });
        if moved.is_err() {
            let _ = cx.sys.unlink(&temporary);
        }
        moved
    }

    /// Leaves the file as it is.
    pub(super) fn give_up(&mut self, sys: &Sys) {
        if let Some((temporary, fd, _)) = self.output.take() {
            let _ = sys.close(fd);
            let _ = sys.unlink(&temporary);
        }
    }

    async fn put(&mut self, line: &[u8]) -> Result<(), Fail> {
        let Some((_, _, writer)) = &mut self.output else {
            return Ok(());
        };
        writer.put(line);
        writer.write(b"\n").await
    }

    /// The next line of the old file, without its newline.
    async fn next_line(&mut self, cx: &Context<'_>) -> Result<Option<Vec<u8>>, Fail> {
        let mut line = Vec::new();
        let found = self.input.read_line(&mut line).await;
        let found = found.map_err(|error| Fail::new(text!(self.path, ": ", error.message())))?;
        cx.sys.burn(60 + line.len() as u64 / 4).await;
        Ok(found.is_some().then_some(line))
    }
}

/// Whether a line is one of those that the hunk adds before its next wanted one.
async fn is_added(sys: &Sys, line: &[u8], matched: usize, wanted: &[usize], hunk: &Hunk) -> bool {
    let from = match matched.checked_sub(1) {
        Some(last) => wanted[last] + 1,
        None => 0,
    };
    let to = wanted.get(matched).copied().unwrap_or(hunk.lines.len());
    for part in hunk.lines[from..to].chunks(500) {
        if part.iter().any(|added| added[1..] == *line) {
            return true;
        }
        sys.burn(10 * part.len() as u64).await;
    }
    false
}

/// For each beginning of the lines, how long its longest proper beginning is that is also its end.
async fn overlaps(sys: &Sys, wanted: &[usize], hunk: &Hunk) -> List<usize> {
    let mut table: List<usize> = List::new();
    let mut count = 0;
    let text = |index: usize| &hunk.lines[wanted[index]][1..];
    for at in 0..wanted.len() {
        while count > 0 && text(count) != text(at) {
            count = table[count - 1];
            sys.burn(20).await;
        }
        if at > 0 && text(count) == text(at) {
            count += 1;
        }
        table.push(count);
        sys.burn(40 + text(at).len() as u64 / 8).await;
    }
    table
}

/// A new file in the directory of `path`.
async fn beside(sys: &Sys, path: &[u8], mode: u32) -> Result<(Vec<u8>, Fd), Errno> {
    let directory = match path.contains(&b'/') {
        true => directory_name(path),
        false => b".",
    };
    let flags = OpenFlags::WRITE | OpenFlags::CREATE | OpenFlags::EXCL;
    let mut failed = Errno::EEXIST;
    for _ in 0..ATTEMPTS {
        let unique = sys.random_uuid();
        let temporary = child(directory, &text!(".patch-", &unique[..8]));
        match sys.open(&temporary, flags, mode).await {
            Ok(fd) => {
                let _ = sys.chmod(&temporary, mode);
                return Ok((temporary, fd));
            }
            Err(error) => failed = error,
        }
        if failed != Errno::EEXIST {
            break;
        }
    }
    Err(failed)
}
