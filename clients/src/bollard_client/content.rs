//! diff, export and save: what is in a container or an image.

use bollard::Docker;
use bollard::errors::Error;
use bollard::models::ChangeType;
use bytes::Bytes;
use futures_util::{Stream, StreamExt};

use super::failure::Failure;
use super::flags::{Order, Parsed};
use crate::client::in_process::Console;

/// `docker diff CONTAINER`
pub(super) async fn diff(
    docker: &Docker,
    console: &mut Console,
    words: Vec<String>,
) -> Result<(), Failure> {
    let parsed = Parsed::read("diff", &[], Order::Anywhere, words)?.exactly("diff", 1)?;
    let changes = docker.container_changes(&parsed.arguments[0]).await?;
    for change in changes.unwrap_or_default() {
        let kind = match change.kind {
            ChangeType::_0 => 'C',
            ChangeType::_1 => 'A',
            ChangeType::_2 => 'D',
        };
        let line = format!("{kind} {}\n", change.path);
        console.stdout.print(line).await;
    }
    Ok(())
}

/// `docker export CONTAINER`
pub(super) async fn export(
    docker: &Docker,
    console: &mut Console,
    words: Vec<String>,
) -> Result<(), Failure> {
    let parsed = Parsed::read("export", &[], Order::Anywhere, words)?.exactly("export", 1)?;
    pass(console, docker.export_container(&parsed.arguments[0])).await
}

/// `docker save IMAGE…`
pub(super) async fn save(
    docker: &Docker,
    console: &mut Console,
    words: Vec<String>,
) -> Result<(), Failure> {
    let parsed = Parsed::read("save", &[], Order::Anywhere, words)?.at_least("save", 1)?;
    let names: Vec<&str> = parsed.arguments.iter().map(String::as_str).collect();
    pass(console, docker.export_images(&names)).await
}

/// Prints an archive as it comes.
pub(super) async fn pass(
    console: &Console,
    archive: impl Stream<Item = Result<Bytes, Error>>,
) -> Result<(), Failure> {
    let mut archive = Box::pin(archive);
    while let Some(piece) = archive.next().await {
        console.stdout.print_raw(piece?).await;
    }
    Ok(())
}
