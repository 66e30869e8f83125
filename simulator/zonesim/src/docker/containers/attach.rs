//! `POST /containers/:id/attach` (containers.md 14).

use super::with_container;
use crate::docker::failure::Failure;
use crate::docker::route::{Answer, Call, HijackHead};
use crate::docker::session::{End, Session};
use crate::driver::Attachment;
use crate::http::socket::Socket;
use futures_util::future::BoxFuture;
use journal::Process;
use runtime::console::StreamSet;
use std::time::Duration;

/// Joins the connection to the container's streams before the head is written, so that a start that follows the head
/// loses nothing (CLI-40, CTR-78).
pub(crate) fn attach(call: Call) -> BoxFuture<'static, Result<Answer, Failure>> {
    Box::pin(async move {
        let (tty, open_stdin) = with_container(&call, |_, container| {
            (container.config.tty, container.config.open_stdin)
        })
        .await?;
        let streams = StreamSet {
            stdout: call.query.flag("stdout"),
            // A terminal has one stream: whoever asks for any output gets it.
            stderr: call.query.flag("stderr"),
        };
        let streams = match tty {
            true => StreamSet {
                stdout: streams.stdout || streams.stderr,
                stderr: false,
            },
            false => streams,
        };
        let account = call.account().id;
        let attachment = call.driver.attach(account, call.param(0), streams).await?;
        let stdin = call.query.flag("stdin") && open_stdin;
        Ok(Answer::hijack(HijackHead::Attach101, move |socket| {
            talk(call, attachment, socket, tty, stdin)
        }))
    })
}

async fn talk(call: Call, attachment: Attachment, socket: Socket, tty: bool, stdin: bool) {
    let Attachment {
        instance,
        cursor,
        console,
        cut,
        registration,
    } = attachment;
    let Some(cursor) = cursor else {
        return;
    };
    let sizes = call.driver.terminal_sizes();
    let key = (call.account().id, call.param(0).to_owned());
    let session = Session {
        cursor,
        console,
        process: Process::Container(instance),
        raw: tty,
        stdin,
        detachable: true,
        stall: Duration::from_millis(call.driver.view().settings().attach_stall_ms),
        // CTR-80: a size that was sent for this spelling of the id is applied with the next input.
        before_input: Some(Box::new(move |driver| {
            if let Some(size) = sizes.take(&key).filter(|_| tty) {
                driver.resize(Process::Container(instance), size);
            }
        })),
    };
    let conversation = session.run(&call.driver, socket.reader, socket.writer, &call.flight);
    let end = tokio::select! {
        end = conversation => end,
        _ = cut => End::Finished,
    };
    tracing::debug!(%instance, ?end, "an attach has ended");
    drop(registration);
}
