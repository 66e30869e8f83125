//! A scenario's time at a target that others use, too.

use std::time::{Duration, Instant};

use clients::proxy::{Guest, Kind, Proxy};
use clients::raw::Request;
use clients::{Endpoint, RawClient, Target};

use crate::failure::Failure;
use crate::foreign::Foreign;
use crate::visit_images::Images;

/// A scenario's time at a foreign target.
#[derive(Debug)]
pub(crate) struct Visit {
    guest: Guest,
    /// Between every client and the target.
    proxy: Proxy,
    onward: Target,
    /// What its names begin with.
    prefix: String,
    began: Instant,
    /// Whether it is an engine.
    is_engine: bool,
    /// The images that were there before.
    images: Images,
}

impl Visit {
    /// Comes to a target, where its names begin with `prefix`.
    pub(crate) async fn begin(foreign: &Foreign, prefix: &str) -> Result<Visit, Failure> {
        let guest = match foreign.is_engine() {
            true => Guest::careful(),
            false => Guest::default(),
        };
        Ok(Visit {
            proxy: Proxy::visit(foreign.target.clone(), guest.clone()).await?,
            guest,
            onward: foreign.target.clone(),
            prefix: prefix.to_owned(),
            began: Instant::now(),
            is_engine: foreign.is_engine(),
            images: Images::of(&RawClient::new(foreign.target.clone())).await?,
        })
    }

    /// Where clients go.
    pub(crate) fn endpoint(&self) -> Endpoint {
        self.proxy.endpoint()
    }

    /// What its names begin with.
    pub(crate) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Whether the target is an engine.
    pub(crate) fn is_engine(&self) -> bool {
        self.is_engine
    }

    /// Milliseconds of real time since it began.
    pub(crate) fn passed_ms(&self) -> i64 {
        i64::try_from(self.began.elapsed().as_millis()).unwrap_or(i64::MAX)
    }

    /// Removes whatever the scenario made, with its volumes, and nothing else.
    pub(crate) async fn leave(self) -> Result<(), Failure> {
        // What is still under way ends here.
        drop(self.proxy);
        let client = RawClient::new(self.onward);
        let mut left = Vec::new();
        let mut paths: Vec<String> = self
            .guest
            .made()
            .into_iter()
            .map(|(kind, id)| format!("{}/{id}", kind.path()))
            .collect();
        for (list, of_kind) in [
            ("/containers/json?all=1", "/containers"),
            ("/volumes", "/volumes"),
        ] {
            match named(&client, list, &self.prefix).await {
                Ok(names) => paths.extend(names.iter().map(|name| format!("{of_kind}/{name}"))),
                Err(failure) => left.push(failure.to_string()),
            }
        }
        for path in paths {
            if let Err(failure) = remove(&client, &path).await {
                left.push(format!("{path}: {failure}"));
            }
        }
        if let Err(failure) = self
            .images
            .restore(&client, &self.guest.image_names())
            .await
        {
            left.push(failure.to_string());
        }
        match left.is_empty() {
            true => Ok(()),
            false => Err(Failure::Zone(format!(
                "what is left behind:\n{}",
                left.join("\n")
            ))),
        }
    }
}

/// The containers or volumes whose name begins so: what was made by something that no answer tells of.
async fn named(client: &RawClient, list: &str, prefix: &str) -> Result<Vec<String>, Failure> {
    let path = format!("/v1.24{list}");
    let answer = client.exchange(&Request::new("GET", path)).await?;
    let answer = answer.json().unwrap_or_default();
    let entries = answer.as_array().or(answer["Volumes"].as_array());
    let names = entries.into_iter().flatten().filter_map(|entry| {
        let name = entry["Name"].as_str().or(entry["Names"][0].as_str())?;
        let name = name.trim_start_matches('/');
        name.starts_with(prefix).then(|| name.to_owned())
    });
    Ok(names.collect())
}

/// Until it is gone.
async fn remove(client: &RawClient, path: &str) -> Result<(), Failure> {
    const TRIES: usize = 100;
    const PAUSE: Duration = Duration::from_millis(50);
    let query = match path.starts_with(Kind::Container.path()) {
        true => "?force=1&v=1",
        false => "",
    };
    let path = format!("/v1.24{path}{query}");
    let mut said = String::new();
    for _ in 0..TRIES {
        let answer = client.exchange(&Request::new("DELETE", &path)).await?;
        match answer.status() {
            200..300 | 404 => return Ok(()),
            // It is removed already, by what the scenario did, or is about to be.
            409 => said = answer.text().into_owned(),
            status => return Err(Failure::Zone(format!("{status} {}", answer.text()))),
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err(Failure::Zone(said))
}
