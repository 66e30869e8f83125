//! One script in both shells.

use std::io;

use runtime::Signal;

use crate::outcome::Outcome;
use crate::reference::Reference;
use crate::root::Root;

/// How often a difference must come back to count.
const REPEATS: usize = 4;

/// Commands that do nothing and change what lies in the reference's memory: behind them it must do the same, or it
/// shows bytes that happen to be behind a word.
const NOTHINGS: [&str; 3] = [
    ": ''; ",
    ": aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; ",
    ": '/}////////////' \"$*\" $((1)); ",
];

/// What the reference's memory of a word begins with.
const MARK: u8 = 15;

/// Programs that the reference does not have, and one that shows today's date.
pub(crate) const ABSENT: [&str; 12] = [
    "cal", "cksum", "comm", "install", "join", "nice", "nohup", "pgrep", "pkill", "printenv",
    "split", "sum",
];

/// What a comparison came to.
#[derive(Debug)]
pub(crate) enum Verdict {
    Same,
    Differs(Box<Difference>),
    /// The reference does not always do the same.
    Unsteady,
    /// The reference does not end, or calls itself until its stack is full.
    Endless,
}

#[derive(Debug, Clone)]
pub(crate) struct Difference {
    pub(crate) script: Vec<u8>,
    pub(crate) expected: Outcome,
    pub(crate) found: Outcome,
}

/// Other orders in which processes that run at the same time are tried.
const ORDERS: std::ops::RangeInclusive<u64> = 2..=17;

/// Runs the script in a new root of the in-process Unix.
pub(crate) fn run_ours(script: &[u8]) -> Outcome {
    run_in_order(1, script)
}

fn run_in_order(seed: u64, script: &[u8]) -> Outcome {
    let crate::root::Outcome {
        stdout,
        stderr,
        status,
    } = Root::without(&ABSENT, seed).run(script);
    Outcome {
        stdout,
        stderr,
        status: status.map(linux_status),
    }
}

/// A status with the Linux number of the signal that ended the shell instead of the zone's.
fn linux_status(status: i32) -> i32 {
    let zone_number = u8::try_from(-status).ok();
    let signal = zone_number.and_then(Signal::from_zone_number);
    let number = signal.and_then(Signal::linux_number);
    number.map_or(status, |number| -i32::from(number))
}

/// Runs the script in both.
///
/// # Errors
/// The reference cannot be run.
pub(crate) fn compare(reference: &mut Reference, script: &[u8]) -> io::Result<Verdict> {
    let expected = reference.run(script)?;
    if expected.status.is_none() || expected.overflowed() {
        return Ok(Verdict::Endless);
    }
    let found = run_ours(script);
    if found.agrees(&expected) {
        return Ok(Verdict::Same);
    }
    // What lies behind a word in the reference's memory cannot be known.
    if expected.has(&[MARK]) && found.agrees(&expected.without(MARK)) || reads_behind_word(script) {
        return Ok(Verdict::Unsteady);
    }
    // Programs are other bytes here.
    if expected.has(b"\x7fELF") {
        return Ok(Verdict::Unsteady);
    }
    // The process that started the shell has another number in the fixture.
    if script.windows(4).any(|part| part == b"PPID") {
        return Ok(Verdict::Unsteady);
    }
    // Processes that run at the same time may print in another order elsewhere.
    let many = script.iter().any(|byte| matches!(byte, b'&' | b'|'));
    if many && found.agrees_but_for_order(&expected) {
        return Ok(Verdict::Unsteady);
    }
    let agrees_in_order = |seed| run_in_order(seed, script).agrees(&expected);
    if many && ORDERS.into_iter().any(agrees_in_order) {
        return Ok(Verdict::Unsteady);
    }
    for _ in 0..REPEATS {
        let again = reference.run(script)?;
        if !again.agrees(&expected) {
            return Ok(Verdict::Unsteady);
        }
    }
    for nothing in NOTHINGS {
        let again = reference.run(&[nothing.as_bytes(), script].concat())?;
        if !again.agrees(&expected) {
            return Ok(Verdict::Unsteady);
        }
    }
    Ok(Verdict::Differs(Box::new(Difference {
        script: script.to_vec(),
        expected,
        found,
    })))
}

/// Whether there may be a `${name/pattern}` without a slash in it and one behind it in the same word, or a
/// `${name:offset}` whose offset becomes nothing. The reference takes that slash for its own, or looks for a length
/// behind nothing, and reads on behind the end of the word.
fn reads_behind_word(script: &[u8]) -> bool {
    let documents = script.windows(2).any(|pair| pair == b"<<");
    let starts = script.windows(2).enumerate();
    let mut starts = starts
        .filter(|(_, pair)| pair == b"${")
        .map(|(at, _)| at + 2);
    starts.any(|start| {
        let rest = &script[start..];
        let name = rest
            .iter()
            .position(|byte| !byte.is_ascii_alphanumeric() && !b"_@*#?$!-".contains(byte));
        let pattern = match name.map(|length| &rest[length..]) {
            Some([b'/', pattern @ ..]) => pattern,
            Some([b':', b'$' | b'`' | b'"' | b'\'', ..]) => return true,
            _ => return false,
        };
        let pattern = pattern.strip_prefix(b"/").unwrap_or(pattern);
        let mut depth = 1_u32;
        for (at, byte) in pattern.iter().enumerate() {
            match byte {
                b'/' => return false,
                b'{' => depth += 1,
                b'}' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                let behind = &pattern[at + 1..];
                let blank = |byte: &u8| byte.is_ascii_whitespace() && !documents;
                let word = behind.iter().position(blank).unwrap_or(behind.len());
                return behind[..word].contains(&b'/');
            }
        }
        false
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slash_behind_a_pattern_is_seen() {
        for (script, expected) in [
            ("echo ${a/b}/c", true),
            ("echo ${a//${b-}}x/c", true),
            ("echo ${a/b} /c", false),
            ("echo ${a/b/c}/d", false),
            ("echo ${a-b}/d", false),
            ("echo ${a:$b}", true),
            ("echo ${a:-$b}", false),
            ("cat <<E\n${a/b} /\nE", true),
        ] {
            assert_eq!(reads_behind_word(script.as_bytes()), expected, "{script}");
        }
    }
}
