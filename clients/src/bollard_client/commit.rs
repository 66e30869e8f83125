//! commit: an image of a container.

use bollard::Docker;
use bollard::models::ContainerConfig;
use bollard::query_parameters::CommitContainerOptionsBuilder;

use super::failure::Failure;
use super::flags::{Order, Parsed, switch, value};
use super::pull::split;
use crate::client::in_process::Console;

/// `docker commit [-a AUTHOR] [-c CHANGE]… [-m MESSAGE] [-p] CONTAINER [NAME[:TAG]]`
pub(super) async fn commit(
    docker: &Docker,
    console: &mut Console,
    words: Vec<String>,
) -> Result<(), Failure> {
    let flags = [
        value(Some('a'), "author"),
        value(Some('c'), "change"),
        value(Some('m'), "message"),
        switch(Some('p'), "pause"),
    ];
    let parsed = Parsed::read("commit", &flags, Order::Anywhere, words)?.at_least("commit", 1)?;
    let (repo, tag) = split(parsed.arguments.get(1).map_or("", String::as_str));
    let mut options = CommitContainerOptionsBuilder::default()
        .container(&parsed.arguments[0])
        .repo(repo)
        .tag(tag)
        .author(parsed.last("author").unwrap_or_default())
        .comment(parsed.last("message").unwrap_or_default())
        .pause(parsed.last("pause").is_none() || parsed.on("pause"));
    // bollard has room for one text: lines of it are changes.
    let changes: Vec<&str> = parsed.all("change").collect();
    if !changes.is_empty() {
        options = options.changes(&changes.join("\n"));
    }
    let made = docker.commit_container(options.build(), ContainerConfig::default());
    let id = made.await?.id;
    console.stdout.print(format!("{id}\n")).await;
    Ok(())
}
