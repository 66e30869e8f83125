//! logs.

use std::time::{SystemTime, UNIX_EPOCH};

use bollard::Docker;
use bollard::container::LogOutput;
use bollard::query_parameters::LogsOptionsBuilder;
use futures_util::StreamExt;

use super::attach::look_up;
use super::failure::Failure;
use super::flags::{Order, Parsed, switch, value};
use crate::client::in_process::Console;

/// `docker logs [-f] [-t] [--since TIME] [--tail LINES] CONTAINER`
pub(super) async fn logs(
    docker: &Docker,
    console: &mut Console,
    words: Vec<String>,
) -> Result<(), Failure> {
    let flags = [
        switch(Some('f'), "follow"),
        switch(Some('t'), "timestamps"),
        switch(None, "details"),
        value(None, "since"),
        value(None, "tail"),
    ];
    let parsed = Parsed::read("logs", &flags, Order::Anywhere, words)?.exactly("logs", 1)?;
    let container = &parsed.arguments[0];
    let inspected = look_up(docker, container).await?;
    let driver = inspected
        .host_config
        .and_then(|host| host.log_config)
        .and_then(|log| log.typ)
        .unwrap_or_default();
    if driver != "json-file" && driver != "journald" {
        return Err(Failure::says(format!(
            "\"logs\" command is supported only for \"json-file\" and \"journald\" logging drivers (got: {driver})"
        )));
    }
    let tty = inspected.config.and_then(|config| config.tty) == Some(true);
    let mut options = LogsOptionsBuilder::default()
        .stdout(true)
        .stderr(true)
        .follow(parsed.on("follow"))
        .timestamps(parsed.on("timestamps"))
        .tail(parsed.last("tail").unwrap_or("all"));
    if let Some(since) = parsed.last("since") {
        options = options.since(epoch_seconds(since)?);
    }
    let mut output = Box::pin(docker.logs(container, Some(options.build())));
    while let Some(piece) = output.next().await {
        match piece? {
            LogOutput::StdErr { message } => console.stderr.print(message).await,
            LogOutput::Console { message } if !tty => {
                let first = message.first().copied().unwrap_or_default();
                return Err(Failure::says(format!("Unrecognized input header: {first}")));
            }
            LogOutput::StdOut { message }
            | LogOutput::StdIn { message }
            | LogOutput::Console { message } => console.stdout.print(message).await,
        }
    }
    Ok(())
}

/// A time as seconds since 1970: a number as it stands, or a span before now (`10s`, `5m`, `2h`).
/// bollard takes whole seconds only.
fn epoch_seconds(text: &str) -> Result<i32, Failure> {
    let bad = || {
        Failure::says(format!(
            "failed to parse value as time or duration: {text:?}"
        ))
    };
    let whole = text.split('.').next().unwrap_or(text);
    if let Ok(seconds) = whole.parse::<i64>() {
        return i32::try_from(seconds).map_err(|_| bad());
    }
    let unit = text.chars().last().ok_or_else(bad)?;
    let count: i64 = text[..text.len() - unit.len_utf8()]
        .parse()
        .map_err(|_| bad())?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        _ => return Err(bad()),
    };
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |now| now.as_secs());
    let now = i64::try_from(now).map_err(|_| bad())?;
    let span = count.checked_mul(seconds).ok_or_else(bad)?;
    i32::try_from(now.saturating_sub(span)).map_err(|_| bad())
}
