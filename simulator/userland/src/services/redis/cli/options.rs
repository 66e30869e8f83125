//! What the arguments say.

use crate::applets::text;
use crate::services::redis::resp::integer;
use bytes::Bytes;
use std::time::Duration;

/// What the arguments say.
#[derive(Debug)]
pub(super) struct Options {
    pub(super) host: Bytes,
    pub(super) port: u16,
    pub(super) password: Option<Bytes>,
    pub(super) db: i64,
    pub(super) repeat: i64,
    pub(super) pause: Duration,
    pub(super) raw: bool,
    pub(super) last_from_input: bool,
    pub(super) command: Vec<Bytes>,
}

/// What is to be done.
pub(super) enum Wanted {
    Run(Box<Options>),
    Version,
    Help,
}

/// Reads the arguments; the error is a line.
pub(super) fn read(args: &[Bytes], is_tty: bool) -> Result<Wanted, Vec<u8>> {
    let mut options = Options {
        host: Bytes::from_static(b"127.0.0.1"),
        port: 6379,
        password: None,
        db: 0,
        repeat: 1,
        pause: Duration::ZERO,
        raw: !is_tty,
        last_from_input: false,
        command: Vec::new(),
    };
    let mut at = 0;
    while let Some(arg) = args.get(at) {
        let value = args.get(at + 1);
        let number = |least: i64, most: i64| {
            let number = value.and_then(|value| integer(value));
            let number = number.filter(|number| (least..=most).contains(number));
            number
                .ok_or_else(|| text!("Unrecognized option or bad number of args for: '", arg, "'"))
        };
        let mut takes_value = true;
        match &arg[..] {
            b"-h" if value.is_some() => options.host = value.cloned().unwrap_or_default(),
            b"-p" => options.port = u16::try_from(number(1, 65535)?).unwrap_or(6379),
            b"-n" => options.db = number(0, i64::MAX)?,
            b"-a" if value.is_some() => options.password = value.cloned(),
            b"-r" => options.repeat = number(-1, i64::MAX)?,
            b"-i" => {
                let seconds =
                    value.and_then(|value| std::str::from_utf8(value).ok()?.parse::<f64>().ok());
                let pause = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
                options.pause = pause.ok_or_else(|| {
                    text!("Unrecognized option or bad number of args for: '", arg, "'")
                })?;
            }
            b"-x" | b"--raw" | b"--no-raw" => {
                takes_value = false;
                match &arg[..] {
                    b"-x" => options.last_from_input = true,
                    other => options.raw = other == b"--raw",
                }
            }
            b"-v" | b"--version" => return Ok(Wanted::Version),
            b"--help" | b"-h" => return Ok(Wanted::Help),
            other if other.first() == Some(&b'-') => {
                return Err(text!(
                    "Unrecognized option or bad number of args for: '",
                    arg,
                    "'"
                ));
            }
            _ => {
                options.command = args[at..].to_vec();
                break;
            }
        }
        at += if takes_value { 2 } else { 1 };
    }
    Ok(Wanted::Run(Box::new(options)))
}
