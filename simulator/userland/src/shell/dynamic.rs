//! Variables the shell computes when they are looked up, until a script unsets or sets them.

use bytes::Bytes;

use crate::kernel::Sys;

/// The longest function name that `FUNCNAME` shows, in bytes.
const MAX_FUNCTION_NAME: usize = 63;

/// Which of them the script has left to the shell, and what they showed last.
#[derive(Debug, Clone)]
pub(crate) struct Dynamic {
    line: bool,
    function: bool,
    random: bool,
    seconds: bool,
    microseconds: bool,
    shown_line: Bytes,
    shown_function: Bytes,
    seed: u32,
}

/// What the values are made from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment<'a> {
    pub(crate) line: u32,
    pub(crate) function: Option<&'a Bytes>,
    /// Whom to ask for the time.
    pub(crate) sys: &'a Sys,
}

impl Dynamic {
    pub(crate) fn new(seed: u32) -> Self {
        Self {
            line: true,
            function: true,
            random: true,
            seconds: true,
            microseconds: true,
            shown_line: Bytes::new(),
            shown_function: Bytes::new(),
            seed: seed.wrapping_mul(2_654_435_761) | 1,
        }
    }

    /// Whether a variable may be of this kind.
    pub(crate) fn has(name: &[u8]) -> bool {
        matches!(
            name,
            b"LINENO" | b"FUNCNAME" | b"RANDOM" | b"EPOCHSECONDS" | b"EPOCHREALTIME"
        )
    }

    /// The value of a variable of this kind; `None` when it is an ordinary one.
    pub(crate) fn value(&mut self, name: &[u8], moment: Moment<'_>) -> Option<Bytes> {
        match name {
            b"LINENO" if self.line => {
                self.shown_line = Bytes::from(moment.line.to_string());
                Some(self.shown_line.clone())
            }
            b"FUNCNAME" if self.function => {
                let name = moment.function.cloned().unwrap_or_default();
                self.shown_function = name.slice(..name.len().min(MAX_FUNCTION_NAME));
                Some(self.shown_function.clone())
            }
            b"RANDOM" if self.random => Some(Bytes::from(self.next_random().to_string())),
            b"EPOCHSECONDS" if self.seconds => {
                let seconds = moment.sys.now().0 / 1_000_000_000;
                Some(Bytes::from(seconds.to_string()))
            }
            b"EPOCHREALTIME" if self.microseconds => {
                let microseconds = moment.sys.now().0 / 1000;
                let (seconds, rest) = (microseconds / 1_000_000, microseconds % 1_000_000);
                Some(Bytes::from(format!("{seconds}.{rest:06}")))
            }
            _ => None,
        }
    }

    /// A script sets a variable; true when the value is of no account.
    pub(crate) fn set(&mut self, name: &[u8]) -> bool {
        match name {
            b"LINENO" => self.line = false,
            b"FUNCNAME" => self.function = false,
            b"RANDOM" => return self.random,
            b"EPOCHSECONDS" => return self.seconds,
            b"EPOCHREALTIME" => return self.microseconds,
            _ => {}
        }
        false
    }

    /// A script unsets a variable, which is an ordinary one from then on.
    pub(crate) fn unset(&mut self, name: &[u8]) {
        match name {
            b"LINENO" => self.line = false,
            b"FUNCNAME" => self.function = false,
            b"RANDOM" => self.random = false,
            b"EPOCHSECONDS" => self.seconds = false,
            b"EPOCHREALTIME" => self.microseconds = false,
            _ => {}
        }
    }

    /// What listings of variables show of them: what was looked up last.
    pub(crate) fn listed(&self) -> impl Iterator<Item = (&'static [u8], &Bytes)> {
        let function = self
            .function
            .then_some((&b"FUNCNAME"[..], &self.shown_function));
        let line = self.line.then_some((&b"LINENO"[..], &self.shown_line));
        function.into_iter().chain(line)
    }

    fn next_random(&mut self) -> u32 {
        self.seed ^= self.seed << 13;
        self.seed ^= self.seed >> 17;
        self.seed ^= self.seed << 5;
        (self.seed >> 8) & 0x7fff
    }
}
