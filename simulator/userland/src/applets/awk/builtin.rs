//! Functions that are built in.

use super::super::calendar::{Date, Zone};
use super::super::context::Fail;
use super::code::{ArrayName, Target, special};
use super::machine::Machine;
use super::random::Random;
use super::record::{Separator, split};
use super::regexes::search;
use super::token::Builtin;
use super::value::{Value, to_i32};
use crate::kernel::Buffer;
use bytes::Bytes;

/// Bytes that are handled between two checkpoints.
const STEP_BYTES: usize = 16 << 10;

impl Machine<'_, '_> {
    /// Pops the arguments of a function and pushes its value.
    pub(super) async fn builtin(&mut self, function: Builtin, count: usize) -> Result<(), Fail> {
        let value = match function {
            Builtin::Length if count == 0 => {
                let record = self.load_field(0).await?;
                Value::Number(self.to_text(&record).len() as f64)
            }
            Builtin::Sprintf => Value::Text(self.sprintf(count)?.into_bytes()),
            Builtin::Match => self.match_position().await?,
            Builtin::Gensub => self.gensub(count).await?,
            Builtin::System => {
                let command = self.pop_text();
                let status = self.streams.system(self.cx, &command).await?;
                Value::Number(status.into())
            }
            Builtin::Close => {
                let name = self.pop_text();
                let status = self.streams.close(self.cx, &name).await?;
                Value::Number(status.into())
            }
            Builtin::Fflush => {
                self.drop_arguments(count);
                self.streams.flush(self.cx).await?;
                Value::Number(0.0)
            }
            Builtin::Rand
            | Builtin::Srand
            | Builtin::Systime
            | Builtin::Strftime
            | Builtin::Mktime => self.time_or_chance(function, count),
            Builtin::Length
            | Builtin::Substr
            | Builtin::Index
            | Builtin::ToLower
            | Builtin::ToUpper => self.text_function(function, count).await,
            _ => self.number_function(function, count),
        };
        self.stack.push(value);
        Ok(())
    }

    fn drop_arguments(&mut self, count: usize) {
        let length = self.stack.len().saturating_sub(count);
        self.stack.truncate(length);
    }

    fn number_function(&mut self, function: Builtin, count: usize) -> Value {
        let numbers: Vec<f64> = self
            .stack
            .split_off(self.stack.len() - count)
            .iter()
            .map(Value::number)
            .collect();
        let first = numbers.first().copied().unwrap_or(0.0);
        let second = numbers.get(1).copied().unwrap_or(0.0);
        // Of negative ones the bits that C takes.
        let bits = |number: f64| {
            if number < 0.0 {
                number as i64 as u64
            } else {
                number as u64
            }
        };
        let (left, right) = (bits(first), bits(second));
        Value::Number(match function {
            Builtin::Sin => first.sin(),
            Builtin::Cos => first.cos(),
            Builtin::Atan2 => first.atan2(second),
            Builtin::Exp => first.exp(),
            Builtin::Log => first.ln(),
            Builtin::Sqrt => first.sqrt(),
            Builtin::And => (left & right) as f64,
            Builtin::Or => (left | right) as f64,
            Builtin::Xor => (left ^ right) as f64,
            Builtin::Compl => !left as f64,
            Builtin::Lshift => left.checked_shl(right as u32).unwrap_or(0) as f64,
            Builtin::Rshift => left.checked_shr(right as u32).unwrap_or(0) as f64,
            _ => first.trunc(),
        })
    }

    async fn text_function(&mut self, function: Builtin, count: usize) -> Value {
        let arguments = self.stack.split_off(self.stack.len() - count);
        let text = arguments
            .first()
            .map(|value| self.to_text(value))
            .unwrap_or_default();
        self.pay(20).await;
        match function {
            Builtin::Length => Value::Number(text.len() as f64),
            Builtin::ToLower | Builtin::ToUpper => {
                let mut changed = Buffer::from(&text[..]);
                for step in changed.chunks_mut(STEP_BYTES) {
                    match function {
                        Builtin::ToLower => step.make_ascii_lowercase(),
                        _ => step.make_ascii_uppercase(),
                    }
                    self.pay(step.len() as u64 / 2).await;
                }
                Value::Text(changed.into_bytes())
            }
            Builtin::Index => {
                let wanted = self.to_text(&arguments[1]);
                let found = match wanted.is_empty() {
                    true => None,
                    false => self.find(&text, &wanted).await,
                };
                Value::Number(found.map_or(0.0, |at| at as f64 + 1.0))
            }
            _ => {
                let start = to_i32(arguments[1].number());
                let length = arguments.get(2).map(|value| to_i32(value.number()));
                Value::Text(substring(&text, start, length))
            }
        }
    }

    /// Where a text occurs first in another.
    async fn find(&mut self, text: &[u8], wanted: &[u8]) -> Option<usize> {
        let mut start = 0;
        loop {
            // What begins in a step may end behind it.
            let end = text.len().min(start + STEP_BYTES + wanted.len() - 1);
            self.pay((end - start) as u64 / 2).await;
            if let Some(at) = crate::regex::find_bytes(&text[start..end], wanted) {
                return Some(start + at);
            }
            if end == text.len() {
                return None;
            }
            start += STEP_BYTES;
        }
    }

    fn time_or_chance(&mut self, function: Builtin, count: usize) -> Value {
        let arguments = self.stack.split_off(self.stack.len() - count);
        let now = self.cx.sys.now();
        let now_s = now.as_secs() as i64;
        let zone = Zone::from_variable(self.cx.variable("TZ").as_deref());
        match function {
            Builtin::Rand => Value::Number(self.random.fraction()),
            Builtin::Srand => {
                let seed = arguments.first().map_or(now_s as f64, Value::number);
                self.random = Random::new(seed as i64 as u32);
                Value::Number(std::mem::replace(&mut self.seed, seed))
            }
            Builtin::Strftime => {
                let format = arguments.first().map(|value| self.to_text(value));
                let format = format.unwrap_or(Bytes::from_static(b"%a %b %e %H:%M:%S %Z %Y"));
                let seconds = arguments
                    .get(1)
                    .map_or(now_s, |value| value.number() as i64);
                Value::text(Date::at(seconds, &zone).format(&format, seconds, 0, &zone))
            }
            Builtin::Mktime => {
                let text = arguments.first().map(|value| self.to_text(value));
                Value::Number(make_time(&text.unwrap_or_default(), &zone) as f64)
            }
            _ => Value::Number(now_s as f64),
        }
    }

    pub(super) fn length_of(&mut self, name: ArrayName) {
        let length = match self.length_of_variable(name) {
            Value::Array(array) => self.arrays[array].len(),
            Value::Unborn(_) => 0,
            value => self.to_text(&value).len(),
        };
        self.stack.push(Value::Number(length as f64));
    }

    async fn match_position(&mut self) -> Result<Value, Fail> {
        let pattern = self.pop();
        let text = self.pop_text();
        let source = self.pattern_source(&pattern);
        let ignore_case = self.ignores_case();
        let regex = self.regexes.find(&source, ignore_case)?;
        let found = search(regex, self.cx.sys, &text, false, false).await?;
        let (start, length) = match found {
            Some(found) => (
                found.start() as f64 + 1.0,
                (found.end() - found.start()) as f64,
            ),
            None => (0.0, -1.0),
        };
        self.globals[special::RSTART] = Value::Number(start);
        self.globals[special::RLENGTH] = Value::Number(length);
        Ok(Value::Number(start))
    }

    /// `split`: the parts become elements from 1.
    pub(super) async fn split(
        &mut self,
        name: ArrayName,
        with_separator: bool,
    ) -> Result<(), Fail> {
        let separator = match with_separator {
            true => self.pop(),
            false => self.globals[special::FS].clone(),
        };
        let text = self.pop_text();
        let separator = match &separator {
            Value::Regex(_) => Separator::Regex(self.pattern_source(&separator).to_vec()),
            value => Separator::parse(&self.to_text(value), false),
        };
        let ignore_case = self.ignores_case();
        let parts = split(
            self.cx.sys,
            &mut self.regexes,
            &text,
            &separator,
            ignore_case,
        )
        .await?;
        let array = self.array(name)?;
        self.clear_array(array).await;
        let count = parts.len();
        for (index, part) in parts.into_iter().enumerate() {
            self.set_element(array, &Bytes::from((index + 1).to_string()), part);
            self.pay(20).await;
        }
        self.stack.push(Value::Number(count as f64));
        Ok(())
    }

    /// `sub` and `gsub`.
    pub(super) async fn substitute(&mut self, all: bool, target: Target) -> Result<(), Fail> {
        let index = target.has_index().then(|| self.pop());
        let replacement = self.pop_text();
        let pattern = self.pop();
        if let Some(index) = &index {
            self.stack.push(index.clone());
        }
        let value = self.load(target).await?;
        let text = self.to_text(&value);
        let first = u64::from(!all);
        let (changed, count) = self
            .replace(&pattern, &replacement, &text, first, false)
            .await?;
        if count > 0 {
            self.stack.extend(index);
            self.store(target, Value::Text(changed.into_bytes()))
                .await?;
        }
        self.stack.push(Value::Number(count as f64));
        Ok(())
    }

    async fn gensub(&mut self, count: usize) -> Result<Value, Fail> {
        let mut arguments = self.stack.split_off(self.stack.len() - count).into_iter();
        let pattern = arguments.next().unwrap_or_default();
        let replacement = arguments.next().unwrap_or_default();
        let which = arguments.next().unwrap_or_default();
        let replacement = self.to_text(&replacement);
        let text = match arguments.next() {
            Some(value) => self.to_text(&value),
            None => {
                let record = self.load_field(0).await?;
                self.to_text(&record)
            }
        };
        let which_text = self.to_text(&which);
        let which = match which_text.first() {
            Some(b'g' | b'G') => 0,
            _ => (which.number().max(1.0)) as u64,
        };
        let (changed, _) = self
            .replace(&pattern, &replacement, &text, which, true)
            .await?;
        Ok(Value::Text(changed.into_bytes()))
    }

    /// A text with match number `which` replaced (0: all), and how many were. With `groups` the replacement may
    /// name groups.
    async fn replace(
        &mut self,
        pattern: &Value,
        replacement: &[u8],
        text: &[u8],
        which: u64,
        groups: bool,
    ) -> Result<(Buffer, u64), Fail> {
        let source = self.pattern_source(pattern);
        let ignore_case = self.ignores_case();
        let sys = self.cx.sys;
        let regex = self.regexes.find(&source, ignore_case)?;
        let mut out = Buffer::new();
        let mut rest = text;
        let mut goes_on = false;
        let (mut seen, mut replaced) = (0, 0);
        while let Some(found) = search(regex, sys, rest, goes_on, groups).await? {
            let (start, end) = (found.start(), found.end());
            seen += 1;
            if which == 0 || seen == which {
                out.extend_from_slice(&rest[..start]);
                put_replacement(replacement, rest, &found, groups, &mut out);
                replaced += 1;
            } else {
                out.extend_from_slice(&rest[..end]);
            }
            goes_on = true;
            rest = &rest[end..];
            if seen == which {
                break;
            }
            if start == end {
                // Behind an empty match the next byte is copied.
                let Some((byte, after)) = rest.split_first() else {
                    break;
                };
                out.push(*byte);
                rest = after;
            } else if rest.is_empty() {
                break;
            }
        }
        out.extend_from_slice(rest);
        Ok((out, replaced))
    }
}

/// Appends a replacement: `&` and, if asked for, `\0` to `\9` are what was matched; backslashes before them count in
/// pairs.
fn put_replacement(
    replacement: &[u8],
    text: &[u8],
    found: &crate::regex::Match,
    groups: bool,
    out: &mut Buffer,
) {
    let mut backslashes = 0;
    for &byte in replacement {
        out.push(byte);
        if byte == b'\\' {
            backslashes += 1;
            continue;
        }
        let is_group = groups && byte.is_ascii_digit();
        // A digit names a group only behind a backslash.
        if byte == b'&' || (is_group && backslashes > 0) {
            let cut = usize::midpoint(backslashes + 1, 2);
            out.truncate(out.len() - cut);
            let literal = if is_group {
                (backslashes + 1) % 2 == 1
            } else {
                backslashes % 2 == 1
            };
            if literal {
                out.push(byte);
            } else {
                let group = if is_group {
                    usize::from(byte - b'0')
                } else {
                    0
                };
                if let Some(range) = found.group(group) {
                    out.extend_from_slice(&text[range]);
                }
            }
        }
        backslashes = 0;
    }
}

/// Part of a text from a place counted from 1; what lies outside is left out.
fn substring(text: &Bytes, start: i32, length: Option<i32>) -> Bytes {
    let start = usize::try_from(start.saturating_sub(1))
        .unwrap_or(0)
        .min(text.len());
    let rest = text.len() - start;
    let length = match length {
        Some(length) => usize::try_from(length).unwrap_or(0).min(rest),
        None => rest,
    };
    text.slice(start..start + length)
}

/// Seconds since 1970 of `YYYY MM DD HH MM SS`; -1 when it is something else.
fn make_time(text: &[u8], zone: &Zone) -> i64 {
    let parts: Vec<i64> = String::from_utf8_lossy(text)
        .split_ascii_whitespace()
        .map_while(|part| part.parse().ok())
        .collect();
    let [year, month, day, hour, minute, second, ..] = parts[..] else {
        return -1;
    };
    let small = |number: i64| {
        u32::try_from(number)
            .ok()
            .filter(|number| *number < 1_000_000)
    };
    let (Some(month @ 1..=12), Some(day), Some(hour), Some(minute), Some(second)) = (
        small(month),
        small(day),
        small(hour),
        small(minute),
        small(second),
    ) else {
        return -1;
    };
    let date = Date {
        year: year.clamp(-1_000_000, 1_000_000),
        month,
        day,
        hour,
        minute,
        second,
    };
    date.seconds(zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn substrings_are_clipped() {
        let text = Bytes::from_static(b"hello");
        for (start, length, expected) in [
            (2, Some(3), "ell"),
            (0, None, "hello"),
            (-1, Some(3), "hel"),
            (10, None, ""),
            (2, Some(-1), ""),
            (2, Some(i32::MIN), ""),
        ] {
            assert_eq!(
                substring(&text, start, length),
                expected,
                "{start} {length:?}"
            );
        }
    }

    #[test]
    fn times_are_made_of_six_numbers() {
        let zone = Zone::utc();
        assert_eq!(make_time(b"1970 01 02 00 00 01", &zone), 86_401);
        assert_eq!(make_time(b"1970 01", &zone), -1);
    }
}
