//! ls.

use super::accounts::Accounts;
use super::args::Options;
use super::calendar::{Date, Zone};
use super::context::{Context, Fail, Outcome, text};
use super::human;
use super::mode;
use super::walk::{DEPTH_MAX, child};
use crate::kernel::{Errno, FileKind, Stat, Timestamp};
use bytes::Bytes;
use std::cmp::Ordering;

/// What is shown and how.
struct View {
    options: Options,
    long: bool,
    columns: bool,
    width: usize,
    time: TimeKind,
    sort: Sort,
    accounts: Accounts,
    zone: Zone,
}

#[derive(Clone, Copy)]
enum TimeKind {
    Modified,
    Changed,
    Accessed,
}

#[derive(Clone, Copy)]
enum Sort {
    Name,
    Size,
    Time,
    Extension,
    Version,
}

/// One row.
struct Row {
    /// As shown.
    name: Bytes,
    /// To reach it.
    path: Vec<u8>,
    stat: Stat,
    target: Option<Bytes>,
}

const LONG: &[super::args::Long] = &[
    ("full-time", false, 1),
    ("color", false, 2),
    ("group-directories-first", false, 3),
    ("all", false, b'a'),
    ("almost-all", false, b'A'),
    ("human-readable", false, b'h'),
    ("recursive", false, b'R'),
    ("reverse", false, b'r'),
];

/// Fuel of a row.
const ROW_FUEL: u64 = 1_000;

/// Lists files and directories.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    cx.args.retain(|arg| !arg.starts_with(b"--color"));
    let options = cx.long_options("1AaCxdLHRFplinshrSXvctukw:T:", LONG)?;
    let view = view(cx, options).await?;
    let mut paths = view.options.operands.clone();
    if paths.is_empty() {
        paths.push(".".into());
    }
    let (mut files, mut directories, mut status) = (Vec::new(), Vec::new(), 0);
    let as_links = view.long || view.options.has(b'F') || view.options.has(b'd');
    let follow = view.options.has(b'L') || view.options.has(b'H') || !as_links;
    for path in &paths {
        cx.sys.burn(ROW_FUEL).await;
        match row(cx, path.clone(), path.to_vec(), follow) {
            Ok(row) if row.stat.is_directory() && !view.options.has(b'd') => directories.push(row),
            Ok(row) => files.push(row),
            Err(error) => {
                cx.complain_of(path, error).await;
                status = 1;
            }
        }
    }
    let mut shown = !files.is_empty();
    view.sort(&mut files);
    view.show(cx, &files).await?;
    view.sort(&mut directories);
    let titles = paths.len() > 1 || view.options.has(b'R');
    let mut todo: Vec<(Vec<u8>, usize)> = directories
        .into_iter()
        .rev()
        .map(|row| (row.path, 0))
        .collect();
    while let Some((path, depth)) = todo.pop() {
        if titles {
            let gap = if shown { "\n" } else { "" };
            cx.out.write(text!(gap, path, ":\n")).await?;
        }
        shown = true;
        match list(cx, &view, &path).await {
            Ok(rows) => {
                if view.long || view.options.has(b's') {
                    view.total(cx, &rows).await?;
                }
                view.show(cx, &rows).await?;
                if view.options.has(b'R') && depth < DEPTH_MAX {
                    let below = rows.into_iter().rev().filter(|row| {
                        row.stat.is_directory() && row.name != "." && row.name != ".."
                    });
                    todo.extend(below.map(|row| (row.path, depth + 1)));
                }
            }
            Err(error) => {
                let message = match error {
                    Errno::EACCES | Errno::EMFILE => {
                        text!("can't open '", path, "': ", error.message())
                    }
                    _ => text!(path, ": ", error.message()),
                };
                cx.complain(message).await;
                status = 1;
            }
        }
    }
    Ok(status)
}

async fn view(cx: &Context<'_>, options: Options) -> Result<View, Fail> {
    let long = options.has(b'l') || options.has(b'n') || options.has(1);
    let is_tty = cx.sys.is_tty(1);
    let format = options.last_of(b"1Cxln\x01");
    let width = match options.number(b'w')? {
        Some(width) => width as usize,
        None => cx
            .sys
            .window_size(1)
            .map_or(80, |size| usize::from(size.columns)),
    };
    let time = match options.last_of(b"cu") {
        Some(b'c') => TimeKind::Changed,
        Some(_) => TimeKind::Accessed,
        None => TimeKind::Modified,
    };
    let sort = match options.last_of(b"StXv") {
        Some(b'S') => Sort::Size,
        Some(b't') => Sort::Time,
        Some(b'X') => Sort::Extension,
        Some(_) => Sort::Version,
        None if (options.has(b'c') || options.has(b'u')) && !long => Sort::Time,
        None => Sort::Name,
    };
    Ok(View {
        columns: matches!(format, Some(b'C' | b'x')) || (format.is_none() && is_tty),
        width: if width == 0 { 80 } else { width },
        time,
        sort,
        accounts: match long && !options.has(b'n') {
            true => Accounts::read(cx.sys).await,
            false => Accounts::default(),
        },
        zone: Zone::from_variable(cx.variable("TZ").as_deref()),
        options,
        long,
    })
}

fn row(cx: &Context<'_>, name: Bytes, path: Vec<u8>, follow: bool) -> Result<Row, Errno> {
    let stat = if follow {
        cx.sys.stat(&path)
    } else {
        cx.sys.lstat(&path)
    }?;
    let target = match stat.kind {
        FileKind::Symlink => cx.sys.readlink(&path).ok(),
        _ => None,
    };
    Ok(Row {
        name,
        path,
        stat,
        target,
    })
}

async fn list(cx: &mut Context<'_>, view: &View, path: &[u8]) -> Result<Vec<Row>, Errno> {
    let mut names: Vec<Bytes> = Vec::new();
    if view.options.has(b'a') {
        names.extend([".".into(), "..".into()]);
    }
    let entries = cx.sys.read_dir(path).await?;
    let hidden = view.options.has(b'a') || view.options.has(b'A');
    let entries = entries.into_iter().map(|entry| entry.name);
    names.extend(entries.filter(|name| hidden || !name.starts_with(b".")));
    let mut rows = Vec::with_capacity(names.len());
    for name in names {
        cx.sys.burn(ROW_FUEL).await;
        let path = child(path, &name);
        // What vanished since the directory was read is not shown.
        rows.extend(row(cx, name, path, view.options.has(b'L')).ok());
    }
    view.sort(&mut rows);
    Ok(rows)
}

/// A name as it is shown.
fn printable(name: &[u8]) -> impl Iterator<Item = u8> {
    name.iter().map(|byte| shown(*byte))
}

impl View {
    fn time_of(&self, stat: &Stat) -> Timestamp {
        match self.time {
            TimeKind::Modified => stat.mtime,
            TimeKind::Changed => stat.ctime,
            TimeKind::Accessed => stat.atime,
        }
    }

    fn sort(&self, rows: &mut [Row]) {
        rows.sort_by(|a, b| {
            let order = match self.sort {
                Sort::Name => Ordering::Equal,
                Sort::Size => b.stat.size.cmp(&a.stat.size),
                Sort::Time => self.time_of(&b.stat).cmp(&self.time_of(&a.stat)),
                Sort::Extension => extension(&a.name).cmp(extension(&b.name)),
                Sort::Version => compare_versions(&a.name, &b.name),
            };
            let order = order.then_with(|| a.name.cmp(&b.name));
            let order = if self.options.has(b'r') {
                order.reverse()
            } else {
                order
            };
            if self.options.has(3) {
                let directories_first = b.stat.is_directory().cmp(&a.stat.is_directory());
                return directories_first.then(order);
            }
            order
        });
    }

    async fn total(&self, cx: &mut Context<'_>, rows: &[Row]) -> Result<(), Fail> {
        let blocks: u64 = rows.iter().map(|row| row.stat.blocks_512).sum();
        let line = if self.options.has(b'h') {
            format!("total {:<6}\n", human::short(blocks * 512))
        } else {
            format!("total {}\n", blocks / 2)
        };
        cx.out.write(line).await
    }

    async fn show(&self, cx: &mut Context<'_>, rows: &[Row]) -> Result<(), Fail> {
        let cells: Vec<Vec<u8>> = rows.iter().map(|row| self.cell(cx, row)).collect();
        if !self.columns || self.long {
            for cell in cells {
                cx.out.write(text!(cell, "\n")).await?;
            }
            return Ok(());
        }
        let widest = cells.iter().map(Vec::len).max().unwrap_or(0) + 2;
        let across = (self.width / widest).max(1);
        let down = cells.len().div_ceil(across);
        for line in 0..down {
            for column in 0..across {
                let index = match self.options.last_of(b"Cx") {
                    Some(b'x') => line * across + column,
                    _ => column * down + line,
                };
                let last = match self.options.last_of(b"Cx") {
                    Some(b'x') => column + 1 == across || index + 1 == cells.len(),
                    _ => index + down >= cells.len(),
                };
                let Some(cell) = cells.get(index) else { break };
                cx.out.put(cell);
                if !last {
                    cx.out.put(vec![b' '; widest - cell.len()]);
                }
            }
            cx.out.write(b"\n").await?;
        }
        Ok(())
    }

    fn cell(&self, cx: &Context<'_>, row: &Row) -> Vec<u8> {
        let mut cell = Vec::new();
        if self.options.has(b'i') {
            cell.extend(format!("{:7} ", row.stat.ino).into_bytes());
        }
        if self.options.has(b's') {
            cell.extend(format!("{:6} ", row.stat.blocks_512.div_ceil(2)).into_bytes());
        }
        if self.long {
            self.long_fields(cx, row, &mut cell);
        }
        cell.extend(printable(&row.name));
        cell.extend(self.indicator(&row.stat));
        if let (true, Some(target)) = (self.long, &row.target) {
            cell.extend_from_slice(b" -> ");
            cell.extend(printable(target));
            if self.options.has(b'F') {
                let stat = cx.sys.stat(&row.path).ok();
                cell.extend(stat.and_then(|stat| self.indicator(&stat)));
            }
        }
        cell
    }

    fn long_fields(&self, cx: &Context<'_>, row: &Row, cell: &mut Vec<u8>) {
        let stat = &row.stat;
        let (user, group) = if self.options.has(b'n') {
            (stat.uid.to_string().into(), stat.gid.to_string().into())
        } else {
            (
                self.accounts.show_user(stat.uid),
                self.accounts.show_group(stat.gid),
            )
        };
        let name = |name: &Bytes| {
            let shown = &name[..name.len().min(8)];
            format!("{:<8.8}", String::from_utf8_lossy(shown))
        };
        let size = match stat.kind {
            FileKind::CharDevice { major, minor } | FileKind::BlockDevice { major, minor } => {
                format!("{major:4}, {minor:3}")
            }
            _ if self.options.has(b'h') => format!("{:>7}", human::short(stat.size)),
            _ => format!("{:9}", stat.size),
        };
        let letters = mode::letters(stat);
        cell.extend_from_slice(&text!(
            letters,
            format!(" {:4} ", stat.nlink),
            format!("{} {} {size} ", name(&user), name(&group)),
            self.date(cx, self.time_of(stat)),
            " ",
        ));
    }

    fn date(&self, cx: &Context<'_>, time: Timestamp) -> Vec<u8> {
        const HALF_YEAR_S: i64 = 3600 * 24 * 365 / 2;
        let seconds = time.as_secs() as i64;
        let age = cx.sys.now().as_secs() as i64 - seconds;
        let format: &[u8] = if self.options.has(1) {
            b"%Y-%m-%d %H:%M:%S %z"
        } else if age < HALF_YEAR_S && age > -15 * 60 {
            b"%b %e %H:%M"
        } else {
            b"%b %e  %Y"
        };
        let nanos = time.subsec_nanos();
        Date::at(seconds, &self.zone).format(format, seconds, nanos, &self.zone)
    }

    fn indicator(&self, stat: &Stat) -> Option<u8> {
        let all = self.options.has(b'F');
        match stat.kind {
            FileKind::Directory if all || self.options.has(b'p') => Some(b'/'),
            FileKind::Symlink if all => Some(b'@'),
            FileKind::Fifo if all => Some(b'|'),
            FileKind::Socket if all => Some(b'='),
            FileKind::File if all && stat.mode & 0o111 != 0 => Some(b'*'),
            _ => None,
        }
    }
}

/// What is no printable character of ASCII is shown as a question mark.
fn shown(byte: u8) -> u8 {
    if byte == b' ' || byte.is_ascii_graphic() {
        byte
    } else {
        b'?'
    }
}

fn extension(name: &[u8]) -> &[u8] {
    let dot = name.iter().rposition(|byte| *byte == b'.');
    dot.map_or(b"", |at| &name[at..])
}

/// Compares names so that numbers in them count as numbers.
pub(super) fn compare_versions(a: &[u8], b: &[u8]) -> Ordering {
    let (mut a, mut b) = (a, b);
    loop {
        let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (in_a, in_b) = (digits(a), digits(b));
        if in_a > 0 && in_b > 0 {
            let strip = |number: &[u8]| {
                let zeros = number.iter().take_while(|byte| **byte == b'0').count();
                number[zeros..].to_vec()
            };
            let (left, right) = (strip(&a[..in_a]), strip(&b[..in_b]));
            let order = left.len().cmp(&right.len()).then_with(|| left.cmp(&right));
            if order != Ordering::Equal {
                return order;
            }
            (a, b) = (&a[in_a..], &b[in_b..]);
            continue;
        }
        match (a.first(), b.first()) {
            (Some(left), Some(right)) if left == right => (a, b) = (&a[1..], &b[1..]),
            (left, right) => return left.cmp(&right),
        }
    }
}
