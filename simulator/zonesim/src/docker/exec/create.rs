//! `POST /containers/:id/exec`.

use crate::docker::containers::with_container;
use crate::docker::failure::Failure;
use crate::docker::route::{Answer, Call};
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use zone::{ExecRequest, Operation, Reply};

/// 200 with the id (API-23).
pub(crate) fn create(call: Call) -> BoxFuture<'static, Result<Answer, Failure>> {
    Box::pin(async move {
        with_container(&call, |_, _| ())?;
        let request = Box::new(parse(call.body.json().unwrap_or(&Value::Null))?);
        let operation = Operation::CreateExec(request);
        let account = call.account().id;
        let reply = call
            .driver
            .operate(account, call.param(0), operation)
            .await?;
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
fn parse(body: &Value) -> Result<ExecRequest, Failure> {
    let wrong = || Failure::validation("\"Cmd\" must be an array of strings");
    let cmd = body["Cmd"].as_array().ok_or_else(wrong)?;
    let cmd = cmd
        .iter()
        .map(|word| word.as_str().map(str::to_owned).ok_or_else(wrong))
        .collect::<Result<Vec<String>, Failure>>()?;
    let user = match &body["User"] {
        Value::Null => String::new(),
        Value::String(user) => user.clone(),
        _ => return Err(Failure::validation("\"User\" must be a string")),
    };
    let flag = |name: &str| body[name].as_bool().unwrap_or(false);
    Ok(ExecRequest {
        cmd,
        tty: flag("Tty"),
        attach_stdin: flag("AttachStdin"),
        detach: flag("Detach"),
        user,
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
            let text = parse(&body).expect_err("refused").text("id");
            assert_eq!(
                text,
                "(Validation) \"Cmd\" must be an array of strings (id)"
            );
        }
        let request =
            parse(&json!({"Cmd": ["ls"], "User": "nobody", "Env": ["A=1"]})).expect("valid");
        assert_eq!((request.user.as_str(), request.cmd.len()), ("nobody", 1));
    }
}
