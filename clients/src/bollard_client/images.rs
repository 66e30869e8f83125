//! tag, rmi, push, history and search: images and their names.

use bollard::Docker;
use bollard::query_parameters::{
    PushImageOptionsBuilder, RemoveImageOptionsBuilder, SearchImagesOptionsBuilder,
    TagImageOptionsBuilder,
};
use futures_util::StreamExt;

use super::failure::{Failure, text_of};
use super::flags::{Order, Parsed, switch};
use super::pull::split;
use super::table::{size_text, table};
use crate::client::in_process::Console;

/// How much of an id is shown.
const SHORT_ID: usize = 12;
/// How much of a command is shown.
const SHORT_COMMAND: usize = 45;

/// `docker tag IMAGE[:TAG] NAME[:TAG]`
pub(super) async fn tag(
    docker: &Docker,
    _: &mut Console,
    words: Vec<String>,
) -> Result<(), Failure> {
    let parsed = Parsed::read("tag", &[], Order::Anywhere, words)?.exactly("tag", 2)?;
    let (repo, tag) = split(&parsed.arguments[1]);
    let options = TagImageOptionsBuilder::default().repo(repo).tag(tag);
    let tagged = docker.tag_image(&parsed.arguments[0], Some(options.build()));
    Ok(tagged.await?)
}

/// `docker rmi [-f] IMAGE…`
pub(super) async fn rmi(
    docker: &Docker,
    console: &mut Console,
    words: Vec<String>,
) -> Result<(), Failure> {
    let flags = [switch(Some('f'), "force"), switch(None, "no-prune")];
    let parsed = Parsed::read("rmi", &flags, Order::Anywhere, words)?.at_least("rmi", 1)?;
    let mut failures = Vec::new();
    for image in &parsed.arguments {
        let options = RemoveImageOptionsBuilder::default()
            .force(parsed.on("force"))
            .noprune(parsed.on("no-prune"));
        match docker
            .remove_image(image, Some(options.build()), None)
            .await
        {
            Ok(removed) => {
                for removal in removed {
                    let untagged = removal.untagged.map(|name| format!("Untagged: {name}\n"));
                    let deleted = removal.deleted.map(|id| format!("Deleted: {id}\n"));
                    for line in untagged.into_iter().chain(deleted) {
                        console.stdout.print(line).await;
                    }
                }
            }
            Err(error) => failures.push(text_of(&error)),
        }
    }
    match failures.is_empty() {
        true => Ok(()),
        false => Err(Failure::says(failures.join("\n"))),
    }
}

/// `docker push NAME[:TAG]`
pub(super) async fn push(
    docker: &Docker,
    console: &mut Console,
    words: Vec<String>,
) -> Result<(), Failure> {
    let parsed = Parsed::read("push", &[], Order::Anywhere, words)?.exactly("push", 1)?;
    let (name, tag) = split(&parsed.arguments[0]);
    let options = PushImageOptionsBuilder::default().tag(tag);
    let mut progress = Box::pin(docker.push_image(name, Some(options.build()), None));
    while let Some(message) = progress.next().await {
        let message = message?;
        // bollard does not say of which layer it is.
        if let Some(status) = message.status {
            console.stdout.print(format!("{status}\n")).await;
        }
    }
    Ok(())
}

/// `docker history [--no-trunc] [-q] IMAGE`
pub(super) async fn history(
    docker: &Docker,
    console: &mut Console,
    words: Vec<String>,
) -> Result<(), Failure> {
    let flags = [switch(None, "no-trunc"), switch(Some('q'), "quiet")];
    let parsed = Parsed::read("history", &flags, Order::Anywhere, words)?.exactly("history", 1)?;
    let whole = parsed.on("no-trunc");
    let heading = ["IMAGE", "CREATED BY", "SIZE", "COMMENT"];
    let mut rows = vec![heading.map(str::to_owned).to_vec()];
    for step in docker.image_history(&parsed.arguments[0]).await? {
        let id = step.id.strip_prefix("sha256:").unwrap_or(&step.id);
        rows.push(vec![
            if whole {
                step.id.clone()
            } else {
                cut(id, SHORT_ID)
            },
            if whole {
                step.created_by
            } else {
                cut(&step.created_by, SHORT_COMMAND)
            },
            size_text(step.size),
            step.comment,
        ]);
    }
    let text = if parsed.on("quiet") {
        let ids = rows.iter().skip(1).map(|row| format!("{}\n", row[0]));
        ids.collect()
    } else {
        table(&rows)
    };
    console.stdout.print(text).await;
    Ok(())
}

/// `docker search TERM`
pub(super) async fn search(
    docker: &Docker,
    console: &mut Console,
    words: Vec<String>,
) -> Result<(), Failure> {
    let parsed = Parsed::read("search", &[], Order::Anywhere, words)?.exactly("search", 1)?;
    let options = SearchImagesOptionsBuilder::default().term(&parsed.arguments[0]);
    let heading = ["NAME", "DESCRIPTION", "STARS", "OFFICIAL", "AUTOMATED"];
    let mut rows = vec![heading.map(str::to_owned).to_vec()];
    let mark = |on: Option<bool>| if on == Some(true) { "[OK]" } else { "" }.to_owned();
    for found in docker.search_images(options.build()).await? {
        rows.push(vec![
            found.name.unwrap_or_default(),
            cut(&found.description.unwrap_or_default(), SHORT_COMMAND),
            found.star_count.unwrap_or_default().to_string(),
            mark(found.is_official),
            mark(found.is_automated),
        ]);
    }
    console.stdout.print(table(&rows)).await;
    Ok(())
}

fn cut(text: &str, characters: usize) -> String {
    text.chars().take(characters).collect()
}
