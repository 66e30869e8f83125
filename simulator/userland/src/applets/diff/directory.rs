//! Differences of directories.

use super::super::context::{Context, Fail, Outcome, text};
use super::super::walk::{DEPTH_MAX, child};
use super::{Job, Verdict, compare_files, report};
use crate::kernel::{FileKind, Stat};
use bytes::Bytes;
use std::cmp::Ordering;

/// Compares the files of two directories; with `-r` those below too.
pub(super) async fn compare(cx: &mut Context<'_>, job: &Job, roots: &[Bytes; 2]) -> Outcome {
    let mut status = 0;
    let mut lists = [Vec::new(), Vec::new()];
    for index in 0..2 {
        let (list, missing) = list(cx, job, &roots[index], &roots[1 - index]).await?;
        lists[index] = list;
        status |= u8::from(missing);
    }
    let mut at = [0, 0];
    loop {
        let names = [lists[0].get(at[0]), lists[1].get(at[1])];
        let order = match names {
            [None, None] => return Ok(status),
            [Some(_), None] => Ordering::Less,
            [None, Some(_)] => Ordering::Greater,
            [Some(left), Some(right)] => left.cmp(right),
        };
        let name: &Bytes = match (order, names) {
            (Ordering::Greater, [_, Some(name)]) | (_, [Some(name), _]) => name,
            _ => return Ok(status),
        };
        let below_start = job.start.as_ref().is_some_and(|start| name < start);
        if !below_start {
            status |= compare_entry(cx, job, roots, name, order).await?;
        }
        at[0] += usize::from(order.is_le());
        at[1] += usize::from(order.is_ge());
    }
}

/// Names of a tree relative to its root, sorted; true when a directory is missing on the other side.
async fn list(
    cx: &mut Context<'_>,
    job: &Job,
    root: &Bytes,
    other: &Bytes,
) -> Result<(Vec<Bytes>, bool), Fail> {
    let mut names = Vec::new();
    let mut missing = false;
    let mut todo = vec![(Bytes::new(), 0)];
    while let Some((directory, depth)) = todo.pop() {
        let path = child_of(root, &directory);
        let entries = match cx.sys.read_dir(&path).await {
            Ok(entries) => entries,
            Err(error) => {
                cx.complain_of(&path, error).await;
                missing = true;
                continue;
            }
        };
        for entry in entries {
            cx.sys.burn(200).await;
            let name: Bytes = match directory.is_empty() {
                true => entry.name.clone(),
                false => child(&directory, &entry.name).into(),
            };
            let is_directory =
                |path: &[u8]| cx.sys.stat(path).is_ok_and(|stat| stat.is_directory());
            if !is_directory(&child_of(root, &name)) || !job.recurse {
                names.push(name);
                continue;
            }
            // A directory that the other side lacks is not gone through.
            if !job.absent_is_empty && !is_directory(&child_of(other, &name)) {
                missing = true;
                continue;
            }
            if depth < DEPTH_MAX {
                todo.push((name, depth + 1));
            }
        }
    }
    names.sort();
    Ok((names, missing))
}

fn child_of(root: &Bytes, name: &Bytes) -> Bytes {
    match name.is_empty() {
        true => root.clone(),
        false => child(root, name).into(),
    }
}

async fn compare_entry(
    cx: &mut Context<'_>,
    job: &Job,
    roots: &[Bytes; 2],
    name: &Bytes,
    order: Ordering,
) -> Outcome {
    let only = match order {
        Ordering::Less => Some(0),
        Ordering::Greater => Some(1),
        Ordering::Equal => None,
    };
    if let Some(side) = only
        && !job.absent_is_empty
    {
        cx.out
            .write(text!("Only in ", roots[side], ": ", name, "\n"))
            .await?;
        return Ok(1);
    }
    let full = [child_of(&roots[0], name), child_of(&roots[1], name)];
    let mut paths = full.clone();
    if let Some(side) = only {
        paths[1 - side] = Bytes::from_static(b"/dev/null");
    }
    let stat = |side: usize| {
        let side = only.unwrap_or(side);
        cx.sys.stat(&full[side]).ok()
    };
    let (left, right) = (stat(0), stat(1));
    let is_directory = |stat: &Option<Stat>| stat.as_ref().is_some_and(Stat::is_directory);
    let is_usable = |stat: &Option<Stat>| {
        is_directory(stat)
            || stat
                .as_ref()
                .is_some_and(|stat| stat.kind == FileKind::File)
    };
    let line = match (is_directory(&left), is_directory(&right)) {
        (true, true) => text!("Common subdirectories: ", full[0], " and ", full[1], "\n"),
        _ if !is_usable(&left) => skipped(&full[0]),
        _ if !is_usable(&right) => skipped(&full[1]),
        (false, false) => {
            let verdict = compare_files(cx, job, &paths, &full).await?;
            let status = report(cx, job, verdict, &full).await?;
            return Ok(u8::from(verdict != Verdict::Same).max(status));
        }
        (left_is_directory, _) => {
            let kind = |is_directory| {
                if is_directory {
                    "directory"
                } else {
                    "regular file"
                }
            };
            let kinds = [kind(left_is_directory), kind(!left_is_directory)];
            text!(
                "File ",
                full[0],
                " is a ",
                kinds[0],
                " while file ",
                full[1],
                " is a ",
                kinds[1],
                "\n"
            )
        }
    };
    cx.out.write(line).await?;
    Ok(0)
}

fn skipped(path: &[u8]) -> Vec<u8> {
    text!(
        "File ",
        path,
        " is not a regular file or directory and was skipped\n"
    )
}
