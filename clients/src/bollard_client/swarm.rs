//! What has to do with a swarm: how one is begun, and the ids of its services and nodes.

use bollard::Docker;
use bollard::models::SwarmInitRequest;
use bollard::query_parameters::{ListNodesOptions, ListServicesOptions};

use super::failure::Failure;
use super::flags::{Order, Parsed, switch};
use crate::client::in_process::Console;

/// `docker swarm init`
pub(super) async fn swarm(
    docker: &Docker,
    console: &mut Console,
    words: Vec<String>,
) -> Result<(), Failure> {
    only("swarm", "init", words)?.exactly("swarm init", 0)?;
    let request = SwarmInitRequest {
        listen_addr: Some("0.0.0.0:2377".to_owned()),
        ..SwarmInitRequest::default()
    };
    let node = docker.init_swarm(request).await?;
    let line = format!("Swarm initialized: current node ({node}) is now a manager.\n");
    console.stdout.print(line).await;
    Ok(())
}

/// `docker service ls -q`
pub(super) async fn service(
    docker: &Docker,
    console: &mut Console,
    words: Vec<String>,
) -> Result<(), Failure> {
    only_ids("service", words)?;
    let services = docker.list_services(None::<ListServicesOptions>).await?;
    print_ids(console, services.into_iter().map(|service| service.id)).await;
    Ok(())
}

/// `docker node ls -q`
pub(super) async fn node(
    docker: &Docker,
    console: &mut Console,
    words: Vec<String>,
) -> Result<(), Failure> {
    only_ids("node", words)?;
    let nodes = docker.list_nodes(None::<ListNodesOptions>).await?;
    print_ids(console, nodes.into_iter().map(|node| node.id)).await;
    Ok(())
}

/// Refuses every command of a group but one.
fn only(group: &str, command: &str, mut words: Vec<String>) -> Result<Parsed, Failure> {
    if words.first().map(String::as_str) != Some(command) {
        let problem = format!("of `docker {group}` only `{command}` is known here");
        return Err(Failure::usage(group, &problem));
    }
    words.remove(0);
    let flags = [switch(Some('q'), "quiet")];
    Parsed::read(group, &flags, Order::Anywhere, words)
}

/// Refuses everything but `ls -q`.
fn only_ids(group: &str, words: Vec<String>) -> Result<(), Failure> {
    let parsed = only(group, "ls", words)?.exactly(group, 0)?;
    match parsed.on("quiet") {
        true => Ok(()),
        false => Err(Failure::usage(group, "without -q it is not known here")),
    }
}

async fn print_ids(console: &Console, ids: impl Iterator<Item = Option<String>>) {
    let lines: String = ids.flatten().map(|id| format!("{id}\n")).collect();
    console.stdout.print(lines).await;
}
