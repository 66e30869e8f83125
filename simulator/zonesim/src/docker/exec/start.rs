//! `POST /exec/:id/start`; its body is never read (API-31).

use super::with_exec;
use crate::docker::failure::Failure;
use crate::docker::route::{Answer, Call, HijackHead};
use crate::docker::session::Session;
use crate::driver::ExecAttachment;
use futures_util::future::BoxFuture;
use http::StatusCode;
use journal::Process;
use std::time::Duration;

/// Detached: 201 (API-30). Otherwise the connection becomes the stream of the process; one that came too late closes.
pub(crate) fn start(call: Call) -> BoxFuture<'static, Result<Answer, Failure>> {
    Box::pin(async move {
        let unknown = |_| Failure::empty(StatusCode::NOT_FOUND);
        let (instance, exec, raw, stdin) = with_exec(&call, |exec| {
            let request = &exec.request;
            (exec.instance, exec.id, request.tty, request.attach_stdin)
        })
        .map_err(unknown)?;
        let attachment = call.driver.start_exec(call.account().id, exec).await?;
        let (cursor, console) = match attachment {
            ExecAttachment::Detached => return Ok(Answer::Empty(StatusCode::CREATED)),
            ExecAttachment::Closed => {
                return Ok(Answer::hijack(HijackHead::Attach101, |_socket| async {}));
            }
            ExecAttachment::Stream { cursor, console } => (cursor, console),
        };
        let stall = Duration::from_millis(call.driver.view().settings().attach_stall_ms);
        let session = Session {
            cursor,
            console,
            process: Process::Exec(instance, exec),
            raw,
            stdin,
            detachable: false,
            stall,
            before_input: None,
        };
        Ok(Answer::hijack(
            HijackHead::Attach101,
            move |socket| async move {
                session
                    .run(&call.driver, socket.reader, socket.writer, &call.flight)
                    .await;
            },
        ))
    })
}
