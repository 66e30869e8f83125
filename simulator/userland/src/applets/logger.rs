//! logger.

use super::accounts::Accounts;
use super::context::{Context, Fail, Outcome, text};
use super::numbers;

const FACILITIES: &[&str] = &[
    "auth", "authpriv", "cron", "daemon", "ftp", "kern", "lpr", "mail", "news", "security",
    "syslog", "user", "uucp", "local0", "local1", "local2", "local3", "local4", "local5", "local6",
    "local7",
];
const LEVELS: &[&str] = &[
    "alert", "crit", "debug", "emerg", "err", "error", "info", "none", "notice", "panic", "warn",
    "warning",
];

/// Sends lines to the system's log. No program of a container reads that, as in one without syslogd, so what is seen
/// is the copy on standard error.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("+sp:t:")?;
    if let Some(priority) = options.value(b'p') {
        check_priority(priority)?;
    }
    let tag = match options.value(b't') {
        Some(tag) => tag.clone(),
        None => Accounts::read(cx.sys).await.show_user(cx.sys.uid()),
    };
    let copies = options.has(b's');
    if !options.operands.is_empty() {
        if copies {
            let line = text!(tag, ": ", options.operands.join(&b' '), "\n");
            cx.error_text(&line).await;
        }
        return Ok(0);
    }
    let failed = |error: crate::kernel::Errno| Fail::new(error.message());
    let mut reader = cx.open_input(b"-").await.map_err(failed)?;
    let mut line = Vec::new();
    while reader.read_line(&mut line).await.map_err(failed)?.is_some() {
        if copies && !line.is_empty() {
            let line = text!(tag, ": ", line, "\n");
            cx.error_text(&line).await;
        }
    }
    Ok(0)
}

/// A number, `LEVEL` or `FACILITY.LEVEL`.
fn check_priority(text: &[u8]) -> Result<(), Fail> {
    if numbers::decimal(text).is_some() {
        return Ok(());
    }
    let (facility, level) = match text.iter().position(|byte| *byte == b'.') {
        Some(at) => (Some(&text[..at]), &text[at + 1..]),
        None => (None, text),
    };
    let knows = |names: &[&str], name: &[u8]| names.iter().any(|known| known.as_bytes() == name);
    if let Some(facility) = facility
        && !knows(FACILITIES, facility)
    {
        return Err(Fail::new(text!("unknown facility name: ", facility)));
    }
    match knows(LEVELS, level) {
        true => Ok(()),
        false => Err(Fail::new(text!("unknown priority name: ", text))),
    }
}
