//! Signals, with the numbers of the zone's kernel and of the Linux programs inside.

use serde::{Deserialize, Serialize};

/// One signal. Container programs see Linux numbers; `docker kill`, exit statuses and inspect use the
/// zone kernel's own (containers.md 12.4, CTR-18): the two differ from 7 on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each variant is the signal of that name")]
pub enum Signal {
    Hup,
    Int,
    Quit,
    Ill,
    Trap,
    Abrt,
    Emt,
    Fpe,
    Kill,
    Bus,
    Segv,
    Sys,
    Pipe,
    Alrm,
    Term,
    Usr1,
    Usr2,
    Chld,
    Pwr,
    Winch,
    Urg,
    Poll,
    Stop,
    Tstp,
    Cont,
    Ttin,
    Ttou,
    Vtalrm,
    Prof,
    Xcpu,
    Xfsz,
    Lost,
}

use Signal::*;

/// Name, zone number, Linux number (0: Linux has none).
const TABLE: &[(Signal, &str, u8, u8)] = &[
    (Hup, "HUP", 1, 1),
    (Int, "INT", 2, 2),
    (Quit, "QUIT", 3, 3),
    (Ill, "ILL", 4, 4),
    (Trap, "TRAP", 5, 5),
    (Abrt, "ABRT", 6, 6),
    (Emt, "EMT", 7, 16),
    (Fpe, "FPE", 8, 8),
    (Kill, "KILL", 9, 9),
    (Bus, "BUS", 10, 7),
    (Segv, "SEGV", 11, 11),
    (Sys, "SYS", 12, 31),
    (Pipe, "PIPE", 13, 13),
    (Alrm, "ALRM", 14, 14),
    (Term, "TERM", 15, 15),
    (Usr1, "USR1", 16, 10),
    (Usr2, "USR2", 17, 12),
    (Chld, "CHLD", 18, 17),
    (Pwr, "PWR", 19, 30),
    (Winch, "WINCH", 20, 28),
    (Urg, "URG", 21, 23),
    (Poll, "POLL", 22, 29),
    (Stop, "STOP", 23, 19),
    (Tstp, "TSTP", 24, 20),
    (Cont, "CONT", 25, 18),
    (Ttin, "TTIN", 26, 21),
    (Ttou, "TTOU", 27, 22),
    (Vtalrm, "VTALRM", 28, 26),
    (Prof, "PROF", 29, 27),
    (Xcpu, "XCPU", 30, 24),
    (Xfsz, "XFSZ", 31, 25),
    (Lost, "LOST", 37, 0),
];

impl Signal {
    fn row(self) -> &'static (Signal, &'static str, u8, u8) {
        TABLE
            .iter()
            .find(|row| row.0 == self)
            .expect("every variant has a row, as the test below checks")
    }

    /// The name without `SIG`, upper case.
    pub fn name(self) -> &'static str {
        self.row().1
    }

    /// The name that programs inside a container use: Linux's STKFLT is the zone's EMT.
    pub fn linux_name(self) -> &'static str {
        match self {
            Emt => "STKFLT",
            _ => self.name(),
        }
    }

    /// The signal that programs inside a container mean by this name, as [`Signal::from_name`].
    pub fn from_linux_name(name: &str) -> Option<Signal> {
        match name {
            "STKFLT" => Some(Emt),
            "EMT" => None,
            _ => Signal::from_name(name),
        }
    }

    /// The number in the zone's kernel.
    pub fn zone_number(self) -> u8 {
        self.row().2
    }

    /// The number that programs inside a container use; `None` where Linux lacks the signal.
    pub fn linux_number(self) -> Option<u8> {
        Some(self.row().3).filter(|number| *number != 0)
    }

    /// The signal with this number in the zone's kernel.
    pub fn from_zone_number(number: u8) -> Option<Signal> {
        TABLE.iter().find(|row| row.2 == number).map(|row| row.0)
    }

    /// The signal with this Linux number.
    pub fn from_linux_number(number: u8) -> Option<Signal> {
        TABLE
            .iter()
            .find(|row| row.3 == number && number != 0)
            .map(|row| row.0)
    }

    /// The signal of this upper-case name, without `SIG`; `IOT` and `IO` are spellings of `ABRT` and `POLL`.
    pub fn from_name(name: &str) -> Option<Signal> {
        match name {
            "IOT" => Some(Abrt),
            "IO" => Some(Poll),
            "CLD" => Some(Chld),
            _ => TABLE.iter().find(|row| row.1 == name).map(|row| row.0),
        }
    }

    /// Every signal, in the zone's order.
    pub fn all() -> impl Iterator<Item = Signal> {
        TABLE.iter().map(|row| row.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_lead_back_to_the_signal() {
        for signal in Signal::all() {
            assert_eq!(Signal::from_zone_number(signal.zone_number()), Some(signal));
            assert_eq!(Signal::from_name(signal.name()), Some(signal));
            assert_eq!(Signal::from_linux_name(signal.linux_name()), Some(signal));
            if let Some(number) = signal.linux_number() {
                assert_eq!(Signal::from_linux_number(number), Some(signal));
            }
        }
        assert_eq!(TABLE.len(), 32);
        assert_eq!(Signal::from_linux_number(0), None);
    }
}
