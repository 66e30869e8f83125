//! A client of the in-process kind: containers of its own, and connections that are cut.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use clients::ClientError;
use clients::raw::{Request, Response};
use serde_json::json;

use super::dice::Dice;
use super::round::Round;

/// Containers that a client has at once.
const MOST: usize = 2;
/// So many others are removed before one is looked for again.
const DOUBTFUL: usize = 8;
/// RAM of each, bytes: the smallest package, so that the zone has room for all of them.
const MEMORY_BYTES: u64 = 128 << 20;
/// How long a client listens before it goes, at most.
const LISTENS: Duration = Duration::from_millis(50);

/// What a client knows of its containers by their names: `true` was acknowledged, `false` may be there or not.
type Known = BTreeMap<String, bool>;

struct Worker {
    round: Arc<Round>,
    number: usize,
    made: usize,
    known: Known,
    /// Those that were not there, but whose creation was cut: it may still have been under way.
    doubtful: VecDeque<String>,
    dice: Dice,
}

pub(super) async fn work(round: Arc<Round>, number: usize, dice: Dice) {
    let mut worker = Worker {
        round,
        number,
        made: 0,
        known: Known::new(),
        doubtful: VecDeque::new(),
        dice,
    };
    while worker.round.goes_on() {
        if let Err(error) = worker.step().await {
            worker.round.problem(format!("client {number}: {error}"));
        }
    }
    if let Err(error) = worker.look().await {
        worker.round.problem(format!("client {number}: {error}"));
    }
}

/// What has come of a request.
enum Came {
    Answer(u16, String),
    /// The client has cut the connection.
    Cut,
}

impl Worker {
    async fn step(&mut self) -> Result<(), ClientError> {
        if self.known.len() < MOST && (self.known.is_empty() || self.dice.once_in(4)) {
            return self.create().await;
        }
        let place = usize::try_from(self.dice.below(self.known.len() as u64)).unwrap_or(0);
        let Some(name) = self.known.keys().nth(place).cloned() else {
            return Ok(());
        };
        match self.dice.below(12) {
            0 | 1 => self.ask(&name, "POST", "start", &[204, 404]).await,
            2 => self.ask(&name, "POST", "stop?t=0", &[204, 404]).await,
            3 => self.ask(&name, "POST", "kill", &[204, 404]).await,
            4 => self.ask(&name, "POST", "restart?t=0", &[204, 404]).await,
            5 => self.remove(&name).await,
            6 => self.exec(&name).await,
            7 => {
                self.ask(&name, "GET", "archive?path=/etc", &[200, 404])
                    .await
            }
            8 => {
                self.listen(&name, "GET", "logs?stdout=1&stderr=1&follow=1")
                    .await
            }
            9 => {
                self.listen(&name, "POST", "attach?stdout=1&stderr=1&stdin=1")
                    .await
            }
            10 => self.listen(&name, "GET", "stats?stream=1").await,
            _ => self.listen(&name, "POST", "wait").await,
        }
    }

    async fn create(&mut self) -> Result<(), ClientError> {
        let name = format!("c{}-{}", self.number, self.made);
        self.made += 1;
        let script = "i=0; while [ $i -lt 20 ]; do echo line $i; i=$((i+1)); sleep 0.01; done";
        let body = json!({"Image": "busybox", "Cmd": ["sh", "-c", script], "OpenStdin": true, "HostConfig": {"Memory": MEMORY_BYTES}});
        let path = format!("/v1.24/containers/create?name={name}");
        let request = Request::new("POST", path).json(body.to_string());
        match self.send(&request).await? {
            Came::Answer(200, _) => drop(self.known.insert(name, true)),
            Came::Answer(status, text) => self.wrong("create", status, &text),
            Came::Cut => drop(self.known.insert(name, false)),
        }
        Ok(())
    }

    async fn remove(&mut self, name: &str) -> Result<(), ClientError> {
        let path = format!("/v1.24/containers/{name}?force=1");
        match self.send(&Request::new("DELETE", path)).await? {
            Came::Answer(204, _) => {
                self.known.remove(name);
                // What was removed is gone.
                let answer = self.inspect(name).await?;
                if answer.status() != 404 {
                    self.wrong(
                        "inspect of what was removed",
                        answer.status(),
                        &answer.text(),
                    );
                }
            }
            Came::Answer(404, text) => {
                if self.known.remove(name) == Some(true) {
                    self.wrong("delete", 404, &text);
                }
                self.look_again(name).await?;
            }
            // Still being made, by a request that was cut.
            Came::Answer(500, text) if text.starts_with("Container state \"provisioning\"") => {}
            Came::Answer(status, text) => self.wrong("delete", status, &text),
            Came::Cut => drop(self.known.insert(name.to_owned(), false)),
        }
        Ok(())
    }

    /// Removes what came to be after it was removed, once that is long enough ago: nobody else would.
    async fn look_again(&mut self, name: &str) -> Result<(), ClientError> {
        self.doubtful.push_back(name.to_owned());
        if self.doubtful.len() > DOUBTFUL
            && let Some(name) = self.doubtful.pop_front()
        {
            let path = format!("/v1.24/containers/{name}?force=1");
            let request = Request::new("DELETE", path);
            self.round.client().exchange(&request).await?;
        }
        Ok(())
    }

    async fn exec(&mut self, name: &str) -> Result<(), ClientError> {
        let path = format!("/v1.24/containers/{name}/exec");
        let body = json!({"Cmd": ["sh", "-c", "echo in; cat"], "AttachStdin": true});
        let request = Request::new("POST", path).json(body.to_string());
        let text = match self.send(&request).await? {
            Came::Answer(200, text) => text,
            Came::Answer(404 | 409, _) | Came::Cut => return Ok(()),
            Came::Answer(status, text) => {
                self.wrong("exec", status, &text);
                return Ok(());
            }
        };
        let made: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
        let id = made["Id"].as_str().unwrap_or_default();
        let start = Request::new("POST", format!("/v1.24/exec/{id}/start")).upgrade();
        self.listen_to(&start).await
    }

    /// A request about a container whose answer is one of these; an acknowledged one is never unknown.
    async fn ask(
        &mut self,
        name: &str,
        method: &str,
        what: &str,
        statuses: &[u16],
    ) -> Result<(), ClientError> {
        let path = format!("/v1.24/containers/{name}/{what}");
        if let Came::Answer(status, text) = self.send(&Request::new(method, path)).await? {
            let lost = status == 404 && self.known.get(name) == Some(&true);
            // Still being made, by a request that was cut.
            let early = self.known.get(name) == Some(&false) && matches!(status, 409 | 500);
            if lost || !(statuses.contains(&status) || early) {
                self.wrong(what, status, &text);
            }
        }
        Ok(())
    }

    async fn listen(&mut self, name: &str, method: &str, what: &str) -> Result<(), ClientError> {
        let request = Request::new(method, format!("/v1.24/containers/{name}/{what}"));
        self.listen_to(&request).await
    }

    /// Reads for a while, then goes: in order, or with a reset.
    async fn listen_to(&mut self, request: &Request) -> Result<(), ClientError> {
        let mut wire = self.round.client().connect().await?;
        wire.send(&request.to_bytes()).await?;
        let until = self.dice.time(LISTENS);
        let reading =
            async { while wire.read_some().await.is_ok_and(|bytes| !bytes.is_empty()) {} };
        // Who listens too long has heard enough.
        let _ = tokio::time::timeout(until, reading).await;
        self.round.cut();
        if self.dice.once_in(2) {
            let _ = wire.reset();
        }
        Ok(())
    }

    /// Sends a request and reads its answer, or cuts the connection before.
    async fn send(&mut self, request: &Request) -> Result<Came, ClientError> {
        let client = self.round.client();
        if !self.dice.once_in(3) {
            let answer = client.exchange(request).await?;
            self.round.answered();
            return Ok(Came::Answer(answer.status(), answer.text().into_owned()));
        }
        let mut wire = client.connect().await?;
        let bytes = request.to_bytes();
        // Somewhere in the request, or behind it.
        let sent = usize::try_from(self.dice.below(bytes.len() as u64 * 2)).unwrap_or(0);
        wire.send(&bytes[..sent.min(bytes.len())]).await?;
        tokio::time::sleep(self.dice.time(Duration::from_millis(5))).await;
        self.round.cut();
        if self.dice.once_in(2) {
            let _ = wire.reset();
        }
        Ok(Came::Cut)
    }

    async fn inspect(&self, name: &str) -> Result<Response, ClientError> {
        let path = format!("/v1.24/containers/{name}/json");
        let request = Request::new("GET", path);
        self.round.client().exchange(&request).await
    }

    fn wrong(&self, what: &str, status: u16, text: &str) {
        let number = self.number;
        self.round
            .problem(format!("client {number}: {what}: {status} {text}"));
    }

    /// What was acknowledged and not removed is there.
    async fn look(&self) -> Result<(), ClientError> {
        for (name, _) in self.known.iter().filter(|(_, sure)| **sure) {
            let answer = self.inspect(name).await?;
            if answer.status() != 200 {
                self.wrong("what was acknowledged", answer.status(), &answer.text());
            }
        }
        Ok(())
    }
}
