//! Looking ahead over the fixed beginnings inside words: `$name`, `${name…`, backquotes, `$'\…'`.

use super::input::{Ahead, Input};
use super::syntax_error::Stop;
use crate::shell::program::Operator;

/// The beginning of a parameter expansion, seen from its `$`.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) name: Vec<u8>,
    pub(super) operator: Operator,
    /// Bytes from the `$` to the operand or behind the closing brace.
    pub(super) length: usize,
    /// There is no operand.
    pub(super) closed: bool,
    /// A newline stands for the name or the operator: busybox does not count it.
    pub(super) newline: bool,
}

fn is_special(byte: u8) -> bool {
    matches!(byte, b'@' | b'*' | b'#' | b'?' | b'-' | b'$' | b'!') || byte.is_ascii_digit()
}

fn starts_name(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

/// Reads what is behind an unbraced `$`: one digit, one special character or an identifier.
pub(super) fn bare(input: &mut Input) -> Result<Option<Header>, Stop> {
    let mut ahead = Ahead::new(input, 1);
    let name = match ahead.peek()? {
        Some(byte) if starts_name(byte) => identifier(&mut ahead)?,
        Some(byte) if is_special(byte) => {
            ahead.next()?;
            vec![byte]
        }
        _ => return Ok(None),
    };
    Ok(Some(Header {
        name,
        operator: Operator::Value,
        length: ahead.position(),
        closed: true,
        newline: false,
    }))
}

fn identifier(ahead: &mut Ahead<'_>) -> Result<Vec<u8>, Stop> {
    let mut name = Vec::new();
    while let Some(byte) = ahead
        .peek()?
        .filter(|byte| starts_name(*byte) || byte.is_ascii_digit())
    {
        name.push(byte);
        ahead.next()?;
    }
    Ok(name)
}

fn digits_of_name(ahead: &mut Ahead<'_>) -> Result<Vec<u8>, Stop> {
    let mut name = Vec::new();
    while let Some(byte) = ahead.peek()?.filter(u8::is_ascii_digit) {
        name.push(byte);
        ahead.next()?;
    }
    Ok(name)
}

/// A name of letters or digits; empty when there is none.
fn ordinary_name(ahead: &mut Ahead<'_>) -> Result<Vec<u8>, Stop> {
    match ahead.peek()? {
        Some(byte) if starts_name(byte) => identifier(ahead),
        Some(byte) if byte.is_ascii_digit() => digits_of_name(ahead),
        _ => Ok(Vec::new()),
    }
}

/// Reads `${` with name and operator.
pub(super) fn braced(input: &mut Input) -> Result<Header, Stop> {
    let mut ahead = Ahead::new(input, 1);
    ahead.next()?;
    let header = |name, operator, ahead: &Ahead<'_>| Header {
        name,
        operator,
        length: ahead.position(),
        closed: operator == Operator::Value,
        newline: false,
    };
    let unclosed = |name, ahead: &Ahead<'_>| Header {
        name,
        operator: Operator::Value,
        length: ahead.position(),
        closed: false,
        newline: false,
    };
    let mut name = ordinary_name(&mut ahead)?;
    if name.is_empty() {
        match ahead.peek()? {
            Some(b'#') => match length_name(&mut ahead)? {
                Length::Of(name) => return Ok(header(name, Operator::Length, &ahead)),
                Length::Bad => return Ok(header(Vec::new(), Operator::Bad, &ahead)),
                Length::None => name.push(b'#'),
            },
            Some(byte) if is_special(byte) => {
                ahead.next()?;
                name.push(byte);
            }
            // What begins no name is passed over, a quote too.
            Some(byte) if byte != b'}' => {
                ahead.next()?;
                return Ok(Header {
                    newline: byte == b'\n',
                    ..header(name, Operator::Bad, &ahead)
                });
            }
            _ => return Ok(header(name, Operator::Bad, &ahead)),
        }
    }
    let newline = ahead.peek()? == Some(b'\n');
    match operator(&mut ahead)? {
        Some(operator) => Ok(Header {
            newline,
            ..header(name, operator, &ahead)
        }),
        None => Ok(unclosed(name, &ahead)),
    }
}

/// What a `#` behind `${` means.
enum Length {
    /// The length of this parameter.
    Of(Vec<u8>),
    /// Neither a length nor a parameter with an operator.
    Bad,
    /// The parameter `#`.
    None,
}

/// Reads `#` and, when it asks for a length, the name behind it.
fn length_name(ahead: &mut Ahead<'_>) -> Result<Length, Stop> {
    ahead.next()?;
    let behind = ahead.position();
    let name = ordinary_name(ahead)?;
    if !name.is_empty() {
        let closes = ahead.peek()? == Some(b'}');
        return Ok(if closes {
            Length::Of(name)
        } else {
            Length::Bad
        });
    }
    let Some(letter) = ahead.next()?.filter(|letter| *letter != b'}') else {
        ahead.at_again(behind);
        return Ok(Length::None);
    };
    if ahead.peek()? != Some(b'}') {
        ahead.at_again(behind);
        return Ok(Length::None);
    }
    Ok(if is_special(letter) {
        Length::Of(vec![letter])
    } else {
        Length::Bad
    })
}

/// Reads the operator; a closing brace is [`Operator::Value`]. `None`: `:}`, which needs another
/// brace to close it.
fn operator(ahead: &mut Ahead<'_>) -> Result<Option<Operator>, Stop> {
    let Some(first) = ahead.next()? else {
        return Ok(Some(Operator::Bad));
    };
    Ok(Some(match first {
        b'}' => Operator::Value,
        b':' => match ahead.peek()? {
            Some(b'}') => {
                ahead.next()?;
                return Ok(None);
            }
            Some(byte @ (b'-' | b'=' | b'?' | b'+')) => {
                ahead.next()?;
                conditional(byte, true)
            }
            _ => Operator::Substring,
        },
        b'-' | b'=' | b'?' | b'+' => conditional(first, false),
        b'#' => Operator::RemovePrefix {
            longest: ahead.accept(first)?,
        },
        b'%' => Operator::RemoveSuffix {
            longest: ahead.accept(first)?,
        },
        b'/' => Operator::Replace {
            all: ahead.accept(first)?,
        },
        _ => Operator::Bad,
    }))
}

fn conditional(byte: u8, colon: bool) -> Operator {
    match byte {
        b'-' => Operator::Default { colon },
        b'=' => Operator::Assign { colon },
        b'?' => Operator::Error { colon },
        _ => Operator::Alternative { colon },
    }
}

/// The text between backquotes with its escapes undone, and the length with both backquotes; `None`: not closed.
pub(super) fn backquoted(
    input: &mut Input,
    quoted: bool,
) -> Result<Option<(Vec<u8>, usize)>, Stop> {
    let mut text = Vec::new();
    let mut at = 1;
    loop {
        match input.byte(at)? {
            None => return Ok(None),
            Some(b'`') => return Ok(Some((text, at + 1))),
            Some(b'\\') => {
                match input.byte(at + 1)? {
                    Some(b'\n') => {}
                    Some(byte @ (b'\\' | b'`' | b'$')) => text.push(byte),
                    Some(b'"') if quoted => text.push(b'"'),
                    Some(byte) => text.extend_from_slice(&[b'\\', byte]),
                    None => return Ok(None),
                }
                at += 2;
            }
            Some(byte) => {
                text.push(byte);
                at += 1;
            }
        }
    }
}

/// One escape of `$'…'` at the input's backslash: the byte it stands for, `None` for none, and its length.
pub(super) fn escape(input: &mut Input) -> Result<(Option<u8>, usize), Stop> {
    let Some(letter) = input.byte(1)? else {
        return Ok((Some(b'\\'), 1));
    };
    let simple = match letter {
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 11,
        b'\\' | b'\'' | b'"' => letter,
        b'x' => return digits(input, 2, 2, 16),
        b'0'..=b'7' => return digits(input, 1, 3, 8),
        _ => return Ok((Some(b'\\'), 1)),
    };
    Ok((Some(simple), 2))
}

/// A NUL stands for nothing; three octal digits that are too much for a byte lose the last, as in busybox.
fn digits(
    input: &mut Input,
    at: usize,
    most: usize,
    radix: u32,
) -> Result<(Option<u8>, usize), Stop> {
    let mut value = 0_u32;
    let mut count = 0;
    while count < most {
        let Some(digit) = input
            .byte(at + count)?
            .and_then(|byte| char::from(byte).to_digit(radix))
        else {
            break;
        };
        let more = value * radix + digit;
        if more <= 0xff {
            value = more;
        }
        count += 1;
    }
    if count == 0 {
        return Ok((Some(b'\\'), 1));
    }
    let byte = value.to_le_bytes()[0];
    Ok(((byte != 0).then_some(byte), at + count))
}
