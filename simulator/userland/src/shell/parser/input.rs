//! The bytes the parser reads: the text fed so far, with alias texts and backquoted texts layered on top.

use bytes::Bytes;

use super::syntax_error::Stop;
use crate::kernel::Buffer;

/// Where a layer's bytes come from.
#[derive(Debug)]
pub(super) enum LayerKind {
    /// What the caller feeds.
    Fed,
    /// The value of an alias; it cannot be replaced again while it is read.
    Alias { name: Bytes },
    /// A text of its own with an end of its own: a backquoted command or a here-document's body.
    Nested,
}

#[derive(Debug)]
struct Layer {
    text: Buffer,
    position: usize,
    line: u32,
    kind: LayerKind,
}

/// The layered input.
#[derive(Debug)]
pub(super) struct Input {
    layers: Vec<Layer>,
    ended: bool,
    /// Newlines are counted.
    counts_lines: bool,
    /// Bytes consumed since the last [`Input::reset_consumed`], to bound work between checkpoints.
    consumed: usize,
    /// An alias whose value ends in a blank was just left: the next word may be an alias too.
    blank_alias_left: bool,
}

impl Input {
    pub(super) fn new(first_line: u32, counts_lines: bool) -> Self {
        Self {
            layers: vec![Layer {
                text: Buffer::new(),
                position: 0,
                line: first_line,
                kind: LayerKind::Fed,
            }],
            ended: false,
            counts_lines,
            consumed: 0,
            blank_alias_left: false,
        }
    }

    pub(super) fn feed(&mut self, bytes: &[u8]) {
        let fed = &mut self.layers[0];
        if fed.position > 0 {
            fed.text.drop_front(fed.position);
            fed.position = 0;
        }
        fed.text.extend_from_slice(bytes);
    }

    pub(super) fn feed_end(&mut self) {
        self.ended = true;
    }

    /// The byte `ahead` bytes further on, `None` at the end of the text.
    pub(super) fn byte(&mut self, ahead: usize) -> Result<Option<u8>, Stop> {
        self.leave_blank_aliases();
        let mut ahead = ahead;
        for layer in self.layers.iter().rev() {
            if let Some(byte) = layer.text.get(layer.position + ahead) {
                return Ok(Some(*byte));
            }
            ahead -= layer.text.len() - layer.position;
            if matches!(layer.kind, LayerKind::Nested) {
                return Ok(None);
            }
        }
        if self.ended {
            Ok(None)
        } else {
            Err(Stop::NeedInput)
        }
    }

    /// Uses up `count` bytes that [`Input::byte`] has shown.
    pub(super) fn advance(&mut self, count: usize) {
        for _ in 0..count {
            self.leave_blank_aliases();
            self.leave_used_aliases();
            let Some(top) = self.layers.last_mut() else {
                return;
            };
            let byte = top.text.get(top.position).copied();
            top.position += usize::from(byte.is_some());
            if byte == Some(b'\n') {
                self.count_line();
            }
            self.consumed += 1;
        }
    }

    /// Counts a line of the innermost text that is no alias: newlines of aliases are its lines, too.
    fn count_line(&mut self) {
        if let Some(layer) = self.counting_layer() {
            layer.line += 1;
        }
    }

    fn counting_layer(&mut self) -> Option<&mut Layer> {
        let counted = |layer: &&mut Layer| !matches!(layer.kind, LayerKind::Alias { .. });
        let counts_lines = self.counts_lines;
        self.layers
            .iter_mut()
            .rev()
            .find(counted)
            .filter(|_| counts_lines)
    }

    /// Takes a line back that [`Input::advance`] has counted.
    pub(super) fn uncount_line(&mut self) {
        if let Some(layer) = self.counting_layer() {
            layer.line = layer.line.saturating_sub(1);
        }
    }

    /// Skips backslash-newline pairs, which are nothing outside single quotes.
    pub(super) fn skip_continuations(&mut self) -> Result<(), Stop> {
        while self.byte(0)? == Some(b'\\') && self.byte(1)? == Some(b'\n') {
            self.advance(2);
        }
        Ok(())
    }

    /// Like [`Input::byte`] with 0, after continuations.
    pub(super) fn peek(&mut self) -> Result<Option<u8>, Stop> {
        self.skip_continuations()?;
        self.byte(0)
    }

    /// Whether the topmost layer is an alias whose value is used up.
    fn is_used_alias(&self) -> bool {
        self.layers.last().is_some_and(|top| {
            matches!(top.kind, LayerKind::Alias { .. }) && top.position >= top.text.len()
        })
    }

    /// A value that ends in a blank is left when what follows it is looked at.
    fn leave_blank_aliases(&mut self) {
        while self.is_used_alias() {
            let top = self.layers.last();
            if !top.is_some_and(|top| matches!(top.text.last(), Some(b' ' | b'\t'))) {
                return;
            }
            self.blank_alias_left = true;
            self.layers.pop();
        }
    }

    /// Any other is left when what follows it is used: its last word cannot be the same alias again.
    fn leave_used_aliases(&mut self) {
        while self.is_used_alias() {
            self.layers.pop();
        }
    }

    pub(super) fn take_blank_alias_left(&mut self) -> bool {
        std::mem::take(&mut self.blank_alias_left)
    }

    pub(super) fn alias_in_use(&self, name: &[u8]) -> bool {
        self.layers
            .iter()
            .any(|layer| matches!(&layer.kind, LayerKind::Alias { name: used } if used == name))
    }

    pub(super) fn push_alias(&mut self, name: Bytes, value: &[u8]) {
        let line = self.line();
        self.layers.push(Layer {
            text: Buffer::from(value),
            position: 0,
            line,
            kind: LayerKind::Alias { name },
        });
    }

    pub(super) fn push_nested(&mut self, text: impl Into<Buffer>, line: u32) {
        self.layers.push(Layer {
            text: text.into(),
            position: 0,
            line,
            kind: LayerKind::Nested,
        });
    }

    /// Drops the topmost nested text and whatever aliases lie on it.
    pub(super) fn pop_nested(&mut self) {
        while let Some(layer) = self.layers.pop() {
            if matches!(layer.kind, LayerKind::Nested) {
                return;
            }
        }
    }

    /// The line being read, of the innermost text that is no alias.
    pub(super) fn line(&self) -> u32 {
        self.layers
            .iter()
            .rev()
            .find(|layer| !matches!(layer.kind, LayerKind::Alias { .. }))
            .map_or(0, |layer| layer.line)
    }

    pub(super) fn consumed(&self) -> usize {
        self.consumed
    }

    pub(super) fn reset_consumed(&mut self) {
        self.consumed = 0;
    }
}

/// A look ahead that takes continuations for nothing.
pub(super) struct Ahead<'a> {
    input: &'a mut Input,
    at: usize,
}

impl<'a> Ahead<'a> {
    /// Looks from `at` bytes further on.
    pub(super) fn new(input: &'a mut Input, at: usize) -> Self {
        Self { input, at }
    }

    /// Looks again from a position that was passed.
    pub(super) fn at_again(&mut self, position: usize) {
        self.at = position;
    }

    /// How many bytes lie in front of what is looked at next.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    pub(super) fn peek(&mut self) -> Result<Option<u8>, Stop> {
        while self.input.byte(self.at)? == Some(b'\\')
            && self.input.byte(self.at + 1)? == Some(b'\n')
        {
            self.at += 2;
        }
        self.input.byte(self.at)
    }

    /// Passes the byte that [`Ahead::peek`] shows.
    pub(super) fn next(&mut self) -> Result<Option<u8>, Stop> {
        let byte = self.peek()?;
        self.at += usize::from(byte.is_some());
        Ok(byte)
    }

    /// Passes `byte` when it comes next.
    pub(super) fn accept(&mut self, byte: u8) -> Result<bool, Stop> {
        let found = self.peek()? == Some(byte);
        self.at += usize::from(found);
        Ok(found)
    }
}
