//! Start, stop, restart, kill, wait and rename (containers.md 12).

use super::signal::{SignalChoice, parse_signal};
use super::with_container;
use crate::docker::failure::Failure;
use crate::docker::route::{Answer, Call};
use futures_util::future::BoxFuture;
use http::StatusCode;
use serde_json::json;
use zone::{Action, Cause, Error, Operation, Reply, StopTimeout};

type Answering = BoxFuture<'static, Result<Answer, Failure>>;

/// Carries out an operation on the container of the path and waits for it.
async fn operate(call: &Call, operation: Operation) -> Result<Reply, Failure> {
    with_container(call, |_, _| ()).await?;
    let _waiting = call.flight.wait();
    let account = call.account().id;
    Ok(call
        .driver
        .operate(account, call.param(0), operation)
        .await?)
}

/// `POST /containers/:id/start`; the body is never read (API-38).
pub(crate) fn start(call: Call) -> Answering {
    Box::pin(async move {
        operate(&call, Operation::Start).await?;
        Ok(Answer::no_content())
    })
}

/// `POST /containers/:id/stop?t=`.
pub(crate) fn stop(call: Call) -> Answering {
    Box::pin(async move {
        with_container(&call, |_, _| ()).await?;
        let timeout = match call.query.text("t") {
            None => StopTimeout::DEFAULT,
            Some(text) => parse_timeout(text)
                .ok_or_else(|| Failure::validation("stop timeout parameter must be an integer"))?,
        };
        operate(&call, Operation::Stop { timeout }).await?;
        Ok(Answer::no_content())
    })
}

/// `POST /containers/:id/restart?t=`: what is no number means the default, without an error.
pub(crate) fn restart(call: Call) -> Answering {
    Box::pin(async move {
        let given = call.query.text("t").and_then(parse_timeout);
        let timeout = given.unwrap_or(StopTimeout::DEFAULT);
        operate(&call, Operation::Restart { timeout }).await?;
        Ok(Answer::no_content())
    })
}

/// Seconds between TERM and KILL: a number, rounded down; a negative one waits for ever (CTRX-08).
fn parse_timeout(text: &str) -> Option<StopTimeout> {
    let seconds = text
        .trim()
        .parse::<f64>()
        .ok()
        .filter(|number| number.is_finite())?;
    if seconds < 0.0 {
        return Some(StopTimeout::Forever);
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "not negative; beyond u64 it saturates"
    )]
    Some(StopTimeout::Seconds(seconds.floor() as u64))
}

/// `POST /containers/:id/kill?signal=` (APIX-01).
pub(crate) fn kill(call: Call) -> Answering {
    Box::pin(async move {
        with_container(&call, |_, _| ()).await?;
        let signal = match parse_signal(call.query.text("signal")) {
            SignalChoice::Signal(signal) => Some(signal),
            SignalChoice::Probe => None,
            SignalChoice::Unknown => {
                return Err(Error::Failed {
                    action: Action::Kill,
                    cause: Cause::Conflict,
                }
                .into());
            }
        };
        operate(&call, Operation::Kill { signal }).await?;
        Ok(Answer::no_content())
    })
}

/// `POST /containers/:id/wait`: always an integer (CTRX-21).
pub(crate) fn wait(call: Call) -> Answering {
    Box::pin(async move {
        with_container(&call, |_, _| ()).await?;
        let _waiting = call.flight.wait();
        let account = call.account().id;
        match call.driver.wait(account, call.param(0)).await? {
            Reply::Waited { status } => Ok(Answer::ok(json!({ "StatusCode": status.0 }))),
            other => unreachable_reply(&other),
        }
    })
}

/// `POST /containers/:id/rename?name=`: 200 `{}` (API-22).
pub(crate) fn rename(call: Call) -> Answering {
    Box::pin(async move {
        let name = call.query.text("name").unwrap_or_default().to_owned();
        operate(&call, Operation::Rename { name }).await?;
        Ok(Answer::Json(StatusCode::OK, json!({})))
    })
}

/// A reply that the operation never gives: a defect of the zone, told as such.
pub(super) fn unreachable_reply(reply: &Reply) -> Result<Answer, Failure> {
    tracing::error!(?reply, "the zone gave a reply of another operation");
    Err(Failure::docker("internal error"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timeouts_are_numbers_rounded_down() {
        for (text, expected) in [
            ("10", Some(StopTimeout::Seconds(10))),
            ("0", Some(StopTimeout::Seconds(0))),
            ("2.9", Some(StopTimeout::Seconds(2))),
            ("-1", Some(StopTimeout::Forever)),
            ("-0.5", Some(StopTimeout::Forever)),
            ("ten", None),
            ("", None),
            ("inf", None),
        ] {
            assert_eq!(parse_timeout(text), expected, "{text}");
        }
    }
}
