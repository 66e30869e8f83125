//! Conditions: what `test`, `[` and `[[` evaluate, as a builtin and as programs.

use bytes::Bytes;

use crate::exec::fuel;
use crate::kernel::{Access, FileKind, Stat, Sys};
use crate::regex::{Regex, Syntax};
use crate::shell::pattern;

/// How deep parentheses may nest.
const MAX_DEPTH: u32 = 100;

/// Fuel of looking at an operand.
const OPERAND_FUEL: u64 = 20;

/// Why an expression has no value.
pub(crate) type Failure = Vec<u8>;

/// Evaluates operands of `test`.
///
/// # Errors
/// What is said of operands that are no condition.
pub(crate) fn evaluate(sys: &Sys, operands: &[Bytes]) -> Result<bool, Failure> {
    fuel::spend(operands.len() as u64 * OPERAND_FUEL);
    Tester::new(sys, operands, None).whole()
}

/// Evaluates operands of `[[`. `None`: one of its expressions is none.
///
/// # Errors
/// As [`evaluate`].
pub(crate) async fn evaluate_bracketed(
    sys: &Sys,
    operands: &[Bytes],
) -> Result<Option<bool>, Failure> {
    sys.burn(operands.len() as u64 * OPERAND_FUEL).await;
    let Some(matches) = regex_matches(sys, operands).await else {
        return Ok(None);
    };
    Tester::new(sys, operands, Some(matches)).whole().map(Some)
}

/// Results of every `=~`, which spend fuel, by the operator's position; `None`: one of them is no expression.
async fn regex_matches(sys: &Sys, operands: &[Bytes]) -> Option<Vec<(usize, bool)>> {
    let mut results = Vec::new();
    for at in 1..operands.len().saturating_sub(1) {
        if operands[at] != "=~" {
            continue;
        }
        let found = match Regex::new(&operands[at + 1], Syntax::Extended, false) {
            Ok(mut regex) => regex.find(sys, &operands[at - 1], 0).await.is_some(),
            Err(_) => return None,
        };
        results.push((at, found));
    }
    Some(results)
}

struct Tester<'a> {
    sys: &'a Sys,
    operands: &'a [Bytes],
    at: usize,
    depth: u32,
    /// `[[`, where `=` matches patterns, and `&&` and `||` join: what its regular expressions match.
    bracketed: Option<Vec<(usize, bool)>>,
}

fn is_binary(operator: &[u8]) -> bool {
    matches!(
        operator,
        b"=" | b"=="
            | b"!="
            | b"<"
            | b">"
            | b"=~"
            | b"-eq"
            | b"-ne"
            | b"-lt"
            | b"-le"
            | b"-gt"
            | b"-ge"
            | b"-nt"
            | b"-ot"
            | b"-ef"
    )
}

fn is_unary(operator: &[u8]) -> bool {
    matches!(operator, [b'-', letter] if b"bcdefghkLnOprSstuwxzG".contains(letter))
}

fn failure(operator: &[u8], text: &str) -> Failure {
    if operator.is_empty() {
        return text.as_bytes().to_vec();
    }
    [operator, b": ", text.as_bytes()].concat()
}

impl<'a> Tester<'a> {
    fn new(sys: &'a Sys, operands: &'a [Bytes], bracketed: Option<Vec<(usize, bool)>>) -> Self {
        Self {
            sys,
            operands,
            at: 0,
            depth: 0,
            bracketed,
        }
    }

    fn peek(&self, ahead: usize) -> Option<&[u8]> {
        self.operands.get(self.at + ahead).map(Bytes::as_ref)
    }

    /// The short forms of POSIX come first: what few operands behind negations mean is told by their number.
    fn whole(&mut self) -> Result<bool, Failure> {
        let mut negated = false;
        loop {
            match &self.operands[self.at..] {
                [] => return Ok(false),
                [only] => return Ok(only.is_empty() == negated),
                [_, operator, _] if is_binary(operator) => return Ok(self.binary()? != negated),
                [open, not, operand, close] if open == "(" && not == "!" && close == ")" => {
                    return Ok(operand.is_empty() != negated);
                }
                // Of any other four the last parenthesis is not looked at, as in busybox.
                [open, .., close]
                    if open == "(" && close == ")" && self.operands.len() == self.at + 4 =>
                {
                    self.operands = &self.operands[..self.operands.len() - 1];
                    break;
                }
                [not, ..] if not == "!" => negated = !negated,
                _ => break,
            }
            self.at += 1;
        }
        // What is longer is an expression from its first word on.
        self.at = 0;
        let value = self.or()?;
        match self.operands.get(self.at) {
            None => Ok(value),
            Some(rest) => Err([rest.as_ref(), b": unknown operand"].concat()),
        }
    }

    fn or(&mut self) -> Result<bool, Failure> {
        let mut value = self.and()?;
        while self.is_word(b"-o", b"||") {
            self.at += 1;
            value |= self.and()?;
        }
        Ok(value)
    }

    fn and(&mut self) -> Result<bool, Failure> {
        let mut value = self.not()?;
        while self.is_word(b"-a", b"&&") {
            self.at += 1;
            value &= self.not()?;
        }
        Ok(value)
    }

    fn is_word(&self, plain: &[u8], bracketed: &[u8]) -> bool {
        match self.peek(0) {
            Some(word) if self.bracketed.is_some() => word == bracketed,
            Some(word) => word == plain,
            None => false,
        }
    }

    fn not(&mut self) -> Result<bool, Failure> {
        let mut negated = false;
        while self.peek(0) == Some(b"!") && self.peek(1).is_some() {
            self.at += 1;
            negated = !negated;
        }
        Ok(self.primary()? != negated)
    }

    fn primary(&mut self) -> Result<bool, Failure> {
        let Some(first) = self.peek(0) else {
            return Err(b"argument expected".to_vec());
        };
        if first == b"(" {
            return self.parenthesised();
        }
        // `-f =` asks for a file of that name; `x =` lacks an operand.
        let unary_only = is_unary(first) && self.peek(2).is_none();
        if self.peek(1).is_some_and(is_binary) && !unary_only {
            return self.binary();
        }
        if is_unary(first) && self.peek(1).is_some() {
            let operator = first[1];
            let operand = self.operands[self.at + 1].clone();
            self.at += 2;
            return self.unary(operator, &operand);
        }
        self.at += 1;
        Ok(!self.operands[self.at - 1].is_empty())
    }

    fn parenthesised(&mut self) -> Result<bool, Failure> {
        self.at += 1;
        if self.depth >= MAX_DEPTH {
            return Err(b"too many parentheses".to_vec());
        }
        self.depth += 1;
        let value = self.or()?;
        self.depth -= 1;
        if self.peek(0) != Some(b")") {
            return Err(b"closing paren expected".to_vec());
        }
        self.at += 1;
        Ok(value)
    }

    fn binary(&mut self) -> Result<bool, Failure> {
        let operands = self.operands;
        let operator = &operands[self.at + 1];
        if self.peek(2).is_none() {
            return Err(failure(operator, "argument expected"));
        }
        let left = &operands[self.at];
        let right = &operands[self.at + 2];
        let position = self.at + 1;
        self.at += 3;
        Ok(match operator.as_ref() {
            b"=" | b"==" | b"!=" => {
                let equal = if self.bracketed.is_some() {
                    pattern::matches(right, left)
                } else {
                    left == right
                };
                equal == (operator != "!=")
            }
            b"<" => left < right,
            b">" => left > right,
            b"=~" => self
                .bracketed
                .iter()
                .flatten()
                .any(|(at, found)| *at == position && *found),
            b"-nt" | b"-ot" | b"-ef" => self.compare_files(operator, left, right),
            _ => {
                let (left, right) = (integer(left)?, integer(right)?);
                match operator.as_ref() {
                    b"-eq" => left == right,
                    b"-ne" => left != right,
                    b"-lt" => left < right,
                    b"-le" => left <= right,
                    b"-gt" => left > right,
                    _ => left >= right,
                }
            }
        })
    }

    fn compare_files(&self, operator: &[u8], left: &[u8], right: &[u8]) -> bool {
        let (Ok(left), Ok(right)) = (self.sys.stat(left), self.sys.stat(right)) else {
            return false;
        };
        match operator {
            b"-nt" => left.mtime > right.mtime,
            b"-ot" => left.mtime < right.mtime,
            _ => left.dev == right.dev && left.ino == right.ino,
        }
    }

    fn unary(&self, operator: u8, operand: &[u8]) -> Result<bool, Failure> {
        let sys = self.sys;
        match operator {
            b'z' => return Ok(operand.is_empty()),
            b'n' => return Ok(!operand.is_empty()),
            b't' => {
                let fd = integer(operand)?;
                return Ok(i32::try_from(fd).is_ok_and(|fd| sys.is_tty(fd)));
            }
            b'L' | b'h' => {
                return Ok(sys
                    .lstat(operand)
                    .is_ok_and(|stat| stat.kind == FileKind::Symlink));
            }
            b'r' => return Ok(sys.access(operand, Access::READ).is_ok()),
            b'w' => return Ok(sys.access(operand, Access::WRITE).is_ok()),
            b'x' => return Ok(sys.access(operand, Access::EXECUTE).is_ok()),
            _ => {}
        }
        Ok(sys
            .stat(operand)
            .is_ok_and(|stat| self.file_is(operator, &stat)))
    }

    fn file_is(&self, operator: u8, stat: &Stat) -> bool {
        match operator {
            b'e' => true,
            b'f' => stat.kind == FileKind::File,
            b'd' => stat.is_directory(),
            b'b' => matches!(stat.kind, FileKind::BlockDevice { .. }),
            b'c' => matches!(stat.kind, FileKind::CharDevice { .. }),
            b'p' => stat.kind == FileKind::Fifo,
            b'S' => stat.kind == FileKind::Socket,
            b's' => stat.size > 0,
            b'u' => stat.mode & 0o4000 != 0,
            b'g' => stat.mode & 0o2000 != 0,
            b'k' => stat.mode & 0o1000 != 0,
            b'O' => stat.uid == self.sys.euid(),
            b'G' => stat.gid == self.sys.egid(),
            _ => false,
        }
    }
}

fn integer(text: &[u8]) -> Result<i64, Failure> {
    let trimmed = std::str::from_utf8(text).ok().map(str::trim_ascii);
    let digits = trimmed.map(|text| text.strip_prefix(['+', '-']).unwrap_or(text));
    let all_digits = digits
        .is_some_and(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()));
    match trimmed.and_then(|text| text.parse().ok()) {
        Some(number) => Ok(number),
        None if all_digits => Err(failure(text, "out of range")),
        None => Err(failure(text, "bad number")),
    }
}
