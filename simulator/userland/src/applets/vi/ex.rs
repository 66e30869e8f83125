//! Commands of the line below the text.

use super::super::context::{Fail, text};
use super::super::io::{CHUNK_BYTES, Reader};
use super::editor::{Editor, Next, Register};
use super::motion;
use super::substitute::Substitution;
use super::text::{Position, Text, characters};
use crate::kernel::{Access, Buffer, Errno, FileKind, OpenFlags};
use bytes::Bytes;

/// A command taken apart: the lines before it, its name, whether it insists, and what follows.
#[derive(Debug, Default, PartialEq, Eq)]
struct Line<'l> {
    range: Option<(usize, usize)>,
    name: &'l [u8],
    insists: bool,
    rest: &'l [u8],
}

/// A line's number from one on: `3`, `.`, `$`, with `+1` and `-1` behind it.
fn address(line: &[u8], current: usize, last: usize) -> (Option<usize>, &[u8]) {
    let digits = |line: &[u8]| line.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let number = |text: &[u8]| {
        let text = std::str::from_utf8(text).unwrap_or_default();
        text.parse::<usize>().unwrap_or(usize::MAX / 4)
    };
    let (mut found, mut rest) = match line.first() {
        Some(b'.') => (Some(current), &line[1..]),
        Some(b'$') => (Some(last), &line[1..]),
        Some(b'0'..=b'9') => {
            let (text, rest) = line.split_at(digits(line));
            (Some(number(text)), rest)
        }
        Some(b'+' | b'-') => (Some(current), line),
        _ => (None, line),
    };
    while let (Some(at), Some(sign @ (b'+' | b'-'))) = (found, rest.first()) {
        let (text, more) = rest[1..].split_at(digits(&rest[1..]));
        let by = if text.is_empty() { 1 } else { number(text) };
        found = Some(match sign {
            b'+' => at.saturating_add(by),
            _ => at.saturating_sub(by),
        });
        rest = more;
    }
    (found, rest)
}

fn parse(line: &[u8], current: usize, last: usize) -> Line<'_> {
    let line = line.trim_ascii_start();
    let (range, rest) = match line.strip_prefix(b"%") {
        Some(rest) => (Some((1, last)), rest),
        None => {
            let (from, rest) = address(line, current, last);
            match rest.strip_prefix(b",") {
                Some(rest) => {
                    let (to, rest) = address(rest, current, last);
                    let from = from.unwrap_or(current);
                    (Some((from, to.unwrap_or(current))), rest)
                }
                None => (from.map(|from| (from, from)), rest),
            }
        }
    };
    let rest = rest.trim_ascii_start();
    // A substitution's pattern may follow at once, with any sign between.
    let letters = rest
        .iter()
        .take_while(|byte| byte.is_ascii_alphabetic())
        .count();
    let letters = if rest.is_empty() { 0 } else { letters.max(1) };
    let (name, rest) = rest.split_at(letters);
    let (insists, rest) = match rest.strip_prefix(b"!") {
        Some(rest) if name != b"!" && name != b"s" => (true, rest),
        _ => (false, rest),
    };
    Line {
        range,
        name,
        insists,
        rest: rest.trim_ascii_start(),
    }
}

impl Editor<'_, '_> {
    /// `:`.
    pub(super) async fn colon(&mut self) -> Result<Next, Fail> {
        match self.ask(b':').await? {
            Some(line) => self.execute(&line).await,
            None => Ok(Next::Edit),
        }
    }

    /// Does what a line says.
    pub(super) async fn execute(&mut self, line: &[u8]) -> Result<Next, Fail> {
        let last = self.text.len();
        let parsed = parse(line, self.cursor.line + 1, last);
        if let Some((from, to)) = parsed.range
            && (from > to || to > last)
        {
            self.warn("Invalid range");
            return Ok(Next::Edit);
        }
        let Line {
            range,
            name,
            insists,
            rest,
        } = parsed;
        let own = self.cursor.line + 1;
        let (from, to) = range.unwrap_or((own, own));
        let (from, to) = (from.max(1) - 1, to.max(1) - 1);
        let path = (!rest.is_empty()).then(|| Bytes::copy_from_slice(rest));
        match name {
            b"" => {
                if range.is_some() {
                    self.cursor = motion::first_visible(&self.text, to);
                }
            }
            b"w" | b"write" => {
                let lines = range.map(|_| (from, to));
                self.write(path, lines, insists).await?;
            }
            b"wq" | b"x" | b"xit" | b"wn" => {
                let needed = name.starts_with(b"w") || self.text.is_modified;
                if !needed || self.write(path, None, insists).await? {
                    return Ok(self.leave(name == b"wn", true));
                }
            }
            b"q" | b"quit" | b"n" | b"next" => {
                return Ok(self.leave(name.starts_with(b"n"), insists));
            }
            b"e" | b"edit" => self.reopen(path, insists).await?,
            b"r" | b"read" => self.read_in(path, to).await?,
            b"f" | b"file" => {
                if path.is_some() {
                    self.file = path;
                }
            }
            b"d" | b"delete" => {
                let pieces = self.text.lines()[from..=to].to_vec();
                self.text.replace(from..to + 1, Vec::new());
                self.register = Register {
                    pieces,
                    is_lines: true,
                };
                self.cursor = motion::first_visible(&self.text, from.min(self.text.len() - 1));
                self.text.finish_change();
            }
            b"y" | b"yank" => {
                let pieces = self.text.lines()[from..=to].to_vec();
                let (lines, chars) = (pieces.len(), characters(&pieces));
                self.register = Register {
                    pieces,
                    is_lines: true,
                };
                self.say(format!("Yank {lines} lines ({chars} chars) into [D]"));
            }
            b"s" | b"substitute" => self.substitute(rest, from, to).await?,
            b"=" => {
                let number = range.map_or(own, |(_, to)| to);
                self.say(number.to_string());
            }
            _ => {
                let shown = line.trim_ascii();
                self.warn(text!("'", shown, "' is not implemented"));
            }
        }
        Ok(Next::Edit)
    }

    /// Leaves the file unless changes would be lost; all files, or for the next one only.
    fn leave(&mut self, for_next: bool, insists: bool) -> Next {
        if self.text.is_modified && !insists {
            self.warn(match for_next {
                true => "No write since last change (:n! overrides)",
                false => "No write since last change (:q! overrides)",
            });
            return Next::Edit;
        }
        if for_next && self.files.is_empty() {
            self.warn("No more files to edit");
            return Next::Edit;
        }
        if !for_next {
            self.files.clear();
        }
        Next::Quit
    }

    /// Reads the file to edit, or begins a new one.
    pub(super) async fn load(&mut self, path: Option<Bytes>) {
        let content = match &path {
            Some(path) => self.content(path).await,
            None => Ok(Buffer::new()),
        };
        self.is_readonly = match &path {
            Some(path) => self
                .cx
                .sys
                .access(path, Access::WRITE)
                .is_err_and(|error| error != Errno::ENOENT),
            None => false,
        };
        if let (Some(path), Err(error)) = (&path, &content)
            && *error != Errno::ENOENT
        {
            self.warn(text!("'", path, "' ", error.message()));
        }
        self.text = Text::new(&content.unwrap_or_default());
        self.file = path;
        self.cursor = Position::default();
        self.screen.top = 0;
        self.redraw();
    }

    async fn content(&self, path: &[u8]) -> Result<Buffer, Errno> {
        if self.cx.sys.stat(path)?.kind == FileKind::Directory {
            return Err(Errno::EISDIR);
        }
        let fd = self.cx.sys.open(path, OpenFlags::READ, 0).await?;
        Reader::owned(self.cx.sys, fd).read_all().await
    }

    /// `:e`.
    async fn reopen(&mut self, path: Option<Bytes>, insists: bool) -> Result<(), Fail> {
        if self.text.is_modified && !insists {
            self.warn("No write since last change (:e! overrides)");
            return Ok(());
        }
        let Some(path) = path.or_else(|| self.file.clone()) else {
            self.warn("No current filename");
            return Ok(());
        };
        let is_new = self.cx.sys.stat(&path).is_err();
        self.load(Some(path.clone())).await;
        let new = if is_new { " [New file]" } else { "" };
        let (lines, chars) = (self.text.len(), characters(self.text.lines()));
        self.say(text!("'", path, "'", new, format!(" {lines}L, {chars}C")));
        Ok(())
    }

    /// `:r`: puts a file's lines below a line.
    async fn read_in(&mut self, path: Option<Bytes>, line: usize) -> Result<(), Fail> {
        let Some(path) = path.or_else(|| self.file.clone()) else {
            self.warn("No current filename");
            return Ok(());
        };
        match self.content(&path).await {
            Err(error) => self.warn(text!("'", path, "' ", error.message())),
            Ok(content) => {
                let lines = Text::new(&content).lines().to_vec();
                let (count, chars) = (lines.len(), characters(&lines));
                self.text.replace(line + 1..line + 1, lines);
                self.text.finish_change();
                self.cursor = motion::first_visible(&self.text, line + 1);
                self.say(text!("'", path, "'", format!(" {count}L, {chars}C")));
            }
        }
        Ok(())
    }

    /// `:w`: whether all went well.
    async fn write(
        &mut self,
        path: Option<Bytes>,
        lines: Option<(usize, usize)>,
        insists: bool,
    ) -> Result<bool, Fail> {
        let is_own = path.is_none() || self.file.is_none() || path == self.file;
        let Some(path) = path.or_else(|| self.file.clone()) else {
            self.warn("No current filename");
            return Ok(false);
        };
        if is_own && self.is_readonly && !insists {
            self.warn(text!("'", path, "' is read only"));
            return Ok(false);
        }
        let (from, to) = lines.unwrap_or((0, self.text.len() - 1));
        let mut content = Buffer::new();
        for line in &self.text.lines()[from..=to] {
            content.extend_from_slice(line);
            content.push(b'\n');
        }
        if let Err(error) = self.write_file(&path, &content).await {
            self.warn(text!("'", path, "' ", error.message()));
            return Ok(false);
        }
        if lines.is_none() && is_own {
            self.text.is_modified = false;
        }
        if self.file.is_none() {
            self.file = Some(path.clone());
        }
        let numbers = format!(" {}L, {}C", to + 1 - from, content.len());
        self.say(text!("'", path, "'", numbers));
        Ok(true)
    }

    async fn write_file(&self, path: &[u8], content: &[u8]) -> Result<(), Errno> {
        let flags = OpenFlags::WRITE | OpenFlags::CREATE | OpenFlags::TRUNC;
        let fd = self.cx.sys.open(path, flags, 0o666).await?;
        let mut written = Ok(());
        for chunk in content.chunks(CHUNK_BYTES) {
            written = self.cx.sys.write_all(fd, chunk).await;
            if written.is_err() {
                break;
            }
        }
        self.cx.sys.close(fd).and(written)
    }

    /// `:s`.
    async fn substitute(&mut self, rest: &[u8], from: usize, to: usize) -> Result<(), Fail> {
        let mut substitution = match Substitution::parse(rest) {
            Ok(substitution) => substitution,
            Err(message) => {
                self.warn(message);
                return Ok(());
            }
        };
        let (mut changes, mut changed_lines, mut at) = (0, 0, from);
        let mut last = to;
        while at <= last {
            let (count, new) = substitution.apply(self.cx.sys, self.text.line(at)).await;
            if count > 0 {
                changes += count;
                changed_lines += 1;
                let more = new.len() - 1;
                self.text.replace(at..at + 1, new);
                at += more;
                last += more;
                self.cursor = motion::first_visible(&self.text, at);
            }
            at += 1;
        }
        self.text.finish_change();
        match changes {
            0 => self.warn("No match"),
            1 => {}
            _ => self.say(format!("{changes} substitutions on {changed_lines} lines")),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_taken_apart() {
        let line = |range, name: &'static str, insists, rest: &'static str| Line {
            range,
            name: name.as_bytes(),
            insists,
            rest: rest.as_bytes(),
        };
        for (text, expected) in [
            ("w", line(None, "w", false, "")),
            ("q!", line(None, "q", true, "")),
            ("w! f", line(None, "w", true, "f")),
            ("5", line(Some((5, 5)), "", false, "")),
            ("$", line(Some((9, 9)), "", false, "")),
            ("2,4d", line(Some((2, 4)), "d", false, "")),
            (".,+2y", line(Some((3, 5)), "y", false, "")),
            ("%s/a/b/g", line(Some((1, 9)), "s", false, "/a/b/g")),
            ("-", line(Some((2, 2)), "", false, "")),
            ("s!a!b!", line(None, "s", false, "!a!b!")),
            ("!ls", line(None, "!", false, "ls")),
            ("", line(None, "", false, "")),
        ] {
            assert_eq!(parse(text.as_bytes(), 3, 9), expected, "{text}");
        }
    }
}
