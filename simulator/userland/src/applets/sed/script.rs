//! From text to commands.

use super::super::context::{Fail, text};
use super::substitute::Piece;
use crate::regex::{Options, Regex, Syntax};

/// Most commands of a script.
const COMMANDS_MAX: usize = 100_000;

/// Index into [`Script::regexes`].
pub(super) type RegexIndex = usize;
/// Index into [`Script::files`].
pub(super) type FileIndex = usize;

/// Where a command applies, or a range begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Address {
    Line(u64),
    Last,
    Regex(RegexIndex),
}

/// Where a range ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Line(u64),
    Last,
    Regex(RegexIndex),
    /// So many lines after the first.
    Plus(u64),
}

/// What to do.
#[derive(Debug, PartialEq)]
pub(super) enum Action {
    /// `{`: the index of its `}`, if there is one.
    Block(Option<usize>),
    BlockEnd,
    Substitute(Box<Substitution>),
    Append(Vec<u8>),
    Insert(Vec<u8>),
    Change(Vec<u8>),
    ReadFile(Vec<u8>),
    WriteFile(FileIndex),
    /// The label, and its index when it exists.
    Branch(When, Vec<u8>, Option<usize>),
    Label(Vec<u8>),
    Translate(Box<[u8; 256]>),
    Delete,
    DeleteFirst,
    Get,
    GetAppend,
    Hold,
    HoldAppend,
    Exchange,
    Next,
    NextAppend,
    Print,
    PrintFirst,
    Quit,
    LineNumber,
    Nothing,
}

/// When a branch is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    Always,
    Substituted,
    NotSubstituted,
}

/// `s`.
#[derive(Debug, PartialEq)]
pub(super) struct Substitution {
    /// `None`: the last regular expression used.
    pub(super) regex: Option<RegexIndex>,
    pub(super) replacement: Vec<Piece>,
    /// Which match, from 1; 0 is all.
    pub(super) which: u64,
    pub(super) print: bool,
    pub(super) file: Option<FileIndex>,
}

/// A command with its addresses.
#[derive(Debug, PartialEq)]
pub(super) struct Command {
    pub(super) start: Option<Address>,
    pub(super) end: Option<End>,
    pub(super) invert: bool,
    pub(super) action: Action,
}

/// A whole program.
#[derive(Debug)]
pub(super) struct Script {
    pub(super) commands: Vec<Command>,
    pub(super) regexes: Vec<Regex>,
    /// Paths of `w`, each once.
    pub(super) files: Vec<Vec<u8>>,
    pub(super) quiet: bool,
    /// The regular expression of the last address, which an empty one means.
    pub(super) last_regex: Option<RegexIndex>,
}

/// Collects the pieces of a script from `-e` and `-f`.
pub(super) struct ScriptBuilder {
    script: Script,
    extended: bool,
    /// A line that ended in a backslash.
    pending: Option<Vec<u8>>,
}

impl ScriptBuilder {
    pub(super) fn new(extended: bool) -> Self {
        Self {
            script: Script {
                commands: Vec::new(),
                regexes: Vec::new(),
                files: Vec::new(),
                quiet: false,
                last_regex: None,
            },
            extended,
            pending: None,
        }
    }

    /// Adds lines; a backslash at the end of one joins it with the next.
    pub(super) fn block(&mut self, block: &[u8]) -> Result<(), Fail> {
        for line in block.split(|byte| *byte == b'\n') {
            let mut whole = self.pending.take().unwrap_or_default();
            whole.extend_from_slice(line);
            let backslashes = line.iter().rev().take_while(|byte| **byte == b'\\').count();
            if backslashes % 2 == 1 {
                whole.pop();
                whole.push(b'\n');
                self.pending = Some(whole);
                continue;
            }
            self.line(&whole)?;
        }
        Ok(())
    }

    /// The script; blocks and labels find their other ends.
    pub(super) fn finish(mut self) -> Result<Script, Fail> {
        if let Some(line) = self.pending.take() {
            self.line(&line)?;
        }
        let commands = &mut self.script.commands;
        let mut open = Vec::new();
        for index in 0..commands.len() {
            match commands[index].action {
                Action::Block(_) => open.push(index),
                Action::BlockEnd => {
                    if let Some(start) = open.pop() {
                        commands[start].action = Action::Block(Some(index));
                    }
                }
                _ => {}
            }
        }
        let mut labels = std::collections::HashMap::new();
        for (index, command) in commands.iter().enumerate() {
            if let Action::Label(label) = &command.action {
                labels.entry(label.clone()).or_insert(index);
            }
        }
        for command in commands {
            if let Action::Branch(_, label, target) = &mut command.action {
                *target = labels.get(label).copied();
            }
        }
        Ok(self.script)
    }

    fn line(&mut self, line: &[u8]) -> Result<(), Fail> {
        let mut cursor = Cursor { text: line, at: 0 };
        loop {
            cursor.skip(|byte| byte == b';' || is_space(byte));
            match cursor.peek() {
                None => return Ok(()),
                Some(b'#') => {
                    if matches!(cursor.rest(), [b'#', b'n'] | [b'#', b'n', b'\n', ..]) {
                        self.script.quiet = true;
                    }
                    cursor.skip(|byte| byte != b'\n' && byte != b'\r');
                }
                Some(_) => self.command(&mut cursor)?,
            }
        }
    }

    fn command(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Fail> {
        if self.script.commands.len() >= COMMANDS_MAX {
            return Err(Fail::new("out of memory"));
        }
        let start = self.address(cursor)?;
        let mut end = None;
        if cursor.peek() == Some(b',') {
            cursor.at += 1;
            end = Some(self.end_address(cursor)?);
        }
        cursor.skip(is_space);
        let invert = cursor.peek() == Some(b'!');
        if invert {
            cursor.at += 1;
            cursor.skip(is_space);
        }
        let letter = cursor.next().ok_or_else(|| Fail::new("missing command"))?;
        if end.is_some() && matches!(letter, b'a' | b'i' | b'r') {
            return Err(Fail::new(text!(
                "command '",
                [letter],
                "' uses only one address"
            )));
        }
        let action = self.action(letter, cursor)?;
        self.script.commands.push(Command {
            start,
            end,
            invert,
            action,
        });
        Ok(())
    }

    fn address(&mut self, cursor: &mut Cursor<'_>) -> Result<Option<Address>, Fail> {
        Ok(match cursor.peek() {
            Some(b'0'..=b'9') => Some(Address::Line(cursor.number())),
            Some(b'$') => {
                cursor.at += 1;
                Some(Address::Last)
            }
            Some(b'/' | b'\\') => {
                let backslash = cursor.next() == Some(b'\\');
                let delimiter = if backslash {
                    cursor.next().unwrap_or(0)
                } else {
                    b'/'
                };
                let source = cursor.until(delimiter, true)?;
                if source.is_empty() {
                    let last = self.script.last_regex;
                    return last
                        .map(|index| Some(Address::Regex(index)))
                        .ok_or_else(|| Fail::new("no previous regexp"));
                }
                let index = self.regex(&named_escapes(source), self.options())?;
                self.script.last_regex = Some(index);
                Some(Address::Regex(index))
            }
            _ => None,
        })
    }

    fn end_address(&mut self, cursor: &mut Cursor<'_>) -> Result<End, Fail> {
        if let [b'+', b'0'..=b'9', ..] = cursor.rest() {
            cursor.at += 1;
            return Ok(End::Plus(cursor.number()));
        }
        match self.address(cursor)? {
            Some(Address::Line(line)) => Ok(End::Line(line)),
            Some(Address::Last) => Ok(End::Last),
            Some(Address::Regex(index)) => Ok(End::Regex(index)),
            None => Err(Fail::new("no address after comma")),
        }
    }

    fn options(&self) -> Options {
        Options {
            syntax: if self.extended {
                Syntax::Extended
            } else {
                Syntax::Basic
            },
            ignore_case: false,
            newline: false,
        }
    }

    fn regex(&mut self, source: &[u8], options: Options) -> Result<RegexIndex, Fail> {
        let regex = Regex::with(source, options)
            .map_err(|error| Fail::new(text!("bad regex '", source, "': ", error.to_string())))?;
        self.script.regexes.push(regex);
        Ok(self.script.regexes.len() - 1)
    }

    fn action(&mut self, letter: u8, cursor: &mut Cursor<'_>) -> Result<Action, Fail> {
        Ok(match letter {
            b's' => self.substitution(cursor)?,
            b'a' => Action::Append(cursor.inserted()),
            b'i' => Action::Insert(cursor.inserted()),
            b'c' => Action::Change(cursor.inserted()),
            b'r' => Action::ReadFile(cursor.file_name()?),
            b'w' => {
                let path = cursor.file_name()?;
                Action::WriteFile(self.file(path))
            }
            b':' => Action::Label(cursor.label()),
            b'b' => Action::Branch(When::Always, cursor.label(), None),
            b't' => Action::Branch(When::Substituted, cursor.label(), None),
            b'T' => Action::Branch(When::NotSubstituted, cursor.label(), None),
            b'y' => translation(cursor)?,
            b'd' => Action::Delete,
            b'D' => Action::DeleteFirst,
            b'g' => Action::Get,
            b'G' => Action::GetAppend,
            b'h' => Action::Hold,
            b'H' => Action::HoldAppend,
            b'x' => Action::Exchange,
            b'n' => Action::Next,
            b'N' => Action::NextAppend,
            b'p' => Action::Print,
            b'P' => Action::PrintFirst,
            b'q' => Action::Quit,
            b'=' => Action::LineNumber,
            b'l' => Action::Nothing,
            b'{' => Action::Block(None),
            b'}' => Action::BlockEnd,
            other => return Err(Fail::new(text!("unsupported command ", [other]))),
        })
    }

    fn file(&mut self, path: Vec<u8>) -> FileIndex {
        let files = &mut self.script.files;
        match files.iter().position(|known| *known == path) {
            Some(index) => index,
            None => {
                files.push(path);
                files.len() - 1
            }
        }
    }

    fn substitution(&mut self, cursor: &mut Cursor<'_>) -> Result<Action, Fail> {
        let (source, replacement) = cursor.two_parts()?;
        // A pattern that begins with ^ is taken to match once at most: a number is as good as not given.
        let counts = source.first() != Some(&b'^');
        let mut substitution = Substitution {
            regex: None,
            replacement: Piece::parse(&replacement),
            which: 1,
            print: false,
            file: None,
        };
        let mut options = self.options();
        loop {
            match cursor.peek() {
                Some(b'0'..=b'9') => {
                    let number = cursor.number();
                    if counts {
                        substitution.which = number;
                    }
                    continue;
                }
                Some(byte) if is_space(byte) => {}
                Some(b'g') => substitution.which = 0,
                Some(b'p') => substitution.print = true,
                Some(b'i' | b'I') => options.ignore_case = true,
                Some(b'w') => {
                    cursor.at += 1;
                    let path = cursor.file_name()?;
                    substitution.file = Some(self.file(path));
                    continue;
                }
                None | Some(b'#' | b';' | b'}') => break,
                Some(_) => return Err(Fail::new("bad option in substitution expression")),
            }
            cursor.at += 1;
        }
        if !source.is_empty() {
            substitution.regex = Some(self.regex(&source, options)?);
        }
        Ok(Action::Substitute(Box::new(substitution)))
    }
}

fn translation(cursor: &mut Cursor<'_>) -> Result<Action, Fail> {
    let delimiter = cursor.peek().unwrap_or(0);
    let (from, to) = cursor.two_parts()?;
    let plain = |part: &[u8]| replace_escapes(part, |byte| (byte == delimiter).then_some(byte));
    let mut table = Box::new([0; 256]);
    for (byte, entry) in (0..=255).zip(table.iter_mut()) {
        *entry = byte;
    }
    // The first of two entries for the same byte counts.
    for (from, to) in plain(&from).into_iter().zip(plain(&to)).rev() {
        table[usize::from(from)] = to;
    }
    Ok(Action::Translate(table))
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// Replaces escapes for which there is a value; others stay as they are.
fn replace_escapes(source: &[u8], value: impl Fn(u8) -> Option<u8>) -> Vec<u8> {
    let mut out = Vec::with_capacity(source.len());
    let mut bytes = source.iter();
    while let Some(&byte) = bytes.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        let Some(&escaped) = bytes.next() else {
            out.push(byte);
            break;
        };
        match value(escaped) {
            Some(value) => out.push(value),
            None => out.extend_from_slice(&[b'\\', escaped]),
        }
    }
    out
}

/// `\n`, `\t` and `\r`.
fn named_escapes(source: &[u8]) -> Vec<u8> {
    replace_escapes(source, |byte| match byte {
        b'n' => Some(b'\n'),
        b't' => Some(b'\t'),
        b'r' => Some(b'\r'),
        _ => None,
    })
}

/// A place in a line of script.
struct Cursor<'t> {
    text: &'t [u8],
    at: usize,
}

impl<'t> Cursor<'t> {
    fn rest(&self) -> &'t [u8] {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn skip(&mut self, member: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(&member) {
            self.at += 1;
        }
    }

    fn number(&mut self) -> u64 {
        let mut number = 0_u64;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            number = number
                .saturating_mul(10)
                .saturating_add(u64::from(digit - b'0'));
            self.at += 1;
        }
        number
    }

    /// What stands before the next unescaped delimiter, which is passed. In a regular expression brackets hide it.
    fn until(&mut self, delimiter: u8, brackets: bool) -> Result<&'t [u8], Fail> {
        let start = self.at;
        let mut bracket: Option<usize> = None;
        let mut escaped = false;
        while let Some(byte) = self.next() {
            let index = self.at - 1;
            if let Some(open) = bracket {
                let first = open + 1 == index
                    || (open + 2 == index && self.text.get(index - 1) == Some(&b'^'));
                if byte == b']' && !first {
                    bracket = None;
                }
            } else if escaped {
                escaped = false;
            } else if byte == b'\\' {
                escaped = true;
            } else if brackets && byte == b'[' {
                bracket = Some(index);
            } else if byte == delimiter {
                return Ok(&self.text[start..index]);
            }
        }
        Err(Fail::new(text!("unmatched '", [delimiter], "'")))
    }

    /// The two parts of `s` and `y`, with `\n`, `\t` and `\r` replaced.
    fn two_parts(&mut self) -> Result<(Vec<u8>, Vec<u8>), Fail> {
        let delimiter = self
            .next()
            .ok_or_else(|| Fail::new("bad format in substitution expression"))?;
        let first = named_escapes(self.until(delimiter, true)?);
        let second = named_escapes(self.until(delimiter, false)?);
        Ok((first, second))
    }

    /// The text of `a`, `i` and `c`: the rest of the line without leading blanks or what a backslash protects.
    fn inserted(&mut self) -> Vec<u8> {
        while let Some(byte) = self.peek() {
            if byte == b'\n' || byte == b'\\' {
                self.at += 1;
                break;
            }
            if !is_space(byte) {
                break;
            }
            self.at += 1;
        }
        let rest = named_escapes(self.rest());
        self.at = self.text.len();
        let mut text = replace_escapes(&rest, Some);
        text.push(b'\n');
        text
    }

    fn file_name(&mut self) -> Result<Vec<u8>, Fail> {
        self.skip(is_space);
        let rest = self.rest();
        let end = rest
            .iter()
            .position(|byte| *byte == b'\n')
            .unwrap_or(rest.len());
        if end == 0 {
            return Err(Fail::new("empty filename"));
        }
        self.at += end;
        Ok(rest[..end].to_vec())
    }

    fn label(&mut self) -> Vec<u8> {
        self.skip(is_space);
        let start = self.at;
        self.skip(|byte| byte != b';' && !is_space(byte));
        self.text[start..self.at].to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    fn fault(script: &str) -> String {
        match parse(script.as_bytes(), false) {
            Ok(_) => "none".to_owned(),
            Err(Fail::Message(_, message)) => String::from_utf8_lossy(&message).into_owned(),
            Err(_) => "other".to_owned(),
        }
    }

    #[test]
    fn faults_have_their_words() {
        for (script, expected) in [
            ("k", "unsupported command k"),
            ("s/o/x/k", "bad option in substitution expression"),
            ("s/o/x", "unmatched '/'"),
            ("s", "bad format in substitution expression"),
            ("1,p", "no address after comma"),
            ("1", "missing command"),
            ("r", "empty filename"),
            ("1,2a x", "command 'a' uses only one address"),
            ("//p", "no previous regexp"),
            ("s/\\(/x/", "bad regex '\\(': Unmatched ( or \\("),
            ("p p}", "none"),
        ] {
            assert_eq!(fault(script), expected, "{script:?}");
        }
    }

    #[test]
    fn commands_have_addresses_and_texts() {
        let script = parse(b"2a\\\n  foo\\\nbar\n/x/,+2!{s/[/]/\\n&/2;p}", false);
        let script = script.unwrap_or_else(|_| panic!("is valid"));
        let commands = &script.commands;
        assert_eq!(commands[0].start, Some(Address::Line(2)));
        assert_eq!(commands[0].action, Action::Append(b"  foo\nbar\n".to_vec()));
        assert_eq!(commands[1].start, Some(Address::Regex(0)));
        assert_eq!(commands[1].end, Some(End::Plus(2)));
        assert!(commands[1].invert);
        assert_eq!(commands[1].action, Action::Block(Some(4)));
        let Action::Substitute(substitution) = &commands[2].action else {
            panic!("s was read");
        };
        assert_eq!(substitution.which, 2);
        assert_eq!(
            substitution.replacement,
            [Piece::Text(b"\n".to_vec()), Piece::Group(0)]
        );
        assert_eq!(commands[3].action, Action::Print);
    }
}
