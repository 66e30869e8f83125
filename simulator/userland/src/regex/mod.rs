//! POSIX regular expressions on bytes, in bounded time.
//!
//! Basic and extended syntax with the GNU additions (`\+ \? \| \w \W \s \S \b \B \< \> \` \'`). A match is the
//! leftmost, and of those the longest; among the ways to get it, groups follow the order of preference (first
//! alternative, most repetitions) as GNU libc's matcher does, which `busybox` uses.
//!
//! A pattern becomes a [`program::Program`]. One without a choice is tried at each place; others without
//! back-references are simulated (all threads at once, linear in the text); with them a backtracker with a limit on its
//! steps runs. Both work in slices: [`searcher::Searcher::resume`] stops
//! when its budget is gone, so that a program can yield.
//!
//! *Architecture Invariants:* no recursion by the depth of a pattern or the length of a text; the size of a compiled
//! pattern is limited; bytes are never interpreted as UTF-8.

mod backtrack;
mod bracket;
mod capture;
mod interval;
mod parse;
mod program;
mod search;
mod searcher;
mod straight;
#[cfg(test)]
mod tests;

pub(crate) use searcher::{Context, Match};

use crate::kernel::Sys;
use searcher::Searcher;

/// How a pattern is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Syntax {
    /// `\( \) \{ \}`, `*`.
    Basic,
    /// `( ) { } | + ?`, `*`.
    Extended,
}

/// How a pattern is compiled.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    /// Its syntax.
    pub(crate) syntax: Syntax,
    /// ASCII letters match in both cases.
    pub(crate) ignore_case: bool,
    /// `^` and `$` match at line ends inside the text; `.` and `[^…]` do not match a line end.
    pub(crate) newline: bool,
}

/// Why a pattern was refused, or a search given up. The texts are those of GNU libc's `regerror`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RegexError {
    /// `\1` without a first group before it.
    #[error("Invalid back reference")]
    BackReference,
    /// `[` or `[^` and nothing else.
    #[error("Invalid regular expression")]
    Invalid,
    /// `[` without `]`.
    #[error("Unmatched [, [^, [:, [., or [=")]
    UnmatchedBracket,
    /// `(` without `)`, or in basic syntax also the other way round.
    #[error("Unmatched ( or \\(")]
    UnmatchedOpen,
    /// `{` without `}`.
    #[error("Unmatched \\{{")]
    UnmatchedBrace,
    /// `{x}`, `{2,1}`.
    #[error("Invalid content of \\{{\\}}")]
    BraceContent,
    /// `[z-a]`.
    #[error("Invalid range end")]
    RangeEnd,
    /// A repetition of nothing.
    #[error("Invalid preceding regular expression")]
    NothingToRepeat,
    /// `[[:nonsense:]]`.
    #[error("Invalid character class name")]
    ClassName,
    /// `[[.nonsense.]]`.
    #[error("Invalid collation character")]
    Collation,
    /// `\` at the end.
    #[error("Trailing backslash")]
    TrailingBackslash,
    /// Over the limits on size, nesting or repetition.
    #[error("Regular expression too big")]
    TooBig,
    /// A search with back-references took more steps than the limit.
    #[error("Memory exhausted")]
    TooComplex,
}

/// A position and the one behind the end: `start..end`.
type Span = (usize, usize);

/// A compiled pattern, and the memory that its searches need.
#[derive(Debug)]
pub(crate) struct Regex {
    searcher: Searcher,
    groups: usize,
    last: Option<Match>,
}

impl Regex {
    /// Compiles a pattern.
    pub(crate) fn new(
        pattern: &[u8],
        syntax: Syntax,
        ignore_case: bool,
    ) -> Result<Self, RegexError> {
        Self::with(
            pattern,
            Options {
                syntax,
                ignore_case,
                newline: false,
            },
        )
    }

    /// Compiles a pattern with all options.
    pub(crate) fn with(pattern: &[u8], options: Options) -> Result<Self, RegexError> {
        let program = parse::compile(pattern, options)?;
        Ok(Self {
            groups: program.groups,
            searcher: Searcher::new(program),
            last: None,
        })
    }

    /// The number of groups in the pattern.
    pub(crate) fn groups(&self) -> usize {
        self.groups
    }

    /// The leftmost-longest match that starts at `from` or later; `^` is the start of `text`. A search that is given
    /// up ([`RegexError::TooComplex`]) finds nothing.
    pub(crate) async fn find(&mut self, sys: &Sys, text: &[u8], from: usize) -> Option<Span> {
        let found = self.search(sys, text, from, Context::default()).await;
        found.ok()?.map(|found| (found.start(), found.end()))
    }

    /// As [`Regex::find`], and keeps where the groups are.
    pub(crate) async fn find_groups(
        &mut self,
        sys: &Sys,
        text: &[u8],
        from: usize,
    ) -> Option<Span> {
        let context = Context {
            groups: true,
            ..Context::default()
        };
        self.last = self.search(sys, text, from, context).await.ok()?;
        self.group(0)
    }

    /// The span of a group of the last match found by [`Regex::find_groups`]; 0 is the whole.
    pub(crate) fn group(&self, number: usize) -> Option<Span> {
        let range = self.last.as_ref()?.group(number)?;
        Some((range.start, range.end))
    }

    /// As [`Regex::search`], when that needs no wait.
    pub(crate) fn search_now(
        &mut self,
        text: &[u8],
        from: usize,
        context: Context,
    ) -> Option<Result<Option<Match>, RegexError>> {
        self.searcher.find_now(text, from, context)
    }

    /// The leftmost-longest match at `from` or later, spending the process's fuel.
    pub(crate) async fn search(
        &mut self,
        sys: &Sys,
        text: &[u8],
        from: usize,
        context: Context,
    ) -> Result<Option<Match>, RegexError> {
        match self.searcher.find_now(text, from, context) {
            Some(result) => result,
            None => self.searcher.find(sys, text, from, context).await,
        }
    }
}

/// Where `wanted` first occurs.
pub(crate) fn find_bytes(text: &[u8], wanted: &[u8]) -> Option<usize> {
    let (&first, rest) = wanted.split_first()?;
    let last_start = text.len().checked_sub(wanted.len())?;
    let mut at = 0;
    while at <= last_start {
        at += text[at..=last_start]
            .iter()
            .position(|byte| *byte == first)?;
        if &text[at + 1..at + wanted.len()] == rest {
            return Some(at);
        }
        at += 1;
    }
    None
}
