//! `read`.

use std::time::Duration;

use bytes::Bytes;

use super::number;
use crate::kernel::{Buffer, Errno, Fd, List};
use crate::shell::machine::{Machine, Unwind};
use crate::shell::variables::is_name;

#[derive(Debug)]
struct Settings {
    raw: bool,
    prompt: Option<Bytes>,
    most: Option<usize>,
    timeout: Option<Duration>,
    delimiter: u8,
    fd: Fd,
}

/// A byte that was read and whether a backslash protected it.
type Byte = (u8, bool);

/// How reading ended.
#[derive(Debug, PartialEq, Eq)]
enum Ended {
    Line,
    EndOfFile,
    TimedOut,
    Interrupted,
}

pub(super) async fn read(machine: &mut Machine, arguments: &[Bytes]) -> Result<u8, Unwind> {
    let (settings, names) = parse(machine, arguments)?;
    for name in names {
        if !is_name(name) {
            let text = [b"read: '", name.as_ref(), b"': bad variable name"].concat();
            machine.complain_as_applet(&text);
            return Ok(1);
        }
    }
    if let Some(prompt) = &settings.prompt
        && machine.sys.is_tty(settings.fd)
    {
        machine.err.extend_from_slice(prompt);
        machine.flush().await;
    }
    let (line, ended) = read_line(machine, &settings).await;
    if ended == Ended::Interrupted {
        let number = machine.state.traps.first_pending().unwrap_or(0);
        return Ok(128 + number);
    }
    assign(machine, &line, names)?;
    Ok(u8::from(ended != Ended::Line))
}

fn parse<'a>(
    machine: &mut Machine,
    arguments: &'a [Bytes],
) -> Result<(Settings, &'a [Bytes]), Unwind> {
    let mut settings = Settings {
        raw: false,
        prompt: None,
        most: None,
        timeout: None,
        delimiter: b'\n',
        fd: 0,
    };
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
            set(machine, &mut settings, *letter, value)?;
            break;
        }
    }
    Ok((settings, rest))
}

fn set(
    machine: &mut Machine,
    settings: &mut Settings,
    letter: u8,
    value: Bytes,
) -> Result<(), Unwind> {
    match letter {
        b'p' => settings.prompt = Some(value),
        b'n' => settings.most = Some(number(machine, &value)? as usize).filter(|most| *most > 0),
        b'd' => settings.delimiter = value.first().copied().unwrap_or(0),
        b'u' => settings.fd = number(machine, &value)?.cast_signed(),
        _ => {
            let seconds = std::str::from_utf8(&value)
                .ok()
                .and_then(|text| text.parse::<f64>().ok())
                .filter(|seconds| seconds.is_finite() && (0.0..1e9).contains(seconds))
                .ok_or_else(|| machine.fail("invalid timeout"))?;
            settings.timeout = Some(Duration::from_secs_f64(seconds));
        }
    }
    Ok(())
}

/// Reads byte by byte, so that what follows the line stays for others.
async fn read_line(machine: &mut Machine, settings: &Settings) -> (List<Byte>, Ended) {
    let mut line = List::new();
    let mut escaped = false;
    let deadline = settings.timeout.map(|timeout| (machine.sys.now(), timeout));
    loop {
        if let Some((start, timeout)) = deadline {
            let spent = elapsed(machine, start);
            let left = timeout.saturating_sub(spent);
            match machine.sys.poll_read(&[settings.fd], Some(left)).await {
                Ok(ready) if ready.is_empty() => return (line, Ended::TimedOut),
                Err(Errno::EINTR) if interrupted(machine) => return (line, Ended::Interrupted),
                _ => {}
            }
        }
        let mut buffer = [0];
        match machine.sys.read(settings.fd, &mut buffer).await {
            Ok(1) => {}
            Err(Errno::EINTR) => {
                if interrupted(machine) {
                    return (line, Ended::Interrupted);
                }
                continue;
            }
            _ => return (line, Ended::EndOfFile),
        }
        machine.sys.burn(100).await;
        let byte = buffer[0];
        if byte == settings.delimiter && !(escaped && byte != b'\n') {
            if !escaped {
                return (line, Ended::Line);
            }
            // Backslash and newline are nothing.
            escaped = false;
            continue;
        }
        if escaped {
            escaped = false;
            if byte != b'\n' {
                line.push((byte, true));
            }
        } else if byte == b'\\' && !settings.raw {
            escaped = true;
            continue;
        } else if byte != 0 {
            line.push((byte, false));
        }
        if settings.most.is_some_and(|most| line.len() >= most) {
            return (line, Ended::Line);
        }
    }
}

fn elapsed(machine: &Machine, start: crate::kernel::Timestamp) -> Duration {
    Duration::from_nanos(machine.sys.now().0.saturating_sub(start.0))
}

/// Whether a trapped signal ends the reading.
fn interrupted(machine: &mut Machine) -> bool {
    if machine.collect_signals().is_err() {
        machine.interrupted = true;
        return true;
    }
    machine.state.traps.has_pending()
}

fn assign(machine: &mut Machine, line: &[Byte], names: &[Bytes]) -> Result<(), Unwind> {
    let Some((last, firsts)) = names.split_last() else {
        return machine.assign(b"REPLY", text(line));
    };
    let ifs = machine.state.variables.value(b"IFS").cloned();
    let ifs = ifs.unwrap_or_else(|| Bytes::from_static(b" \t\n"));
    let mut rest = skip_blanks(line, &ifs);
    for name in firsts {
        let (field, behind) = field(rest, &ifs);
        machine.assign(name, text(field))?;
        rest = behind;
    }
    let (first, behind) = field(rest, &ifs);
    let value = if behind.is_empty() {
        first
    } else {
        without_trailing_blanks(rest, &ifs)
    };
    machine.assign(last, text(value))
}

fn text(bytes: &[Byte]) -> Bytes {
    let mut text = Buffer::new();
    text.reserve(bytes.len());
    text.extend(bytes.iter().map(|(byte, _)| *byte));
    text.into_bytes()
}

fn separates((byte, escaped): Byte, ifs: &[u8]) -> bool {
    !escaped && ifs.contains(&byte)
}

fn is_blank(byte: Byte, ifs: &[u8]) -> bool {
    separates(byte, ifs) && matches!(byte.0, b' ' | b'\t' | b'\n')
}

fn skip_blanks<'a>(line: &'a [Byte], ifs: &[u8]) -> &'a [Byte] {
    let blanks = line.iter().take_while(|byte| is_blank(**byte, ifs)).count();
    &line[blanks..]
}

fn without_trailing_blanks<'a>(line: &'a [Byte], ifs: &[u8]) -> &'a [Byte] {
    let blanks = line
        .iter()
        .rev()
        .take_while(|byte| is_blank(**byte, ifs))
        .count();
    &line[..line.len() - blanks]
}

/// The first field and what is behind its separator.
fn field<'a>(line: &'a [Byte], ifs: &[u8]) -> (&'a [Byte], &'a [Byte]) {
    let end = line
        .iter()
        .position(|byte| separates(*byte, ifs))
        .unwrap_or(line.len());
    let (field, behind) = line.split_at(end);
    let behind = skip_blanks(behind, ifs);
    match behind.first() {
        Some(byte) if separates(*byte, ifs) => (field, skip_blanks(&behind[1..], ifs)),
        _ => (field, behind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_taken_apart_at_separators() {
        let line = |text: &str| -> Vec<Byte> { text.bytes().map(|byte| (byte, false)).collect() };
        for (ifs, input, first, rest) in [
            (" ", "a b c", "a", "b c"),
            (":", "a::b", "a", ":b"),
            (" :", "a : b", "a", "b"),
            (":", "a:", "a", ""),
        ] {
            let line = line(input);
            let (found, behind) = field(&line, ifs.as_bytes());
            assert_eq!(
                (text(found), text(behind)),
                (Bytes::from(first), Bytes::from(rest))
            );
        }
    }
}
