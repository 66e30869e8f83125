//! Differences in the unified format.

use super::super::context::{Context, Fail, text};
use super::Job;
use super::lines::Lines;
use super::matching::Matches;
use super::pace::Pace;
use bytes::Bytes;

/// Lines that changed, from 1 on both sides; an empty range ends before it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Change {
    left: (usize, usize),
    right: (usize, usize),
}

/// Writes all differences; whether there are any.
pub(super) async fn write(
    cx: &mut Context<'_>,
    job: &Job,
    left: &Lines<'_>,
    right: &Lines<'_>,
    mut matches: Matches,
    labels: &[Bytes; 2],
) -> Result<bool, Fail> {
    let pace = Pace::new(cx.sys);
    let mut any = false;
    let mut at = 1;
    loop {
        let (changes, next) = next_group(pace, &mut matches, at, left.len(), job.context).await;
        at = next;
        let counts =
            !job.ignore_empty || changes.iter().any(|change| !is_empty(change, left, right));
        if !changes.is_empty() && counts {
            if !job.brief {
                if !any {
                    cx.out
                        .write(text!("--- ", labels[0], "\n+++ ", labels[1], "\n"))
                        .await?;
                }
                write_group(cx, job, left, right, &changes).await?;
            }
            any = true;
        }
        if at > left.len() {
            return Ok(any);
        }
    }
}

/// Whether a change is of empty lines only.
fn is_empty(change: &Change, left: &Lines<'_>, right: &Lines<'_>) -> bool {
    let empty = |lines: &Lines<'_>, (start, end): (usize, usize)| {
        (start..=end).all(|number| lines.line(number).len() == 1)
    };
    empty(left, change.left) && empty(right, change.right)
}

/// The changes from a line on that are shown together, and the line behind them.
async fn next_group(
    pace: Pace<'_>,
    matches: &mut Matches,
    mut at: usize,
    left_len: usize,
    context: usize,
) -> (Vec<Change>, usize) {
    let mut changes: Vec<Change> = Vec::new();
    loop {
        let mut start = at;
        while start <= left_len && matches[start] == matches[start - 1] + 1 {
            start += 1;
            pace.line(start).await;
        }
        let right_start = matches[start - 1] + 1;
        let mut end = start - 1;
        while end < left_len && matches[end + 1] == 0 {
            end += 1;
            pace.line(end).await;
        }
        pace.spend(100).await;
        let right_end = matches[end + 1] - 1;
        if start <= end || right_start <= right_end {
            let apart = 2 * context + 1;
            let is_far = changes.last().is_some_and(|last| {
                start > last.left.1 + apart && right_start > last.right.1 + apart
            });
            if is_far {
                return (changes, at);
            }
            changes.push(Change {
                left: (start, end),
                right: (right_start, right_end),
            });
        }
        at = end + 1;
        if at > left_len {
            return (changes, at);
        }
        matches[end] = right_end;
    }
}

async fn write_group(
    cx: &mut Context<'_>,
    job: &Job,
    left: &Lines<'_>,
    right: &Lines<'_>,
    changes: &[Change],
) -> Result<(), Fail> {
    let (Some(first), Some(last)) = (changes.first(), changes.last()) else {
        return Ok(());
    };
    let span = |start: usize, end: usize, len: usize| {
        (
            start.saturating_sub(job.context).max(1),
            (end + job.context).min(len),
        )
    };
    let left_span = span(first.left.0, last.left.1, left.len());
    let right_span = span(first.right.0, last.right.1, right.len());
    let head = format!("@@ -{} +{} @@\n", range(left_span), range(right_span));
    cx.out.write(head).await?;
    let mut low = left_span.0;
    for change in changes {
        put_lines(cx, job, left, (low, change.left.0 - 1), b' ').await?;
        put_lines(cx, job, left, change.left, b'-').await?;
        put_lines(cx, job, right, change.right, b'+').await?;
        low = change.left.1 + 1;
    }
    put_lines(cx, job, left, (low, left_span.1), b' ').await
}

/// `START,COUNT`, the count only when it is not 1.
fn range((start, end): (usize, usize)) -> String {
    let shown = start.min(end);
    if start == end {
        return shown.to_string();
    }
    let count = if start < end { end - start + 1 } else { 0 };
    format!("{shown},{count}")
}

async fn put_lines(
    cx: &mut Context<'_>,
    job: &Job,
    lines: &Lines<'_>,
    (start, end): (usize, usize),
    mark: u8,
) -> Result<(), Fail> {
    for number in start..=end {
        let line = lines.line(number);
        let out = cx.out.buffer();
        out.push(mark);
        if job.lead_with_tab {
            out.push(b'\t');
        }
        let mut column = 0_usize;
        for &byte in line {
            if byte == b'\t' && job.expand_tabs {
                let blanks = 8 - column % 8;
                out.resize(out.len() + blanks, b' ');
                column += blanks;
            } else {
                out.push(byte);
                column += 1;
            }
        }
        if !line.ends_with(b"\n") {
            out.extend_from_slice(b"\n\\ No newline at end of file\n");
        }
        cx.out.spill().await?;
        cx.sys.burn(50 + line.len() as u64).await;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ready::ready;

    #[test]
    fn near_changes_are_shown_together() {
        // Ten lines on both sides, the second and the ninth differ.
        let matches: Matches = vec![0, 1, 0, 3, 4, 5, 6, 7, 8, 0, 10, 11];
        for (context, groups) in [(3, vec![2]), (1, vec![1, 1])] {
            let mut matches = matches.clone();
            let (mut at, mut found) = (1, Vec::new());
            while at <= 10 {
                let (changes, next) =
                    ready(next_group(Pace::free(), &mut matches, at, 10, context));
                found.push(changes.len());
                at = next;
            }
            assert_eq!(found, groups, "context {context}");
        }
    }

    #[test]
    fn ranges_leave_out_a_count_of_one() {
        assert_eq!(range((1, 10)), "1,10");
        assert_eq!(range((4, 4)), "4");
        assert_eq!(range((1, 0)), "0,0");
    }
}
