//! test and `[`.

use super::context::{Context, Fail, Outcome, text};
use crate::kernel::{Access, FileKind, Stat, Sys};
use bytes::Bytes;

/// Evaluates a condition: 0 true, 1 false, 2 nonsense.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let mut args = cx.args.clone();
    if cx.name == "[" && args.pop().is_none_or(|last| last != "]") {
        return Err(Fail::Message(2, b"missing ]".to_vec()));
    }
    let mut parser = Parser {
        sys: cx.sys,
        args: &args,
        at: 0,
        depth: 0,
    };
    match parser.whole() {
        Ok(holds) => Ok(u8::from(!holds)),
        Err(message) => Err(Fail::Message(2, message)),
    }
}

struct Parser<'a> {
    sys: &'a Sys,
    args: &'a [Bytes],
    at: usize,
    depth: usize,
}

type Answer = Result<bool, Vec<u8>>;

/// Deepest nesting of parentheses and negations.
const DEPTH_MAX: usize = 200;

impl Parser<'_> {
    fn whole(&mut self) -> Answer {
        if self.args.is_empty() {
            return Ok(false);
        }
        // Few arguments have fixed meanings, whatever they look like.
        match self.args {
            [one] => return Ok(!one.is_empty()),
            [not, one] if not == "!" => return Ok(one.is_empty()),
            [left, operator, right] if is_binary(operator) => {
                return self.binary(left, operator, right);
            }
            [not, left, operator, right] if not == "!" && is_binary(operator) => {
                return Ok(!self.binary(left, operator, right)?);
            }
            _ => {}
        }
        let answer = self.or()?;
        match self.args.get(self.at) {
            None => Ok(answer),
            Some(extra) => Err(text!(extra, ": unknown operand")),
        }
    }

    fn peek(&self, ahead: usize) -> Option<&[u8]> {
        self.args.get(self.at + ahead).map(AsRef::as_ref)
    }

    fn or(&mut self) -> Answer {
        let mut answer = self.and()?;
        while self.peek(0) == Some(b"-o") {
            self.at += 1;
            answer |= self.and()?;
        }
        Ok(answer)
    }

    fn and(&mut self) -> Answer {
        let mut answer = self.not()?;
        while self.peek(0) == Some(b"-a") {
            self.at += 1;
            answer &= self.not()?;
        }
        Ok(answer)
    }

    fn not(&mut self) -> Answer {
        let mut negated = false;
        while self.peek(0) == Some(b"!") && self.peek(1).is_some() {
            self.at += 1;
            negated = !negated;
        }
        Ok(self.primary()? != negated)
    }

    fn primary(&mut self) -> Answer {
        let Some(first) = self.args.get(self.at).cloned() else {
            return Err(b"argument expected".to_vec());
        };
        let binary_follows = self.peek(1).is_some_and(is_binary) && self.peek(2).is_some();
        if binary_follows {
            let (operator, right) = (
                self.args[self.at + 1].clone(),
                self.args[self.at + 2].clone(),
            );
            self.at += 3;
            return self.binary(&first, &operator, &right);
        }
        self.at += 1;
        if first == "(" {
            self.depth += 1;
            if self.depth > DEPTH_MAX {
                return Err(b"too many levels".to_vec());
            }
            let answer = self.or()?;
            self.depth -= 1;
            if self.peek(0) != Some(b")") {
                return Err(b"closing paren expected".to_vec());
            }
            self.at += 1;
            return Ok(answer);
        }
        if is_unary(&first)
            && let Some(operand) = self.args.get(self.at).cloned()
        {
            self.at += 1;
            return self.unary(first[1], &operand);
        }
        Ok(!first.is_empty())
    }

    fn unary(&self, letter: u8, operand: &[u8]) -> Answer {
        let stat = || self.sys.stat(operand).ok();
        let kind = |wanted: fn(FileKind) -> bool| stat().is_some_and(|stat| wanted(stat.kind));
        let mode = |bit: u32| stat().is_some_and(|stat| stat.mode & bit != 0);
        let access = |access| self.sys.access(operand, access).is_ok();
        Ok(match letter {
            b'n' => !operand.is_empty(),
            b'z' => operand.is_empty(),
            b'e' => stat().is_some(),
            b'f' => kind(|kind| kind == FileKind::File),
            b'd' => kind(|kind| kind == FileKind::Directory),
            b'c' => kind(|kind| matches!(kind, FileKind::CharDevice { .. })),
            b'b' => kind(|kind| matches!(kind, FileKind::BlockDevice { .. })),
            b'p' => kind(|kind| kind == FileKind::Fifo),
            b'S' => kind(|kind| kind == FileKind::Socket),
            b'h' | b'L' => {
                let stat = self.sys.lstat(operand);
                stat.is_ok_and(|stat| stat.kind == FileKind::Symlink)
            }
            b's' => stat().is_some_and(|stat| stat.size > 0),
            b'u' => mode(0o4000),
            b'g' => mode(0o2000),
            b'k' => mode(0o1000),
            b'r' => access(Access::READ),
            b'w' => access(Access::WRITE),
            b'x' => access(Access::EXECUTE),
            b'O' => stat().is_some_and(|stat| stat.uid == self.sys.euid()),
            b'G' => stat().is_some_and(|stat| stat.gid == self.sys.egid()),
            _ => self
                .sys
                .is_tty(i32::try_from(number(operand)?).unwrap_or(-1)),
        })
    }

    fn binary(&self, left: &[u8], operator: &[u8], right: &[u8]) -> Answer {
        let files =
            |holds: fn(&Stat, &Stat) -> bool| match (self.sys.stat(left), self.sys.stat(right)) {
                (Ok(left), Ok(right)) => holds(&left, &right),
                _ => false,
            };
        Ok(match operator {
            b"=" | b"==" => left == right,
            b"!=" => left != right,
            b"<" => left < right,
            b">" => left > right,
            b"-eq" => number(left)? == number(right)?,
            b"-ne" => number(left)? != number(right)?,
            b"-lt" => number(left)? < number(right)?,
            b"-le" => number(left)? <= number(right)?,
            b"-gt" => number(left)? > number(right)?,
            b"-ge" => number(left)? >= number(right)?,
            b"-nt" => files(|left, right| left.mtime > right.mtime),
            b"-ot" => files(|left, right| left.mtime < right.mtime),
            _ => files(|left, right| (left.dev, left.ino) == (right.dev, right.ino)),
        })
    }
}

fn is_unary(text: &[u8]) -> bool {
    matches!(text, [b'-', letter] if b"nzefdcbpShLsugkrwxOGt".contains(letter))
}

fn is_binary(text: &[u8]) -> bool {
    const OPERATORS: [&[u8]; 14] = [
        b"=", b"==", b"!=", b"<", b">", b"-eq", b"-ne", b"-lt", b"-le", b"-gt", b"-ge", b"-nt",
        b"-ot", b"-ef",
    ];
    OPERATORS.contains(&text)
}

fn number(text: &[u8]) -> Result<i64, Vec<u8>> {
    let trimmed = text.trim_ascii();
    let digits = trimmed
        .strip_prefix(b"-")
        .or(trimmed.strip_prefix(b"+"))
        .unwrap_or(trimmed);
    let number = std::str::from_utf8(trimmed)
        .ok()
        .and_then(|text| text.parse().ok());
    match number {
        Some(number) if digits.iter().all(u8::is_ascii_digit) => Ok(number),
        _ if !digits.is_empty() && digits.iter().all(u8::is_ascii_digit) => {
            Err(text!(text, ": out of range"))
        }
        _ => Err(text!(text, ": bad number")),
    }
}
