//! tty and stty.

use super::context::{Context, Fail, Outcome, text};
use super::numbers;
use crate::kernel::{Errno, Fd, OpenFlags, Termios, TtySize};

/// Writes the terminal's name.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("s")?;
    let silent = options.has(b's');
    if !options.operands.is_empty() {
        cx.complain("ignoring all arguments").await;
    }
    let name = if cx.sys.is_tty(0) {
        cx.sys.tty_name(0).ok()
    } else {
        None
    };
    if !silent {
        let shown = name.as_deref().unwrap_or(b"not a tty");
        cx.out.write(text!(shown, "\n")).await?;
    }
    Ok(u8::from(name.is_none()))
}

/// Which of a terminal's four sets of modes.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Input,
    Output,
    Local,
}

/// Names of modes, with their bits and whether a sane terminal has them on.
const MODES: &[(&str, Part, u32, bool)] = &[
    ("brkint", Part::Input, Termios::BRKINT, false),
    ("istrip", Part::Input, Termios::ISTRIP, false),
    ("inlcr", Part::Input, Termios::INLCR, false),
    ("igncr", Part::Input, Termios::IGNCR, false),
    ("icrnl", Part::Input, Termios::ICRNL, true),
    ("ixon", Part::Input, Termios::IXON, true),
    ("ixoff", Part::Input, Termios::IXOFF, false),
    ("ixany", Part::Input, Termios::IXANY, false),
    ("iutf8", Part::Input, Termios::IUTF8, false),
    ("opost", Part::Output, Termios::OPOST, true),
    ("ocrnl", Part::Output, Termios::OCRNL, false),
    ("onlcr", Part::Output, Termios::ONLCR, true),
    ("onocr", Part::Output, Termios::ONOCR, false),
    ("onlret", Part::Output, Termios::ONLRET, false),
    ("isig", Part::Local, Termios::ISIG, true),
    ("icanon", Part::Local, Termios::ICANON, true),
    ("iexten", Part::Local, Termios::IEXTEN, true),
    ("echo", Part::Local, Termios::ECHO, true),
    ("echoe", Part::Local, Termios::ECHOE, true),
    ("echok", Part::Local, Termios::ECHOK, true),
    ("echonl", Part::Local, Termios::ECHONL, false),
    ("noflsh", Part::Local, Termios::NOFLSH, false),
    ("tostop", Part::Local, Termios::TOSTOP, false),
    ("echoctl", Part::Local, Termios::ECHOCTL, true),
    ("echoke", Part::Local, Termios::ECHOKE, true),
];

/// Names of special characters.
const CHARACTERS: &[(&str, usize)] = &[
    ("intr", Termios::VINTR),
    ("quit", Termios::VQUIT),
    ("erase", Termios::VERASE),
    ("kill", Termios::VKILL),
    ("eof", Termios::VEOF),
    ("eol", Termios::VEOL),
    ("eol2", Termios::VEOL2),
    ("start", Termios::VSTART),
    ("stop", Termios::VSTOP),
    ("susp", Termios::VSUSP),
    ("rprnt", Termios::VREPRINT),
    ("werase", Termios::VWERASE),
    ("lnext", Termios::VLNEXT),
];

/// Shows or changes a terminal's settings.
pub(super) async fn stty(cx: &mut Context<'_>) -> Outcome {
    let mut args = cx.args.clone();
    let (mut fd, mut name) = (0, bytes::Bytes::from_static(b"standard input"));
    if args.first().is_some_and(|arg| arg == "-F") {
        if args.len() < 2 {
            return Err(Fail::usage());
        }
        args.remove(0);
        name = args.remove(0);
        let opened = cx
            .sys
            .open(&name, OpenFlags::RDWR | OpenFlags::NONBLOCK, 0)
            .await;
        fd = opened.map_err(|error| Fail::new(super::context::cannot_open(&name, error)))?;
    }
    let failed = |error: Errno| Fail::new(text!(name, ": ", error.message()));
    let mut termios = cx.sys.termios(fd).map_err(failed)?;
    let all = args.iter().any(|arg| arg == "-a" || arg == "--all");
    let save = args.iter().any(|arg| arg == "-g" || arg == "--save");
    args.retain(|arg| !matches!(arg.as_ref(), b"-a" | b"--all" | b"-g" | b"--save"));
    if args.is_empty() {
        let shown = match (save, all) {
            (true, _) => saved(&termios),
            (false, true) => {
                let size = told_size(cx, fd);
                if size.is_none() {
                    cx.complain(&name).await;
                }
                everything(&termios, size)
            }
            (false, false) => differences(&termios),
        };
        cx.out.write(shown).await?;
        return Ok(0);
    }
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        let argument = |value: Option<&bytes::Bytes>| {
            value
                .cloned()
                .ok_or_else(|| Fail::new(text!("missing argument to '", arg, "'")))
        };
        match arg.as_ref() {
            b"size" => match told_size(cx, fd) {
                Some((rows, columns)) => cx.out.write(format!("{rows} {columns}\n")).await?,
                None => cx.complain(&name).await,
            },
            b"speed" => cx.out.write("38400\n").await?,
            word @ (b"rows" | b"cols" | b"columns") => {
                let text = argument(rest.next())?;
                resize(cx, fd, word, &text)?;
            }
            word => {
                let character = CHARACTERS.iter().find(|row| row.0.as_bytes() == word);
                if let Some((_, index)) = character {
                    let text = argument(rest.next())?;
                    termios.characters[*index] = character_of(&text)?;
                } else if word == b"min" || word == b"time" {
                    let text = argument(rest.next())?;
                    let index = if word == b"min" {
                        Termios::VMIN
                    } else {
                        Termios::VTIME
                    };
                    termios.characters[index] = numbers::unsigned(&text)?.min(255) as u8;
                } else if !set(&mut termios, word) {
                    return Err(Fail::Usage(1, Some(text!("invalid argument '", arg, "'"))));
                }
            }
        }
    }
    cx.sys.set_termios(fd, &termios).map_err(failed)?;
    Ok(0)
}

/// Rows and columns as the environment or else the terminal tells them, and what is customary where neither does;
/// `None`: nobody has told any.
fn told_size(cx: &Context<'_>, fd: Fd) -> Option<(u32, u32)> {
    let size = cx.sys.window_size(fd).ok();
    let mut known = size.is_some_and(|size| size.rows != 0);
    let mut side = |told: Option<u16>, variable: &str, customary: u32| {
        let variable = cx.variable(variable);
        known |= variable.is_some();
        let value = match variable {
            Some(text) => numbers::unsigned(&text).map_or(0, |value| value.min(30_000) as u32),
            None => told.map_or(0, u32::from),
        };
        match value {
            2..30_000 => value,
            _ => customary,
        }
    };
    let rows = side(size.map(|size| size.rows), "LINES", 24);
    let columns = side(size.map(|size| size.columns), "COLUMNS", 80);
    known.then_some((rows, columns))
}

fn resize(cx: &Context<'_>, fd: Fd, word: &[u8], text: &[u8]) -> Result<(), Fail> {
    let value = numbers::in_range(numbers::unsigned(text)?, 1..=2_147_483_647)?;
    let value = value as u16;
    let mut size = cx.sys.window_size(fd).unwrap_or(TtySize {
        rows: 0,
        columns: 0,
    });
    match word {
        b"rows" => size.rows = value,
        _ => size.columns = value,
    }
    let set = cx.sys.set_window_size(fd, size);
    set.map_err(|error| Fail::new(text!("standard input: ", error.message())))
}

/// `^C`, `undef`, or the character itself.
fn character_of(text: &[u8]) -> Result<u8, Fail> {
    match text {
        b"" | b"undef" | b"^-" => Ok(0),
        [b'^', b'?'] => Ok(0x7f),
        [b'^', letter] => Ok(letter.to_ascii_uppercase() & 0x1f),
        [byte] => Ok(*byte),
        _ => numbers::unsigned(text).map(|value| value as u8),
    }
}

fn part(termios: &mut Termios, part: Part) -> &mut u32 {
    match part {
        Part::Input => &mut termios.input,
        Part::Output => &mut termios.output,
        Part::Local => &mut termios.local,
    }
}

/// Applies a mode's name, `-` before it to turn it off, or a combination; false when unknown.
fn set(termios: &mut Termios, word: &[u8]) -> bool {
    let (off, name) = match word.strip_prefix(b"-") {
        Some(name) => (true, name),
        None => (false, word),
    };
    if let Some((_, kind, bit, _)) = MODES.iter().find(|row| row.0.as_bytes() == name) {
        let bits = part(termios, *kind);
        *bits = if off { *bits & !bit } else { *bits | bit };
        return true;
    }
    match (name, off) {
        (b"raw", false) | (b"cooked", true) => {
            let echo = termios.local & Termios::ECHO;
            *termios = termios.raw();
            termios.local |= echo;
        }
        (b"raw", true) | (b"cooked", false) | (b"sane", false) => {
            let echo = termios.local & Termios::ECHO;
            let characters = termios.characters;
            *termios = Termios::default();
            if name != b"sane" {
                termios.characters = characters;
                termios.characters[Termios::VEOF] = Termios::default().characters[Termios::VEOF];
                termios.local = termios.local & !Termios::ECHO | echo;
            }
        }
        (b"cbreak", _) => {
            let bits = &mut termios.local;
            *bits = if off {
                *bits | Termios::ICANON
            } else {
                *bits & !Termios::ICANON
            };
        }
        (b"crt", false) => termios.local |= Termios::ECHOE | Termios::ECHOCTL | Termios::ECHOKE,
        (
            b"cs8" | b"parenb" | b"cread" | b"clocal" | b"hupcl" | b"cstopb" | b"ignbrk"
            | b"ignpar" | b"imaxbel",
            _,
        ) => {}
        _ => return restore(termios, word),
    }
    true
}

/// What `stty -g` printed.
fn restore(termios: &mut Termios, word: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(word) else {
        return false;
    };
    let values: Option<Vec<u32>> = text
        .split(':')
        .map(|part| u32::from_str_radix(part, 16).ok())
        .collect();
    let Some(values) = values.filter(|values| values.len() == 4 + termios.characters.len()) else {
        return false;
    };
    (termios.input, termios.output) = (values[0], values[1]);
    (termios.control, termios.local) = (values[2], values[3]);
    for (character, value) in termios.characters.iter_mut().zip(&values[4..]) {
        *character = *value as u8;
    }
    true
}

fn saved(termios: &Termios) -> Vec<u8> {
    let modes = [
        termios.input,
        termios.output,
        termios.control,
        termios.local,
    ];
    let characters = termios
        .characters
        .iter()
        .map(|character| u32::from(*character));
    let values: Vec<String> = modes
        .into_iter()
        .chain(characters)
        .map(|value| format!("{value:x}"))
        .collect();
    text!(values.join(":"), "\n")
}

fn shown(character: u8) -> String {
    match character {
        0 => "<undef>".to_owned(),
        0x7f => "^?".to_owned(),
        1..0x20 => format!("^{}", (character + 64) as char),
        _ => (character as char).to_string(),
    }
}

/// Only what a sane terminal has differently.
fn differences(termios: &Termios) -> Vec<u8> {
    let mut termios = *termios;
    let sane = Termios::default();
    let mut out = "speed 38400 baud; line = 0;\n".to_owned();
    let special: Vec<String> = CHARACTERS
        .iter()
        .filter(|(_, index)| termios.characters[*index] != sane.characters[*index])
        .map(|(name, index)| format!("{name} = {};", shown(termios.characters[*index])))
        .collect();
    if !special.is_empty() {
        out += &format!("{}\n", special.join(" "));
    }
    for kind in [Part::Input, Part::Output, Part::Local] {
        let bits = *part(&mut termios, kind);
        let words: Vec<String> = MODES
            .iter()
            .filter(|row| row.1 == kind && (bits & row.2 != 0) != row.3)
            .map(|row| {
                if row.3 {
                    format!("-{}", row.0)
                } else {
                    row.0.to_owned()
                }
            })
            .collect();
        if !words.is_empty() {
            out += &format!("{}\n", words.join(" "));
        }
    }
    out.into_bytes()
}

fn everything(termios: &Termios, size: Option<(u32, u32)>) -> Vec<u8> {
    let mut termios = *termios;
    let mut out = "speed 38400 baud;".to_owned();
    if let Some((rows, columns)) = size {
        out += &format!(" rows {rows}; columns {columns};");
    }
    out += " line = 0;\n";
    let mut words: Vec<String> = CHARACTERS
        .iter()
        .map(|(name, index)| format!("{name} = {};", shown(termios.characters[*index])))
        .collect();
    words.push(format!("min = {};", termios.characters[Termios::VMIN]));
    words.push(format!("time = {};", termios.characters[Termios::VTIME]));
    out += &wrapped(&words);
    out += "-parenb cs8 -hupcl -cstopb cread -clocal\n";
    for kind in [Part::Input, Part::Output, Part::Local] {
        let bits = *part(&mut termios, kind);
        let words: Vec<String> = MODES
            .iter()
            .filter(|row| row.1 == kind)
            .map(|row| {
                if bits & row.2 == 0 {
                    format!("-{}", row.0)
                } else {
                    row.0.to_owned()
                }
            })
            .collect();
        out += &wrapped(&words);
    }
    out.into_bytes()
}

/// Words in lines of 80.
fn wrapped(words: &[String]) -> String {
    let (mut out, mut column) = (String::new(), 0);
    for word in words {
        if column > 0 && column + 1 + word.len() > 79 {
            out.push('\n');
            column = 0;
        }
        if column > 0 {
            out.push(' ');
            column += 1;
        }
        out += word;
        column += word.len();
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_are_set_by_name_and_restored_from_text() {
        let mut termios = Termios::default();
        assert!(set(&mut termios, b"-echo"));
        assert_eq!(termios.local & Termios::ECHO, 0);
        assert!(set(&mut termios, b"raw"));
        assert_eq!(termios.local & (Termios::ICANON | Termios::ECHO), 0);
        let text = saved(&termios);
        let mut other = Termios::default();
        assert!(set(&mut other, text.trim_ascii_end()));
        assert_eq!(other, termios);
        assert!(set(&mut termios, b"sane"));
        assert_eq!(termios, Termios::default());
        assert!(!set(&mut termios, b"nonsense"));
        assert_eq!(character_of(b"^C").ok(), Some(3));
        assert_eq!(
            differences(&Termios::default()),
            b"speed 38400 baud; line = 0;\n"
        );
    }
}
