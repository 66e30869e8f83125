//! Hunks of unified diffs.

use super::super::numbers;
use crate::kernel::{List, Sys};
use bytes::Bytes;

/// What reading a line has made of a hunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// Lines are missing.
    More,
    /// It has all its lines.
    Whole,
    /// The line does not belong into a hunk.
    Broken,
}

/// A hunk: which lines make way for which.
#[derive(Debug)]
pub(super) struct Hunk {
    old_line: i64,
    new_line: i64,
    /// Both counts of its first line were zero there.
    old_is_nothing: bool,
    new_is_nothing: bool,
    old_left: i64,
    new_left: i64,
    /// Lines of context before the first change and behind the last one.
    leading: usize,
    trailing: usize,
    /// Lines with their first letter: blank, `-` or `+`.
    pub(super) lines: List<Bytes>,
}

impl Hunk {
    /// Reads `@@ -OLD,COUNT +NEW,COUNT @@`; a count is 1 when it is not there.
    pub(super) fn begin(line: &[u8]) -> Option<Self> {
        let (old_line, old_left, rest) = range(line.strip_prefix(b"@@ -")?)?;
        let (new_line, new_left, _) = range(rest.strip_prefix(b" +")?)?;
        Some(Self {
            old_line,
            new_line,
            old_is_nothing: (old_line, old_left) == (0, 0),
            new_is_nothing: (new_line, new_left) == (0, 0),
            old_left,
            new_left,
            leading: 0,
            trailing: 0,
            lines: List::new(),
        })
    }

    pub(super) fn old_is_nothing(&self) -> bool {
        self.old_is_nothing
    }

    pub(super) fn new_is_nothing(&self) -> bool {
        self.new_is_nothing
    }

    /// Takes one more line. An empty one stands for an empty line of context.
    pub(super) fn add(&mut self, line: &[u8]) -> Progress {
        let line = if line.is_empty() { b" " } else { line };
        let letter = line[0];
        if !matches!(letter, b' ' | b'-' | b'+') {
            return Progress::Broken;
        }
        self.old_left -= i64::from(letter != b'+');
        self.new_left -= i64::from(letter != b'-');
        if letter == b' ' {
            self.leading += usize::from(self.leading == self.lines.len());
            self.trailing += 1;
        } else {
            self.trailing = 0;
        }
        self.lines.push_text(Bytes::copy_from_slice(line));
        if (self.old_left, self.new_left) == (0, 0) {
            Progress::Whole
        } else {
            Progress::More
        }
    }

    /// Where in `lines` those are that must be in the file.
    pub(super) async fn wanted(&self, sys: &Sys, reverse: bool) -> List<usize> {
        let added = added(reverse);
        let mut wanted = List::new();
        for (at, line) in self.lines.iter().enumerate() {
            if line[0] != added {
                wanted.push(at);
            }
            sys.burn(10).await;
        }
        wanted
    }

    /// The lines that the file has afterwards.
    pub(super) fn result(&self, reverse: bool) -> impl Iterator<Item = &[u8]> {
        let removed = added(!reverse);
        let kept = self.lines.iter().filter(move |line| line[0] != removed);
        kept.map(|line| &line[1..])
    }

    /// Whether it can only be where the file ends: less context follows the change than comes before it.
    pub(super) fn ends_file(&self) -> bool {
        self.trailing == 0 || self.trailing < self.leading
    }

    /// What is said when it does not fit.
    pub(super) fn report(&self, number: u32) -> Vec<u8> {
        let (old, new) = (self.old_line, self.new_line);
        let mut report = format!("Hunk {number} FAILED {old}/{new}.\n").into_bytes();
        for line in &self.lines {
            report.extend_from_slice(line);
            report.push(b'\n');
        }
        report
    }
}

/// The first letter of lines that are added.
fn added(reverse: bool) -> u8 {
    if reverse { b'-' } else { b'+' }
}

/// `LINE` or `LINE,COUNT`, and what follows.
fn range(text: &[u8]) -> Option<(i64, i64, &[u8])> {
    let (line, rest) = number(text)?;
    match rest.strip_prefix(b",") {
        Some(rest) => {
            let (count, rest) = number(rest)?;
            Some((line, count, rest))
        }
        None => Some((line, 1, rest)),
    }
}

fn number(text: &[u8]) -> Option<(i64, &[u8])> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let number = numbers::decimal(&text[..digits])?;
    Some((i64::try_from(number).ok()?, &text[digits..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hunk(lines: &[&str]) -> Hunk {
        let mut hunk = Hunk::begin(b"@@ -1,3 +1,3 @@").expect("is one");
        for line in lines {
            hunk.add(line.as_bytes());
        }
        hunk
    }

    #[test]
    fn first_lines_have_two_ranges() {
        for (line, expected) in [
            ("@@ -1 +2 @@", Some((1, 1, 2, 1))),
            ("@@ -1,0 +2,7 @@ f()", Some((1, 0, 2, 7))),
            ("@@ -x +2 @@", None),
            ("@@ -1, +2 @@", None),
            ("@@ 1 2 @@", None),
            ("@@ -99999999999999999999 +1 @@", None),
        ] {
            let hunk = Hunk::begin(line.as_bytes());
            let read = hunk.map(|h| (h.old_line, h.old_left, h.new_line, h.new_left));
            assert_eq!(read, expected, "{line}");
        }
    }

    #[test]
    fn a_hunk_is_whole_when_all_lines_are_there() {
        let mut hunk = Hunk::begin(b"@@ -1,2 +1,2 @@").expect("is one");
        let steps = ["", "-b", "+c"].map(|line| hunk.add(line.as_bytes()));
        assert_eq!(steps, [Progress::More, Progress::More, Progress::Whole]);
        assert_eq!(hunk.add(b"\\ No newline"), Progress::Broken);
    }

    #[test]
    fn lines_make_way_for_others() {
        let hunk = hunk(&[" a", "-b", "+B", " c"]);
        let result: Vec<&[u8]> = hunk.result(false).collect();
        assert_eq!(result, [b"a", b"B", b"c"]);
        let result: Vec<&[u8]> = hunk.result(true).collect();
        assert_eq!(result, [b"a", b"b", b"c"]);
    }

    #[test]
    fn a_hunk_with_little_context_behind_it_ends_the_file() {
        for (lines, expected) in [
            (&[" a", "-b", " c"][..], false),
            (&[" a", " b", "-c", " d"], true),
            (&["-a", " b"], false),
            (&["+a"], true),
        ] {
            assert_eq!(hunk(lines).ends_file(), expected, "{lines:?}");
        }
    }
}
