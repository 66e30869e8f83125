//! Signals a scenario sends to a client.

use std::fmt;
use std::str::FromStr;

/// A signal for a client's process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signal(rustix::process::Signal);

impl Signal {
    /// Interrupt, as from a terminal's Ctrl-C.
    pub const INT: Signal = Signal(rustix::process::Signal::INT);
    /// Polite termination.
    pub const TERM: Signal = Signal(rustix::process::Signal::TERM);
    /// Termination without appeal.
    pub const KILL: Signal = Signal(rustix::process::Signal::KILL);
    /// Hang-up.
    pub const HUP: Signal = Signal(rustix::process::Signal::HUP);

    /// Names without `SIG`, and the signals they mean.
    const NAMED: [(&'static str, rustix::process::Signal); 16] = [
        ("HUP", rustix::process::Signal::HUP),
        ("INT", rustix::process::Signal::INT),
        ("QUIT", rustix::process::Signal::QUIT),
        ("ABRT", rustix::process::Signal::ABORT),
        ("KILL", rustix::process::Signal::KILL),
        ("USR1", rustix::process::Signal::USR1),
        ("USR2", rustix::process::Signal::USR2),
        ("PIPE", rustix::process::Signal::PIPE),
        ("ALRM", rustix::process::Signal::ALARM),
        ("TERM", rustix::process::Signal::TERM),
        ("CONT", rustix::process::Signal::CONT),
        ("STOP", rustix::process::Signal::STOP),
        ("TSTP", rustix::process::Signal::TSTP),
        ("TTIN", rustix::process::Signal::TTIN),
        ("URG", rustix::process::Signal::URG),
        ("WINCH", rustix::process::Signal::WINCH),
    ];

    /// The number on this system.
    pub const fn number(self) -> i32 {
        self.0.as_raw()
    }

    /// The name without `SIG`.
    pub fn name(self) -> &'static str {
        Signal::NAMED
            .iter()
            .find(|(_, signal)| *signal == self.0)
            .map_or("unnamed", |(name, _)| name)
    }

    pub(crate) const fn system(self) -> rustix::process::Signal {
        self.0
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The text names no signal that can be sent here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no signal")]
pub struct UnknownSignal(pub String);

impl FromStr for Signal {
    type Err = UnknownSignal;

    fn from_str(text: &str) -> Result<Self, UnknownSignal> {
        let bare = text.strip_prefix("SIG").unwrap_or(text);
        Signal::NAMED
            .iter()
            .find(|(name, _)| *name == bare)
            .map(|(_, signal)| Signal(*signal))
            .ok_or_else(|| UnknownSignal(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals_read_with_and_without_their_prefix() {
        assert_eq!("SIGINT".parse(), Ok(Signal::INT));
        assert_eq!("TERM".parse(), Ok(Signal::TERM));
        assert_eq!(
            "SIGNOSUCH".parse::<Signal>(),
            Err(UnknownSignal("SIGNOSUCH".into()))
        );
        assert_eq!(Signal::KILL.to_string(), "KILL");
    }
}
