//! What a scenario runs against: a zone of its own, or an endpoint that was there before it.

use std::time::{Duration, Instant};

use clients::proxy::{Guest, Kind, Proxy};
use clients::raw::Request;
use clients::{Endpoint, RawClient, Target};

use crate::control::Control;
use crate::failure::Failure;
use crate::foreign::Foreign;
use crate::zone::RunningZone;

/// Where a scenario takes place.
#[derive(Debug)]
pub(crate) enum Ground {
    /// A zone that is the scenario's alone.
    Own {
        /// The zone.
        zone: Box<RunningZone>,
        /// Its control API.
        control: Box<Control>,
    },
    /// An endpoint that others use, too.
    Foreign(Visit),
}

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
    /// Whether what is asked for without a version is asked for with one.
    versioned: bool,
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
            versioned: foreign.is_engine(),
        })
    }

    /// Where clients go.
    pub(crate) fn endpoint(&self) -> Endpoint {
        self.proxy.endpoint()
    }

    /// Whether a path without a version gets the one that the suite speaks.
    pub(crate) fn adds_version(&self) -> bool {
        self.versioned
    }

    /// Milliseconds of real time since it began.
    pub(crate) fn passed_ms(&self) -> i64 {
        i64::try_from(self.began.elapsed().as_millis()).unwrap_or(i64::MAX)
    }

    /// Removes whatever the scenario made, with its volumes, and nothing else.
    pub(crate) async fn leave(self) -> Result<(), Failure> {
        let client = RawClient::new(self.onward.clone());
        let mut left = Vec::new();
        let mut made = self.guest.made();
        made.extend(self.volumes(&client).await?);
        for (kind, id) in made {
            if let Err(said) = remove(&client, kind, &id).await? {
                left.push(format!("{}/{id}: {said}", kind.path()));
            }
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

impl Visit {
    /// The volumes of its name: containers make some.
    async fn volumes(&self, client: &RawClient) -> Result<Vec<(Kind, String)>, Failure> {
        let listed = client
            .exchange(&Request::new("GET", "/v1.24/volumes"))
            .await?;
        let listed = listed.json().unwrap_or_default();
        let names = listed["Volumes"].as_array().into_iter().flatten();
        let own = names
            .filter_map(|volume| volume["Name"].as_str())
            .filter(|name| name.starts_with(&self.prefix))
            .map(|name| (Kind::Volume, name.to_owned()));
        Ok(own.collect())
    }
}

/// Until it is gone, or what is said against that.
async fn remove(client: &RawClient, kind: Kind, id: &str) -> Result<Result<(), String>, Failure> {
    const TRIES: usize = 100;
    const PAUSE: Duration = Duration::from_millis(50);
    let query = match kind {
        Kind::Container => "?force=1&v=1",
        Kind::Network | Kind::Volume => "",
    };
    let path = format!("/v1.24{}/{id}{query}", kind.path());
    let mut said = String::new();
    for _ in 0..TRIES {
        let answer = client.exchange(&Request::new("DELETE", &path)).await?;
        match answer.status() {
            200..300 | 404 => return Ok(Ok(())),
            // It is removed already, by what the scenario did, or is about to be.
            409 => said = answer.text().into_owned(),
            status => return Ok(Err(format!("{status} {}", answer.text()))),
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(Err(said))
}
