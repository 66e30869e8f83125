//! Faults: what is to go wrong, so that clients can be shown it.

use super::accounts::find;
use super::error::ControlError;
use super::{Answer, Control};
use serde::Deserialize;
use serde_json::{Value, json};
use zone::{Cause, Command, Fault, FaultKind, FaultPoint};

/// Something that is to go wrong.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FaultBody {
    /// Where: the name of a [`FaultPoint`].
    point: String,
    #[serde(default)]
    kind: Kind,
    /// The status that a failure gives: 409, 500 (when absent) or 503.
    status: Option<u16>,
    /// Only the container of this name of the account `login`.
    container: Option<String>,
    /// The account of `container`.
    login: Option<String>,
    /// How often, once when absent; `null`: until faults are removed.
    #[serde(default = "once")]
    times: Option<u32>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    #[default]
    Fails,
    Hangs,
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "serde wants the type of the member"
)]
fn once() -> Option<u32> {
    Some(1)
}

fn malformed(text: &str) -> ControlError {
    ControlError::Malformed(text.to_owned())
}

fn cause(status: u16) -> Result<Cause, ControlError> {
    match status {
        409 => Ok(Cause::Conflict),
        500 => Ok(Cause::Internal),
        503 => Ok(Cause::Unavailable),
        _ => Err(malformed("`status` is 409, 500 or 503")),
    }
}

fn point(name: &str) -> Result<FaultPoint, ControlError> {
    let found = FaultPoint::ALL
        .into_iter()
        .find(|point| point.name() == name);
    found.ok_or_else(|| {
        let names = FaultPoint::ALL.map(FaultPoint::name).join(", ");
        ControlError::Malformed(format!("`point` is one of {names}"))
    })
}

impl Control {
    fn fault(&self, body: FaultBody) -> Result<Fault, ControlError> {
        let view = self.service.driver.view();
        let container = match (body.login, body.container) {
            (Some(login), Some(name)) => Some((find(&view, &login)?.id, name)),
            (None, None) => None,
            _ => return Err(malformed("`container` and `login` go together")),
        };
        let kind = match (body.kind, body.status) {
            (Kind::Fails, status) => FaultKind::Fails(cause(status.unwrap_or(500))?),
            (Kind::Hangs, None) => FaultKind::Hangs,
            (Kind::Hangs, Some(_)) => return Err(malformed("what hangs has no status")),
        };
        if body.times == Some(0) {
            return Err(malformed("`times` is at least 1"));
        }
        Ok(Fault {
            point: point(&body.point)?,
            kind,
            container,
            times: body.times,
        })
    }

    pub(super) async fn add_fault(&self, body: FaultBody) -> Result<Answer, ControlError> {
        let fault = self.fault(body)?;
        self.service.driver.run(Command::AddFault(fault)).await?;
        Ok(self.list_faults().now_made())
    }

    pub(super) async fn remove_faults(&self) -> Result<Answer, ControlError> {
        self.service.driver.run(Command::RemoveFaults).await?;
        Ok(self.list_faults())
    }

    pub(super) fn list_faults(&self) -> Answer {
        let view = self.service.driver.view();
        let describe = |fault: &Fault| {
            let owner = fault
                .container
                .as_ref()
                .and_then(|(id, _)| view.account(*id));
            let (kind, status) = match fault.kind {
                FaultKind::Hangs => ("hangs", None),
                FaultKind::Fails(Cause::Conflict) => ("fails", Some(409)),
                FaultKind::Fails(Cause::Unavailable) => ("fails", Some(503)),
                FaultKind::Fails(_) => ("fails", Some(500)),
            };
            json!({
                "point": fault.point.name(),
                "kind": kind,
                "status": status,
                "login": owner.map(|account| account.login.as_str()),
                "container": fault.container.as_ref().map(|(_, name)| name),
                "times": fault.times,
            })
        };
        Answer::ok(Value::Array(
            view.operator_faults().iter().map(describe).collect(),
        ))
    }
}
