//! The shell's options: letters of `set` and names of `set -o`.

/// One option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ShellOption {
    ErrExit,
    NoGlob,
    IgnoreEof,
    Interactive,
    Monitor,
    NoExec,
    Stdin,
    XTrace,
    Verbose,
    NoClobber,
    AllExport,
    Notify,
    NoUnset,
    ErrTrace,
    Vi,
    PipeFail,
    /// `-c`: visible in `$-`, never set by `set`.
    Command,
}

use ShellOption as O;

/// Option, name for `-o` (those without a name cannot be named), letter.
const TABLE: &[(O, Option<&str>, Option<u8>)] = &[
    (O::ErrExit, Some("errexit"), Some(b'e')),
    (O::NoGlob, Some("noglob"), Some(b'f')),
    (O::IgnoreEof, Some("ignoreeof"), Some(b'I')),
    (O::Interactive, None, Some(b'i')),
    (O::Monitor, Some("monitor"), Some(b'm')),
    (O::NoExec, Some("noexec"), Some(b'n')),
    (O::Stdin, None, Some(b's')),
    (O::Command, None, Some(b'c')),
    (O::XTrace, Some("xtrace"), Some(b'x')),
    (O::Verbose, Some("verbose"), Some(b'v')),
    (O::NoClobber, Some("noclobber"), Some(b'C')),
    (O::AllExport, Some("allexport"), Some(b'a')),
    (O::Notify, Some("notify"), Some(b'b')),
    (O::NoUnset, Some("nounset"), Some(b'u')),
    (O::ErrTrace, Some("errtrace"), Some(b'E')),
    (O::Vi, Some("vi"), Some(b'V')),
    (O::PipeFail, Some("pipefail"), None),
];

/// Which options are on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Options(u32);

impl Options {
    pub(crate) fn has(self, option: ShellOption) -> bool {
        self.0 & (1 << option as u32) != 0
    }

    pub(crate) fn set(&mut self, option: ShellOption, on: bool) {
        if on {
            self.0 |= 1 << option as u32;
        } else {
            self.0 &= !(1 << option as u32);
        }
    }

    /// Letters of the options that are on, for `$-`.
    pub(crate) fn letters(self) -> Vec<u8> {
        TABLE
            .iter()
            .rev()
            .filter(|(option, _, _)| self.has(*option))
            .filter_map(|(_, _, letter)| *letter)
            .collect()
    }

    /// Names with their state, for `set -o`.
    pub(crate) fn named(self) -> impl Iterator<Item = (&'static str, bool)> {
        TABLE
            .iter()
            .filter_map(move |(option, name, _)| name.map(|name| (name, self.has(*option))))
    }
}

impl ShellOption {
    /// The option of a letter that `set` takes.
    pub(crate) fn from_letter(letter: u8) -> Option<Self> {
        TABLE
            .iter()
            .find(|(option, _, own)| *own == Some(letter) && *option != O::Command)
            .map(|(option, _, _)| *option)
    }

    pub(crate) fn from_name(name: &[u8]) -> Option<Self> {
        TABLE
            .iter()
            .find(|(_, own, _)| own.is_some_and(|own| own.as_bytes() == name))
            .map(|(option, _, _)| *option)
    }
}
