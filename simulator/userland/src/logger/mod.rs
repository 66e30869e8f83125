//! The process `logger DRIVER` that sends a container's output over the container's own network (containers.md 9).
//!
//! It reads what the container writes as an attacher does, so the container waits when the receiver is slow; it ends
//! when nobody is left to write and everything is sent, or [`PATIENCE`] later. A stream that breaks ends it, and that
//! ends the container (CTR-55). Datagrams are lost without a word, as everywhere.

mod fluentd;
mod gelf;
mod record;
mod syslog;
mod times;
mod wire;

use crate::kernel::{BoxFuture, Disposition, Exit, LogJob, Signal, Sys, Written};
use record::{Format, Record};
use runtime::console::{Lines, Stream};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;
use wire::{Trouble, Wire};

/// How long a receiver may take after the container's end to take the rest.
const PATIENCE: Duration = Duration::from_secs(10);

/// The program of the process.
pub(crate) fn main(sys: Sys) -> BoxFuture<'static, Exit> {
    Box::pin(async move {
        let Some(job) = sys.take_log_job() else {
            return Exit::Status(1);
        };
        // A receiver that has gone is an error.
        sys.set_disposition(Signal::Pipe, Disposition::Ignore);
        let to = format!("{}:{}", job.driver.host, job.driver.port);
        match run(&sys, job).await {
            Ok(()) => Exit::Status(0),
            Err(trouble) => {
                let name = sys.argv().last().cloned().unwrap_or_default();
                let line = format!("logger {}: {to}: {trouble}\n", name.escape_ascii());
                sys.note(line.as_bytes());
                Exit::Status(1)
            }
        }
    })
}

/// Sends everything, unless the container has ended and its receiver takes too long.
async fn run(sys: &Sys, job: LogJob) -> Result<(), Trouble> {
    let mut sending = pin!(send_all(sys, job));
    let mut patience = pin!(sys.outlive_output(PATIENCE));
    poll_fn(|context| {
        if let Poll::Ready(sent) = sending.as_mut().poll(context) {
            return Poll::Ready(sent);
        }
        patience
            .as_mut()
            .poll(context)
            .map(|_| Err(Trouble::Unsent))
    })
    .await
}

async fn send_all(sys: &Sys, job: LogJob) -> Result<(), Trouble> {
    let LogJob { driver, mut output } = job;
    let wire = Wire::open(sys, &driver).await?;
    let format = Format::new(sys, driver.form);
    let mut lines = Lines::default();
    loop {
        match sys.next_output(&mut output, wire.watched()).await? {
            Written::Chunk(chunk) => {
                let mut rest = &chunk.bytes[..];
                while let Some((at, line)) = lines.next(chunk.stream, chunk.at, &mut rest) {
                    let record = Record::new(chunk.stream, at, &line);
                    wire.send(&format, &record).await?;
                }
            }
            Written::Readable => wire.read_on().await?,
            Written::End => break,
        }
    }
    for stream in [Stream::Stdout, Stream::Stderr] {
        if let Some((at, line)) = lines.end(stream) {
            wire.send(&format, &Record::new(stream, at, &line)).await?;
        }
    }
    wire.close().await
}
