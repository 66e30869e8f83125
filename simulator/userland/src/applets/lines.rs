//! What applets over the lines of several files share: one file after the other, complaints, a status.

use super::context::{Context, Fail};
use super::inputs::Inputs;
use super::io::{Line, Reader};
use bytes::Bytes;

/// The lines of several files, one after the other.
pub(super) struct Lines<'a> {
    inputs: Inputs,
    reader: Option<(Bytes, Reader<'a>)>,
}

impl<'a> Lines<'a> {
    /// Of the files at `paths`, or of standard input when there are none.
    pub(super) fn new(paths: Vec<Bytes>) -> Self {
        Self {
            inputs: Inputs::new(paths),
            reader: None,
        }
    }

    /// 1 after a complaint.
    pub(super) fn status(&self) -> u8 {
        self.inputs.status
    }

    /// Replaces `line` by the next one, without its newline.
    pub(super) async fn next(&mut self, cx: &mut Context<'a>, line: &mut Vec<u8>) -> Line {
        loop {
            if let Some((path, reader)) = &mut self.reader {
                match reader.read_line(line).await {
                    Ok(Line::End) => {}
                    Ok(found) => {
                        cx.sys.burn(80).await;
                        return found;
                    }
                    Err(error) => {
                        let path = path.clone();
                        self.inputs.fail(cx, &path, error).await;
                    }
                }
                self.reader = None;
            }
            match self.inputs.next(cx).await {
                Some(input) => self.reader = Some(input),
                None => return Line::End,
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
            return Ok(lines.status());
        }
        change(&line, cx.out.buffer());
        cx.sys.burn(line.len() as u64).await;
        if found == Line::Whole {
            cx.out.put(b"\n");
        }
        cx.out.spill().await?;
    }
}
