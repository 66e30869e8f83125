//! stop, restart, kill, pause, unpause, update, wait, rm and rename.

use bollard::Docker;
use bollard::errors::Error;
use bollard::models::ContainerUpdateBody;
use bollard::query_parameters::{
    KillContainerOptionsBuilder, RemoveContainerOptionsBuilder, RenameContainerOptionsBuilder,
    RestartContainerOptionsBuilder, StopContainerOptionsBuilder, WaitContainerOptions,
};
use futures_util::StreamExt;

use super::create::bytes;
use super::failure::{Failure, text_of};
use super::flags::{Flag, Order, Parsed, switch, value};
use crate::client::in_process::Console;

/// `docker stop [-t SECONDS] CONTAINER…`
pub(super) async fn stop(
    docker: &Docker,
    console: &mut Console,
    words: Vec<String>,
) -> Result<(), Failure> {
    let parsed = several("stop", &[value(Some('t'), "time")], words)?;
    let seconds = seconds(&parsed)?;
    let mut tally = Tally::new(console);
    for container in &parsed.arguments {
        let options = StopContainerOptionsBuilder::default().t(seconds).build();
        let done = docker.stop_container(container, Some(options)).await;
        tally.add(done.map(|()| container.clone())).await;
    }
    tally.end()
}

/// `docker restart [-t SECONDS] CONTAINER…`
pub(super) async fn restart(
    docker: &Docker,
    console: &mut Console,
    words: Vec<String>,
) -> Result<(), Failure> {
    let parsed = several("restart", &[value(Some('t'), "time")], words)?;
    let seconds = seconds(&parsed)?;
    let mut tally = Tally::new(console);
    for container in &parsed.arguments {
        let options = RestartContainerOptionsBuilder::default().t(seconds).build();
        let done = docker.restart_container(container, Some(options)).await;
        tally.add(done.map(|()| container.clone())).await;
    }
    tally.end()
}

/// `docker kill [-s SIGNAL] CONTAINER…`
pub(super) async fn kill(
    docker: &Docker,
    console: &mut Console,
    words: Vec<String>,
) -> Result<(), Failure> {
    let parsed = several("kill", &[value(Some('s'), "signal")], words)?;
    let signal = parsed.last("signal").unwrap_or("KILL");
    let mut tally = Tally::new(console);
    for container in &parsed.arguments {
        let options = KillContainerOptionsBuilder::default()
            .signal(signal)
            .build();
        let done = docker.kill_container(container, Some(options)).await;
        tally.add(done.map(|()| container.clone())).await;
    }
    tally.end()
}

/// `docker pause CONTAINER…`
pub(super) async fn pause(
    docker: &Docker,
    console: &mut Console,
    words: Vec<String>,
) -> Result<(), Failure> {
    let parsed = several("pause", &[], words)?;
    let mut tally = Tally::new(console);
    for container in &parsed.arguments {
        let done = docker.pause_container(container).await;
        tally.add(done.map(|()| container.clone())).await;
    }
    tally.end()
}

/// `docker unpause CONTAINER…`
pub(super) async fn unpause(
    docker: &Docker,
    console: &mut Console,
    words: Vec<String>,
) -> Result<(), Failure> {
    let parsed = several("unpause", &[], words)?;
    let mut tally = Tally::new(console);
    for container in &parsed.arguments {
        let done = docker.unpause_container(container).await;
        tally.add(done.map(|()| container.clone())).await;
    }
    tally.end()
}

/// `docker update [-m MEMORY] CONTAINER…`
pub(super) async fn update(
    docker: &Docker,
    console: &mut Console,
    words: Vec<String>,
) -> Result<(), Failure> {
    let parsed = several("update", &[value(Some('m'), "memory")], words)?;
    let memory = parsed.last("memory").map(bytes).transpose();
    let memory = memory.map_err(|problem| Failure::usage("update", &problem))?;
    let mut tally = Tally::new(console);
    for container in &parsed.arguments {
        let body = ContainerUpdateBody {
            memory,
            ..ContainerUpdateBody::default()
        };
        let done = docker.update_container(container, body).await;
        tally.add(done.map(|()| container.clone())).await;
    }
    tally.end()
}

/// `docker wait CONTAINER…`
pub(super) async fn wait(
    docker: &Docker,
    console: &mut Console,
    words: Vec<String>,
) -> Result<(), Failure> {
    let parsed = several("wait", &[], words)?;
    let mut tally = Tally::new(console);
    for container in &parsed.arguments {
        let status = wait_for(docker, container).await;
        tally.add(status.map(|status| status.to_string())).await;
    }
    tally.end()
}

/// `docker rm [-f] [-l] [-v] CONTAINER…`
pub(super) async fn remove(
    docker: &Docker,
    console: &mut Console,
    words: Vec<String>,
) -> Result<(), Failure> {
    let flags = [
        switch(Some('f'), "force"),
        switch(Some('l'), "link"),
        switch(Some('v'), "volumes"),
    ];
    let parsed = several("rm", &flags, words)?;
    let mut tally = Tally::new(console);
    for container in &parsed.arguments {
        let options = RemoveContainerOptionsBuilder::default()
            .force(parsed.on("force"))
            .link(parsed.on("link"))
            .v(parsed.on("volumes"))
            .build();
        let bare = container.trim_matches('/');
        let done = docker.remove_container(bare, Some(options)).await;
        tally.add(done.map(|()| container.clone())).await;
    }
    tally.end()
}

/// `docker rename OLD NEW`
pub(super) async fn rename(
    docker: &Docker,
    console: &mut Console,
    words: Vec<String>,
) -> Result<(), Failure> {
    let parsed = Parsed::read("rename", &[], Order::Anywhere, words)?.exactly("rename", 2)?;
    let (old, new) = (&parsed.arguments[0], &parsed.arguments[1]);
    let options = RenameContainerOptionsBuilder::default().name(new).build();
    if let Err(error) = docker.rename_container(old, options).await {
        let text = format!("{}\n", text_of(&error));
        console.stderr.print(text).await;
        return Err(Failure::says(format!(
            "Error: failed to rename container named {old}"
        )));
    }
    Ok(())
}

/// The status a container ended with, once it has.
pub(super) async fn wait_for(docker: &Docker, container: &str) -> Result<i64, Error> {
    let mut answers = Box::pin(docker.wait_container(container, None::<WaitContainerOptions>));
    match answers.next().await {
        Some(Ok(answer)) => Ok(answer.status_code),
        // bollard takes every status above 0 for an error.
        Some(Err(Error::DockerContainerWaitError { code, error })) if error.is_empty() => Ok(code),
        Some(Err(error)) => Err(error),
        None => Err(Error::from(std::io::Error::from(
            std::io::ErrorKind::UnexpectedEof,
        ))),
    }
}

fn several(command: &str, flags: &[Flag], words: Vec<String>) -> Result<Parsed, Failure> {
    Parsed::read(command, flags, Order::Anywhere, words)?.at_least(command, 1)
}

fn seconds(parsed: &Parsed) -> Result<i32, Failure> {
    let text = parsed.last("time").unwrap_or("10");
    text.parse().map_err(|_| {
        Failure::usage(
            "stop",
            &format!("invalid argument {text:?} for t: strconv.ParseInt: parsing {text:?}: invalid syntax"),
        )
    })
}

/// What came of each container: printed as it comes, and all failures at the end.
#[derive(Debug)]
struct Tally<'a> {
    console: &'a Console,
    failures: Vec<String>,
}

impl<'a> Tally<'a> {
    fn new(console: &'a Console) -> Tally<'a> {
        Tally {
            console,
            failures: Vec::new(),
        }
    }

    async fn add(&mut self, line: Result<String, Error>) {
        match line {
            Ok(line) => self.console.stdout.print(format!("{line}\n")).await,
            Err(error) => self.failures.push(text_of(&error)),
        }
    }

    fn end(self) -> Result<(), Failure> {
        if self.failures.is_empty() {
            Ok(())
        } else {
            Err(Failure::says(self.failures.join("\n")))
        }
    }
}
