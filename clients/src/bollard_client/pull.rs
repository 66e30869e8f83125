//! pull and import, and the progress they show when they are not on a terminal.

use bollard::Docker;
use bollard::query_parameters::{CreateImageOptions, CreateImageOptionsBuilder};
use futures_util::StreamExt;

use super::failure::Failure;
use super::flags::{Order, Parsed, switch};
use crate::client::in_process::{Console, Printer};

/// `docker pull [-a] NAME[:TAG|@DIGEST]`
pub(super) async fn pull(
    docker: &Docker,
    console: &mut Console,
    words: Vec<String>,
) -> Result<(), Failure> {
    let flags = [switch(Some('a'), "all-tags")];
    let parsed = Parsed::read("pull", &flags, Order::Anywhere, words)?.exactly("pull", 1)?;
    let name = &parsed.arguments[0];
    if parsed.on("all-tags") {
        return show(docker, &console.stdout, name).await;
    }
    let reference = with_default_tag(name);
    if reference != *name {
        console.stdout.print("Using default tag: latest\n").await;
    }
    show(docker, &console.stdout, &reference).await
}

/// A reference with `:latest` when it has neither tag nor digest.
pub(super) fn with_default_tag(name: &str) -> String {
    let (_, tag) = split(name);
    if tag.is_empty() {
        format!("{name}:latest")
    } else {
        name.to_owned()
    }
}

/// A reference's repository, and its tag or digest (empty when it has none).
pub(super) fn split(reference: &str) -> (&str, &str) {
    if let Some(parts) = reference.split_once('@') {
        return parts;
    }
    match reference.rsplit_once(':') {
        // What follows the colon of a registry's port has a slash in it.
        Some((name, tag)) if !tag.contains('/') => (name, tag),
        _ => (reference, ""),
    }
}

/// `docker import URL [REPOSITORY[:TAG]]`
pub(super) async fn import(
    docker: &Docker,
    console: &mut Console,
    words: Vec<String>,
) -> Result<(), Failure> {
    let parsed = Parsed::read("import", &[], Order::Anywhere, words)?.at_least("import", 1)?;
    let repository = parsed.arguments.get(1).map_or("", String::as_str);
    let options = CreateImageOptionsBuilder::default()
        .from_src(&parsed.arguments[0])
        .repo(repository)
        .build();
    follow(docker, &console.stdout, options).await
}

/// Pulls and shows the progress as the CLI does on a pipe.
pub(super) async fn show(
    docker: &Docker,
    output: &Printer,
    reference: &str,
) -> Result<(), Failure> {
    let (name, tag) = split(reference);
    let options = CreateImageOptionsBuilder::default()
        .from_image(name)
        .tag(tag)
        .build();
    follow(docker, output, options).await
}

/// Has an image made and shows what comes of it.
async fn follow(
    docker: &Docker,
    output: &Printer,
    options: CreateImageOptions,
) -> Result<(), Failure> {
    let mut progress = Box::pin(docker.create_image(Some(options), None, None));
    while let Some(message) = progress.next().await {
        let message = message?;
        let moves = message
            .progress_detail
            .is_some_and(|detail| detail.current.unwrap_or(0) > 0 || detail.total.unwrap_or(0) > 0);
        // A bar is for terminals.
        if moves {
            continue;
        }
        let of = message.id.map(|id| format!("{id}: ")).unwrap_or_default();
        let status = message.status.unwrap_or_default();
        output.print(format!("{of}{status}\n")).await;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_split_at_their_tag() {
        let cases = [
            ("busybox", ("busybox", "")),
            ("busybox:1.24", ("busybox", "1.24")),
            ("reg.example:5000/a/b", ("reg.example:5000/a/b", "")),
            ("reg.example:5000/a/b:t", ("reg.example:5000/a/b", "t")),
            ("a@sha256:00", ("a", "sha256:00")),
        ];
        for (reference, parts) in cases {
            assert_eq!(split(reference), parts);
        }
        assert_eq!(with_default_tag("a/b"), "a/b:latest");
        assert_eq!(with_default_tag("a@sha256:00"), "a@sha256:00");
    }
}
