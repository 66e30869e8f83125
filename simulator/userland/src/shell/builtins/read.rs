//! `read`.

use std::time::Duration;

use bytes::Bytes;

use super::number_text;
use crate::kernel::{Buffer, Errno, Fd, Timestamp};
use crate::shell::machine::{Machine, Unwind};
use crate::shell::variables::is_name;

/// The longest timeout, in milliseconds.
const MAX_TIMEOUT_MS: u64 = 2_097_151;

/// Options as they were given.
#[derive(Debug, Default)]
struct Options {
    raw: bool,
    prompt: Option<Bytes>,
    count: Option<Bytes>,
    timeout: Option<Bytes>,
    delimiter: Option<Bytes>,
    fd: Option<Bytes>,
}

/// What they mean.
#[derive(Debug)]
struct Settings {
    raw: bool,
    /// How many bytes are read at most.
    most: Option<u64>,
    timeout: Option<Duration>,
    delimiter: u8,
    fd: Fd,
}

/// How reading ended.
#[derive(Debug, PartialEq, Eq)]
enum Ended {
    Line,
    EndOfFile,
    /// A timeout or a signal: the last variable stays as it is.
    Early,
}

pub(super) async fn read(machine: &mut Machine, arguments: &[Bytes]) -> Result<u8, Unwind> {
    let (options, names) = parse(machine, arguments)?;
    for name in names {
        // That an empty one is none is found out when it is assigned to.
        if !name.is_empty() && !is_name(name) {
            let text = [b"read: '", name.as_ref(), b"': bad variable name"].concat();
            machine.complain_as_applet(&text);
            return Ok(1);
        }
    }
    let settings = options.settings().map_err(|text| machine.fail(text))?;
    if settings.timeout == Some(Duration::ZERO) {
        let ready = machine
            .sys
            .poll_read(&[settings.fd], Some(Duration::ZERO))
            .await;
        return Ok(u8::from(!ready.is_ok_and(|ready| !ready.is_empty())));
    }
    if let Some(prompt) = &options.prompt
        && machine.sys.is_tty(settings.fd)
    {
        machine.err.extend_from_slice(prompt);
        machine.flush().await;
    }
    let ifs = machine.state.variables.value(b"IFS").cloned();
    let mut reader = Reader {
        settings: &settings,
        ifs: ifs.unwrap_or_else(|| Bytes::from_static(b" \t\n")),
        names,
        text: Buffer::new(),
        starting: Starting::Blank,
        escaped: false,
    };
    let ended = reader.read(machine).await?;
    if ended != Ended::Early {
        reader.assign_rest(machine)?;
    }
    Ok(u8::from(ended != Ended::Line))
}

fn parse<'a>(
    machine: &mut Machine,
    arguments: &'a [Bytes],
) -> Result<(Options, &'a [Bytes]), Unwind> {
    let mut settings = Options::default();
    let mut rest = &arguments[1..];
    while let Some((first, behind)) = rest.split_first() {
        if first == "--" {
            rest = behind;
            break;
        }
        let Some(letters) = first.strip_prefix(b"-").filter(|rest| !rest.is_empty()) else {
            break;
        };
        rest = behind;
        for (index, letter) in letters.iter().enumerate() {
            if *letter == b'r' {
                settings.raw = true;
                continue;
            }
            if *letter == b's' {
                continue;
            }
            if !b"pntdu".contains(letter) {
                let text = format!("illegal option -{}", char::from(*letter));
                return Err(machine.fail(&text));
            }
            let value = if index + 1 < letters.len() {
                Bytes::copy_from_slice(&letters[index + 1..])
            } else if let Some((next, behind)) = rest.split_first() {
                rest = behind;
                next.clone()
            } else {
                let text = format!("no arg for -{} option", char::from(*letter));
                return Err(machine.fail(&text));
            };
            settings.set(*letter, value);
            break;
        }
    }
    Ok((settings, rest))
}

impl Options {
    fn set(&mut self, letter: u8, value: Bytes) {
        let option = match letter {
            b'p' => &mut self.prompt,
            b'n' => &mut self.count,
            b'd' => &mut self.delimiter,
            b'u' => &mut self.fd,
            _ => &mut self.timeout,
        };
        *option = Some(value);
    }

    /// # Errors
    /// What is wrong with them.
    fn settings(&self) -> Result<Settings, &'static str> {
        let most = match &self.count {
            Some(text) => count(text).ok_or("invalid count")?,
            None => 0,
        };
        let timeout = match &self.timeout {
            Some(text) => Some(milliseconds(text).ok_or("invalid timeout")?),
            None => None,
        };
        let fd = match &self.fd {
            Some(text) => count(text).ok_or("invalid file descriptor")?,
            None => 0,
        };
        let delimiter = self.delimiter.as_ref();
        Ok(Settings {
            raw: self.raw,
            most: u64::try_from(most).ok().filter(|most| *most > 0),
            timeout: timeout.map(Duration::from_millis),
            delimiter: delimiter.map_or(b'\n', |text| text.first().copied().unwrap_or(0)),
            fd,
        })
    }
}

fn count(text: &[u8]) -> Option<i32> {
    let number = number_text::signed(text).filter(|number| *number >= 0)?;
    i32::try_from(number).ok()
}

/// Seconds, with up to three digits behind a point.
fn milliseconds(text: &[u8]) -> Option<u64> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (whole, rest) = text.split_at(digits);
    let seconds = u64::try_from(number_text::signed(whole)?).ok()?;
    let mut milliseconds = seconds.min(MAX_TIMEOUT_MS) * 1000;
    let fraction = match rest.split_first() {
        None => return Some(milliseconds),
        Some((b'.', fraction)) => fraction,
        Some(_) => return None,
    };
    let mut unit = 100;
    for byte in fraction.iter().take(3) {
        let digit = char::from(*byte).to_digit(10)?;
        milliseconds += u64::from(digit) * unit;
        unit /= 10;
    }
    Some(milliseconds)
}

/// What the start of a word passes over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Starting {
    /// Blanks.
    Blank,
    /// Blanks and one other separator.
    BlankAndSeparator,
    /// The word has begun.
    Nothing,
}

/// A line being taken apart while it is read.
struct Reader<'a> {
    settings: &'a Settings,
    ifs: Bytes,
    /// Variables that are not set yet.
    names: &'a [Bytes],
    text: Buffer,
    starting: Starting,
    /// The last byte was a backslash.
    escaped: bool,
}

/// What C's `isspace` says.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

impl Reader<'_> {
    /// Reads byte by byte, so that what follows the line stays for others.
    async fn read(&mut self, machine: &mut Machine) -> Result<Ended, Unwind> {
        let start = machine.sys.now();
        let mut left = self.settings.most;
        loop {
            let byte = match self.next(machine, start).await {
                Ok(byte) => byte,
                Err(ended) => return Ok(ended),
            };
            machine.sys.burn(100).await;
            if self.take(machine, byte)? {
                return Ok(Ended::Line);
            }
            if let Some(left) = &mut left {
                *left -= 1;
                if *left == 0 {
                    return Ok(Ended::Line);
                }
            }
        }
    }

    async fn next(&self, machine: &mut Machine, start: Timestamp) -> Result<u8, Ended> {
        let fd = self.settings.fd;
        loop {
            if let Some(timeout) = self.settings.timeout {
                let spent = Duration::from_nanos(machine.sys.now().0.saturating_sub(start.0));
                let left = timeout.saturating_sub(spent);
                match machine.sys.poll_read(&[fd], Some(left)).await {
                    Ok(ready) if ready.is_empty() => return Err(Ended::Early),
                    Err(Errno::EINTR) if interrupted(machine) => return Err(Ended::Early),
                    _ => {}
                }
            }
            let mut buffer = [0];
            match machine.sys.read(fd, &mut buffer).await {
                Ok(1) => return Ok(buffer[0]),
                Err(Errno::EINTR) if interrupted(machine) => return Err(Ended::Early),
                Err(Errno::EINTR) => {}
                _ => return Err(Ended::EndOfFile),
            }
        }
    }

    /// Takes a byte; true when the line has ended.
    fn take(&mut self, machine: &mut Machine, byte: u8) -> Result<bool, Unwind> {
        if !self.settings.raw {
            if std::mem::take(&mut self.escaped) {
                if byte != b'\n' {
                    self.text.push(byte);
                }
                return Ok(false);
            }
            if byte == b'\\' {
                self.escaped = true;
                return Ok(false);
            }
        }
        if byte == self.settings.delimiter {
            return Ok(true);
        }
        if byte == 0 {
            return Ok(false);
        }
        let Some((name, more)) = self.names.split_first() else {
            self.text.push(byte);
            return Ok(false);
        };
        let separates = self.ifs.contains(&byte);
        if self.starting != Starting::Nothing && separates {
            if is_space(byte) {
                return Ok(false);
            }
            if self.starting == Starting::BlankAndSeparator {
                self.starting = Starting::Blank;
                return Ok(false);
            }
        }
        self.starting = Starting::Nothing;
        if separates && !more.is_empty() {
            let value = std::mem::take(&mut self.text);
            assign(machine, name, value.into_bytes())?;
            self.names = more;
            self.starting = if is_space(byte) {
                Starting::BlankAndSeparator
            } else {
                Starting::Blank
            };
            return Ok(false);
        }
        self.text.push(byte);
        Ok(false)
    }

    /// Gives what is left to the next variable, and nothing to those behind it.
    fn assign_rest(&mut self, machine: &mut Machine) -> Result<(), Unwind> {
        let Some((name, others)) = self.names.split_first() else {
            let text = std::mem::take(&mut self.text);
            return machine.assign(b"REPLY", text.into_bytes());
        };
        let length = trimmed_length(&self.text, &self.ifs);
        self.text.truncate(length);
        let text = std::mem::take(&mut self.text);
        assign(machine, name, text.into_bytes())?;
        for name in others {
            assign(machine, name, Bytes::new())?;
        }
        Ok(())
    }
}

fn assign(machine: &mut Machine, name: &[u8], value: Bytes) -> Result<(), Unwind> {
    if name.is_empty() {
        return Err(machine.fail(": bad variable name"));
    }
    machine.assign(name, value)
}

/// Length of the last variable's value: without blanks at its end and, when it is one field only, without the separator
/// behind that.
fn trimmed_length(text: &[u8], ifs: &[u8]) -> usize {
    let without_blanks = |text: &[u8]| {
        let blank = |byte: &&u8| is_space(**byte) && ifs.contains(byte);
        text.len() - text.iter().rev().take_while(blank).count()
    };
    let length = without_blanks(text);
    match text[..length].split_last() {
        Some((last, rest)) if ifs.contains(last) => {
            let field = without_blanks(rest);
            let first_separator = text.iter().position(|byte| ifs.contains(byte));
            match first_separator {
                Some(at) if at >= field => field,
                _ => length,
            }
        }
        _ => length,
    }
}

/// Whether a trapped signal ends the reading.
fn interrupted(machine: &mut Machine) -> bool {
    if machine.collect_signals().is_err() {
        machine.interrupted = true;
        return true;
    }
    machine.state.traps.has_pending()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_value_loses_blanks_and_a_lone_separator() {
        for (text, ifs, expected) in [
            ("a b ", " ", "a b"),
            ("Z:", ": ", "Z"),
            ("Y:Z:", ": ", "Y:Z:"),
            ("Y  : ", ": ", "Y"),
            (":", ":", ""),
            ("", ":", ""),
            ("x,,", ",", "x,,"),
        ] {
            let length = trimmed_length(text.as_bytes(), ifs.as_bytes());
            assert_eq!(&text[..length], expected, "{text:?} at {ifs:?}");
        }
    }

    #[test]
    fn timeouts_are_seconds_with_a_fraction() {
        for (text, expected) in [
            ("1", Some(1000)),
            ("0.25", Some(250)),
            ("2.5x", None),
            ("2.1239", Some(2123)),
            ("x", None),
            ("", None),
            ("-1", None),
        ] {
            assert_eq!(milliseconds(text.as_bytes()), expected, "{text}");
        }
    }
}
