//! What applets over the lines of several files share: one file after the other, complaints, a status.

use super::context::{Context, Fail};
use super::io::{Line, Reader};
use crate::kernel::Errno;
use bytes::Bytes;
use std::collections::VecDeque;

/// The lines of several files, one after the other.
pub(super) struct Lines<'a> {
    paths: VecDeque<Bytes>,
    reader: Option<(Bytes, Reader<'a>)>,
    /// 1 after a complaint.
    pub(super) status: u8,
}

impl<'a> Lines<'a> {
    /// Of the files at `paths`, or of standard input when there are none.
    pub(super) fn new(paths: Vec<Bytes>) -> Self {
        let mut paths: VecDeque<Bytes> = paths.into();
        if paths.is_empty() {
            paths.push_back("-".into());
        }
        Self {
            paths,
            reader: None,
            status: 0,
        }
    }

    async fn complain(&mut self, cx: &mut Context<'a>, path: &[u8], error: Errno) {
        cx.complain_of(path, error).await;
        self.status = 1;
    }

    /// Replaces `line` by the next one, without its newline.
    pub(super) async fn next(&mut self, cx: &mut Context<'a>, line: &mut Vec<u8>) -> Line {
        loop {
            if let Some((path, reader)) = &mut self.reader {
                match reader.read_line(line).await {
                    Ok(Line::End) => {}
                    Ok(found) => {
                        cx.sys.burn(80 + line.len() as u64).await;
                        return found;
                    }
                    Err(error) => {
                        let path = path.clone();
                        self.complain(cx, &path, error).await;
                    }
                }
                self.reader = None;
            }
            let Some(path) = self.paths.pop_front() else {
                return Line::End;
            };
            match cx.open_input(&path).await {
                Ok(reader) => self.reader = Some((path, reader)),
                Err(error) => self.complain(cx, &path, error).await,
            }
        }
    }
}

/// Writes what `change` makes of each line.
pub(super) async fn for_each<'a>(
    cx: &mut Context<'a>,
    paths: Vec<Bytes>,
    mut change: impl FnMut(&[u8], &mut Vec<u8>),
) -> Result<u8, Fail> {
    let mut lines = Lines::new(paths);
    let mut line = Vec::new();
    loop {
        let found = lines.next(cx, &mut line).await;
        if !found.is_some() {
            return Ok(lines.status);
        }
        change(&line, cx.out.buffer());
        if found == Line::Whole {
            cx.out.put(b"\n");
        }
        cx.out.spill().await?;
    }
}
