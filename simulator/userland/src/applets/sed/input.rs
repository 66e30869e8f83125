//! The lines of all input files as one sequence, read one line ahead.

use super::super::context::Context;
use super::super::io::{Line, Reader};
use crate::kernel::Buffer;
use bytes::Bytes;

/// A line without its newline.
#[derive(Debug, Default)]
pub(super) struct InputLine {
    pub(super) text: Buffer,
    /// It ended in a newline.
    pub(super) terminated: bool,
}

/// What is left of the input.
pub(super) struct Input<'a> {
    paths: std::vec::IntoIter<Bytes>,
    reader: Option<Reader<'a>>,
    ahead: Option<InputLine>,
    started: bool,
    /// A file could not be opened.
    pub(super) failed: bool,
}

impl<'a> Input<'a> {
    /// Standard input when there are no paths.
    pub(super) fn new(mut paths: Vec<Bytes>) -> Self {
        if paths.is_empty() {
            paths.push("-".into());
        }
        Self {
            paths: paths.into_iter(),
            reader: None,
            ahead: None,
            started: false,
            failed: false,
        }
    }

    /// The next line.
    pub(super) async fn next(&mut self, cx: &mut Context<'a>) -> Option<InputLine> {
        if !self.started {
            self.started = true;
            self.ahead = self.read(cx).await;
        }
        let line = self.ahead.take()?;
        self.ahead = self.read(cx).await;
        Some(line)
    }

    /// Whether the line read last is the last one.
    pub(super) fn at_end(&self) -> bool {
        self.started && self.ahead.is_none()
    }

    /// Forgets what is left.
    pub(super) fn stop(&mut self) {
        self.started = true;
        self.ahead = None;
        self.reader = None;
        self.paths = Vec::new().into_iter();
    }

    async fn read(&mut self, cx: &mut Context<'a>) -> Option<InputLine> {
        loop {
            if let Some(reader) = &mut self.reader {
                let mut text = Vec::new();
                match reader.read_line(&mut text).await {
                    Ok(Line::End) => {}
                    Ok(line) => {
                        return Some(InputLine {
                            text: text.into(),
                            terminated: line == Line::Whole,
                        });
                    }
                    // A directory reads as nothing.
                    Err(crate::kernel::Errno::EISDIR) => {}
                    Err(error) => {
                        cx.complain(error.message()).await;
                        self.failed = true;
                    }
                }
                self.reader = None;
            }
            let path = self.paths.next()?;
            match cx.open_input(&path).await {
                Ok(reader) => self.reader = Some(reader),
                Err(error) => {
                    cx.complain_of(&path, error).await;
                    self.failed = true;
                }
            }
        }
    }
}
