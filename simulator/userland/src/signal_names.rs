//! Signals as the programs of a container name them.

use crate::kernel::Signal;

/// The number of what is no signal but the end of a shell.
pub(crate) const EXIT: u8 = 0;
/// The greatest number of a signal.
const GREATEST: u8 = 64;
/// The greatest number of a signal that has a name.
const GREATEST_NAMED: u8 = 31;

/// The number that a name or number stands for.
pub(crate) fn number(text: &[u8]) -> Option<u8> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, behind) = text.split_at(digits);
    // What is no part of a number may follow one, as in busybox.
    if !digits.is_empty() && !behind.first().is_some_and(u8::is_ascii_alphanumeric) {
        let number = std::str::from_utf8(digits).ok()?.parse().ok()?;
        return (0..=GREATEST).contains(&number).then_some(number);
    }
    named(text)
}

/// The number of the signal with this name, with or without `SIG`, in either case; `EXIT` is 0.
fn named(text: &[u8]) -> Option<u8> {
    let upper = std::str::from_utf8(text).ok()?.to_ascii_uppercase();
    match upper.strip_prefix("SIG").unwrap_or(&upper) {
        "EXIT" => Some(EXIT),
        // Another name that busybox does not know.
        "CLD" => None,
        name => Signal::from_linux_name(name)?.linux_number(),
    }
}

/// The name of a number; one without a name stays a number.
pub(crate) fn name(number: u8) -> String {
    match Signal::from_linux_number(number) {
        _ if number == EXIT => "EXIT".to_owned(),
        Some(signal) => signal.linux_name().to_owned(),
        None => number.to_string(),
    }
}

/// What `kill -l` shows.
pub(crate) fn table() -> Vec<u8> {
    let lines = (1..=GREATEST_NAMED).map(|number| format!("{number:2}) {}\n", name(number)));
    lines.collect::<String>().into_bytes()
}

/// What `kill -l` says of a name or number.
pub(crate) fn explained(text: &[u8]) -> Option<String> {
    let number = std::str::from_utf8(text)
        .ok()
        .filter(|text| text.starts_with(|first: char| first.is_ascii_digit()))
        .and_then(|text| text.parse::<u32>().ok());
    match number {
        // A status above 128 stands for the signal that ended a process.
        Some(number) => Some(name(u8::try_from(number & 0x7f).unwrap_or(EXIT))),
        None => Some(named(text)?.to_string()),
    }
}
