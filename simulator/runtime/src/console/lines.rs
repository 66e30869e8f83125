//! Output in pieces becomes lines (containers.md 14): what a record of a log is, on the node and elsewhere.

use super::output::Stream;
use crate::Timestamp;
use std::borrow::Cow;

/// Output without a newline becomes a record of its own at this length, bytes.
pub const RECORD_LIMIT_BYTES: usize = 16 * 1024;

/// The lines of a console that have begun, one for each stream.
#[derive(Debug, Default)]
pub struct Lines {
    begun: [Option<Begun>; 2],
}

#[derive(Debug)]
struct Begun {
    at: Timestamp,
    bytes: Vec<u8>,
}

fn place(stream: Stream) -> usize {
    match stream {
        Stream::Stdout => 0,
        Stream::Stderr => 1,
    }
}

impl Lines {
    /// Takes from the front of `rest`, which was written to `stream` at `at`: the next record with its newline and when
    /// it began; `None` when everything is taken and the record is not whole.
    pub fn next<'a>(
        &mut self,
        stream: Stream,
        at: Timestamp,
        rest: &mut &'a [u8],
    ) -> Option<(Timestamp, Cow<'a, [u8]>)> {
        let begun = &mut self.begun[place(stream)];
        if rest.is_empty() {
            return None;
        }
        let room = RECORD_LIMIT_BYTES - begun.as_ref().map_or(0, |begun| begun.bytes.len());
        let window = &rest[..rest.len().min(room)];
        let newline = window.iter().position(|byte| *byte == b'\n');
        let (line, behind) = rest.split_at(newline.map_or(window.len(), |at| at + 1));
        *rest = behind;
        let whole = newline.is_some() || line.len() == room;
        if begun.is_none() && whole {
            return Some((at, Cow::Borrowed(line)));
        }
        let joined = begun.get_or_insert_with(|| Begun {
            at,
            bytes: Vec::new(),
        });
        joined.bytes.extend_from_slice(line);
        match whole {
            true => self.end(stream),
            false => None,
        }
    }

    /// The record of a stream that has begun, when no more will come.
    pub fn end(&mut self, stream: Stream) -> Option<(Timestamp, Cow<'static, [u8]>)> {
        let begun = self.begun[place(stream)].take()?;
        Some((begun.at, Cow::Owned(begun.bytes)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_are_joined_to_lines_of_each_stream() {
        let mut lines = Lines::default();
        let mut seen = Vec::new();
        let writes = [
            (Stream::Stdout, 1, "a\nb"),
            (Stream::Stderr, 2, "err\n"),
            (Stream::Stdout, 3, "c\n\nd"),
        ];
        for (stream, at, text) in writes {
            let mut rest = text.as_bytes();
            while let Some((at, line)) = lines.next(stream, Timestamp(at), &mut rest) {
                seen.push((at.0, String::from_utf8_lossy(&line).into_owned()));
            }
        }
        let rest = lines.end(Stream::Stdout).expect("it has begun");
        seen.push((rest.0.0, String::from_utf8_lossy(&rest.1).into_owned()));
        let expected = [(1, "a\n"), (2, "err\n"), (1, "bc\n"), (3, "\n"), (3, "d")];
        assert_eq!(seen, expected.map(|(at, text)| (at, text.to_owned())));
        assert_eq!(lines.end(Stream::Stdout), None);
        assert_eq!(lines.end(Stream::Stderr), None);
    }

    #[test]
    fn a_long_line_is_cut() {
        let mut lines = Lines::default();
        let long = vec![b'x'; RECORD_LIMIT_BYTES + 5];
        let mut rest = &long[..];
        let (_, first) = lines
            .next(Stream::Stdout, Timestamp(1), &mut rest)
            .expect("a whole record");
        assert_eq!(first.len(), RECORD_LIMIT_BYTES);
        assert_eq!(lines.next(Stream::Stdout, Timestamp(1), &mut rest), None);
        let (_, second) = lines.end(Stream::Stdout).expect("the rest");
        assert_eq!(second.len(), 5);
    }
}
