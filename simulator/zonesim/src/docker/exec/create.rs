//! `POST /containers/:id/exec`.

use crate::docker::containers::with_container;
use crate::docker::failure::Failure;
use crate::docker::fields::{Fields, Object, wrong};
use crate::docker::route::{Answer, Call};
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use zone::{ExecRequest, Operation, Reply};

/// 200 with the id (API-23).
pub(crate) fn create(call: Call) -> BoxFuture<'static, Result<Answer, Failure>> {
    Box::pin(async move {
        with_container(&call, |_, _| ()).await?;
        let request = Box::new(parse(call.body.json())?);
        let operation = Operation::CreateExec(request);
        let account = call.account().id;
        let reply = {
            let _waiting = call.flight.wait();
            call.driver
                .operate(account, call.param(0), operation)
                .await?
        };
        match reply {
            Reply::ExecCreated { exec } => Ok(Answer::ok(json!({"Id": exec.to_string()}))),
            other => {
                tracing::error!(reply = ?other, "the zone gave a reply of another operation");
                Err(Failure::docker("internal error"))
            }
        }
    })
}

/// `Cmd` is required; `User` counts (CTRX-12); `Privileged` and `Env` mean nothing (CTR-86).
fn parse(body: Option<&Value>) -> Result<ExecRequest, Failure> {
    let empty = Object::new();
    let fields = Fields::new(body.and_then(Value::as_object).unwrap_or(&empty), "");
    let cmd = fields.words("Cmd")?;
    Ok(ExecRequest {
        cmd: cmd.ok_or_else(|| wrong("Cmd", "an array of strings"))?,
        tty: fields.truthy("Tty"),
        attach_stdin: fields.truthy("AttachStdin"),
        detach: fields.truthy("Detach"),
        user: fields.word("User")?.unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_required() {
        for body in [
            json!({}),
            json!({"Cmd": "ls"}),
            json!({"Cmd": [1]}),
            Value::Null,
        ] {
            let text = parse(Some(&body)).expect_err("refused").text("id");
            assert_eq!(
                text,
                "(Validation) \"Cmd\" must be an array of strings (id)"
            );
        }
        let body = json!({"Cmd": ["ls"], "User": "nobody", "Env": ["A=1"], "Tty": 1, "Detach": 0});
        let request = parse(Some(&body)).expect("valid");
        assert_eq!((request.user.as_str(), request.cmd.len()), ("nobody", 1));
        assert_eq!((request.tty, request.detach), (true, false));
    }

    #[test]
    fn no_process_can_be_told_a_nul() {
        for (body, text) in [
            (
                json!({"Cmd": ["echo", "a\0b"]}),
                "\"Cmd\" must be an array of strings without \\0",
            ),
            (
                json!({"Cmd": ["true"], "User": "a\0b"}),
                "\"User\" must be a string without \\0",
            ),
        ] {
            let refusal = parse(Some(&body)).expect_err("refused");
            assert_eq!(refusal.text("id"), format!("(Validation) {text} (id)"));
        }
    }
}
