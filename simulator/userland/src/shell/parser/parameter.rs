//! Looking ahead over the fixed beginnings inside words: `$name`, `${name…`, backquotes, `$'\…'`.

use super::input::Input;
use super::parser::Parser;
use super::syntax_error::Stop;
use crate::shell::program::Operator;

/// The beginning of a parameter expansion, seen from its `$`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Header {
    pub(super) name_at: usize,
    pub(super) name_length: usize,
    pub(super) operator: Operator,
    /// Bytes from the `$` to the operand or behind the closing brace.
    pub(super) length: usize,
    /// There is no operand.
    pub(super) closed: bool,
}

fn is_special(byte: u8) -> bool {
    matches!(byte, b'@' | b'*' | b'#' | b'?' | b'-' | b'$' | b'!')
}

/// Length of the name behind an unbraced `$`: one digit, one special character or an identifier.
pub(super) fn bare_name_length(input: &mut Input, at: usize) -> Result<usize, Stop> {
    match input.byte(at)? {
        Some(b'0'..=b'9') => Ok(1),
        Some(byte) if is_special(byte) => Ok(1),
        _ => identifier_length(input, at),
    }
}

fn identifier_length(input: &mut Input, at: usize) -> Result<usize, Stop> {
    let mut length = 0;
    loop {
        match input.byte(at + length)? {
            Some(b'a'..=b'z' | b'A'..=b'Z' | b'_') => length += 1,
            Some(b'0'..=b'9') if length > 0 => length += 1,
            _ => return Ok(length),
        }
    }
}

fn braced_name_length(input: &mut Input, at: usize) -> Result<usize, Stop> {
    match input.byte(at)? {
        Some(b'0'..=b'9') => {
            let mut length = 1;
            while matches!(input.byte(at + length)?, Some(b'0'..=b'9')) {
                length += 1;
            }
            Ok(length)
        }
        Some(byte) if is_special(byte) => Ok(1),
        _ => identifier_length(input, at),
    }
}

/// Reads `${` with name and operator.
pub(super) fn braced(parser: &mut Parser) -> Result<Header, Stop> {
    let input = &mut parser.input;
    if input.byte(2)? == Some(b'#') {
        let name_length = braced_name_length(input, 3)?;
        if name_length > 0 && input.byte(3 + name_length)? == Some(b'}') {
            return Ok(Header {
                name_at: 3,
                name_length,
                operator: Operator::Length,
                length: name_length + 4,
                closed: true,
            });
        }
    }
    // `${#%}` and its like are neither a length nor an operator with an operand.
    let lone = input.byte(2)? == Some(b'#')
        && matches!(input.byte(3)?, Some(b'+' | b'=' | b'%' | b'/'))
        && input.byte(4)? == Some(b'}');
    let name_length = braced_name_length(input, 2)?;
    let at = 2 + name_length;
    if name_length > 0 && input.byte(at)? == Some(b':') && input.byte(at + 1)? == Some(b'}') {
        return Err(parser.syntax("missing '}'"));
    }
    let found = if lone || name_length == 0 {
        None
    } else {
        operator(input, at)?
    };
    let (operator, length) = found.unwrap_or((Operator::Bad, 0));
    Ok(Header {
        name_at: 2,
        name_length,
        operator,
        length: at + length,
        closed: operator == Operator::Value,
    })
}

/// The operator at `at` and its length; a closing brace is [`Operator::Value`].
fn operator(input: &mut Input, at: usize) -> Result<Option<(Operator, usize)>, Stop> {
    let Some(first) = input.byte(at)? else {
        return Ok(None);
    };
    Ok(Some(match first {
        b'}' => (Operator::Value, 1),
        b':' => match input.byte(at + 1)? {
            Some(byte @ (b'-' | b'=' | b'?' | b'+')) => (conditional(byte, true), 2),
            _ => (Operator::Substring, 1),
        },
        b'-' | b'=' | b'?' | b'+' => (conditional(first, false), 1),
        b'#' | b'%' | b'/' => {
            let doubled = input.byte(at + 1)? == Some(first);
            let operator = match first {
                b'#' => Operator::RemovePrefix { longest: doubled },
                b'%' => Operator::RemoveSuffix { longest: doubled },
                _ => Operator::Replace { all: doubled },
            };
            (operator, if doubled { 2 } else { 1 })
        }
        _ => return Ok(None),
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

/// One escape of `$'…'` at the input's backslash: the byte it stands for and its length.
pub(super) fn escape(input: &mut Input) -> Result<(u8, usize), Stop> {
    let Some(letter) = input.byte(1)? else {
        return Ok((b'\\', 1));
    };
    let simple = match letter {
        b'a' => 7,
        b'b' => 8,
        b'e' | b'E' => 27,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 11,
        b'\\' | b'\'' | b'"' | b'?' => letter,
        b'x' => return digits(input, 2, 2, 16),
        b'0'..=b'7' => return digits(input, 1, 3, 8),
        _ => return Ok((b'\\', 1)),
    };
    Ok((simple, 2))
}

fn digits(input: &mut Input, at: usize, most: usize, radix: u32) -> Result<(u8, usize), Stop> {
    let mut value = 0_u32;
    let mut count = 0;
    while count < most {
        let Some(digit) = input
            .byte(at + count)?
            .and_then(|byte| char::from(byte).to_digit(radix))
        else {
            break;
        };
        value = value * radix + digit;
        count += 1;
    }
    if count == 0 {
        return Ok((b'\\', 1));
    }
    Ok((value.to_le_bytes()[0], at + count))
}
