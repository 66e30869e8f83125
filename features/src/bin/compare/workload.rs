//! What is timed.

use super::target::{Cli, Target, folder};
use clap::ValueEnum;
use clients::raw::Request;
use clients::{Endpoint, RawClient};
use features::DebianRegistry;
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::Path;

/// Images of the long list.
const IMAGES: usize = 1000;
/// Steps of each kind of the build.
const STEPS: usize = 10;
/// Files of the big layer.
const FILES: usize = 100;
/// Bytes of each of them that no compression makes less of, and the others.
const FILE_BYTES: (usize, usize) = (400_000, 1_100_000);

/// A command line of the CLI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Workload {
    /// `docker run --rm busybox true`: null server, zone, engine.
    Run,
    /// `docker images -a` with 1,000 images: null server, zone.
    Images,
    /// `docker pull` of one layer, 50 MB that unpack to 150 MB, from Debian's registry: zone, engine.
    Pull,
    /// `docker build --no-cache` of ten `COPY` and ten `RUN`: zone, engine.
    Build,
}

/// What is run each time.
pub(crate) struct Lines {
    /// Timed.
    timed: Vec<String>,
    /// Run behind it, so that all is as before; not timed.
    restore: Option<Vec<String>>,
}

impl Lines {
    /// Runs them once at a target.
    pub(crate) fn run(&self, target: &mut Target, cli: &Cli<'_>, keep: bool) -> Result<(), String> {
        let timed = borrowed(&self.timed);
        match keep {
            true => target.sample(cli, &timed)?,
            false => drop(target.run(cli, &timed)?),
        }
        if let Some(restore) = &self.restore {
            target.run(cli, &borrowed(restore))?;
        }
        Ok(())
    }
}

fn borrowed(line: &[String]) -> Vec<&str> {
    line.iter().map(String::as_str).collect()
}

fn line(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

impl Workload {
    /// Whether a null server can answer it.
    pub(crate) fn has_null(self) -> bool {
        matches!(self, Workload::Run | Workload::Images)
    }

    /// Whether an engine is asked, too.
    pub(crate) fn has_engine(self) -> bool {
        self != Workload::Images
    }

    /// Makes ready what it needs; `registry` is for the big layer.
    pub(crate) fn prepare(
        self,
        zone: &Target,
        registry: &DebianRegistry,
        cli: &Cli<'_>,
    ) -> Result<Lines, String> {
        match self {
            Workload::Run => Ok(Lines {
                timed: line(&["run", "--rm", "busybox", "true"]),
                restore: None,
            }),
            Workload::Images => Ok(Lines {
                timed: line(&["images", "-a"]),
                restore: None,
            }),
            Workload::Pull => {
                let name = format!("localhost:{}/big", registry.port());
                push_big_layer(zone, &name, cli)?;
                Ok(Lines {
                    timed: line(&["pull", &name]),
                    restore: Some(line(&["rmi", &name])),
                })
            }
            Workload::Build => {
                let context = build_context(cli.home)?;
                Ok(Lines {
                    timed: line(&["build", "--no-cache", "-t", "compared", &context]),
                    restore: Some(line(&["rmi", "compared"])),
                })
            }
        }
    }
}

/// A context whose Dockerfile has ten files copied, each looked at by a command.
fn build_context(home: &Path) -> Result<String, String> {
    let mut dockerfile = "FROM busybox\n".to_owned();
    let names: Vec<String> = (0..STEPS).map(|step| format!("file{step}")).collect();
    let mut files = Vec::new();
    for name in &names {
        dockerfile +=
            &format!("COPY {name} /data/{name}\nRUN sha256sum /data/{name} > /data/{name}.sum\n");
        files.push((name.as_str(), name.as_str()));
    }
    files.push(("Dockerfile", &dockerfile));
    let context = folder(home, "build", &files)?;
    Ok(context.display().to_string())
}

/// Has the zone build and push it; then it has it no more.
fn push_big_layer(zone: &Target, name: &str, cli: &Cli<'_>) -> Result<(), String> {
    let context = folder(
        cli.home,
        "big",
        &[("Dockerfile", "FROM scratch\nCOPY data /\n")],
    )?;
    let data = folder(&context, "data", &[])?;
    let mut seed = 1_u64;
    for number in 0..FILES {
        let mut content = Vec::new();
        while content.len() < FILE_BYTES.0 {
            // xorshift64
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            content.extend_from_slice(&seed.to_le_bytes());
        }
        while content.len() < FILE_BYTES.0 + FILE_BYTES.1 {
            let entry = content.len();
            writeln!(
                content,
                "{number} {entry:x} a line of text as there are many in an image"
            )
            .map_err(|error| error.to_string())?;
        }
        std::fs::write(data.join(format!("file{number}")), content)
            .map_err(|error| error.to_string())?;
    }
    let context = context.display().to_string();
    zone.run(cli, &["build", "-t", name, &context])?;
    zone.run(cli, &["push", name])?;
    zone.run(cli, &["rmi", name])?;
    Ok(())
}

/// Gives the zone 1,000 images and tells what it answers when they are asked for.
pub(crate) async fn many_images(socket: &Path) -> Result<String, String> {
    let client = RawClient::new(clients::Target::plain(Endpoint::Unix(socket.to_owned())));
    let ask = async |method: &str, path: &str, body: Option<Value>| {
        let mut request = Request::new(method, path);
        if let Some(body) = body {
            request = request.json(body.to_string());
        }
        let answer = client.exchange(&request).await;
        let answer = answer.map_err(|error| format!("{method} {path}: {error}"))?;
        match answer.status() {
            200..300 => Ok(answer.text().into_owned()),
            status => Err(format!("{method} {path}: {status} {}", answer.text())),
        }
    };
    ask(
        "POST",
        "/v1.24/images/create?fromImage=busybox&tag=latest",
        None,
    )
    .await?;
    let create = "/v1.24/containers/create?name=committed";
    let body = json!({"Image": "busybox", "HostConfig": {}});
    ask("POST", create, Some(body)).await?;
    for number in 1..IMAGES {
        let path = format!("/v1.24/commit?container=committed&repo=image{number}&comment={number}");
        ask("POST", &path, Some(json!({}))).await?;
    }
    ask("GET", "/v1.24/images/json?all=1", None).await
}
