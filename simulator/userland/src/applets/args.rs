//! Options, as `getopt` reads them: clusters, attached and separate values, `--`, long names, operands anywhere.

use super::context::{Context, Fail, text};
use super::numbers;
use bytes::Bytes;

/// One long option: its name, whether it takes a value, and the letter it stands for.
pub(super) type Long = (&'static str, bool, u8);

/// The options and operands of one command line.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Options {
    /// Options in order, with their values.
    pub(super) given: Vec<(u8, Option<Bytes>)>,
    /// What is no option.
    pub(super) operands: Vec<Bytes>,
}

impl Context<'_> {
    /// Reads the arguments. `letters` are the known ones, each followed by `:` if it takes a value and by `::` if it may
    /// have one attached; a leading `+` ends the options at the first operand.
    pub(super) fn options(&self, letters: &str) -> Result<Options, Fail> {
        parse(&self.args, letters, &[]).map_err(|message| Fail::Usage(1, Some(message)))
    }

    /// As [`Context::options`], with long names too.
    pub(super) fn long_options(&self, letters: &str, long: &[Long]) -> Result<Options, Fail> {
        parse(&self.args, letters, long).map_err(|message| Fail::Usage(1, Some(message)))
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Value {
    No,
    Must,
    May,
}

/// Reads options from `args`; the error is what `getopt` says.
pub(super) fn parse(args: &[Bytes], letters: &str, long: &[Long]) -> Result<Options, Vec<u8>> {
    let (in_order, letters) = match letters.strip_prefix('+') {
        Some(rest) => (true, rest.as_bytes()),
        None => (false, letters.as_bytes()),
    };
    let mut options = Options::default();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        if arg == "--" {
            options.operands.extend(args.cloned());
            break;
        }
        if let Some(name) = arg.strip_prefix(b"--") {
            options
                .given
                .push(read_long(arg.slice_ref(name), long, &mut args)?);
        } else if arg.len() > 1 && arg[0] == b'-' {
            read_cluster(arg, letters, &mut args, &mut options.given)?;
        } else if in_order {
            options.operands.push(arg.clone());
            options.operands.extend(args.cloned());
            break;
        } else {
            options.operands.push(arg.clone());
        }
    }
    Ok(options)
}

fn value_of(letters: &[u8], letter: u8) -> Option<Value> {
    let at = letters.iter().position(|known| *known == letter)?;
    if letter == b':' {
        return None;
    }
    Some(match &letters[at + 1..] {
        [b':', b':', ..] => Value::May,
        [b':', ..] => Value::Must,
        _ => Value::No,
    })
}

fn read_cluster<'a>(
    arg: &Bytes,
    letters: &[u8],
    args: &mut impl Iterator<Item = &'a Bytes>,
    given: &mut Vec<(u8, Option<Bytes>)>,
) -> Result<(), Vec<u8>> {
    for (at, &letter) in arg.iter().enumerate().skip(1) {
        let value =
            value_of(letters, letter).ok_or_else(|| text!("invalid option -- '", [letter], "'"))?;
        let attached = arg.slice(at + 1..);
        match value {
            Value::No => {
                given.push((letter, None));
                continue;
            }
            Value::May if attached.is_empty() => given.push((letter, None)),
            _ if !attached.is_empty() => given.push((letter, Some(attached))),
            _ => {
                let next = args
                    .next()
                    .ok_or_else(|| text!("option requires an argument -- '", [letter], "'"))?;
                given.push((letter, Some(next.clone())));
            }
        }
        break;
    }
    Ok(())
}

fn read_long<'a>(
    name: Bytes,
    long: &[Long],
    args: &mut impl Iterator<Item = &'a Bytes>,
) -> Result<(u8, Option<Bytes>), Vec<u8>> {
    let whole = name.clone();
    let (name, attached) = match name.iter().position(|byte| *byte == b'=') {
        Some(at) => (name.slice(..at), Some(name.slice(at + 1..))),
        None => (name, None),
    };
    let exact = long.iter().find(|row| row.0.as_bytes() == name);
    let row = match exact {
        Some(row) => row,
        None => {
            let mut starting = long
                .iter()
                .filter(|row| row.0.as_bytes().starts_with(&name));
            match (starting.next(), starting.next()) {
                (Some(row), None) => row,
                (None, _) => return Err(text!("unrecognized option '--", whole, "'")),
                _ => return Err(text!("option '--", name, "' is ambiguous")),
            }
        }
    };
    match (row.1, attached) {
        (false, None) => Ok((row.2, None)),
        (false, Some(_)) => Err(text!("option '--", row.0, "' doesn't allow an argument")),
        (true, Some(value)) => Ok((row.2, Some(value))),
        (true, None) => match args.next() {
            Some(value) => Ok((row.2, Some(value.clone()))),
            None => Err(text!("option '--", row.0, "' requires an argument")),
        },
    }
}

impl Options {
    /// Whether the option was given.
    pub(super) fn has(&self, letter: u8) -> bool {
        self.given.iter().any(|(given, _)| *given == letter)
    }

    /// The last value of an option.
    pub(super) fn value(&self, letter: u8) -> Option<&Bytes> {
        self.values(letter).last()
    }

    /// All values of an option.
    pub(super) fn values(&self, letter: u8) -> impl Iterator<Item = &Bytes> {
        self.given
            .iter()
            .filter(move |(given, _)| *given == letter)
            .filter_map(|(_, value)| value.as_ref())
    }

    /// The last value of an option as a number.
    pub(super) fn number(&self, letter: u8) -> Result<Option<u64>, Fail> {
        self.value(letter)
            .map(|value| numbers::unsigned(value))
            .transpose()
    }

    /// The last of several options that exclude each other.
    pub(super) fn last_of(&self, letters: &[u8]) -> Option<u8> {
        let given = self.given.iter().rev();
        given
            .map(|(letter, _)| *letter)
            .find(|letter| letters.contains(letter))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(args: &str, letters: &str, expected: &str) {
        let long: &[Long] = &[
            ("lines", true, b'n'),
            ("quiet", false, b'q'),
            ("quick", false, b'k'),
        ];
        let args: Vec<Bytes> = args
            .split(' ')
            .filter(|arg| !arg.is_empty())
            .map(|arg| Bytes::copy_from_slice(arg.as_bytes()))
            .collect();
        let shown = match parse(&args, letters, long) {
            Ok(options) => {
                let given = options.given.iter().map(|(letter, value)| {
                    let value = value.as_ref().map(|value| String::from_utf8_lossy(value));
                    format!("{}={}", *letter as char, value.unwrap_or("".into()))
                });
                let operands = options.operands.iter();
                let operands =
                    operands.map(|operand| String::from_utf8_lossy(operand).into_owned());
                let all: Vec<String> = given.chain(operands).collect();
                all.join(" ")
            }
            Err(message) => String::from_utf8_lossy(&message).into_owned(),
        };
        assert_eq!(shown, expected, "{args:?}");
    }

    #[test]
    fn options_are_read_as_getopt_reads_them() {
        check("-ab x -c", "abc", "a= b= c= x");
        check("x -n5 -n 6 y", "n:", "n=5 n=6 x y");
        check("-an5", "an:", "a= n=5");
        check("x -a", "+a", "x -a");
        check("-a -- -b", "ab", "a= -b");
        check("-", "a", "-");
        check("-i.bak -i f", "i::", "i=.bak i= f");
        check("-z", "a", "invalid option -- 'z'");
        check("-:", "a:", "invalid option -- ':'");
        check("-n", "n:", "option requires an argument -- 'n'");
        check("--lines=3 --lines 4 --li=5", "n:", "n=3 n=4 n=5");
        check("--quiet --quie", "", "q= q=");
        check("--qui", "", "option '--qui' is ambiguous");
        check("--nope", "", "unrecognized option '--nope'");
        check("--nope=x", "", "unrecognized option '--nope=x'");
        check(
            "--quiet=1",
            "",
            "option '--quiet' doesn't allow an argument",
        );
        check("--lines", "", "option '--lines' requires an argument");
    }
}
