//! attach and start, and the streams between a terminal and a container.

use std::pin::Pin;

use bollard::Docker;
use bollard::container::{AttachContainerResults, LogOutput};
use bollard::errors::Error;
use bollard::exec::ResizeExecOptions;
use bollard::models::ContainerInspectResponse;
use bollard::query_parameters::{
    AttachContainerOptionsBuilder, InspectContainerOptions, KillContainerOptionsBuilder,
    ResizeContainerTTYOptionsBuilder, StartContainerOptions,
};
use futures_util::{Stream, StreamExt};
use tokio::io::{AsyncWrite, AsyncWriteExt};

use super::failure::{Failure, lookup, text_of};
use super::flags::{Order, Parsed, switch, value};
use crate::client::PtySize;
use crate::client::in_process::{Console, Printer};

/// A stream that was taken over from HTTP.
pub(super) struct Hijacked {
    pub(super) output: Pin<Box<dyn Stream<Item = Result<LogOutput, Error>> + Send>>,
    pub(super) input: Pin<Box<dyn AsyncWrite + Send>>,
}

impl From<AttachContainerResults> for Hijacked {
    fn from(results: AttachContainerResults) -> Hijacked {
        Hijacked {
            output: results.output,
            input: results.input,
        }
    }
}

/// What is at the other end of a stream.
#[derive(Debug, Clone, Copy)]
pub(super) enum Peer<'a> {
    /// A container's own process, by id or name.
    Container(&'a str),
    /// A process started beside it, by its id.
    Exec(&'a str),
}

/// How a stream is to be held.
#[derive(Debug, Clone, Copy)]
pub(super) struct Holding<'a> {
    pub(super) peer: Peer<'a>,
    /// The stream is a terminal's: raw, both outputs as one.
    pub(super) tty: bool,
    /// Standard input goes along.
    pub(super) stdin: bool,
    /// Output is printed.
    pub(super) output: bool,
}

/// Passes bytes both ways until the output ends.
pub(super) async fn hold(
    docker: &Docker,
    console: &mut Console,
    stream: Hijacked,
    how: Holding<'_>,
) -> Result<(), Failure> {
    let Console {
        stdin,
        signals,
        size,
        stdout,
        stderr,
        ..
    } = console;
    let Hijacked {
        mut output,
        mut input,
    } = stream;
    let feed = async {
        if how.stdin {
            // A peer that takes no more shows in the output.
            while let Some(bytes) = stdin.recv().await {
                let _ = input.write_all(&bytes).await;
                let _ = input.flush().await;
            }
            let _ = input.shutdown().await;
        }
        std::future::pending::<()>().await;
    };
    let watch = async {
        loop {
            tokio::select! {
                Some(signal) = signals.recv() => forward(docker, how.peer, signal.name()).await,
                Ok(()) = size.changed(), if how.tty => {
                    let now = *size.borrow_and_update();
                    resize(docker, how.peer, now).await;
                }
                else => std::future::pending().await,
            }
        }
    };
    let show = async {
        while let Some(piece) = output.next().await {
            show(piece?, stdout, stderr, how).await?;
        }
        Ok(())
    };
    tokio::select! {
        shown = show => shown,
        () = feed => Ok(()),
        () = watch => Ok(()),
    }
}

async fn show(
    piece: LogOutput,
    stdout: &Printer,
    stderr: &Printer,
    how: Holding<'_>,
) -> Result<(), Failure> {
    if !how.output {
        return Ok(());
    }
    if how.tty {
        stdout.print_raw(piece).await;
        return Ok(());
    }
    match piece {
        LogOutput::StdOut { message } | LogOutput::StdIn { message } => stdout.print(message).await,
        LogOutput::StdErr { message } => stderr.print(message).await,
        LogOutput::Console { message } => {
            let first = message.first().copied().unwrap_or_default();
            return Err(Failure::says(format!("Unrecognized input header: {first}")));
        }
    }
    Ok(())
}

async fn forward(docker: &Docker, peer: Peer<'_>, signal: &str) {
    if let Peer::Container(container) = peer {
        let options = KillContainerOptionsBuilder::default()
            .signal(signal)
            .build();
        // As the CLI: a container that is gone needs no signal.
        let _ = docker.kill_container(container, Some(options)).await;
    }
}

/// Tells the peer the size of the terminal; what it answers does not matter.
pub(super) async fn resize(docker: &Docker, peer: Peer<'_>, size: Option<PtySize>) {
    let Some(PtySize { rows, cols }) = size else {
        return;
    };
    match peer {
        Peer::Container(container) => {
            let options = ResizeContainerTTYOptionsBuilder::default()
                .h(i32::from(rows))
                .w(i32::from(cols))
                .build();
            let _ = docker.resize_container_tty(container, options).await;
        }
        Peer::Exec(exec) => {
            let options = ResizeExecOptions {
                height: rows,
                width: cols,
            };
            let _ = docker.resize_exec(exec, options).await;
        }
    }
}

/// Refuses a terminal's raw stream when there is no terminal to type on.
pub(super) fn check_tty_input(console: &Console, stdin: bool, tty: bool) -> Result<(), Failure> {
    if tty && stdin && console.size.borrow().is_none() {
        return Err(Failure::says("the input device is not a TTY"));
    }
    Ok(())
}

/// Opens the stream of a container.
pub(super) async fn open(
    docker: &Docker,
    container: &str,
    (stdin, stdout, stderr): (bool, bool, bool),
) -> Result<Hijacked, Error> {
    let options = AttachContainerOptionsBuilder::default()
        .stream(true)
        .stdin(stdin)
        .stdout(stdout)
        .stderr(stderr)
        .build();
    let results = docker.attach_container(container, Some(options)).await?;
    Ok(results.into())
}

/// The status a container ended with, by inspecting it now.
pub(super) async fn exit_code(docker: &Docker, container: &str) -> Result<i64, Failure> {
    let inspected = look_up(docker, container).await?;
    Ok(inspected
        .state
        .and_then(|state| state.exit_code)
        .unwrap_or(0))
}

/// Ends a command with the status of its container.
pub(super) fn exit_with(status: i64) -> Result<(), Failure> {
    match i32::try_from(status) {
        Ok(0) => Ok(()),
        Ok(status) => Err(Failure::status(status)),
        Err(_) => Err(Failure::status(-1)),
    }
}

pub(super) async fn look_up(
    docker: &Docker,
    container: &str,
) -> Result<ContainerInspectResponse, Failure> {
    docker
        .inspect_container(container, None::<InspectContainerOptions>)
        .await
        .map_err(|error| lookup(&error, "container", container))
}

/// `docker attach [--no-stdin] [--sig-proxy] CONTAINER`
pub(super) async fn attach(
    docker: &Docker,
    console: &mut Console,
    words: Vec<String>,
) -> Result<(), Failure> {
    let flags = [
        switch(None, "no-stdin"),
        switch(None, "sig-proxy"),
        value(None, "detach-keys"),
    ];
    let parsed = Parsed::read("attach", &flags, Order::Anywhere, words)?.exactly("attach", 1)?;
    let container = &parsed.arguments[0];
    let inspected = look_up(docker, container).await?;
    let state = inspected.state.unwrap_or_default();
    if state.running != Some(true) {
        return Err(Failure::says(
            "You cannot attach to a stopped container, start it first",
        ));
    }
    if state.paused == Some(true) {
        return Err(Failure::says(
            "You cannot attach to a paused container, unpause it first",
        ));
    }
    let config = inspected.config.unwrap_or_default();
    let tty = config.tty == Some(true);
    check_tty_input(console, !parsed.on("no-stdin"), tty)?;
    let stdin = !parsed.on("no-stdin") && config.open_stdin == Some(true);
    if parsed.last("sig-proxy") != Some("false") && !tty {
        console.proxy_signals();
    }
    let stream = open(docker, container, (stdin, true, true)).await?;
    let peer = Peer::Container(container);
    if tty {
        let size = *console.size.borrow();
        // Two sizes one after the other make the program in the container draw itself anew.
        let bigger = size.map(|PtySize { rows, cols }| PtySize {
            rows: rows.saturating_add(1),
            cols: cols.saturating_add(1),
        });
        resize(docker, peer, bigger).await;
        resize(docker, peer, size).await;
    }
    let how = Holding {
        peer,
        tty,
        stdin,
        output: true,
    };
    hold(docker, console, stream, how).await?;
    console.stop_proxying();
    exit_with(exit_code(docker, container).await?)
}

/// `docker start [-a] [-i] CONTAINER…`
pub(super) async fn start(
    docker: &Docker,
    console: &mut Console,
    words: Vec<String>,
) -> Result<(), Failure> {
    let flags = [
        switch(Some('a'), "attach"),
        switch(Some('i'), "interactive"),
        value(None, "detach-keys"),
    ];
    let parsed = Parsed::read("start", &flags, Order::Anywhere, words)?.at_least("start", 1)?;
    if parsed.on("attach") || parsed.on("interactive") {
        return start_attached(docker, console, &parsed).await;
    }
    let mut failed = Vec::new();
    for container in &parsed.arguments {
        match docker
            .start_container(container, None::<StartContainerOptions>)
            .await
        {
            Ok(()) => console.stdout.print(format!("{container}\n")).await,
            Err(error) => {
                console.stderr.print(format!("{}\n", text_of(&error))).await;
                failed.push(container.as_str());
            }
        }
    }
    if failed.is_empty() {
        return Ok(());
    }
    Err(Failure::says(format!(
        "Error: failed to start containers: {}",
        failed.join(", ")
    )))
}

async fn start_attached(
    docker: &Docker,
    console: &mut Console,
    parsed: &Parsed,
) -> Result<(), Failure> {
    let [container] = parsed.arguments.as_slice() else {
        return Err(Failure::says(
            "You cannot start and attach multiple containers at once.",
        ));
    };
    let inspected = look_up(docker, container).await?;
    let config = inspected.config.unwrap_or_default();
    let id = inspected.id.unwrap_or_else(|| container.clone());
    let tty = config.tty == Some(true);
    if !tty {
        console.proxy_signals();
    }
    let stdin = parsed.on("interactive") && config.open_stdin == Some(true);
    let stream = open(docker, &id, (stdin, true, true)).await?;
    docker
        .start_container(&id, None::<StartContainerOptions>)
        .await?;
    let peer = Peer::Container(&id);
    if tty {
        let size = *console.size.borrow();
        resize(docker, peer, size).await;
    }
    let how = Holding {
        peer,
        tty,
        stdin,
        output: true,
    };
    hold(docker, console, stream, how).await?;
    console.stop_proxying();
    exit_with(exit_code(docker, &id).await?)
}
