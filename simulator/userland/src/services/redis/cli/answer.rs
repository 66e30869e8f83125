//! Answers of the server, and how they are shown.

use crate::applets::text;
use crate::services::redis::resp::integer;

/// Arrays inside each other at most.
const DEPTH: usize = 16;
/// Elements of an array at most.
const ELEMENTS: i64 = 1 << 24;

/// One answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Answer {
    Status(Vec<u8>),
    Error(Vec<u8>),
    Number(i64),
    Bulk(Option<Vec<u8>>),
    Array(Option<Vec<Answer>>),
}

/// The bytes are no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NoAnswer;

/// An array that is not whole.
struct Open {
    wanted: usize,
    items: Vec<Answer>,
}

/// An answer that is being read.
#[derive(Default)]
pub(super) struct Reading {
    open: Vec<Open>,
}

/// What came of the next bytes.
#[derive(Debug, PartialEq)]
pub(super) enum Read {
    /// There must be more of them.
    More,
    /// So many were used, and the answer goes on.
    Part(usize),
    /// So many were used, and this is the answer.
    Whole(usize, Answer),
}

impl Reading {
    /// Reads one element.
    pub(super) fn step(&mut self, input: &[u8]) -> Result<Read, NoAnswer> {
        let Some(len) = input.iter().position(|byte| *byte == b'\n') else {
            return Ok(Read::More);
        };
        let line = &input[..len];
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let (kind, rest) = line.split_first().ok_or(NoAnswer)?;
        let mut used = len + 1;
        let number = || integer(rest).ok_or(NoAnswer);
        let mut answer = match kind {
            b'+' => Answer::Status(rest.to_vec()),
            b'-' => Answer::Error(rest.to_vec()),
            b':' => Answer::Number(number()?),
            b'$' => match usize::try_from(number()?) {
                Err(_) => Answer::Bulk(None),
                Ok(len) => {
                    let end = used.checked_add(len).ok_or(NoAnswer)?;
                    if input.len() < end.saturating_add(2) {
                        return Ok(Read::More);
                    }
                    let bytes = input[used..end].to_vec();
                    used = end + 2;
                    Answer::Bulk(Some(bytes))
                }
            },
            b'*' => match number()? {
                ..=-1 => Answer::Array(None),
                0 => Answer::Array(Some(Vec::new())),
                1..=ELEMENTS if self.open.len() < DEPTH => {
                    let wanted = usize::try_from(number()?).map_err(|_| NoAnswer)?;
                    self.open.push(Open {
                        wanted,
                        items: Vec::new(),
                    });
                    return Ok(Read::Part(used));
                }
                _ => return Err(NoAnswer),
            },
            _ => return Err(NoAnswer),
        };
        // What is whole goes into the array around it, which may be whole then, too.
        loop {
            let Some(array) = self.open.last_mut() else {
                return Ok(Read::Whole(used, answer));
            };
            array.items.push(answer);
            if array.items.len() < array.wanted {
                return Ok(Read::Part(used));
            }
            let items = self.open.pop().map(|array| array.items).unwrap_or_default();
            answer = Answer::Array(Some(items));
        }
    }
}

/// A text in quotes.
pub(super) fn quoted(text: &[u8]) -> Vec<u8> {
    let mut shown = vec![b'"'];
    for byte in text {
        match byte {
            b'"' | b'\\' => shown.extend([b'\\', *byte]),
            b'\n' => shown.extend_from_slice(b"\\n"),
            b'\r' => shown.extend_from_slice(b"\\r"),
            b'\t' => shown.extend_from_slice(b"\\t"),
            7 => shown.extend_from_slice(b"\\a"),
            8 => shown.extend_from_slice(b"\\b"),
            32..=126 => shown.push(*byte),
            byte => shown.extend_from_slice(format!("\\x{byte:02x}").as_bytes()),
        }
    }
    shown.push(b'"');
    shown
}

impl Answer {
    /// As people read it. The depth is limited when it is read.
    pub(super) fn formatted(&self, indent: usize) -> Vec<u8> {
        match self {
            Answer::Status(status) => text!(status, "\n"),
            Answer::Error(error) => text!("(error) ", error, "\n"),
            Answer::Number(number) => text!("(integer) ", number.to_string(), "\n"),
            Answer::Bulk(None) | Answer::Array(None) => b"(nil)\n".to_vec(),
            Answer::Bulk(Some(bytes)) => text!(quoted(bytes), "\n"),
            Answer::Array(Some(items)) if items.is_empty() => b"(empty list or set)\n".to_vec(),
            Answer::Array(Some(items)) => {
                let width = items.len().to_string().len();
                let mut shown = Vec::new();
                for (at, item) in items.iter().enumerate() {
                    let blanks = if at == 0 { 0 } else { indent };
                    let number = at + 1;
                    shown.extend_from_slice(format!("{:blanks$}{number:>width$}) ", "").as_bytes());
                    shown.extend(item.formatted(indent + width + 2));
                }
                shown
            }
        }
    }

    /// As programs read it, without a line end behind it.
    pub(super) fn raw(&self) -> Vec<u8> {
        match self {
            Answer::Status(text) | Answer::Error(text) | Answer::Bulk(Some(text)) => text.clone(),
            Answer::Number(number) => number.to_string().into_bytes(),
            Answer::Bulk(None) | Answer::Array(None) => Vec::new(),
            Answer::Array(Some(items)) => {
                let items: Vec<Vec<u8>> = items.iter().map(Answer::raw).collect();
                items.join(&b'\n')
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first answer of the bytes and its length; `None`: it is not whole.
    fn parse(bytes: &[u8]) -> Result<Option<(Answer, usize)>, NoAnswer> {
        let (mut reading, mut at) = (Reading::default(), 0);
        loop {
            match reading.step(&bytes[at..])? {
                Read::More => return Ok(None),
                Read::Part(used) => at += used,
                Read::Whole(used, answer) => return Ok(Some((answer, at + used))),
            }
        }
    }

    #[test]
    fn answers_are_read_whole_and_shown() {
        let bytes = b"*3\r\n$1\r\na\r\n*2\r\n:1\r\n$-1\r\n+OK\r\nrest";
        for end in 0..bytes.len() - 4 {
            assert_eq!(parse(&bytes[..end]), Ok(None), "{end}");
        }
        let (answer, used) = parse(bytes).expect("it is one").expect("it is whole");
        assert_eq!(&bytes[used..], b"rest");
        assert_eq!(
            answer.formatted(0),
            b"1) \"a\"\n2) 1) (integer) 1\n   2) (nil)\n3) OK\n"
        );
        assert_eq!(answer.raw(), b"a\n1\n\nOK");
        assert_eq!(quoted(b"a\"\n\xff"), b"\"a\\\"\\n\\xff\"");
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        for bytes in [
            &b"x\r\n"[..],
            b"\r\n",
            b":x\r\n",
            b"*99999999999\r\n",
            b"$x\r\n",
        ] {
            assert_eq!(parse(bytes), Err(NoAnswer));
        }
        let deep = b"*1\r\n".repeat(DEPTH + 1);
        assert_eq!(parse(&deep), Err(NoAnswer));
    }
}
