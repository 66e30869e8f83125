//! Signals as clients name them (containers.md 12.4).

use crate::{Action, Cause, Error};
use runtime::Signal;

/// Names that the runtime knows and the zone does not take.
const NOT_TAKEN: [&str; 2] = ["EMT", "CLD"];

/// Reads the signal of a kill: an upper-case name with or without `SIG`, or a number of the zone's kernel.
/// Absent or empty: KILL. `Ok(None)` is signal 0, which only looks. Anything else is refused (CTR-18).
pub fn kill_signal(text: Option<&str>) -> Result<Option<Signal>, Error> {
    let text = match text {
        None | Some("") => return Ok(Some(Signal::Kill)),
        Some(text) => text,
    };
    let refused = Error::Failed {
        action: Action::Kill,
        cause: Cause::Conflict,
    };
    if text.bytes().all(|c| c.is_ascii_digit()) {
        let number: u8 = text.parse().map_err(|_| refused.clone())?;
        let signal = Signal::from_zone_number(number).filter(|signal| *signal != Signal::Emt);
        return match (number, signal) {
            (0, _) => Ok(None),
            (_, Some(signal)) => Ok(Some(signal)),
            (_, None) => Err(refused),
        };
    }
    let name = text.strip_prefix("SIG").unwrap_or(text);
    let signal = Signal::from_name(name).filter(|_| !NOT_TAKEN.contains(&name));
    signal.map(Some).ok_or(refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_are_those_of_the_zone() {
        let check = |text, expected| assert_eq!(kill_signal(text), Ok(expected), "{text:?}");
        check(None, Some(Signal::Kill));
        check(Some(""), Some(Signal::Kill));
        check(Some("TERM"), Some(Signal::Term));
        check(Some("SIGUSR1"), Some(Signal::Usr1));
        check(Some("IOT"), Some(Signal::Abrt));
        check(Some("16"), Some(Signal::Usr1));
        check(Some("37"), Some(Signal::Lost));
        check(Some("0"), None);
        for bad in [
            "7", "32", "36", "38", "-1", "999", "term", "SIGTERM ", "EMT", "CLD", "FOO",
        ] {
            let error = kill_signal(Some(bad)).expect_err(bad);
            assert_eq!(error.to_string(), "problem sending signal to container");
        }
    }
}
