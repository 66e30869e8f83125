//! exec: a process beside a container's own.

use bollard::Docker;
use bollard::exec::{CreateExecOptions, StartExecOptions, StartExecResults};

use super::attach::{Hijacked, Holding, Peer, check_tty_input, exit_with, hold, resize};
use super::failure::Failure;
use super::flags::{Order, Parsed, switch, value};
use crate::client::in_process::Console;

/// `docker exec [-d] [-i] [-t] [-u USER] [--privileged] CONTAINER COMMAND…`
pub(super) async fn exec(
    docker: &Docker,
    console: &mut Console,
    words: Vec<String>,
) -> Result<(), Failure> {
    let flags = [
        switch(Some('d'), "detach"),
        switch(Some('i'), "interactive"),
        switch(Some('t'), "tty"),
        switch(None, "privileged"),
        value(Some('u'), "user"),
        value(None, "detach-keys"),
    ];
    let parsed = Parsed::read("exec", &flags, Order::FlagsFirst, words)?.at_least("exec", 2)?;
    let (tty, detach) = (parsed.on("tty"), parsed.on("detach"));
    let stdin = parsed.on("interactive") && !detach;
    let config = CreateExecOptions {
        attach_stdin: Some(stdin),
        attach_stdout: Some(!detach),
        attach_stderr: Some(!detach),
        tty: Some(tty),
        cmd: Some(parsed.arguments[1..].to_vec()),
        user: parsed.last("user").map(str::to_owned),
        privileged: Some(parsed.on("privileged")),
        ..CreateExecOptions::default()
    };
    let created = docker.create_exec(&parsed.arguments[0], config).await?;
    if created.id.is_empty() {
        console.stdout.print("exec ID empty").await;
        return Ok(());
    }
    if !detach {
        check_tty_input(console, stdin, tty)?;
    }
    let start = StartExecOptions {
        detach,
        tty,
        output_capacity: None,
    };
    let stream = match docker.start_exec(&created.id, Some(start)).await? {
        StartExecResults::Detached => return Ok(()),
        StartExecResults::Attached { output, input } => Hijacked { output, input },
    };
    let peer = Peer::Exec(&created.id);
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
    let inspected = docker.inspect_exec(&created.id).await?;
    exit_with(inspected.exit_code.unwrap_or(0))
}
