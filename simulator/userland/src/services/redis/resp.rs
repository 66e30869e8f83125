//! The protocol: what clients send, and how answers are written.

use super::pace::Pace;
use crate::kernel::{Buffer, Charge};
use bytes::Bytes;

/// The longest line outside of a bulk.
const LINE_BYTES: usize = 64 << 10;
/// Words of a command at most.
const WORDS: i64 = 1 << 20;
/// The longest word, bytes.
const WORD_BYTES: i64 = 512 << 20;
/// What a word costs beside its bytes.
const WORD_COST: usize = 64;

/// What clients have sent of a command.
#[derive(Debug, Default)]
pub(super) struct Parser {
    words: Vec<Bytes>,
    /// Words that are still to come, when their number is known.
    left: Option<i64>,
    /// The length of the word that comes.
    bulk: Option<usize>,
    charge: Charge,
}

/// A command, charged as long as it is kept.
#[derive(Debug)]
pub(super) struct Command {
    pub(super) words: Vec<Bytes>,
    _charge: Charge,
}

/// What a client does wrong, in the words of the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Violation(pub(super) &'static str);

/// What came of the bytes.
#[derive(Debug)]
pub(super) enum Parsed {
    /// So many bytes are used; a command is whole, if there is one.
    Some(usize, Option<Command>),
    /// There must be more bytes than so many.
    More,
}

impl Parser {
    /// Goes on with what is there: a step at a time.
    pub(super) fn step(&mut self, input: &[u8]) -> Result<Parsed, Violation> {
        if let Some(len) = self.bulk {
            if input.len() < len + 2 {
                return Ok(Parsed::More);
            }
            self.charge.add(len + WORD_COST);
            self.words.push(Bytes::copy_from_slice(&input[..len]));
            self.bulk = None;
            let left = self.left.map_or(0, |left| left - 1);
            self.left = Some(left);
            let command = if left == 0 { self.take() } else { None };
            return Ok(Parsed::Some(len + 2, command));
        }
        let Some(end) = input
            .iter()
            .take(LINE_BYTES)
            .position(|byte| *byte == b'\n')
        else {
            return match (input.len() >= LINE_BYTES, self.left) {
                (false, _) => Ok(Parsed::More),
                (true, Some(_)) => Err(Violation("too big bulk count string")),
                (true, None) if input[0] == b'*' => Err(Violation("too big mbulk count string")),
                (true, None) => Err(Violation("too big inline request")),
            };
        };
        let line = input[..end].strip_suffix(b"\r").unwrap_or(&input[..end]);
        let used = end + 1;
        if self.left.is_some() {
            let digits = match line.split_first() {
                Some((b'$', digits)) => digits,
                Some(_) => return Err(Violation("expected '$'")),
                None => return Err(Violation("expected '$', got ' '")),
            };
            let len = integer(digits).filter(|len| (0..=WORD_BYTES).contains(len));
            let len = len.and_then(|len| usize::try_from(len).ok());
            self.bulk = Some(len.ok_or(Violation("invalid bulk length"))?);
            return Ok(Parsed::Some(used, None));
        }
        if let Some((b'*', digits)) = line.split_first() {
            let count = integer(digits).filter(|count| *count <= WORDS);
            let count = count.ok_or(Violation("invalid multibulk length"))?;
            if count > 0 {
                self.left = Some(count);
            }
            return Ok(Parsed::Some(used, None));
        }
        self.words = inline(line).ok_or(Violation("unbalanced quotes in request"))?;
        let bytes: usize = self.words.iter().map(|word| word.len() + WORD_COST).sum();
        self.charge.add(bytes);
        let command = if self.words.is_empty() {
            None
        } else {
            self.take()
        };
        Ok(Parsed::Some(used, command))
    }

    fn take(&mut self) -> Option<Command> {
        self.left = None;
        Some(Command {
            words: std::mem::take(&mut self.words),
            _charge: std::mem::take(&mut self.charge),
        })
    }
}

/// The number that digits with a sign mean.
pub(super) fn integer(text: &[u8]) -> Option<i64> {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let plain = !digits.is_empty() && digits.len() <= 20 && digits.iter().all(u8::is_ascii_digit);
    // A number has one form only.
    let one_form = digits == b"0" && digits.len() == text.len() || digits.first() != Some(&b'0');
    if !plain || !one_form {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// The words of a line, with quotes; `None` when one is open.
pub(super) fn inline(line: &[u8]) -> Option<Vec<Bytes>> {
    let mut words = Vec::new();
    let mut rest = line.trim_ascii_start();
    while !rest.is_empty() {
        let (word, after) = word(rest)?;
        words.push(Bytes::from(word));
        rest = after.trim_ascii_start();
    }
    Some(words)
}

fn word(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut word = Vec::new();
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        match first {
            byte if byte.is_ascii_whitespace() => break,
            quote @ (b'"' | b'\'') => {
                rest = quoted(*quote, after, &mut word)?;
                if rest.first().is_some_and(|byte| !byte.is_ascii_whitespace()) {
                    return None;
                }
            }
            byte => {
                word.push(*byte);
                rest = after;
            }
        }
    }
    Some((word, rest))
}

fn quoted<'t>(quote: u8, text: &'t [u8], word: &mut Vec<u8>) -> Option<&'t [u8]> {
    let digit = |byte: u8| {
        char::from(byte)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    let mut rest = text;
    loop {
        match rest {
            [byte, after @ ..] if *byte == quote => return Some(after),
            [b'\\', b'x', high, low, after @ ..]
                if quote == b'"' && digit(*high).is_some() && digit(*low).is_some() =>
            {
                word.push(digit(*high)? << 4 | digit(*low)?);
                rest = after;
            }
            [b'\\', byte, after @ ..] if quote == b'"' => {
                word.push(match byte {
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'b' => 8,
                    b'a' => 7,
                    other => *other,
                });
                rest = after;
            }
            [b'\\', b'\'', after @ ..] if quote == b'\'' => {
                word.push(b'\'');
                rest = after;
            }
            [byte, after @ ..] => {
                word.push(*byte);
                rest = after;
            }
            [] => return None,
        }
    }
}

/// An answer that is being written.
#[derive(Debug, Default)]
pub(super) struct Reply(pub(super) Buffer);

impl Reply {
    fn line(&mut self, kind: u8, text: &[u8]) {
        self.0.push(kind);
        self.0.extend_from_slice(text);
        self.0.extend_from_slice(b"\r\n");
    }

    pub(super) fn ok(&mut self) {
        self.line(b'+', b"OK");
    }

    pub(super) fn simple(&mut self, text: &[u8]) {
        self.line(b'+', text);
    }

    /// What fails, its code included; line ends become blanks.
    pub(super) fn error(&mut self, text: &[u8]) {
        let clean: Vec<u8> = text
            .iter()
            .map(|byte| {
                if matches!(byte, b'\r' | b'\n') {
                    b' '
                } else {
                    *byte
                }
            })
            .collect();
        self.line(b'-', &clean);
    }

    pub(super) fn int(&mut self, number: i64) {
        self.line(b':', number.to_string().as_bytes());
    }

    /// A count.
    pub(super) fn count(&mut self, count: usize) {
        self.int(i64::try_from(count).unwrap_or(i64::MAX));
    }

    pub(super) fn bulk(&mut self, bytes: &[u8]) {
        self.line(b'$', bytes.len().to_string().as_bytes());
        self.0.extend_from_slice(bytes);
        self.0.extend_from_slice(b"\r\n");
    }

    pub(super) fn nil(&mut self) {
        self.0.extend_from_slice(b"$-1\r\n");
    }

    /// A bulk, or none.
    pub(super) fn maybe(&mut self, bytes: Option<&[u8]>) {
        match bytes {
            Some(bytes) => self.bulk(bytes),
            None => self.nil(),
        }
    }

    /// So many answers follow.
    pub(super) fn array(&mut self, len: usize) {
        self.line(b'*', len.to_string().as_bytes());
    }

    pub(super) fn nil_array(&mut self) {
        self.0.extend_from_slice(b"*-1\r\n");
    }

    /// As [`Reply::bulks`] for what may be many.
    pub(super) async fn bulks_in_steps<B: AsRef<[u8]>>(
        &mut self,
        pace: &mut Pace<'_>,
        items: impl ExactSizeIterator<Item = B>,
    ) {
        self.array(items.len());
        for item in items {
            self.bulk(item.as_ref());
            pace.look().await;
        }
    }

    /// An array of bulks.
    pub(super) fn bulks<B: AsRef<[u8]>>(&mut self, items: impl ExactSizeIterator<Item = B>) {
        self.array(items.len());
        for item in items {
            self.bulk(item.as_ref());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The commands of some bytes that come in pieces of `size`, and what was wrong.
    fn commands(bytes: &[u8], size: usize) -> (Vec<Vec<Bytes>>, Option<Violation>) {
        let mut parser = Parser::default();
        let (mut found, mut input) = (Vec::new(), Vec::new());
        for piece in bytes.chunks(size) {
            input.extend_from_slice(piece);
            loop {
                match parser.step(&input) {
                    Ok(Parsed::More) => break,
                    Ok(Parsed::Some(used, command)) => {
                        input.drain(..used);
                        found.extend(command.map(|command| command.words));
                    }
                    Err(violation) => return (found, Some(violation)),
                }
            }
        }
        (found, None)
    }

    #[test]
    fn commands_come_in_pieces_of_any_size() {
        let bytes = b"*2\r\n$3\r\nGET\r\n$5\r\na\r\nbc\r\nPING\r\n\r\nset k \"a b\\x41\"\r\n*0\r\n*1\r\n$0\r\n\r\n";
        let word = |text: &'static str| Bytes::from_static(text.as_bytes());
        let expected = vec![
            vec![word("GET"), word("a\r\nbc")],
            vec![word("PING")],
            vec![word("set"), word("k"), word("a bA")],
            vec![word("")],
        ];
        for size in 1..=bytes.len() {
            assert_eq!(commands(bytes, size), (expected.clone(), None), "{size}");
        }
    }

    #[test]
    fn what_is_no_command_is_told() {
        let long = [b'x'; LINE_BYTES + 1];
        for (bytes, what) in [
            (&b"*x\r\n"[..], "invalid multibulk length"),
            (b"*99999999\r\n", "invalid multibulk length"),
            (b"*1\r\n:1\r\n", "expected '$'"),
            (b"*1\r\n$-5\r\n", "invalid bulk length"),
            (b"*1\r\n$999999999999\r\n", "invalid bulk length"),
            (b"get \"x\r\n", "unbalanced quotes in request"),
            (b"get \"x\"y\r\n", "unbalanced quotes in request"),
            (&long, "too big inline request"),
        ] {
            assert_eq!(commands(bytes, 7).1, Some(Violation(what)), "{what}");
        }
    }

    #[test]
    fn numbers_have_one_form() {
        for (text, number) in [
            ("0", Some(0)),
            ("-1", Some(-1)),
            ("9223372036854775807", Some(i64::MAX)),
            ("9223372036854775808", None),
            ("01", None),
            ("-0", None),
            ("+1", None),
            ("", None),
            ("-", None),
            (" 1", None),
        ] {
            assert_eq!(integer(text.as_bytes()), number, "{text}");
        }
    }
}
