//! Bytes of an archive that is read, packed or not.

use super::super::context::Fail;
use super::super::io::Reader;
use super::super::packed::{self, Form, UnpackError, Unpacker};
use super::header::BLOCK;
use crate::kernel::Sys;

enum Input<'a> {
    Plain(packed::Input<'a>),
    Packed(Unpacker<'a>),
}

/// An archive under way.
pub(super) struct Source<'a> {
    sys: &'a Sys,
    input: Input<'a>,
    buffer: Vec<u8>,
    at: usize,
}

impl<'a> Source<'a> {
    /// Of what `reader` reads, packed as `form` says. Without one, files (not standard input) tell by their first bytes.
    pub(super) async fn open(
        sys: &'a Sys,
        reader: Reader<'a>,
        form: Option<Form>,
        tells: bool,
    ) -> Result<Self, Fail> {
        let mut input = packed::Input::new(reader);
        let form = match form {
            None if tells => {
                let magic = input.peek(Form::MAGIC_BYTES).await;
                let magic = magic.map_err(|error| Fail::new(error.message()))?;
                // The first bytes of lzma's are not its alone.
                Form::of(magic).filter(|form| *form != Form::Lzma)
            }
            form => form,
        };
        Ok(match form {
            Some(form) => Self::new(sys, Input::Packed(Unpacker::new(sys, form, input))),
            None => Self::new(sys, Input::Plain(input)),
        })
    }

    fn new(sys: &'a Sys, input: Input<'a>) -> Self {
        Self {
            sys,
            input,
            buffer: Vec::new(),
            at: 0,
        }
    }

    /// Bytes that are there, at most `limit`; none at the end.
    pub(super) async fn some(&mut self, limit: u64) -> Result<&[u8], UnpackError> {
        if self.at == self.buffer.len() {
            self.at = 0;
            match &mut self.input {
                Input::Packed(unpacker) => {
                    if !unpacker.fill(&mut self.buffer).await? {
                        self.buffer.clear();
                    }
                }
                Input::Plain(reader) => {
                    self.buffer.clear();
                    if reader.fill().await? {
                        let count = reader.buffered().len();
                        self.buffer.extend_from_slice(reader.buffered());
                        reader.consume(count);
                    }
                }
            }
        }
        let rest = self.buffer.len() - self.at;
        let count = usize::try_from(limit).map_or(rest, |limit| rest.min(limit));
        let start = self.at;
        self.at += count;
        self.sys.burn(20 + count as u64 / 8).await;
        Ok(&self.buffer[start..start + count])
    }

    /// One block; an archive that ends here is too short.
    pub(super) async fn block(&mut self) -> Result<[u8; BLOCK], Fail> {
        let mut block = [0; BLOCK];
        let mut have = 0;
        while have < BLOCK {
            let bytes = self.some((BLOCK - have) as u64).await.map_err(broken)?;
            if bytes.is_empty() {
                return Err(Fail::new("short read"));
            }
            block[have..have + bytes.len()].copy_from_slice(bytes);
            have += bytes.len();
        }
        Ok(block)
    }

    /// Passes over a member's content, or what is left of it, and the padding behind it.
    pub(super) async fn skip(&mut self, count: u64) -> Result<(), Fail> {
        let mut left = count;
        while left > 0 {
            let bytes = self.some(left).await.map_err(broken)?.len() as u64;
            if bytes == 0 {
                return Err(Fail::new("short read"));
            }
            left -= bytes;
        }
        Ok(())
    }
}

/// What is said when packed input makes no sense: by the unpacker, and by who waits for it.
pub(super) fn broken(error: UnpackError) -> Fail {
    match error {
        UnpackError::Read(error) => Fail::new(error.message()),
        error => {
            let text = format!("{}\ntar: short read", error.text());
            Fail::new(text)
        }
    }
}

/// Bytes behind a content of this size up to the next block.
pub(super) fn padding(size: u64) -> u64 {
    (BLOCK as u64 - size % BLOCK as u64) % BLOCK as u64
}

/// Bytes of a content with what follows it up to the next block.
pub(super) fn whole(size: u64) -> u64 {
    size.saturating_add(padding(size))
}
