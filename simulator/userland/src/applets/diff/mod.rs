//! diff: unified differences of files and directories.

mod directory;
mod hunks;
mod lines;
mod matching;
mod pace;

use super::args::Options;
use super::context::{Context, Fail, Outcome, text};
use super::io::Reader;
use super::walk;
use crate::kernel::{Buffer, Errno, Stat, Sys};
use bytes::Bytes;
use lines::{Lines, Normalization};
use pace::Pace;

/// What was asked for.
struct Job {
    normalization: Normalization,
    context: usize,
    labels: Vec<Bytes>,
    start: Option<Bytes>,
    /// `-B`: changes of empty lines only do not count.
    ignore_empty: bool,
    as_text: bool,
    absent_is_empty: bool,
    brief: bool,
    recurse: bool,
    report_same: bool,
    /// `-t` and `-T`.
    expand_tabs: bool,
    lead_with_tab: bool,
    /// `-d`
    thorough: bool,
}

/// How two files compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Same,
    Differ,
    Binary,
    /// One could not be read; it was said.
    Unread,
}

/// Bytes that are looked at between two checkpoints.
const STEP_BYTES: usize = 16 << 10;

const LONG: &[super::args::Long] = &[
    ("ignore-blank-lines", false, b'B'),
    ("ignore-space-change", false, b'b'),
    ("ignore-all-space", false, b'w'),
    ("ignore-case", false, b'i'),
    ("minimal", false, b'd'),
    ("new-file", false, b'N'),
    ("brief", false, b'q'),
    ("recursive", false, b'r'),
    ("report-identical-files", false, b's'),
    ("expand-tabs", false, b't'),
    ("initial-tab", false, b'T'),
    ("text", false, b'a'),
    ("label", true, b'L'),
    ("starting-file", true, b'S'),
    ("unified", true, b'U'),
];

/// Writes how two files or directories differ; status 1 when they do.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.long_options("abBdiL:NqrsS:tTU:wup::", LONG)?;
    let job = Job::new(&options)?;
    let [first, second] = options.operands.as_slice() else {
        return Err(Fail::usage());
    };
    let mut paths = [first.clone(), second.clone()];
    let mut stats = [None, None];
    for (path, stat) in paths.iter().zip(&mut stats) {
        *stat = status_of(cx, &job, path)?;
    }
    let is_directory = |stat: &Option<Stat>| stat.as_ref().is_some_and(Stat::is_directory);
    let directories = [is_directory(&stats[0]), is_directory(&stats[1])];
    if directories != [false; 2] && paths.iter().any(|path| path == "-") {
        return Err(Fail::Message(
            2,
            b"can't compare stdin to a directory".to_vec(),
        ));
    }
    if let [Some(left), Some(right)] = &stats
        && (left.dev, left.ino) == (right.dev, right.ino)
    {
        return Ok(0);
    }
    if directories == [true; 2] {
        return directory::compare(cx, &job, &paths).await;
    }
    if let Some(at) = directories.iter().position(|is_directory| *is_directory) {
        let inside = walk::child(&paths[at], walk::base_name(&paths[1 - at]));
        paths[at] = inside.into();
    }
    let verdict = compare_files(cx, &job, &paths, &paths).await?;
    report(cx, &job, verdict, &paths).await
}

impl Job {
    fn new(options: &Options) -> Result<Self, Fail> {
        let context = options.number(b'U')?.unwrap_or(3);
        Ok(Self {
            normalization: Normalization {
                fold_case: options.has(b'i'),
                squeeze_blanks: options.has(b'b'),
                drop_blanks: options.has(b'w'),
            },
            context: usize::try_from(context).unwrap_or(usize::MAX).min(1 << 30),
            labels: options.values(b'L').cloned().collect(),
            start: options.value(b'S').cloned(),
            ignore_empty: options.has(b'B'),
            as_text: options.has(b'a'),
            absent_is_empty: options.has(b'N'),
            brief: options.has(b'q'),
            recurse: options.has(b'r'),
            report_same: options.has(b's'),
            expand_tabs: options.has(b't'),
            lead_with_tab: options.has(b'T'),
            thorough: options.has(b'd'),
        })
    }
}

fn status_of(cx: &Context<'_>, job: &Job, path: &Bytes) -> Result<Option<Stat>, Fail> {
    let stat = match path.as_ref() {
        b"-" => cx.sys.fstat(0),
        path => cx.sys.stat(path),
    };
    match stat {
        Ok(stat) => Ok(Some(stat)),
        Err(Errno::ENOENT) if job.absent_is_empty => Ok(None),
        Err(error) => Err(Fail::Message(
            2,
            text!("can't stat '", path, "': ", error.message()),
        )),
    }
}

/// Says how two files compare, if that was asked for; the status.
async fn report(cx: &mut Context<'_>, job: &Job, verdict: Verdict, paths: &[Bytes; 2]) -> Outcome {
    let [left, right] = paths;
    let line = match verdict {
        Verdict::Same if job.report_same => {
            text!("Files ", left, " and ", right, " are identical\n")
        }
        Verdict::Differ if job.brief => text!("Files ", left, " and ", right, " differ\n"),
        Verdict::Binary => text!("Files ", left, " and ", right, " differ\n"),
        _ => Vec::new(),
    };
    cx.out.write(line).await?;
    Ok(match verdict {
        Verdict::Same => 0,
        Verdict::Differ | Verdict::Binary => 1,
        Verdict::Unread => 2,
    })
}

/// Compares two files and writes their differences. `names` are shown.
async fn compare_files(
    cx: &mut Context<'_>,
    job: &Job,
    paths: &[Bytes; 2],
    names: &[Bytes; 2],
) -> Result<Verdict, Fail> {
    let mut contents = [Buffer::new(), Buffer::new()];
    for (path, content) in paths.iter().zip(&mut contents) {
        match read(cx, job, path).await {
            Ok(bytes) => *content = bytes,
            Err(error) => {
                cx.complain_of(path, error).await;
                return Ok(Verdict::Unread);
            }
        }
    }
    if same(cx.sys, &contents[0], &contents[1]).await {
        return Ok(Verdict::Same);
    }
    if !job.as_text && contents.iter().any(|content| content.contains(&0)) {
        return Ok(Verdict::Binary);
    }
    let pace = Pace::new(cx.sys);
    let left = Lines::new(pace, &contents[0]).await;
    let right = Lines::new(pace, &contents[1]).await;
    let matches =
        matching::match_lines(cx.sys, &left, &right, job.normalization, job.thorough).await;
    let labels = [0, 1].map(|index| job.labels.get(index).unwrap_or(&names[index]).clone());
    let changed = hunks::write(cx, job, &left, &right, matches, &labels).await?;
    Ok(if changed {
        Verdict::Differ
    } else {
        Verdict::Same
    })
}

/// Whether the bytes are the same.
async fn same(sys: &Sys, left: &[u8], right: &[u8]) -> bool {
    for (left, right) in left.chunks(STEP_BYTES).zip(right.chunks(STEP_BYTES)) {
        sys.burn(STEP_BYTES as u64 / 4).await;
        if left != right {
            return false;
        }
    }
    left.len() == right.len()
}

async fn read(cx: &Context<'_>, job: &Job, path: &Bytes) -> Result<Buffer, Errno> {
    let opened = cx.open_input(path).await;
    let mut reader: Reader<'_> = match opened {
        Err(Errno::ENOENT) if job.absent_is_empty => return Ok(Buffer::new()),
        opened => opened?,
    };
    reader.read_all().await
}
