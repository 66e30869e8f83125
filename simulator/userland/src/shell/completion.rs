//! Completion of names at a terminal.

use bytes::Bytes;

use super::builtins;
use super::machine::Machine;
use crate::kernel::{Access, FileKind, List};

/// What a word is to become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// The name of a command.
    Command,
    /// The directory that `cd` is to change to.
    Directory,
    File,
}

/// The word before the cursor.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// Where it begins in the line.
    pub(crate) start: usize,
    /// What it stands for, quotes taken away.
    text: Vec<u8>,
    /// The quote that is open at its end.
    quote: Option<u8>,
    kind: Kind,
}

/// What a word can become.
#[derive(Debug)]
pub(crate) struct Completion {
    word: Word,
    /// The last parts of names, sorted; directories with a slash behind them.
    names: List<Bytes>,
}

impl Word {
    /// The word that ends where `line` does.
    pub(crate) fn before(line: &[u8]) -> Self {
        let mut word = Self {
            start: 0,
            text: Vec::new(),
            quote: None,
            kind: Kind::Command,
        };
        let mut in_word = false;
        let mut bytes = line.iter().copied().enumerate();
        while let Some((at, byte)) = bytes.next() {
            if word.quote.is_none()
                && matches!(byte, b' ' | b'\t' | b';' | b'&' | b'|' | b'(' | b'<' | b'>')
            {
                word.kind = match byte {
                    b' ' | b'\t' if !in_word => word.kind,
                    b' ' | b'\t' if word.kind == Kind::Command && word.text == b"cd" => {
                        Kind::Directory
                    }
                    b' ' | b'\t' | b'<' | b'>' => Kind::File,
                    _ => Kind::Command,
                };
                in_word = false;
                word.text.clear();
                word.start = at + 1;
                continue;
            }
            in_word = true;
            match (byte, word.quote) {
                (b'\\', None | Some(b'"')) => word.text.extend(bytes.next().map(|(_, byte)| byte)),
                (b'\'' | b'"', None) => word.quote = Some(byte),
                (_, Some(quote)) if byte == quote => word.quote = None,
                _ => word.text.push(byte),
            }
        }
        word
    }

    /// Where the last part of its path begins in the text.
    fn base(&self) -> usize {
        let slash = self.text.iter().rposition(|byte| *byte == b'/');
        slash.map_or(0, |at| at + 1)
    }

    /// As it is typed: outside of quotes every character that means something to the shell has a backslash before it.
    fn typed(&self, text: &[u8]) -> Vec<u8> {
        let special = |byte: u8| match self.quote {
            None => b" \t\\'\"`$&|;<>()*?[]{}#!~".contains(&byte),
            Some(b'"') => b"\\\"`$".contains(&byte),
            Some(_) => false,
        };
        let mut typed: Vec<u8> = self.quote.into_iter().collect();
        for byte in text {
            if special(*byte) {
                typed.push(b'\\');
            }
            typed.push(*byte);
        }
        typed
    }
}

impl Completion {
    pub(crate) fn names(&self) -> &[Bytes] {
        &self.names
    }

    /// What the word is as far as it can be told, as it is typed.
    pub(crate) fn completed(&self) -> Vec<u8> {
        let directory = &self.word.text[..self.word.base()];
        let name = common_beginning(&self.names);
        let mut typed = self.word.typed(&[directory, name].concat());
        if let ([only], quote) = (&*self.names, self.word.quote)
            && !only.ends_with(b"/")
        {
            typed.extend(quote);
            typed.push(b' ');
        }
        typed
    }
}

fn common_beginning(names: &[Bytes]) -> &[u8] {
    let Some((first, others)) = names.split_first() else {
        return b"";
    };
    let same = |other: &Bytes| first.iter().zip(other).take_while(|(a, b)| a == b).count();
    let length = others.iter().map(same).min().unwrap_or(first.len());
    &first[..length]
}

impl Machine {
    /// What the word before the cursor can become.
    pub(crate) async fn complete(&mut self, word: Word) -> Completion {
        let mut names = List::new();
        let base = word.base();
        let (directory, beginning) = word.text.split_at(base);
        match (word.kind, directory) {
            (Kind::Command, b"") => {
                let builtins = builtins::NAMES.into_iter().map(Bytes::from);
                let functions = self.state.functions.keys().cloned();
                for name in builtins.chain(functions) {
                    if name.starts_with(beginning) {
                        names.push(name);
                    }
                }
                let path = self.state.variables.value(b"PATH").cloned();
                for directory in path.unwrap_or_default().split(|byte| *byte == b':') {
                    self.add_names(directory, beginning, Kind::Command, &mut names)
                        .await;
                }
            }
            (kind, b"") => self.add_names(b".", beginning, kind, &mut names).await,
            (kind, directory) => self.add_names(directory, beginning, kind, &mut names).await,
        }
        names.sort_unstable();
        let mut distinct = List::new();
        for name in &*names {
            if distinct.last() != Some(name) {
                distinct.push(name.clone());
            }
        }
        Completion {
            word,
            names: distinct,
        }
    }

    /// Adds what is in a directory and can be what is wanted.
    async fn add_names(
        &self,
        directory: &[u8],
        beginning: &[u8],
        kind: Kind,
        names: &mut List<Bytes>,
    ) {
        let Ok(entries) = self.sys.read_dir(directory).await else {
            return;
        };
        for entry in &*entries {
            let hidden = entry.name.starts_with(b".") && !beginning.starts_with(b".");
            if hidden || !entry.name.starts_with(beginning) {
                continue;
            }
            let path = [directory, b"/", &entry.name].concat();
            let is_directory = match entry.kind {
                FileKind::Directory => true,
                FileKind::Symlink => self.sys.stat(&path).is_ok_and(|stat| stat.is_directory()),
                _ => false,
            };
            let fits = match kind {
                Kind::Command => is_directory || self.sys.access(&path, Access::EXECUTE).is_ok(),
                Kind::Directory => is_directory,
                Kind::File => true,
            };
            if fits {
                let mut name = entry.name.to_vec();
                if is_directory {
                    name.push(b'/');
                }
                let length = name.len();
                names.push_owner(name.into(), length);
            }
            self.sys.burn(1).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, start: usize, text: &str, kind: Kind) {
        let word = Word::before(line.as_bytes());
        let seen = (word.start, String::from_utf8_lossy(&word.text), word.kind);
        assert_eq!(seen, (start, text.into(), kind), "{line}");
    }

    #[test]
    fn the_word_before_the_cursor_is_found_with_what_it_is() {
        check("", 0, "", Kind::Command);
        check("ec", 0, "ec", Kind::Command);
        check("  ec", 2, "ec", Kind::Command);
        check("echo b", 5, "b", Kind::File);
        check("echo ", 5, "", Kind::File);
        check("cd al", 3, "al", Kind::Directory);
        check("echo x;cd al", 10, "al", Kind::Directory);
        check("cat <in", 5, "in", Kind::File);
        check("a|b", 2, "b", Kind::Command);
        check("echo a\\ b", 5, "a b", Kind::File);
        check("echo 'a b", 5, "a b", Kind::File);
        check("echo \"a'b", 5, "a'b", Kind::File);
        check("cd x y", 5, "y", Kind::File);
    }

    #[test]
    fn a_word_is_completed_as_it_is_typed() {
        let complete = |line: &str, all: &[&str]| {
            let mut names = List::new();
            for name in all {
                names.push(Bytes::copy_from_slice(name.as_bytes()));
            }
            let word = Word::before(line.as_bytes());
            String::from_utf8_lossy(&Completion { word, names }.completed()).into_owned()
        };
        assert_eq!(complete("echo g", &["gam ma"]), "gam\\ ma ");
        assert_eq!(complete("echo 'g", &["gam ma"]), "'gam ma' ");
        assert_eq!(complete("echo b", &["beta", "betamax"]), "beta");
        assert_eq!(complete("echo d/", &["e/"]), "d/e/");
        assert_eq!(complete("echo \"x", &["x$"]), "\"x\\$\" ");
    }
}
