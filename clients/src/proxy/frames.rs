//! Frames of raw streams, and the changes of what is in them.

use bytes::{Buf, BytesMut};

use super::mutation::{Change, Stream};

/// Bytes of a frame's header.
const HEADER_BYTES: usize = 8;
/// The longest frame taken for one; what says it is longer is no frame.
const FRAME_BYTES: usize = 16 * 1024 * 1024;

/// Changes a raw stream as it passes.
#[derive(Debug)]
pub(super) struct StreamEdit {
    changes: Vec<Change>,
    received: BytesMut,
    /// Frames that have passed.
    frames: u64,
    /// The frame that may be the last.
    held: Option<Frame>,
    /// What comes is in no frames, so it passes as it is.
    raw: bool,
    begun: bool,
    cut: bool,
    applied: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Frame {
    stream: u8,
    payload: Vec<u8>,
}

impl Frame {
    fn of(stream: Stream, text: &str) -> Frame {
        Frame {
            stream: match stream {
                Stream::Stdout => 1,
                Stream::Stderr => 2,
            },
            payload: text.as_bytes().to_vec(),
        }
    }

    fn write(&self, len: usize, output: &mut Vec<u8>) {
        // The header has four bytes for it; frames this long are not read (FRAME_BYTES).
        let len = u32::try_from(len).unwrap_or(u32::MAX);
        output.extend_from_slice(&[self.stream, 0, 0, 0]);
        output.extend_from_slice(&len.to_be_bytes());
        output.extend_from_slice(&self.payload);
    }
}

impl StreamEdit {
    pub(super) fn new(changes: &[Change]) -> StreamEdit {
        StreamEdit {
            changes: changes
                .iter()
                .filter(|change| touches_frames(change))
                .cloned()
                .collect(),
            received: BytesMut::new(),
            frames: 0,
            held: None,
            raw: false,
            begun: false,
            cut: false,
            applied: 0,
        }
    }

    /// How many changes were made.
    pub(super) fn applied(&self) -> u64 {
        self.applied
    }

    /// The stream is to be ended here.
    pub(super) fn is_cut(&self) -> bool {
        self.cut
    }

    /// What goes on when this comes.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> Vec<u8> {
        if self.changes.is_empty() || self.raw {
            return bytes.to_vec();
        }
        let mut output = Vec::new();
        self.begin(&mut output);
        if self.has(|change| *change == Change::AddFrames) {
            self.applied += 1;
            let frame = Frame {
                stream: 1,
                payload: bytes.to_vec(),
            };
            frame.write(bytes.len(), &mut output);
            return output;
        }
        self.received.extend_from_slice(bytes);
        while !self.cut && !self.raw {
            match self.take_frame() {
                Some(frame) => self.frame(frame, &mut output),
                None => break,
            }
        }
        if self.raw {
            output.extend_from_slice(&self.received.split());
        }
        output
    }

    /// What goes on at the end.
    pub(super) fn end(&mut self) -> Vec<u8> {
        let mut output = Vec::new();
        if self.cut {
            return output;
        }
        self.begin(&mut output);
        if self.held.take().is_some() {
            self.applied += 1;
        }
        output.extend_from_slice(&self.received.split());
        for change in self.changes.clone() {
            if let Change::AppendFrame { stream, text } = change {
                self.applied += 1;
                Frame::of(stream, &text).write(text.len(), &mut output);
            }
        }
        output
    }

    fn has(&self, is: impl Fn(&Change) -> bool) -> bool {
        self.changes.iter().any(is)
    }

    /// What goes before everything.
    fn begin(&mut self, output: &mut Vec<u8>) {
        if std::mem::replace(&mut self.begun, true) {
            return;
        }
        for change in self.changes.clone() {
            if let Change::PrependFrame { stream, text } = change {
                self.applied += 1;
                Frame::of(stream, &text).write(text.len(), output);
            }
        }
        self.cut_if_enough();
    }

    fn cut_if_enough(&mut self) {
        let seen = self.frames;
        let enough = |change: &Change| matches!(change, Change::CutAfterFrames { frames } if seen >= *frames);
        if self.has(enough) {
            self.applied += 1;
            self.cut = true;
        }
    }

    fn take_frame(&mut self) -> Option<Frame> {
        let header = self.received.first_chunk::<HEADER_BYTES>()?;
        let len = u32::from_be_bytes([header[4], header[5], header[6], header[7]]) as usize;
        if header[0] > 2 || header[1..4] != [0, 0, 0] || len > FRAME_BYTES {
            self.raw = true;
            return None;
        }
        if self.received.len() < HEADER_BYTES + len {
            return None;
        }
        let stream = header[0];
        self.received.advance(HEADER_BYTES);
        let payload = self.received.split_to(len).to_vec();
        Some(Frame { stream, payload })
    }

    fn frame(&mut self, mut frame: Frame, output: &mut Vec<u8>) {
        self.frames += 1;
        let first = self.frames == 1;
        let (mut copies, mut len_by, mut bare) = (1, 0, false);
        for change in self.changes.clone() {
            let applies = match change {
                Change::DropFirstFrame if first => {
                    copies = 0;
                    true
                }
                Change::RepeatFirstFrame if first => {
                    copies = 2;
                    true
                }
                Change::FrameLength { by } if first => {
                    len_by = by;
                    true
                }
                Change::SwapStreams => {
                    let swapped = match frame.stream {
                        1 => 2,
                        2 => 1,
                        other => other,
                    };
                    swapped != std::mem::replace(&mut frame.stream, swapped)
                }
                Change::OnlyStdout => std::mem::replace(&mut frame.stream, 1) != 1,
                Change::StripFrames => {
                    bare = true;
                    true
                }
                Change::ReplaceInFrames { from, to } => {
                    let new = replaced(&frame.payload, from.as_bytes(), to.as_bytes());
                    new.map(|new| frame.payload = new).is_some()
                }
                _ => false,
            };
            self.applied += u64::from(applies);
        }
        let len = frame
            .payload
            .len()
            .saturating_add_signed(isize::try_from(len_by).unwrap_or(0));
        if self.has(|change| *change == Change::DropLastFrame) {
            if let Some(previous) = self.held.replace(frame) {
                previous.write(previous.payload.len(), output);
            }
        } else {
            for _ in 0..copies {
                if bare {
                    output.extend_from_slice(&frame.payload);
                } else {
                    frame.write(len, output);
                }
            }
        }
        self.cut_if_enough();
    }
}

fn touches_frames(change: &Change) -> bool {
    matches!(
        change,
        Change::DropLastFrame
            | Change::DropFirstFrame
            | Change::RepeatFirstFrame
            | Change::SwapStreams
            | Change::OnlyStdout
            | Change::FrameLength { .. }
            | Change::StripFrames
            | Change::AddFrames
            | Change::PrependFrame { .. }
            | Change::AppendFrame { .. }
            | Change::ReplaceInFrames { .. }
            | Change::CutAfterFrames { .. }
    )
}

/// Replaces every occurrence; `None` when there is none.
pub(super) fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Option<Vec<u8>> {
    if from.is_empty() {
        return None;
    }
    let mut output = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    let mut found = false;
    while let Some(at) = rest.windows(from.len()).position(|window| window == from) {
        output.extend_from_slice(&rest[..at]);
        output.extend_from_slice(to);
        rest = &rest[at + from.len()..];
        found = true;
    }
    output.extend_from_slice(rest);
    found.then_some(output)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(stream: u8, text: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        let frame = Frame {
            stream,
            payload: text.as_bytes().to_vec(),
        };
        frame.write(text.len(), &mut bytes);
        bytes
    }

    /// What becomes of a stream that comes in portions of so many bytes.
    fn pass(change: &Change, input: &[u8], portion: usize) -> (Vec<u8>, u64, bool) {
        let mut edit = StreamEdit::new(std::slice::from_ref(change));
        let mut output: Vec<u8> = input
            .chunks(portion)
            .flat_map(|bytes| edit.feed(bytes))
            .collect();
        output.extend(edit.end());
        (output, edit.applied(), edit.is_cut())
    }

    #[test]
    fn each_change_does_what_its_name_says() {
        let (a, b) = (frame(1, "out one\n"), frame(2, "err two\n"));
        let input = [a.clone(), b.clone()].concat();
        let mut longer = input.clone();
        longer[7] += 1;
        let cases: [(Change, Vec<u8>, bool); 11] = [
            (Change::DropLastFrame, a.clone(), false),
            (Change::DropFirstFrame, b.clone(), false),
            (
                Change::RepeatFirstFrame,
                [a.clone(), a.clone(), b.clone()].concat(),
                false,
            ),
            (
                Change::SwapStreams,
                [frame(2, "out one\n"), frame(1, "err two\n")].concat(),
                false,
            ),
            (
                Change::OnlyStdout,
                [a.clone(), frame(1, "err two\n")].concat(),
                false,
            ),
            (Change::FrameLength { by: 1 }, longer, false),
            (Change::StripFrames, b"out one\nerr two\n".to_vec(), false),
            (
                Change::PrependFrame {
                    stream: Stream::Stdout,
                    text: "x".into(),
                },
                [frame(1, "x"), input.clone()].concat(),
                false,
            ),
            (
                Change::AppendFrame {
                    stream: Stream::Stderr,
                    text: "x".into(),
                },
                [input.clone(), frame(2, "x")].concat(),
                false,
            ),
            (
                Change::ReplaceInFrames {
                    from: "o".into(),
                    to: "00".into(),
                },
                [frame(1, "00ut 00ne\n"), frame(2, "err tw00\n")].concat(),
                false,
            ),
            (Change::CutAfterFrames { frames: 1 }, a.clone(), true),
        ];
        for (change, output, cut) in cases {
            for portion in [1, 3, 9, 100] {
                let (found, applied, is_cut) = pass(&change, &input, portion);
                assert_eq!(
                    (found, is_cut),
                    (output.clone(), cut),
                    "{change:?} by {portion}"
                );
                assert!(applied > 0, "{change:?}");
            }
        }
    }

    #[test]
    fn what_is_in_no_frames_passes_as_it_is() {
        for change in [
            Change::SwapStreams,
            Change::DropLastFrame,
            Change::StripFrames,
        ] {
            let (output, applied, _) = pass(&change, b"prompt$ \x01\x00\x00", 4);
            assert_eq!(
                (output.as_slice(), applied),
                (&b"prompt$ \x01\x00\x00"[..], 0),
                "{change:?}"
            );
        }
        let (output, applied, _) = pass(&Change::AddFrames, b"prompt$ ", 100);
        assert_eq!((output, applied), (frame(1, "prompt$ "), 1));
    }

    #[test]
    fn part_of_a_frame_at_the_end_is_not_lost() {
        let input = &frame(1, "whole")[..9];
        let (output, applied, _) = pass(&Change::SwapStreams, input, 100);
        assert_eq!((output.as_slice(), applied), (input, 0));
    }

    #[test]
    fn replacing_finds_every_place_or_says_none() {
        assert_eq!(replaced(b"aXbX", b"X", b"--"), Some(b"a--b--".to_vec()));
        assert_eq!(replaced(b"ab", b"X", b"-"), None);
        assert_eq!(replaced(b"ab", b"", b"-"), None);
    }
}
