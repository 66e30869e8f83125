//! build: an image of a folder.

use std::collections::HashMap;
use std::path::Path;

use bollard::query_parameters::BuildImageOptionsBuilder;
use bollard::{Docker, body_full};
use bytes::Bytes;
use futures_util::StreamExt;

use super::failure::Failure;
use super::flags::{Order, Parsed, switch, value};
use crate::client::in_process::Console;

/// `docker build [-t NAME] [-f FILE] [--no-cache] [--pull] [--rm] [--force-rm] [--build-arg A=B]… [--label A=B]… PATH|-`
pub(super) async fn build(
    docker: &Docker,
    console: &mut Console,
    words: Vec<String>,
) -> Result<(), Failure> {
    let flags = [
        value(Some('t'), "tag"),
        value(Some('f'), "file"),
        value(None, "build-arg"),
        value(None, "label"),
        switch(None, "no-cache"),
        switch(None, "pull"),
        switch(None, "rm"),
        switch(None, "force-rm"),
        switch(Some('q'), "quiet"),
    ];
    let parsed = Parsed::read("build", &flags, Order::Anywhere, words)?.exactly("build", 1)?;
    let context = match parsed.arguments[0].as_str() {
        "-" => input(console).await,
        folder => archive(Path::new(folder)).map_err(|error| {
            Failure::says(format!("unable to prepare context: {folder}: {error}"))
        })?,
    };
    let on_unless_said = |flag: &str| parsed.last(flag).is_none() || parsed.on(flag);
    let mut options = BuildImageOptionsBuilder::default()
        .dockerfile(parsed.last("file").unwrap_or("Dockerfile"))
        .nocache(parsed.on("no-cache"))
        .rm(on_unless_said("rm"))
        .forcerm(parsed.on("force-rm"))
        .q(parsed.on("quiet"))
        .buildargs(&pairs(&parsed, "build-arg"))
        .labels(&pairs(&parsed, "label"));
    if let Some(name) = parsed.last("tag") {
        options = options.t(name);
    }
    if parsed.on("pull") {
        options = options.pull("1");
    }
    let mut progress =
        Box::pin(docker.build_image(options.build(), None, Some(body_full(context))));
    while let Some(message) = progress.next().await {
        let message = message?;
        let of = message.id.map(|id| format!("{id}: ")).unwrap_or_default();
        let status = message.status.map(|status| format!("{of}{status}\n"));
        for text in message.stream.into_iter().chain(status) {
            console.stdout.print(text).await;
        }
    }
    Ok(())
}

fn pairs(parsed: &Parsed, flag: &str) -> HashMap<String, String> {
    let pairs = parsed.all(flag).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (name.to_owned(), value.to_owned())
    });
    pairs.collect()
}

/// All of standard input.
async fn input(console: &mut Console) -> Bytes {
    let mut all = Vec::new();
    while let Some(bytes) = console.stdin.recv().await {
        all.extend_from_slice(&bytes);
    }
    all.into()
}

/// A folder, without a thought about what is to be ignored.
fn archive(folder: &Path) -> std::io::Result<Bytes> {
    let mut archive = tar::Builder::new(Vec::new());
    archive.follow_symlinks(false);
    archive.append_dir_all("", folder)?;
    Ok(archive.into_inner()?.into())
}
