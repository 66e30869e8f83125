//! grep, egrep and fgrep.

use super::context::{Context, Fail, Outcome, text};
use super::io::Reader;
use super::walk::{DEPTH_MAX, child};
use crate::kernel::{Buffer, Charge, Errno, Sys};
use crate::regex::{Context as Edges, Regex, Syntax, find_bytes};
use bytes::Bytes;
use std::collections::VecDeque;

/// What a line that may be shown later costs.
const LINE_BYTES: usize = 320;
/// What a pattern of a file costs beside its text.
const FIXED_BYTES: usize = 96;
const REGEX_BYTES: usize = 4096;

struct Grep {
    options: super::args::Options,
    patterns: Vec<Pattern>,
    /// For the patterns.
    _charge: Charge,
    names: bool,
    before: usize,
    after: usize,
    most: u64,
    syntax: Syntax,
    /// Number of the line shown last, maybe of a file before.
    last_shown: Option<u64>,
}

enum Pattern {
    Fixed(Vec<u8>),
    /// One that no line was compared with yet: only then it is compiled.
    Source(Vec<u8>),
    Regex(Box<Regex>),
}

/// Which pattern matched where. After a match that was no word (`-w`) the places count from behind it, which is what
/// busybox shows with `-o`.
#[derive(Clone, Copy)]
struct Found {
    pattern: usize,
    start: usize,
    end: usize,
}

/// Writes lines that match.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let mut grep = prepare(cx).await.map_err(|fail| match fail {
        Fail::Message(1, message) => Fail::Message(2, message),
        Fail::Usage(_, message) => Fail::Usage(2, message),
        other => other,
    })?;
    let mut paths = std::mem::take(&mut grep.options.operands);
    let recurse = grep.options.has(b'r') || grep.options.has(b'R');
    if paths.is_empty() {
        paths.push(if recurse { ".".into() } else { "-".into() });
    }
    grep.names =
        grep.options.has(b'H') || (!grep.options.has(b'h') && (paths.len() > 1 || recurse));
    let (mut found, mut failed) = (false, false);
    let mut todo: Vec<(Bytes, usize)> = paths.into_iter().rev().map(|path| (path, 0)).collect();
    while let Some((path, depth)) = todo.pop() {
        let is_directory = path != "-" && cx.sys.stat(&path).is_ok_and(|stat| stat.is_directory());
        if recurse && is_directory {
            // A linked directory below is followed only with -R.
            let linked = depth > 0
                && !grep.options.has(b'R')
                && cx.sys.lstat(&path).is_ok_and(|stat| !stat.is_directory());
            if linked || depth >= DEPTH_MAX {
                continue;
            }
            match cx.sys.read_dir(&path).await {
                Ok(entries) => todo.extend(
                    entries
                        .into_iter()
                        .rev()
                        .map(|entry| (child(&path, &entry.name).into(), depth + 1)),
                ),
                Err(error) => {
                    failed = true;
                    if !grep.options.has(b's') {
                        cx.complain_of(&path, error).await;
                    }
                }
            }
            continue;
        }
        let result = match cx.open_input(&path).await {
            Ok(mut reader) => search(cx, &mut grep, &mut reader, &path).await?,
            Err(error) => Err(error),
        };
        match result {
            Ok(matched) => {
                found |= matched;
                if matched && grep.options.has(b'q') {
                    return Ok(0);
                }
            }
            Err(error) => {
                failed = true;
                if !grep.options.has(b's') {
                    cx.complain_of(&path, error).await;
                }
            }
        }
    }
    Ok(match (failed, found) {
        (true, _) => 2,
        (false, true) => 0,
        (false, false) => 1,
    })
}

async fn prepare(cx: &mut Context<'_>) -> Result<Grep, Fail> {
    cx.args.retain(|arg| !arg.starts_with(b"--color"));
    let mut options = cx.long_options(
        "lnqvscFiHhe:f:LorRm:wxA:B:C:EaI",
        &[
            ("regexp", true, b'e'),
            ("ignore-case", false, b'i'),
            ("invert-match", false, b'v'),
            ("count", false, b'c'),
            ("quiet", false, b'q'),
            ("line-number", false, b'n'),
            ("only-matching", false, b'o'),
            ("extended-regexp", false, b'E'),
            ("fixed-strings", false, b'F'),
            ("recursive", false, b'r'),
            ("word-regexp", false, b'w'),
            ("line-regexp", false, b'x'),
            ("no-messages", false, b's'),
            ("files-with-matches", false, b'l'),
            ("max-count", true, b'm'),
        ],
    )?;
    let fixed = options.has(b'F') || cx.name == "fgrep";
    let pattern_bytes = if fixed { FIXED_BYTES } else { REGEX_BYTES };
    let mut sources: Vec<Vec<u8>> = Vec::new();
    let mut charge = Charge::new();
    for text in options.values(b'e') {
        sources.extend(text.split(|byte| *byte == b'\n').map(<[u8]>::to_vec));
    }
    for path in options.values(b'f') {
        let failed = |error: Errno| Fail::new(text!(path, ": ", error.message()));
        let mut reader = cx.open_input(path).await.map_err(failed)?;
        let all = reader.read_all().await.map_err(failed)?;
        let all = all.strip_suffix(b"\n").unwrap_or(&all);
        if !all.is_empty() || cx.sys.stat(path).is_ok_and(|stat| stat.size > 0) {
            for source in all.split(|byte| *byte == b'\n') {
                charge.add(source.len() + pattern_bytes);
                sources.push(source.to_vec());
            }
        }
    }
    if !options.has(b'e') && !options.has(b'f') {
        if options.operands.is_empty() {
            return Err(Fail::usage());
        }
        let text = options.operands.remove(0);
        sources.extend(text.split(|byte| *byte == b'\n').map(<[u8]>::to_vec));
    }
    let extended = options.has(b'E') || cx.name == "egrep";
    // What was given last is tried first.
    let patterns = sources.into_iter().rev().map(match fixed {
        true => Pattern::Fixed,
        false => Pattern::Source,
    });
    let around = options.number(b'C')?;
    let context = |given: Option<u64>| given.or(around).unwrap_or(0).min(1_000_000) as usize;
    Ok(Grep {
        before: context(options.number(b'B')?),
        after: context(options.number(b'A')?),
        most: options.number(b'm')?.unwrap_or(u64::MAX),
        syntax: match extended {
            true => Syntax::Extended,
            false => Syntax::Basic,
        },
        patterns: patterns.collect(),
        _charge: charge,
        names: false,
        last_shown: None,
        options,
    })
}

impl Grep {
    /// What the first pattern that matches finds, with regard to `-w` and `-x`.
    async fn find(&mut self, sys: &Sys, line: &[u8]) -> Result<Option<Found>, Fail> {
        let has = |letter| self.options.has(letter);
        let (words, whole, ignore_case) = (has(b'w'), has(b'x'), has(b'i'));
        for (pattern, known) in self.patterns.iter_mut().enumerate() {
            if let Pattern::Source(source) = known {
                let regex = Regex::new(source, self.syntax, ignore_case);
                let regex = regex.map_err(|error| {
                    let message = text!("bad regex '", source, "': ", error.to_string());
                    Fail::Message(2, message)
                })?;
                *known = Pattern::Regex(Box::new(regex));
            }
            let span = match known {
                Pattern::Regex(regex) => find_regex(regex, sys, line, words, whole).await,
                Pattern::Fixed(wanted) => {
                    sys.burn(50 + line.len() as u64 / 4).await;
                    find_fixed(wanted, line, words, whole, ignore_case)
                }
                Pattern::Source(_) => None,
            };
            if let Some((start, end)) = span {
                return Ok(Some(Found {
                    pattern,
                    start,
                    end,
                }));
            }
        }
        Ok(None)
    }
}

fn is_in_word(byte: Option<&u8>) -> bool {
    byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

async fn find_regex(
    regex: &mut Regex,
    sys: &Sys,
    line: &[u8],
    words: bool,
    whole: bool,
) -> Option<(usize, usize)> {
    let (mut from, mut context) = (0, Edges::default());
    loop {
        let rest = &line[from..];
        let found = regex.search(sys, rest, 0, context).await.ok()??;
        let (start, end) = (found.start(), found.end());
        if whole {
            return (start == 0 && end == rest.len()).then_some((start, end));
        }
        let before = (from + start).checked_sub(1).and_then(|at| line.get(at));
        if !words || !is_in_word(before) && !is_in_word(rest.get(end)) {
            return Some((start, end));
        }
        if end == 0 {
            return None;
        }
        from += end;
        context.not_line_start = true;
    }
}

fn find_fixed(
    wanted: &[u8],
    line: &[u8],
    words: bool,
    whole: bool,
    ignore_case: bool,
) -> Option<(usize, usize)> {
    let (lowered, lowered_line);
    let (wanted, line) = match ignore_case {
        true => {
            (lowered, lowered_line) = (wanted.to_ascii_lowercase(), line.to_ascii_lowercase());
            (lowered.as_slice(), lowered_line.as_slice())
        }
        false => (wanted, line),
    };
    if whole {
        return (line == wanted).then_some((0, line.len()));
    }
    let mut from = 0;
    while from <= line.len() {
        let start = match wanted.is_empty() {
            true => from,
            false => from + find_bytes(&line[from..], wanted)?,
        };
        let end = start + wanted.len();
        let before = start.checked_sub(1).and_then(|at| line.get(at));
        if !words || !is_in_word(before) && !is_in_word(line.get(end)) {
            return Some((start, end));
        }
        from = start + 1;
    }
    None
}

/// Searches one file; whether a line was selected.
async fn search(
    cx: &mut Context<'_>,
    grep: &mut Grep,
    reader: &mut Reader<'_>,
    path: &Bytes,
) -> Result<Result<bool, Errno>, Fail> {
    let shown_name: Bytes = if path == "-" {
        "(standard input)".into()
    } else {
        path.clone()
    };
    let has = |letter| grep.options.has(letter);
    let (invert, only, count_only) = (has(b'v'), has(b'o'), has(b'c'));
    let names_only = has(b'l') || has(b'L');
    let quiet = has(b'q') || names_only || count_only;
    let numbered = has(b'n');
    let context = grep.before > 0 || grep.after > 0;
    let (mut line, mut number, mut selected) = (Vec::new(), 0_u64, 0_u64);
    let mut earlier: VecDeque<(u64, Buffer)> = VecDeque::new();
    let mut charge = Charge::new();
    let (mut trailing, mut last_shown) = (0, grep.last_shown);
    while selected < grep.most || trailing > 0 {
        match reader.read_text_line(&mut line).await {
            Ok(read) if read.is_some() => {}
            // A file that cannot be read, such as a directory, counts as empty.
            Ok(_) | Err(_) => break,
        }
        number += 1;
        cx.sys.burn(100).await;
        let found = grep.find(cx.sys, &line).await?;
        let wanted = found.is_some() != invert && selected < grep.most;
        let prefix = Prefix {
            grep,
            name: &shown_name,
            numbered,
        };
        if wanted {
            selected += 1;
            if quiet {
                if !count_only || names_only {
                    break;
                }
                continue;
            }
            let first = number - earlier.len() as u64;
            if context && last_shown.is_some_and(|last| last + 1 != first) {
                cx.out.put(b"--\n");
            }
            for (earlier_number, earlier_line) in earlier.drain(..) {
                prefix.put(cx, earlier_number, b'-');
                cx.out.put(earlier_line);
                cx.out.write(b"\n").await?;
            }
            if only && invert {
                // What does not match has no matching part.
            } else if only {
                show_parts(cx, grep, &shown_name, numbered, number, &line, found).await?;
            } else {
                prefix.put(cx, number, b':');
                cx.out.put(&line);
                cx.out.write(b"\n").await?;
            }
            last_shown = Some(number);
            trailing = grep.after;
        } else if trailing > 0 && !quiet {
            trailing -= 1;
            prefix.put(cx, number, b'-');
            cx.out.put(&line);
            cx.out.write(b"\n").await?;
            last_shown = Some(number);
        } else if grep.before > 0 {
            if earlier.len() == grep.before {
                earlier.pop_front();
            }
            charge.cover_steps(earlier.len() * LINE_BYTES);
            earlier.push_back((number, Buffer::from(line.as_slice())));
        }
    }
    let prefix = Prefix {
        grep,
        name: &shown_name,
        numbered: false,
    };
    if count_only && !grep.options.has(b'q') && (!names_only || selected == 0) {
        prefix.put(cx, 0, b':');
        cx.out.write(format!("{selected}\n")).await?;
    }
    let listed =
        (grep.options.has(b'l') && selected > 0) || (grep.options.has(b'L') && selected == 0);
    if listed && !grep.options.has(b'q') {
        cx.out.write(text!(shown_name, "\n")).await?;
    }
    grep.last_shown = last_shown;
    Ok(Ok(match grep.options.has(b'L') {
        true => selected == 0,
        false => selected > 0,
    }))
}

/// What stands before a line.
struct Prefix<'a> {
    grep: &'a Grep,
    name: &'a [u8],
    numbered: bool,
}

impl Prefix<'_> {
    fn put(&self, cx: &mut Context<'_>, number: u64, mark: u8) {
        if self.grep.names {
            cx.out.put(self.name);
            cx.out.put([mark]);
        }
        if self.numbered {
            cx.out.put(number.to_string());
            cx.out.put([mark]);
        }
    }
}

/// Every match of a line on a line of its own.
async fn show_parts(
    cx: &mut Context<'_>,
    grep: &mut Grep,
    name: &[u8],
    numbered: bool,
    number: u64,
    line: &[u8],
    first: Option<Found>,
) -> Result<(), Fail> {
    let Some(Found {
        pattern,
        mut start,
        mut end,
    }) = first
    else {
        return Ok(());
    };
    let context = Edges {
        not_line_start: true,
        ..Edges::default()
    };
    loop {
        let part = match &grep.patterns[pattern] {
            // As it was written, whatever the case of what was found.
            Pattern::Fixed(wanted) => wanted.as_slice(),
            _ => &line[start..end],
        };
        if !part.is_empty() || matches!(grep.patterns[pattern], Pattern::Fixed(_)) {
            Prefix {
                grep,
                name,
                numbered,
            }
            .put(cx, number, b':');
            cx.out.put(part);
            cx.out.write(b"\n").await?;
        }
        let Pattern::Regex(regex) = &mut grep.patterns[pattern] else {
            break;
        };
        if end >= line.len() {
            break;
        }
        let from = end + usize::from(start == end);
        // What is left is a text of its own, for which nothing was before.
        let found = regex.search(cx.sys, &line[from..], 0, context).await;
        let Ok(Some(found)) = found else {
            break;
        };
        (start, end) = (from + found.start(), from + found.end());
    }
    Ok(())
}
