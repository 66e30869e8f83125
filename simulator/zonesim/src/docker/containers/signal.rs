//! The `signal` parameter of kill (containers.md 12.4, CTR-18).

use runtime::Signal;

/// What a client asks to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SignalChoice {
    /// A signal.
    Signal(Signal),
    /// Signal 0: only looks whether the container is there.
    Probe,
    /// No signal of the zone's kernel.
    Unknown,
}

/// Names with or without `SIG`, or numbers of the zone's kernel; nothing means KILL.
pub(super) fn parse_signal(text: Option<&str>) -> SignalChoice {
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return SignalChoice::Signal(Signal::Kill);
    };
    let signal = match text.parse::<u8>() {
        Ok(0) => return SignalChoice::Probe,
        Ok(number) => Signal::from_zone_number(number),
        Err(_) => Signal::from_name(text.strip_prefix("SIG").unwrap_or(text)),
    };
    // EMT exists in the kernel but not in the service's list.
    match signal {
        Some(signal) if signal != Signal::Emt && text != "CLD" && text != "SIGCLD" => {
            SignalChoice::Signal(signal)
        }
        _ => SignalChoice::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use SignalChoice::{Probe, Unknown};

    #[test]
    fn signals_have_the_names_and_numbers_of_the_zones_kernel() {
        let is = |signal| SignalChoice::Signal(signal);
        for (text, expected) in [
            (None, is(Signal::Kill)),
            (Some(""), is(Signal::Kill)),
            (Some("TERM"), is(Signal::Term)),
            (Some("SIGUSR1"), is(Signal::Usr1)),
            (Some("16"), is(Signal::Usr1)),
            (Some("10"), is(Signal::Bus)),
            (Some("37"), is(Signal::Lost)),
            (Some("IOT"), is(Signal::Abrt)),
            (Some("IO"), is(Signal::Poll)),
            (Some("URG"), is(Signal::Urg)),
            (Some("0"), Probe),
            (Some("7"), Unknown),
            (Some("EMT"), Unknown),
            (Some("32"), Unknown),
            (Some("-9"), Unknown),
            (Some("term"), Unknown),
            (Some("NOPE"), Unknown),
        ] {
            assert_eq!(parse_signal(text), expected, "{text:?}");
        }
    }
}
