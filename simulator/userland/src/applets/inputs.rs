//! The inputs that operands name, one after the other.

use super::context::Context;
use super::io::Reader;
use crate::kernel::Errno;
use bytes::Bytes;
use std::collections::VecDeque;

/// Files that are still to be read, and whether one could not be.
pub(super) struct Inputs {
    paths: VecDeque<Bytes>,
    /// 1 after a complaint.
    pub(super) status: u8,
}

impl Inputs {
    /// The files at `paths`, or standard input when there are none.
    pub(super) fn new(paths: Vec<Bytes>) -> Self {
        let mut paths: VecDeque<Bytes> = paths.into();
        if paths.is_empty() {
            paths.push_back("-".into());
        }
        Self { paths, status: 0 }
    }

    /// How many are still to come.
    pub(super) fn len(&self) -> usize {
        self.paths.len()
    }

    /// Opens the next one, after complaints about those that cannot be.
    pub(super) async fn next<'a>(&mut self, cx: &mut Context<'a>) -> Option<(Bytes, Reader<'a>)> {
        loop {
            let path = self.paths.pop_front()?;
            match cx.open_input(&path).await {
                Ok(reader) => return Some((path, reader)),
                Err(error) => self.fail(cx, &path, error).await,
            }
        }
    }

    /// Complains about a file.
    pub(super) async fn fail(&mut self, cx: &mut Context<'_>, path: &[u8], error: Errno) {
        cx.complain_of(path, error).await;
        self.status = 1;
    }
}
