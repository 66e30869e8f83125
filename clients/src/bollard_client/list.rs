//! ps, images and top.

use std::collections::HashMap;
use std::time::{SystemTime, UNIX_EPOCH};

use bollard::Docker;
use bollard::models::{ContainerSummary, PortSummary};
use bollard::query_parameters::{
    ListContainersOptionsBuilder, ListImagesOptionsBuilder, TopOptions, TopOptionsBuilder,
};
use serde_json::json;

use super::failure::Failure;
use super::flags::{Order, Parsed, switch, value};
use super::table::{duration_text, size_text, table};
use super::template::Template;
use crate::client::in_process::Console;

/// Characters of an id that is not shown whole.
const SHORT_ID: usize = 12;
/// Characters of a command that is not shown whole.
const SHORT_COMMAND: usize = 20;

/// `docker ps [-a] [-f FILTER]… [--format FORMAT] [-l] [-n COUNT] [--no-trunc] [-q]`
pub(super) async fn ps(
    docker: &Docker,
    console: &mut Console,
    words: Vec<String>,
) -> Result<(), Failure> {
    let flags = [
        switch(Some('a'), "all"),
        value(Some('f'), "filter"),
        value(None, "format"),
        switch(Some('l'), "latest"),
        value(Some('n'), "last"),
        switch(None, "no-trunc"),
        switch(Some('q'), "quiet"),
        switch(Some('s'), "size"),
    ];
    let parsed = Parsed::read("ps", &flags, Order::Anywhere, words)?;
    let template = parsed.last("format").map(Template::read).transpose();
    let template =
        template.map_err(|problem| Failure::says(format!("Template parsing error: {problem}")))?;
    let mut options = ListContainersOptionsBuilder::default()
        .all(parsed.on("all"))
        .size(parsed.on("size"))
        .filters(&filters(&parsed)?);
    if parsed.on("latest") {
        options = options.limit(1);
    } else if let Some(last) = parsed.last("last") {
        let last = last
            .parse()
            .map_err(|_| Failure::usage("ps", &format!("invalid argument {last:?} for n")))?;
        options = options.limit(last);
    }
    let containers = docker.list_containers(Some(options.build())).await?;
    let whole = parsed.on("no-trunc");
    let lines: Vec<Line> = containers
        .iter()
        .map(|container| Line::of(container, whole))
        .collect();
    let text = if let Some(template) = template {
        lines
            .iter()
            .map(|line| template.fill(&line.value()).map(|text| text + "\n"))
            .collect::<Result<String, String>>()
            .map_err(|problem| Failure::says(format!("Template parsing error: {problem}")))?
    } else if parsed.on("quiet") {
        lines.iter().map(|line| format!("{}\n", line.id)).collect()
    } else {
        let heading = [
            "CONTAINER ID",
            "IMAGE",
            "COMMAND",
            "CREATED",
            "STATUS",
            "PORTS",
            "NAMES",
        ];
        let rows: Vec<Vec<String>> = std::iter::once(heading.map(str::to_owned).to_vec())
            .chain(lines.iter().map(Line::row))
            .collect();
        table(&rows)
    };
    console.stdout.print(text).await;
    Ok(())
}

/// A container in the list, as it is printed.
#[derive(Debug)]
struct Line {
    id: String,
    image: String,
    command: String,
    running_for: String,
    status: String,
    ports: String,
    names: String,
    labels: String,
}

impl Line {
    fn of(container: &ContainerSummary, whole: bool) -> Line {
        let names: Vec<&str> = container
            .names
            .iter()
            .flatten()
            .map(|name| name.get(1..).unwrap_or_default())
            // A name with another slash is that of a link.
            .filter(|name| whole || !name.contains('/'))
            .collect();
        let mut labels: Vec<String> = container
            .labels
            .iter()
            .flatten()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        labels.sort();
        let command = container.command.clone().unwrap_or_default();
        let command = if whole {
            command
        } else {
            cut(&command, SHORT_COMMAND)
        };
        let id = container.id.clone().unwrap_or_default();
        Line {
            id: if whole { id } else { cut(&id, SHORT_ID) },
            image: container.image.clone().unwrap_or_default(),
            command: format!("{command:?}"),
            running_for: duration_text(seconds_since(container.created.unwrap_or(0))),
            status: container.status.clone().unwrap_or_default(),
            ports: ports(container.ports.as_deref().unwrap_or_default()),
            names: names.join(","),
            labels: labels.join(","),
        }
    }

    fn row(&self) -> Vec<String> {
        vec![
            self.id.clone(),
            self.image.clone(),
            self.command.clone(),
            format!("{} ago", self.running_for),
            self.status.clone(),
            self.ports.clone(),
            self.names.clone(),
        ]
    }

    fn value(&self) -> serde_json::Value {
        json!({
            "ID": self.id, "Image": self.image, "Command": self.command,
            "RunningFor": self.running_for, "Status": self.status, "Ports": self.ports,
            "Names": self.names, "Labels": self.labels,
        })
    }
}

fn ports(ports: &[PortSummary]) -> String {
    let mut ports: Vec<&PortSummary> = ports.iter().collect();
    ports.sort_by_key(|port| port.private_port);
    let texts: Vec<String> = ports
        .iter()
        .map(|port| {
            let protocol = port
                .typ
                .map_or_else(|| "tcp".to_owned(), |typ| typ.to_string());
            match (&port.ip, port.public_port) {
                (Some(ip), Some(public)) => {
                    format!("{ip}:{public}->{}/{protocol}", port.private_port)
                }
                _ => format!("{}/{protocol}", port.private_port),
            }
        })
        .collect();
    texts.join(", ")
}

fn filters(parsed: &Parsed) -> Result<HashMap<String, Vec<String>>, Failure> {
    let mut filters: HashMap<String, Vec<String>> = HashMap::new();
    for filter in parsed.all("filter") {
        let (name, value) = filter
            .split_once('=')
            .ok_or_else(|| Failure::usage("ps", "bad format of filter (expected name=value)"))?;
        let name = name.trim().to_lowercase();
        filters
            .entry(name)
            .or_default()
            .push(value.trim().to_owned());
    }
    Ok(filters)
}

fn cut(text: &str, characters: usize) -> String {
    text.chars().take(characters).collect()
}

fn seconds_since(created: i64) -> i64 {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |now| now.as_secs());
    i64::try_from(now)
        .unwrap_or(i64::MAX)
        .saturating_sub(created)
}

/// `docker images [-a] [-f FILTER]… [--no-trunc] [-q]`
pub(super) async fn images(
    docker: &Docker,
    console: &mut Console,
    words: Vec<String>,
) -> Result<(), Failure> {
    let flags = [
        switch(Some('a'), "all"),
        value(Some('f'), "filter"),
        switch(None, "no-trunc"),
        switch(Some('q'), "quiet"),
    ];
    let parsed = Parsed::read("images", &flags, Order::Anywhere, words)?;
    let options = ListImagesOptionsBuilder::default()
        .all(parsed.on("all"))
        .filters(&filters(&parsed)?)
        .build();
    let heading = ["REPOSITORY", "TAG", "IMAGE ID", "CREATED", "SIZE"];
    let mut rows = vec![heading.map(str::to_owned).to_vec()];
    for image in docker.list_images(Some(options)).await? {
        let id = if parsed.on("no-trunc") {
            image.id.clone()
        } else {
            cut(
                image.id.strip_prefix("sha256:").unwrap_or(&image.id),
                SHORT_ID,
            )
        };
        for tag in &image.repo_tags {
            let (repository, tag) = tag.rsplit_once(':').unwrap_or((tag, "<none>"));
            rows.push(vec![
                repository.to_owned(),
                tag.to_owned(),
                id.clone(),
                format!("{} ago", duration_text(seconds_since(image.created))),
                size_text(image.size),
            ]);
        }
    }
    let text = if parsed.on("quiet") {
        rows.iter()
            .skip(1)
            .map(|row| format!("{}\n", row[2]))
            .collect()
    } else {
        table(&rows)
    };
    console.stdout.print(text).await;
    Ok(())
}

/// `docker top CONTAINER [PS OPTIONS…]`
pub(super) async fn top(
    docker: &Docker,
    console: &mut Console,
    words: Vec<String>,
) -> Result<(), Failure> {
    let parsed = Parsed::read("top", &[], Order::FlagsFirst, words)?.at_least("top", 1)?;
    let (container, arguments) = (&parsed.arguments[0], &parsed.arguments[1..]);
    let options: Option<TopOptions> = (!arguments.is_empty()).then(|| {
        TopOptionsBuilder::default()
            .ps_args(&arguments.join(" "))
            .build()
    });
    let answer = docker.top_processes(container, options).await?;
    let rows: Vec<Vec<String>> = std::iter::once(answer.titles.unwrap_or_default())
        .chain(answer.processes.unwrap_or_default())
        .collect();
    console.stdout.print(table(&rows)).await;
    Ok(())
}
