//! An archive: a file with a directory at its end, or a stream of members.

use super::super::context::{Context, Fail, text};
use super::super::io::Reader;
use super::member::{
    CENTRAL_BYTES, CENTRAL_MAGIC, END_BYTES, END_MAGIC, LOCAL_BYTES, LOCAL_MAGIC, Lengths, Member,
    directory, double_word,
};
use crate::kernel::{Errno, Fd, OpenFlags, Sys};
use bytes::Bytes;
use std::io::SeekFrom;

/// The longest comment behind the last record.
const COMMENT_BYTES_MAX: u64 = 65_535;

/// Where members are found.
enum Order {
    /// By the central directory: its next header, and how many are left.
    Directory { next: u64, left: u64 },
    /// One after the other, as they come.
    Stream,
}

/// An open archive.
pub(super) struct Archive<'a> {
    pub(super) path: Vec<u8>,
    sys: &'a Sys,
    fd: Fd,
    reader: Reader<'a>,
    order: Order,
}

impl<'a> Archive<'a> {
    /// Opens `path`, or `path` with the usual ending; `-` is standard input.
    pub(super) async fn open(cx: &mut Context<'a>, path: &Bytes) -> Result<Self, Fail> {
        let sys = cx.sys;
        if path == "-" {
            return Ok(Self {
                path: path.to_vec(),
                sys,
                fd: 0,
                reader: Reader::borrowed(sys, 0),
                order: Order::Stream,
            });
        }
        for ending in ["", ".zip", ".ZIP"] {
            let path = text!(path, ending);
            if let Ok(fd) = sys.open(&path, OpenFlags::READ, 0).await {
                return Ok(Self {
                    path,
                    sys,
                    fd,
                    reader: Reader::borrowed(sys, fd),
                    order: Order::Stream,
                });
            }
        }
        Err(Fail::new(text!("can't open ", path, "[.zip]")))
    }

    /// Finds the directory, unless the archive is a pipe.
    pub(super) async fn find_directory(&mut self) -> Result<(), Fail> {
        let Ok(size) = self.sys.seek(self.fd, SeekFrom::End(0)) else {
            return Ok(());
        };
        let from = size.saturating_sub(COMMENT_BYTES_MAX + 4 + END_BYTES as u64);
        self.seek(from)?;
        let mut end = Vec::new();
        while self.reader.fill().await.map_err(failed)? {
            end.extend_from_slice(self.reader.buffered());
            let count = self.reader.buffered().len();
            self.reader.consume(count);
            if end.len() as u64 > 2 * COMMENT_BYTES_MAX {
                break;
            }
        }
        self.sys.burn(end.len() as u64).await;
        let (next, left) = directory(&end).ok_or_else(short)?;
        self.order = Order::Directory { next, left };
        Ok(())
    }

    fn seek(&mut self, to: u64) -> Result<(), Fail> {
        self.sys
            .seek(self.fd, SeekFrom::Start(to))
            .map_err(failed)?;
        self.reader = Reader::borrowed(self.sys, self.fd);
        Ok(())
    }

    /// The next member. Of a stream its data are what is read next.
    pub(super) async fn next(&mut self, cx: &Context<'_>) -> Result<Option<Member>, Fail> {
        cx.sys.burn(500).await;
        match self.order {
            Order::Stream => self.next_of_stream().await,
            Order::Directory { left: 0, .. } => Ok(None),
            Order::Directory { next, left } => {
                self.seek(next)?;
                let magic = self.magic().await?;
                if magic != CENTRAL_MAGIC {
                    return Err(bad_magic(magic));
                }
                let (mut member, lengths) = Member::central(&self.array::<CENTRAL_BYTES>().await?);
                member.name = self.bytes(lengths.name).await?;
                let Lengths {
                    name,
                    extra,
                    comment,
                } = lengths;
                let length = 4 + CENTRAL_BYTES + name + extra + comment;
                self.order = Order::Directory {
                    next: next + length as u64,
                    left: left - 1,
                };
                Ok(Some(member))
            }
        }
    }

    async fn next_of_stream(&mut self) -> Result<Option<Member>, Fail> {
        match self.magic().await? {
            LOCAL_MAGIC => {}
            CENTRAL_MAGIC | END_MAGIC => return Ok(None),
            magic => return Err(bad_magic(magic)),
        }
        let (mut member, lengths) = Member::local(&self.array::<LOCAL_BYTES>().await?);
        member.name = self.bytes(lengths.name).await?;
        self.bytes(lengths.extra).await?;
        if member.is_streamed() {
            let message = "members whose sizes are behind them are not supported in a stream";
            return Err(Fail::new(message));
        }
        Ok(Some(member))
    }

    /// What reads a member's packed data, and maybe what is behind them.
    pub(super) async fn data(&mut self, member: &Member) -> Result<&mut Reader<'a>, Fail> {
        if matches!(self.order, Order::Directory { .. }) {
            self.seek(member.offset)?;
            let magic = self.magic().await?;
            if magic != LOCAL_MAGIC {
                return Err(bad_magic(magic));
            }
            let (_, lengths) = Member::local(&self.array::<LOCAL_BYTES>().await?);
            self.bytes(lengths.name).await?;
            self.bytes(lengths.extra).await?;
        }
        Ok(&mut self.reader)
    }

    /// A reader of the member's data for who may read beyond them.
    pub(super) async fn own_reader(&mut self, member: &Member) -> Result<Reader<'a>, Fail> {
        if matches!(self.order, Order::Stream) {
            let method = member.method;
            let message = format!("method {method} is not supported in a stream");
            return Err(Fail::new(message));
        }
        self.data(member).await?;
        Ok(std::mem::replace(
            &mut self.reader,
            Reader::borrowed(self.sys, self.fd),
        ))
    }

    /// Passes over a member's data.
    pub(super) async fn skip(&mut self, cx: &Context<'_>, member: &Member) -> Result<(), Fail> {
        if matches!(self.order, Order::Directory { .. }) {
            return Ok(());
        }
        let mut left = member.packed;
        while left > 0 {
            if !self.reader.fill().await.map_err(failed)? {
                return Err(short());
            }
            let count = (self.reader.buffered().len() as u64).min(left);
            self.reader.consume(count as usize);
            left -= count;
            cx.sys.burn(100).await;
        }
        Ok(())
    }

    async fn magic(&mut self) -> Result<u32, Fail> {
        Ok(double_word(&self.array::<4>().await?, 0))
    }

    async fn array<const N: usize>(&mut self) -> Result<[u8; N], Fail> {
        let mut bytes = [0; N];
        for byte in &mut bytes {
            *byte = self.byte().await?;
        }
        Ok(bytes)
    }

    async fn bytes(&mut self, count: usize) -> Result<Vec<u8>, Fail> {
        let mut bytes = Vec::new();
        for _ in 0..count {
            bytes.push(self.byte().await?);
        }
        self.sys.burn(4 * count as u64).await;
        Ok(bytes)
    }

    async fn byte(&mut self) -> Result<u8, Fail> {
        self.reader.byte().await.map_err(failed)?.ok_or_else(short)
    }
}

fn bad_magic(magic: u32) -> Fail {
    Fail::new(format!("invalid zip magic {magic:08X}"))
}

pub(super) fn short() -> Fail {
    Fail::new("short read")
}

pub(super) fn failed(error: Errno) -> Fail {
    Fail::new(format!("read error: {error}"))
}
