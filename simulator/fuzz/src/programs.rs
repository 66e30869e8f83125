//! What input is given to.

use crate::unix::{Command, end};
use bytes::Bytes;
use rootfs::{ArchiveLimits, Tree};

/// The most of an input that is used, bytes: longer ones tell nothing new.
const INPUT_BYTES: usize = 4096;

pub(crate) const SHELL_WORDS: &[&str] = &[
    "if",
    "then",
    "else",
    "elif",
    "fi",
    "for",
    "in",
    "do",
    "done",
    "while",
    "until",
    "case",
    "esac",
    "{",
    "}",
    "(",
    ")",
    "((",
    "$((",
    "))",
    "$(",
    "${",
    "}",
    "`",
    "'",
    "\"",
    "\\",
    "\n",
    ";",
    ";;",
    "&",
    "&&",
    "||",
    "|",
    "<",
    ">",
    ">>",
    "<<",
    "<<-",
    "<<E\n",
    "E\n",
    "<&",
    ">&",
    "2>&1",
    "!",
    "#",
    "*",
    "?",
    "[",
    "]",
    "~",
    "$x",
    "${x",
    ":-",
    "##",
    "%%",
    "//",
    "=",
    "x=",
    "$@",
    "\"$@\"",
    "$*",
    "$#",
    "$?",
    "$!",
    "$$",
    "$-",
    "f()",
    "local",
    "eval",
    "exec",
    ".",
    "set",
    "-e",
    "-u",
    "-x",
    "trap",
    "EXIT",
    "wait",
    "read",
    "getopts",
    "alias",
    "a='b '",
    "unset",
    "shift",
    "return",
    "break",
    "continue",
    "test",
    "printf",
    "%s",
    "echo",
    "true",
    "false",
    "cat",
    "kill",
    "sleep",
    "ulimit",
    "umask",
    "type",
    "command",
    "export",
    " ",
    "1",
    "0",
    "9999999999",
    "+",
    "-",
    "1/0",
    "\0",
    "\u{fffd}",
];

fn cut(data: &[u8]) -> &[u8] {
    &data[..data.len().min(INPUT_BYTES)]
}

/// The input in parts that zeros divide; programs cannot have them in their arguments.
fn parts(data: &[u8], count: usize) -> Vec<Bytes> {
    let mut parts: Vec<Bytes> = cut(data)
        .splitn(count, |byte| *byte == 0)
        .map(|part| part.iter().copied().filter(|byte| *byte != 0).collect())
        .collect();
    parts.resize(count, Bytes::new());
    parts
}

fn words(words: &[&'static str]) -> Vec<Bytes> {
    words
        .iter()
        .map(|word| Bytes::from_static(word.as_bytes()))
        .collect()
}

/// A script on standard input.
pub(crate) fn shell(data: &[u8]) {
    end(&Command::new(words(&["sh"])).input(cut(data)));
}

/// A script that is read and not run.
pub(crate) fn shell_syntax(data: &[u8]) {
    end(&Command::new(words(&["sh", "-n"])).input(cut(data)));
}

/// A pattern and a text.
pub(crate) fn regex(data: &[u8]) {
    let (kind, data) = data.split_first().unwrap_or((&0, &[]));
    let [pattern, text] = &parts(data, 2)[..] else {
        return;
    };
    let option: &[&str] = match kind % 4 {
        0 => &["grep", "-o", "-e"],
        1 => &["grep", "-Eo", "-e"],
        2 => &["grep", "-Eiw", "-e"],
        _ => &["grep", "-xc", "-e"],
    };
    let mut argv = words(option);
    argv.push(pattern.clone());
    end(&Command::new(argv).input(text));
}

/// A program and its input.
pub(crate) fn awk(data: &[u8]) {
    let [program, text] = &parts(data, 2)[..] else {
        return;
    };
    let argv = [words(&["awk"]), vec![program.clone()]].concat();
    end(&Command::new(argv).input(text));
}

/// A program and its input.
pub(crate) fn sed(data: &[u8]) {
    let (kind, data) = data.split_first().unwrap_or((&0, &[]));
    let [program, text] = &parts(data, 2)[..] else {
        return;
    };
    let option: &[&str] = match kind % 3 {
        0 => &["sed", "-e"],
        1 => &["sed", "-n", "-e"],
        _ => &["sed", "-r", "-e"],
    };
    let mut argv = words(option);
    argv.push(program.clone());
    end(&Command::new(argv).input(text));
}

/// An archive: for a container's `tar`, and as a layer of an image.
pub(crate) fn tar(data: &[u8]) {
    // An archive consists of blocks of 512 bytes; their checksums are set, or nothing behind them would ever be read.
    let mut archive = data[..data.len().min(16 * 512)].to_vec();
    archive.resize(archive.len().next_multiple_of(512).max(512), 0);
    for block in archive.chunks_mut(512) {
        if block.iter().all(|byte| *byte == 0) {
            continue;
        }
        block[148..156].fill(b' ');
        let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
        block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    }
    let limits = ArchiveLimits {
        entries: 1000,
        unpacked_bytes: 1 << 20,
    };
    // Either outcome is good.
    let _ = Tree::from_layers([bytes::Bytes::from(archive.clone()).into()], &limits);
    end(&Command::new(words(&["tar", "-xv"])).input(&archive));
}

/// A format and two arguments.
pub(crate) fn printf(data: &[u8]) {
    let argv = [words(&["printf", "--"]), parts(data, 3)].concat();
    end(&Command::new(argv));
}

/// A date, a format and a time zone.
pub(crate) fn date(data: &[u8]) {
    let [date, format, zone] = &parts(data, 3)[..] else {
        return;
    };
    let format = [b"+", format.as_ref()].concat().into();
    let argv = [words(&["date", "-d"]), vec![date.clone(), format]].concat();
    end(&Command::new(argv).variable("TZ", zone));
}

/// A text and a pattern, which is also one of file names.
pub(crate) fn glob(data: &[u8]) {
    let script = "case $1 in $2) echo;; esac; echo $2 ${1#$2} ${1%%$2}";
    let argv = [words(&["sh", "-c", script, "sh"]), parts(data, 2)].concat();
    end(&Command::new(argv));
}

/// Keys, typed at the editor of a small file.
pub(crate) fn vi(data: &[u8]) {
    end(&Command::new(words(&["vi", "/etc/text"])).typed(cut(data)));
}
