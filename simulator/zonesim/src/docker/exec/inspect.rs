//! `GET /exec/:id/json` and `POST /exec/:id/resize`.

use super::with_exec;
use crate::docker::containers::size;
use crate::docker::failure::Failure;
use crate::docker::route::{Answer, Call};
use futures_util::future::BoxFuture;
use http::StatusCode;
use journal::Process;
use serde_json::{Map, json};
use zone::{Error, ExecState};

/// API-32: two keys; `ExitCode` once the process has ended. `Running` is true only for a detached exec.
pub(crate) fn inspect(call: Call) -> BoxFuture<'static, Result<Answer, Failure>> {
    Box::pin(async move {
        let body = with_exec(&call, |exec| {
            let mut body = Map::new();
            let running = exec.state == ExecState::Running && exec.request.detach;
            body.insert("Running".to_owned(), json!(running));
            if let Some(status) = exec.exit_status() {
                body.insert("ExitCode".to_owned(), json!(status.0));
            }
            body
        })?;
        Ok(Answer::ok(body.into()))
    })
}

/// 200; APIX-15: an exec that does not run is unknown here.
pub(crate) fn resize(call: Call) -> BoxFuture<'static, Result<Answer, Failure>> {
    Box::pin(async move {
        let (exec, instance, terminal) = with_exec(&call, |exec| match exec.state {
            ExecState::Running | ExecState::Ended(_) => {
                Ok((exec.id, exec.instance, exec.has_terminal()))
            }
            ExecState::Created { .. } | ExecState::Expired => Err(Error::NoSuchExec),
        })??;
        if let Some(size) = size(&call.query).filter(|_| terminal) {
            call.driver.resize(Process::Exec(instance, exec), size);
        }
        Ok(Answer::Empty(StatusCode::OK))
    })
}
