//! run: create, attach, start, wait, and clean up.

use bollard::Docker;
use bollard::query_parameters::{RemoveContainerOptionsBuilder, StartContainerOptions};

use super::attach::{self, Holding, Peer, check_tty_input, exit_code, exit_with, hold, resize};
use super::create::{Wanted, create_or_pull};
use super::failure::{Failure, text_of};
use super::lifecycle::wait_for;
use crate::client::in_process::Console;

/// `docker run [flags] IMAGE [COMMAND…]`
pub(super) async fn run(
    docker: &Docker,
    console: &mut Console,
    words: Vec<String>,
) -> Result<(), Failure> {
    let wanted = Wanted::read("run", words)?;
    if wanted.detach && wanted.remove {
        return Err(Failure {
            text: Some("Conflicting options: --rm and -d".to_owned()),
            status: 1,
        });
    }
    if !wanted.detach {
        check_tty_input(console, wanted.attach_stdin, wanted.tty)?;
    }
    let id = match create_or_pull(docker, console, &wanted).await {
        Ok(id) => id,
        Err(failure) => return Err(reported(failure, true)),
    };
    let ended = attached(docker, console, &wanted, &id).await;
    if wanted.remove {
        let options = RemoveContainerOptionsBuilder::default()
            .v(true)
            .force(true)
            .build();
        if let Err(error) = docker.remove_container(&id, Some(options)).await {
            console.stderr.print(format!("{}\n", text_of(&error))).await;
        }
    }
    ended
}

/// From the created container to its exit status.
async fn attached(
    docker: &Docker,
    console: &mut Console,
    wanted: &Wanted,
    id: &str,
) -> Result<(), Failure> {
    let outputs = wanted.attach_stdout || wanted.attach_stderr;
    let attach = wanted.attach_stdin || outputs;
    if wanted.sig_proxy && !wanted.tty {
        console.proxy_signals();
    }
    if !outputs {
        console.stdout.print(format!("{id}\n")).await;
    }
    let stream = if attach {
        let which = (
            wanted.attach_stdin,
            wanted.attach_stdout,
            wanted.attach_stderr,
        );
        Some(attach::open(docker, id, which).await?)
    } else {
        None
    };
    let started = docker.start_container(id, None::<StartContainerOptions>);
    if let Err(error) = started.await {
        return Err(reported(Failure::from(error), false));
    }
    if let Some(stream) = stream {
        let peer = Peer::Container(id);
        if wanted.tty {
            let size = *console.size.borrow();
            resize(docker, peer, size).await;
        }
        let how = Holding {
            peer,
            tty: wanted.tty,
            stdin: wanted.attach_stdin,
            output: outputs,
        };
        hold(docker, console, stream, how).await?;
    }
    if !outputs {
        return Ok(());
    }
    let ended = status(docker, wanted, id).await?;
    console.stop_proxying();
    exit_with(ended)
}

async fn status(docker: &Docker, wanted: &Wanted, id: &str) -> Result<i64, Failure> {
    let waits = wanted.remove || (!wanted.tty && !wanted.restarts);
    if !waits {
        return exit_code(docker, id).await;
    }
    let waited = wait_for(docker, id)
        .await
        .map_err(|error| Failure::status(daemon_status(&text_of(&error))))?;
    if wanted.remove {
        exit_code(docker, id).await
    } else {
        Ok(waited)
    }
}

/// A failure of the daemon as `run` tells it.
fn reported(failure: Failure, with_help: bool) -> Failure {
    let text = failure.text.unwrap_or_default();
    let help = if with_help {
        ".\nSee 'docker run --help'"
    } else {
        ""
    };
    Failure {
        status: daemon_status(&text),
        text: Some(format!("docker: {text}{help}.")),
    }
}

/// Section 3.4 of the clients' contract: 1.12 tells from the text why a command did not start.
fn daemon_status(text: &str) -> i32 {
    let not_found = [
        "executable file not found",
        "no such file or directory",
        "system cannot find the file specified",
    ];
    if not_found.iter().any(|part| text.contains(part)) {
        127
    } else if text.contains("permission denied") {
        126
    } else {
        125
    }
}
