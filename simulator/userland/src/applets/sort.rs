//! sort.

use super::context::{Context, Fail, Outcome, text};
use super::io::Writer;
use super::ls::compare_versions;
use super::numbers;
use crate::kernel::{Charge, Errno, OpenFlags, Sys};
use std::cmp::Ordering;

/// What a line costs beside its bytes: its place among the lines and in the two orders that are merged.
const LINE_BYTES: usize = 112;

/// Ordering options, of the whole or of one key.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Rules {
    numeric: bool,
    general: bool,
    month: bool,
    version: bool,
    dictionary: bool,
    printable: bool,
    fold: bool,
    blanks: bool,
    reverse: bool,
}

/// One `-k`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Key {
    from: (usize, usize),
    /// Field 0 is the end of the line.
    to: (usize, usize),
    rules: Rules,
    own_rules: bool,
}

struct Sorter {
    keys: Vec<Key>,
    global: Rules,
    separator: Option<u8>,
    unique: bool,
    stable: bool,
}

/// Sorts lines.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx
        .options("ngMucszbrdfimo:k:t:T:S:V")
        .map_err(|fail| match fail {
            Fail::Usage(_, message) => Fail::Usage(2, message),
            other => other,
        })?;
    let mut global = Rules::default();
    for (letter, _) in &options.given {
        global.set(*letter);
    }
    let mut keys = Vec::new();
    for text in options.values(b'k') {
        keys.push(
            parse_key(text).ok_or_else(|| Fail::Message(2, b"bad field specification".to_vec()))?,
        );
    }
    let separator = match options.value(b't').map(AsRef::as_ref) {
        None => None,
        Some(b"\\0") => Some(0),
        Some([byte]) => Some(*byte),
        Some(_) => return Err(Fail::Message(2, b"bad -t parameter".to_vec())),
    };
    let sorter = Sorter {
        keys,
        global,
        separator,
        unique: options.has(b'u'),
        stable: options.has(b's'),
    };
    let end = if options.has(b'z') { 0 } else { b'\n' };
    let mut paths = options.operands.clone();
    if paths.is_empty() {
        paths.push("-".into());
    }
    let mut charge = Charge::new();
    let lines = read(cx, &paths, end, &mut charge).await?;
    if options.has(b'c') {
        return check(cx, &sorter, &lines).await;
    }
    let order = sorter.sort(cx.sys, &lines).await;
    let mut file = match options.value(b'o') {
        Some(path) => {
            let flags = OpenFlags::WRITE | OpenFlags::CREATE | OpenFlags::TRUNC;
            let opened = cx.sys.open(path, flags, 0o666).await;
            let fd = opened.map_err(|error| {
                Fail::Message(2, text!("can't open '", path, "': ", error.message()))
            })?;
            Some(Writer::new(cx.sys, fd))
        }
        None => None,
    };
    let out = file.as_mut().unwrap_or(&mut cx.out);
    let mut last: Option<&[u8]> = None;
    for place in order {
        let line = &lines[place.line as usize];
        if sorter.unique && last.is_some_and(|last| sorter.compare_keys(last, line).is_eq()) {
            continue;
        }
        last = Some(line);
        out.put(line);
        out.write([end]).await?;
    }
    if let Some(mut file) = file {
        file.flush().await?;
    }
    Ok(0)
}

/// Every line of every file, charged to `charge`.
async fn read(
    cx: &mut Context<'_>,
    paths: &[bytes::Bytes],
    end: u8,
    charge: &mut Charge,
) -> Result<Vec<Vec<u8>>, Fail> {
    let mut lines = Vec::new();
    let mut bytes = 0;
    for path in paths {
        let failed = |error: Errno| Fail::Message(2, text!(path, ": ", error.message()));
        let mut reader = cx.open_input(path).await.map_err(failed)?;
        let mut line = Vec::new();
        // A file that cannot be read, such as a directory, counts as empty.
        loop {
            let found = match end {
                0 => reader.read_until(0, &mut line).await,
                _ => reader
                    .read_text_line(&mut line)
                    .await
                    .map(|line| line.is_some()),
            };
            if !found.unwrap_or(false) {
                break;
            }
            if end == 0 && line.last() == Some(&0) {
                line.pop();
            }
            bytes += line.len() + LINE_BYTES;
            charge.cover_steps(bytes);
            lines.push(line.as_slice().to_vec());
        }
    }
    Ok(lines)
}

async fn check(cx: &mut Context<'_>, sorter: &Sorter, lines: &[Vec<u8>]) -> Outcome {
    for (index, pair) in lines.windows(2).enumerate() {
        cx.sys.burn(100).await;
        let order = sorter.compare(&pair[0], &pair[1]);
        if order == Ordering::Greater
            || (sorter.unique && sorter.compare_keys(&pair[0], &pair[1]).is_eq())
        {
            cx.error_text(format!("Check line {}\n", index + 1).as_bytes())
                .await;
            return Ok(1);
        }
    }
    Ok(0)
}

impl Rules {
    fn set(&mut self, letter: u8) -> bool {
        match letter {
            b'n' => self.numeric = true,
            b'g' => self.general = true,
            b'M' => self.month = true,
            b'V' => self.version = true,
            b'd' => self.dictionary = true,
            b'i' => self.printable = true,
            b'f' => self.fold = true,
            b'b' => self.blanks = true,
            b'r' => self.reverse = true,
            _ => return false,
        }
        true
    }

    fn compare(&self, a: &[u8], b: &[u8]) -> Ordering {
        if self.general {
            return general_value(a).total_cmp(&general_value(b));
        }
        if self.numeric {
            return compare_numbers(a, b);
        }
        if self.month {
            return month_value(a).cmp(&month_value(b));
        }
        let order = |a: &[u8], b: &[u8]| match self.version {
            true => compare_versions(a, b),
            false => a.cmp(b),
        };
        if !self.changes_text() {
            return order(a, b);
        }
        order(&self.reduced(a), &self.reduced(b))
    }

    /// Whether texts are compared in a form of their own.
    fn changes_text(&self) -> bool {
        self.dictionary || self.printable || self.fold || self.blanks
    }

    fn reduced(&self, text: &[u8]) -> Vec<u8> {
        let text = if self.blanks {
            text.trim_ascii_start()
        } else {
            text
        };
        let kept = text.iter().copied().filter(|byte| {
            (!self.dictionary || byte.is_ascii_alphanumeric() || byte.is_ascii_whitespace())
                && (!self.printable || (0x20..0x7f).contains(byte))
        });
        match self.fold {
            true => kept.map(|byte| byte.to_ascii_uppercase()).collect(),
            false => kept.collect(),
        }
    }
}

/// `F[.C][letters][,F[.C][letters]]`.
fn parse_key(text: &[u8]) -> Option<Key> {
    let mut key = Key::default();
    let mut parts = text.splitn(2, |byte| *byte == b',');
    let (field, character) = position(parts.next()?, &mut key)?;
    if field == 0 {
        return None;
    }
    key.from = (field, character);
    if let Some(part) = parts.next() {
        key.to = position(part, &mut key)?;
    }
    Some(key)
}

fn position(text: &[u8], key: &mut Key) -> Option<(usize, usize)> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let field = numbers::decimal(&text[..digits])?;
    let mut rest = &text[digits..];
    let mut character = 0;
    if let Some(after) = rest.strip_prefix(b".") {
        let digits = after
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        character = numbers::decimal(&after[..digits])?;
        rest = &after[digits..];
    }
    for letter in rest {
        if !key.rules.set(*letter) {
            return None;
        }
        key.own_rules = true;
    }
    Some((
        usize::try_from(field).ok()?,
        usize::try_from(character).ok()?,
    ))
}

impl Sorter {
    fn compare(&self, a: &[u8], b: &[u8]) -> Ordering {
        let order = self.compare_keys(a, b);
        if order != Ordering::Equal || self.stable {
            return order;
        }
        let last = a.cmp(b);
        if self.global.reverse {
            last.reverse()
        } else {
            last
        }
    }

    fn compare_keys(&self, a: &[u8], b: &[u8]) -> Ordering {
        if self.keys.is_empty() {
            let order = self.global.compare(a, b);
            return if self.global.reverse {
                order.reverse()
            } else {
                order
            };
        }
        for key in &self.keys {
            let rules = if key.own_rules {
                key.rules
            } else {
                self.global
            };
            let order = rules.compare(self.extract(a, key, rules), self.extract(b, key, rules));
            if order != Ordering::Equal {
                return if rules.reverse {
                    order.reverse()
                } else {
                    order
                };
            }
        }
        Ordering::Equal
    }

    fn extract<'l>(&self, line: &'l [u8], key: &Key, rules: Rules) -> &'l [u8] {
        let mut start = self.field_start(line, key.from.0);
        if rules.blanks {
            start += line[start..]
                .iter()
                .take_while(|byte| byte.is_ascii_whitespace())
                .count();
        }
        start = (start + key.from.1.saturating_sub(1)).min(line.len());
        let end = match key.to {
            (0, _) => line.len(),
            (field, 0) => self.field_end(line, field),
            (field, character) => {
                let mut at = self.field_start(line, field);
                if rules.blanks {
                    at += line[at..]
                        .iter()
                        .take_while(|byte| byte.is_ascii_whitespace())
                        .count();
                }
                (at + character).min(line.len())
            }
        };
        &line[start..end.max(start)]
    }

    /// Where field `number` (1 is the first) begins; blanks before it belong to it.
    fn field_start(&self, line: &[u8], number: usize) -> usize {
        if number <= 1 {
            return 0;
        }
        let end = self.field_end(line, number - 1);
        match self.separator {
            Some(_) => (end + 1).min(line.len()),
            None => end,
        }
    }

    fn field_end(&self, line: &[u8], number: usize) -> usize {
        let mut at = 0;
        for index in 0..number {
            match self.separator {
                Some(separator) => {
                    if index > 0 {
                        at += 1;
                    }
                    if at > line.len() {
                        return line.len();
                    }
                    at += line[at..]
                        .iter()
                        .take_while(|byte| **byte != separator)
                        .count();
                }
                None => {
                    at += line[at..]
                        .iter()
                        .take_while(|byte| byte.is_ascii_whitespace())
                        .count();
                    at += line[at..]
                        .iter()
                        .take_while(|byte| !byte.is_ascii_whitespace())
                        .count();
                }
            }
            if at >= line.len() {
                return line.len();
            }
        }
        at
    }

    /// What comes first of a line, as numbers: lines with different ones are in their order.
    fn begins(&self, line: &[u8]) -> Begins {
        let (rules, text) = match self.keys.first() {
            Some(key) => {
                let rules = if key.own_rules {
                    key.rules
                } else {
                    self.global
                };
                (rules, self.extract(line, key, rules))
            }
            None => (self.global, line),
        };
        let (high, low) = if rules.general {
            (ordered_bits(general_value(text)), 0)
        } else if rules.numeric {
            (ordered_bits(decimal_value(text)), 0)
        } else if rules.month {
            (month_value(text) as u64, 0)
        } else if rules.version {
            return (0, 0);
        } else if rules.changes_text() {
            first_bytes(&rules.reduced(text))
        } else {
            first_bytes(text)
        };
        match rules.reverse {
            true => (!high, !low),
            false => (high, low),
        }
    }

    /// The order of the lines: short runs are sorted, then merged, with checkpoints between.
    async fn sort(&self, sys: &Sys, lines: &[Vec<u8>]) -> Vec<Place> {
        const RUN: usize = 64;
        let mut order = Vec::with_capacity(lines.len());
        let compare = |a: &Place, b: &Place| {
            a.begins
                .cmp(&b.begins)
                .then_with(|| self.compare(&lines[a.line as usize], &lines[b.line as usize]))
        };
        for (number, run) in lines.chunks(RUN).enumerate() {
            let places = run.iter().enumerate().map(|(index, line)| Place {
                begins: self.begins(line),
                line: (number * RUN + index) as u32,
            });
            order.extend(places);
            order[number * RUN..].sort_by(compare);
            sys.burn(RUN as u64 * 100).await;
        }
        let mut width = RUN;
        let mut merged = Vec::with_capacity(order.len());
        while width < order.len() {
            merged.clear();
            for pair in order.chunks(2 * width) {
                let (mut left, mut right) = pair.split_at(width.min(pair.len()));
                while let (Some(a), Some(b)) = (left.first(), right.first()) {
                    if compare(a, b).is_gt() {
                        merged.push(*b);
                        right = &right[1..];
                    } else {
                        merged.push(*a);
                        left = &left[1..];
                    }
                    if merged.len() % RUN == 0 {
                        sys.burn(RUN as u64 * 30).await;
                    }
                }
                merged.extend_from_slice(left);
                merged.extend_from_slice(right);
            }
            std::mem::swap(&mut order, &mut merged);
            width *= 2;
        }
        order
    }
}

/// The first sixteen bytes of what is compared.
type Begins = (u64, u64);

/// A line in an order.
#[derive(Clone, Copy)]
struct Place {
    begins: Begins,
    line: u32,
}

/// The first bytes of a text, in whose order texts are.
fn first_bytes(text: &[u8]) -> Begins {
    let word = |from: usize| {
        let text = &text[from.min(text.len())..];
        let mut bytes = [0; 8];
        let len = text.len().min(8);
        bytes[..len].copy_from_slice(&text[..len]);
        u64::from_be_bytes(bytes)
    };
    (word(0), word(8))
}

/// A number with the order of [`f64::total_cmp`].
fn ordered_bits(value: f64) -> u64 {
    let bits = value.to_bits();
    if value.is_sign_negative() {
        !bits
    } else {
        bits | 1 << 63
    }
}

/// Compares leading decimal numbers of any length.
fn compare_numbers(a: &[u8], b: &[u8]) -> Ordering {
    decimal_value(a).total_cmp(&decimal_value(b))
}

fn decimal_value(text: &[u8]) -> f64 {
    let text = text.trim_ascii_start();
    let (negative, digits) = match text.strip_prefix(b"-") {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (mut value, mut scale) = (0.0, 0.0);
    for byte in digits {
        match byte {
            b'0'..=b'9' if scale == 0.0 => value = value * 10.0 + f64::from(byte - b'0'),
            b'0'..=b'9' => {
                value += f64::from(byte - b'0') * scale;
                scale /= 10.0;
            }
            b'.' if scale == 0.0 => scale = 0.1,
            _ => break,
        }
    }
    // Zero has one sign only.
    if negative && value != 0.0 {
        -value
    } else {
        value
    }
}

fn general_value(text: &[u8]) -> f64 {
    let text = text.trim_ascii();
    let longest = (1..=text.len().min(64)).rev().find_map(|len| {
        let number = std::str::from_utf8(&text[..len]).ok()?;
        number.parse::<f64>().ok()
    });
    longest.unwrap_or(f64::NEG_INFINITY)
}

fn month_value(text: &[u8]) -> usize {
    let text = text.trim_ascii_start();
    let name = &text[..text.len().min(3)];
    let position = super::calendar::MONTHS
        .iter()
        .position(|month| month.as_bytes()[..3].eq_ignore_ascii_case(name));
    position.map_or(0, |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(options: &str, key: &str, separator: Option<u8>, lines: &str, expected: &str) {
        let mut global = Rules::default();
        options
            .bytes()
            .for_each(|letter| assert!(global.set(letter)));
        let keys = match key {
            "" => Vec::new(),
            _ => vec![parse_key(key.as_bytes()).expect("is a key")],
        };
        let sorter = Sorter {
            keys,
            global,
            separator,
            unique: false,
            stable: false,
        };
        let mut lines: Vec<&str> = lines.split(',').collect();
        for a in &lines {
            for b in &lines {
                let (a, b) = (a.as_bytes(), b.as_bytes());
                let begins = sorter.begins(a).cmp(&sorter.begins(b));
                assert!(begins.is_eq() || begins == sorter.compare(a, b));
            }
        }
        lines.sort_by(|a, b| sorter.compare(a.as_bytes(), b.as_bytes()));
        assert_eq!(lines.join(","), expected, "{options} {key}");
    }

    #[test]
    fn lines_are_ordered_by_rules_and_keys() {
        check("", "", None, "b,a,B", "B,a,b");
        check("n", "", None, "10,9,-1,x,1.5", "-1,x,1.5,9,10");
        check("r", "", None, "a,b", "b,a");
        check("nr", "", None, "1,3,2", "3,2,1");
        check("f", "", None, "b,A,a", "A,a,b");
        check("", "2", None, "a 2,b 1", "b 1,a 2");
        check("", "2n", None, "a 10,b 9", "b 9,a 10");
        check("", "2,2", Some(b':'), "x:b:1,y:a:2", "y:a:2,x:b:1");
        check("", "1.2", None, "ab,ba", "ba,ab");
        check("M", "", None, "Mar,Jan,Feb,x", "x,Jan,Feb,Mar");
        check("V", "", None, "a10,a9,a010", "a9,a010,a10");
        check("g", "", None, "1e3,20,x", "x,20,1e3");
        check("b", "", None, "  b,a", "a,  b");
    }
}
