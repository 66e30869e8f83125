//! events.

use bollard::Docker;
use bollard::query_parameters::EventsOptions;
use futures_util::StreamExt;

use super::failure::Failure;
use super::flags::{Order, Parsed};
use crate::client::in_process::Console;

/// `docker events`: one line for each, with the time in seconds, as bollard has it.
pub(super) async fn events(
    docker: &Docker,
    console: &mut Console,
    words: Vec<String>,
) -> Result<(), Failure> {
    let parsed = Parsed::read("events", &[], Order::Anywhere, words)?;
    parsed.exactly("events", 0)?;
    let mut events = Box::pin(docker.events(None::<EventsOptions>));
    while let Some(event) = events.next().await {
        let event = event?;
        let kind = event.typ.map(|kind| kind.to_string()).unwrap_or_default();
        let who = event.actor.and_then(|actor| actor.id).unwrap_or_default();
        let line = format!(
            "{} {kind} {} {who}\n",
            event.time.unwrap_or_default(),
            event.action.unwrap_or_default()
        );
        console.stdout.print(line).await;
    }
    Ok(())
}
