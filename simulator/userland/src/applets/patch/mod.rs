//! patch, of unified diffs.

mod hunk;
mod target;

use super::context::{Context, Fail, Outcome, cannot_open, text};
use super::io::Reader;
use super::numbers;
use crate::kernel::Errno;
use bytes::Bytes;
use hunk::{Hunk, Progress};
use target::Target;

const LONG: &[super::args::Long] = &[
    ("reverse", false, b'R'),
    ("forward", false, b'N'),
    ("strip", true, b'p'),
    ("input", true, b'i'),
    ("remove-empty-files", false, b'E'),
    ("dry-run", false, 1),
];

/// What the command line asks for.
struct Job {
    reverse: bool,
    removes_empty: bool,
    dry_run: bool,
    /// How many directories of a name in the patch are cut off; all without.
    strip: Option<u64>,
    /// The file to change, whatever the patch names.
    file: Option<Bytes>,
}

/// Where in a patch the reader is.
enum State<'a> {
    /// Between files, or behind a hunk that failed.
    Outside,
    /// Names of files have been read.
    Named,
    /// Between the hunks of a file.
    Open(Box<Target<'a>>),
}

/// One name in a patch.
#[derive(Default)]
struct Name {
    path: Vec<u8>,
    /// It stands for a file that is not there.
    is_nothing: bool,
}

/// Applies a patch.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.long_options("RNEp:i:", LONG)?;
    let strip = match options.value(b'p') {
        Some(text) => Some(numbers::unsigned(text)?),
        None => None,
    };
    let mut operands = options.operands.iter();
    let file = operands.next().cloned();
    let input = operands.next().or(options.value(b'i')).cloned();
    let input = input.unwrap_or_else(|| "-".into());
    let job = Job {
        reverse: options.has(b'R'),
        removes_empty: options.has(b'E'),
        dry_run: options.has(1),
        strip,
        file,
    };
    let opened = cx.open_input(&input).await;
    let reader = opened.map_err(|error| Fail::new(cannot_open(&input, error)))?;
    let mut patching = Patching {
        job,
        state: State::Outside,
        old: Name::default(),
        new: Name::default(),
        hunk: None,
        hunks: 0,
        failed: false,
    };
    let outcome = patching.read(cx, &input, reader).await;
    if let (Err(_), State::Open(target)) = (&outcome, &mut patching.state) {
        target.give_up(cx.sys);
    }
    outcome
}

/// A patch that is applied.
struct Patching<'a> {
    job: Job,
    state: State<'a>,
    old: Name,
    new: Name,
    /// The hunk that is read.
    hunk: Option<Hunk>,
    /// Hunks of this file so far.
    hunks: u32,
    failed: bool,
}

impl<'a> Patching<'a> {
    async fn read(
        &mut self,
        cx: &mut Context<'a>,
        input: &[u8],
        mut reader: Reader<'a>,
    ) -> Outcome {
        let failed = |error: Errno| Fail::new(text!(input, ": ", error.message()));
        let mut line = Vec::new();
        while reader.read_line(&mut line).await.map_err(failed)?.is_some() {
            cx.sys.burn(100 + line.len() as u64).await;
            match &mut self.hunk {
                Some(hunk) => match hunk.add(&line) {
                    Progress::More => {}
                    Progress::Whole => self.apply(cx).await?,
                    Progress::Broken => self.fail(cx).await,
                },
                None => self.heading(cx, &line).await?,
            }
        }
        self.close(cx).await?;
        Ok(u8::from(self.failed))
    }

    /// A line between hunks.
    async fn heading(&mut self, cx: &mut Context<'a>, line: &[u8]) -> Result<(), Fail> {
        if let Some(name) = line.strip_prefix(b"--- ") {
            self.close(cx).await?;
            self.old = Name::read(name);
            self.new = Name::read(name);
            self.state = State::Named;
        } else if let Some(name) = line.strip_prefix(b"+++ ") {
            self.close(cx).await?;
            self.new = Name::read(name);
            self.state = State::Named;
        } else if let Some(hunk) = Hunk::begin(line)
            && !matches!(self.state, State::Outside)
        {
            self.hunks += 1;
            self.hunk = Some(hunk);
            if matches!(self.state, State::Named) {
                self.open(cx).await?;
            }
        }
        Ok(())
    }

    /// Opens the file for its first hunk.
    async fn open(&mut self, cx: &mut Context<'a>) -> Result<(), Fail> {
        let Some(hunk) = &self.hunk else {
            return Ok(());
        };
        let creates = self.old.is_nothing || hunk.old_is_nothing();
        let removes = self.new.is_nothing || hunk.new_is_nothing();
        let wanted = if self.job.reverse || (self.new.is_nothing && !self.old.is_nothing) {
            &self.old
        } else {
            &self.new
        };
        let name: Vec<u8> = match &self.job.file {
            Some(file) => file.to_vec(),
            None => stripped(&wanted.path, self.job.strip).to_vec(),
        };
        if removes && self.job.removes_empty {
            cx.out.write(text!("removing ", name, "\n")).await?;
            cx.out.flush().await?;
            if !self.job.dry_run
                && let Err(error) = cx.sys.unlink(&name)
            {
                let reason = error.message();
                cx.complain(text!("can't remove file '", name, "': ", reason))
                    .await;
            }
            self.hunk = None;
            self.state = State::Outside;
            return Ok(());
        }
        let verb = if creates {
            "creating "
        } else {
            "patching file "
        };
        cx.out.write(text!(verb, name, "\n")).await?;
        cx.out.flush().await?;
        let target = Target::open(cx, name, creates, self.job.dry_run).await?;
        self.state = State::Open(Box::new(target));
        Ok(())
    }

    /// Applies the hunk that has been read.
    async fn apply(&mut self, cx: &mut Context<'a>) -> Result<(), Fail> {
        let (Some(hunk), State::Open(target)) = (&self.hunk, &mut self.state) else {
            return Ok(());
        };
        if target.apply(cx, hunk, self.job.reverse, self.hunks).await? {
            self.hunk = None;
        } else {
            self.fail(cx).await;
        }
        Ok(())
    }

    /// Says that the hunk cannot be applied; the file stays as it is.
    async fn fail(&mut self, cx: &mut Context<'a>) {
        self.failed = true;
        if let Some(hunk) = self.hunk.take() {
            let report = hunk.report(self.hunks);
            cx.error_text(&report).await;
        }
        if let State::Open(target) = &mut self.state {
            target.give_up(cx.sys);
        }
        self.hunks = 0;
        self.state = State::Outside;
    }

    /// Finishes the present file.
    async fn close(&mut self, cx: &mut Context<'a>) -> Result<(), Fail> {
        self.hunks = 0;
        match std::mem::replace(&mut self.state, State::Outside) {
            State::Open(target) => target.finish(cx).await,
            State::Outside | State::Named => Ok(()),
        }
    }
}

impl Name {
    /// Reads what stands behind `--- ` or `+++ `: a path, and behind a tab a date. Nothing is as old as 1970.
    fn read(text: &[u8]) -> Self {
        let mut parts = text.splitn(2, |byte| *byte == b'\t');
        let path = parts.next().unwrap_or_default().to_vec();
        let is_old = parts.next().is_some_and(|date| date.starts_with(b"1970-"));
        Self {
            is_nothing: is_old || path == b"/dev/null",
            path,
        }
    }
}

/// A path without its first directories, or without all of them.
fn stripped(path: &[u8], count: Option<u64>) -> &[u8] {
    let Some(count) = count else {
        let base = path.iter().rposition(|byte| *byte == b'/');
        return base.map_or(path, |at| &path[at + 1..]);
    };
    let mut rest = path;
    for _ in 0..count {
        let Some(at) = rest.iter().position(|byte| *byte == b'/') else {
            break;
        };
        rest = &rest[at..];
        while let Some(further) = rest.strip_prefix(b"/") {
            rest = further;
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_are_cut_off_paths() {
        for (path, count, expected) in [
            ("a/b/c", None, "c"),
            ("c", None, "c"),
            ("a/b/c", Some(0), "a/b/c"),
            ("a//b/c", Some(1), "b/c"),
            ("/a/b", Some(1), "a/b"),
            ("a/b", Some(9), "b"),
        ] {
            let shown = stripped(path.as_bytes(), count);
            assert_eq!(shown, expected.as_bytes(), "{path}");
        }
    }
}
