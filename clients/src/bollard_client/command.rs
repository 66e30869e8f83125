//! From the first word of a command line to the code that does it.

use bollard::Docker;
use bollard::errors::Error;

use super::failure::{Failure, text_of};
use super::{
    attach, build, commit, content, copy, create, events, exec, images, info, inspect, lifecycle,
    list, logs, pull, run as run_command, stats, swarm, version,
};
use crate::client::in_process::Console;

/// Runs a command line; gives its exit status.
pub(super) async fn run(
    docker: Result<Docker, Error>,
    mut console: Console,
    mut argv: Vec<String>,
) -> i32 {
    let name = if argv.is_empty() {
        String::new()
    } else {
        argv.remove(0)
    };
    let done = match &docker {
        Ok(docker) => dispatch(docker, &mut console, &name, argv).await,
        Err(error) => Err(Failure::says(text_of(error))),
    };
    match done {
        Ok(()) => 0,
        Err(failure) => {
            if let Some(text) = failure.text {
                console.stderr.print(format!("{text}\n")).await;
            }
            failure.status
        }
    }
}

async fn dispatch(
    docker: &Docker,
    console: &mut Console,
    name: &str,
    words: Vec<String>,
) -> Result<(), Failure> {
    match name {
        "version" => version::version(docker, console, words).await,
        "info" => info::info(docker, console, words).await,
        "ps" => list::ps(docker, console, words).await,
        "images" => list::images(docker, console, words).await,
        "top" => list::top(docker, console, words).await,
        "run" => run_command::run(docker, console, words).await,
        "create" => create::create(docker, console, words).await,
        "start" => attach::start(docker, console, words).await,
        "attach" => attach::attach(docker, console, words).await,
        "exec" => exec::exec(docker, console, words).await,
        "stats" => stats::stats(docker, console, words).await,
        "logs" => logs::logs(docker, console, words).await,
        "inspect" => inspect::inspect(docker, console, words).await,
        "pull" => pull::pull(docker, console, words).await,
        "tag" => images::tag(docker, console, words).await,
        "rmi" => images::rmi(docker, console, words).await,
        "push" => images::push(docker, console, words).await,
        "history" => images::history(docker, console, words).await,
        "search" => images::search(docker, console, words).await,
        "commit" => commit::commit(docker, console, words).await,
        "build" => build::build(docker, console, words).await,
        "import" => pull::import(docker, console, words).await,
        "cp" => copy::copy(docker, console, words).await,
        "diff" => content::diff(docker, console, words).await,
        "export" => content::export(docker, console, words).await,
        "save" => content::save(docker, console, words).await,
        "events" => events::events(docker, console, words).await,
        "swarm" => swarm::swarm(docker, console, words).await,
        "service" => swarm::service(docker, console, words).await,
        "node" => swarm::node(docker, console, words).await,
        "stop" => lifecycle::stop(docker, console, words).await,
        "restart" => lifecycle::restart(docker, console, words).await,
        "kill" => lifecycle::kill(docker, console, words).await,
        "pause" => lifecycle::pause(docker, console, words).await,
        "unpause" => lifecycle::unpause(docker, console, words).await,
        "update" => lifecycle::update(docker, console, words).await,
        "wait" => lifecycle::wait(docker, console, words).await,
        "rm" => lifecycle::remove(docker, console, words).await,
        "rename" => lifecycle::rename(docker, console, words).await,
        unknown => Err(Failure::says(format!(
            "docker: '{unknown}' is not a docker command.\nSee 'docker --help'."
        ))),
    }
}
