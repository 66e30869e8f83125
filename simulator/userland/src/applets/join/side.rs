//! One of the two files.

use super::super::context::{Context, Fail, text};
use super::super::io::Reader;
use super::fields::{Fields, Record};
use crate::kernel::{Charge, Errno};
use bytes::Bytes;
use std::cmp::Ordering;

/// When lines out of order are complained about.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Checking {
    Never,
    /// Once some line has no partner.
    WhenUnpaired,
    Always,
}

/// A file that is gone through.
pub(super) struct Side<'a> {
    path: Bytes,
    reader: Reader<'a>,
    key: usize,
    end: u8,
    checking: Checking,
    /// Lines read.
    number: u64,
    current: Option<Record>,
    /// Lines of one key.
    group: Vec<Record>,
    charge: Charge,
    /// A complaint has been made.
    pub(super) disordered: bool,
}

impl<'a> Side<'a> {
    pub(super) async fn open(
        cx: &mut Context<'a>,
        path: Bytes,
        key: usize,
        end: u8,
        checking: Checking,
    ) -> Result<Self, Fail> {
        let opened = cx.open_input(&path).await;
        let reader = opened.map_err(|error| failed(&path, error))?;
        Ok(Self {
            path,
            reader,
            key,
            end,
            checking,
            number: 0,
            current: None,
            group: Vec::new(),
            charge: Charge::new(),
            disordered: false,
        })
    }

    /// Whether lines are read for their order even when nobody writes them.
    pub(super) fn is_checked(&self) -> bool {
        self.checking != Checking::Never
    }

    /// The present line; none at the end, or before the first.
    pub(super) fn line(&self) -> Option<&Record> {
        self.current.as_ref()
    }

    /// The lines that [`Side::gather`] has found.
    pub(super) fn group(&self) -> &[Record] {
        &self.group
    }

    /// Drops the present line, so that the next has nothing to be compared with.
    pub(super) fn forget(&mut self) {
        self.current = None;
    }

    /// Goes on to the next line.
    pub(super) async fn advance(
        &mut self,
        cx: &mut Context<'_>,
        fields: &Fields,
        unpaired: bool,
    ) -> Result<(), Fail> {
        let next = self.read(cx, fields).await?;
        let before = std::mem::replace(&mut self.current, next);
        if let (Some(before), Some(next)) = (&before, &self.current)
            && self.is_disorder(fields, unpaired, before, next)
        {
            let line = next.text.clone();
            self.complain(cx, &line).await?;
        }
        Ok(())
    }

    /// Gathers all lines that have the present one's key; the present line is then the one behind them.
    pub(super) async fn gather(
        &mut self,
        cx: &mut Context<'_>,
        fields: &Fields,
        unpaired: bool,
    ) -> Result<(), Fail> {
        self.group.clear();
        self.charge.set(0);
        while let Some(line) = self.current.take() {
            self.charge.add(line.bytes());
            self.group.push(line);
            let next = self.read(cx, fields).await?;
            if let (Some(before), Some(next)) = (self.group.last(), &next)
                && self.is_disorder(fields, unpaired, before, next)
            {
                self.complain(cx, &next.text).await?;
            }
            let same = next.as_ref().is_some_and(|next| {
                let first = self.group[0].key(self.key);
                fields.compare(first, next.key(self.key)) == Ordering::Equal
            });
            self.current = next;
            if !same {
                break;
            }
        }
        Ok(())
    }

    async fn read(&mut self, cx: &Context<'_>, fields: &Fields) -> Result<Option<Record>, Fail> {
        let mut text = Vec::new();
        let found = self.reader.read_until(self.end, &mut text).await;
        if !found.map_err(|error| failed(&self.path, error))? {
            return Ok(None);
        }
        if text.last() == Some(&self.end) {
            text.pop();
        }
        self.number += 1;
        cx.sys.burn(200 + 2 * text.len() as u64).await;
        Ok(Some(fields.divide(text)))
    }

    fn is_disorder(&self, fields: &Fields, unpaired: bool, before: &Record, next: &Record) -> bool {
        let looks = match self.checking {
            Checking::Never => false,
            Checking::WhenUnpaired => unpaired && !self.disordered,
            Checking::Always => true,
        };
        looks && fields.compare(before.key(self.key), next.key(self.key)) == Ordering::Greater
    }

    async fn complain(&mut self, cx: &mut Context<'_>, line: &[u8]) -> Result<(), Fail> {
        let number = self.number.to_string();
        let message = text!(self.path, ":", number, ": is not sorted: ", line);
        if self.checking == Checking::Always {
            return Err(Fail::new(message));
        }
        cx.complain(message).await;
        self.disordered = true;
        Ok(())
    }
}

fn failed(path: &[u8], error: Errno) -> Fail {
    Fail::new(text!(path, ": ", error.message()))
}
