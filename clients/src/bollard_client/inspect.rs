//! inspect: containers first, then images.

use bollard::Docker;
use bollard::query_parameters::InspectContainerOptions;
use serde::Serialize;
use serde_json::Value;
use serde_json::ser::{PrettyFormatter, Serializer};

use super::failure::{Failure, status_of, text_of};
use super::flags::{Order, Parsed, switch, value};
use super::template::Template;
use crate::client::in_process::Console;

/// `docker inspect [-f FORMAT] [-s] [--type container|image] NAME…`
///
/// It shows what bollard makes of the answer: members bollard does not know are not in it.
pub(super) async fn inspect(
    docker: &Docker,
    console: &mut Console,
    words: Vec<String>,
) -> Result<(), Failure> {
    let flags = [
        value(Some('f'), "format"),
        value(None, "type"),
        switch(Some('s'), "size"),
    ];
    let parsed =
        Parsed::read("inspect", &flags, Order::FlagsFirst, words)?.at_least("inspect", 1)?;
    let kind = parsed.last("type").unwrap_or_default();
    if !matches!(kind, "" | "container" | "image") {
        return Err(Failure::says(format!(
            "{kind:?} is not a valid value for --type"
        )));
    }
    let template = parsed
        .last("format")
        .map(Template::read)
        .transpose()
        .map_err(|problem| Failure {
            text: Some(format!("Template parsing error: {problem}")),
            status: 64,
        })?;
    let mut found = Vec::new();
    let mut failed = None;
    for reference in &parsed.arguments {
        match find(docker, reference, kind, parsed.on("size")).await {
            Ok(value) => found.push(value),
            Err(failure) => {
                failed = Some(failure);
                break;
            }
        }
    }
    let text = match template {
        None => indented(&found),
        // As the CLI: a template without anything to fill it gives its end of line all the same.
        Some(_) if found.is_empty() => "\n".to_owned(),
        Some(template) => found
            .iter()
            .map(|value| template.fill(value).map(|text| text + "\n"))
            .collect::<Result<String, String>>()
            .map_err(|problem| Failure::says(format!("Template parsing error: {problem}")))?,
    };
    console.stdout.print(text).await;
    failed.map_or(Ok(()), Err)
}

async fn find(docker: &Docker, reference: &str, kind: &str, size: bool) -> Result<Value, Failure> {
    let unreadable = |error: serde_json::Error| Failure::says(error.to_string());
    if kind != "image" {
        let options = size.then_some(InspectContainerOptions { size });
        match docker.inspect_container(reference, options).await {
            Ok(container) => return serde_json::to_value(container).map_err(unreadable),
            Err(error) if status_of(&error) != Some(404) => {
                return Err(Failure::says(text_of(&error)));
            }
            Err(_) if kind == "container" => {
                return Err(Failure::says(format!(
                    "Error: No such container: {reference}"
                )));
            }
            Err(_) => {}
        }
    }
    match docker.inspect_image(reference).await {
        Ok(image) => serde_json::to_value(image).map_err(unreadable),
        Err(error) if status_of(&error) != Some(404) => Err(Failure::says(text_of(&error))),
        Err(_) if kind == "image" => {
            Err(Failure::says(format!("Error: No such image: {reference}")))
        }
        Err(_) => Err(Failure::says(format!(
            "Error: No such image, container or task: {reference}"
        ))),
    }
}

/// JSON indented by four, as the CLI prints it.
fn indented(values: &[Value]) -> String {
    let mut bytes = Vec::new();
    let mut serializer =
        Serializer::with_formatter(&mut bytes, PrettyFormatter::with_indent(b"    "));
    // Values always serialise, and writing to memory does not fail.
    let _ = values.serialize(&mut serializer);
    bytes.push(b'\n');
    String::from_utf8_lossy(&bytes).into_owned()
}
