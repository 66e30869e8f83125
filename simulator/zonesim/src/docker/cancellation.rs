//! Handlers hold no state: one that is dropped in the middle leaves what one leaves that was seen to its end.

use super::body::Body;
use super::query::Query;
use super::route::{AccountRef, Answer, ApiVersion, Call, Handler, RequestId};
use super::{containers, exec, images};
use crate::config::Config;
use crate::driver::{Driver, Keeper};
use crate::facts::Facts;
use crate::http::flight::{Flight, Register};
use crate::http::presence::Presence;
use crate::machine;
use bytes::Bytes;
use futures_util::poll;
use http::HeaderMap;
use runtime::Timestamp;
use runtime::clock::{Clock, Mode};
use serde_json::{Value, json};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use uuid::Uuid;
use zone::ZoneConfig;

/// A zone without listeners, whose whole state follows from what it is asked.
struct Rig {
    driver: Driver,
    keeper: Keeper,
    facts: Arc<Facts>,
    /// In flight all the time, so that the end of a request changes nothing about the clock.
    _request: Flight,
    /// The exec that was made last.
    exec: Option<String>,
}

/// A request of the table below.
struct Request {
    handler: Handler,
    /// `EXEC` stands for the exec that was made last.
    params: &'static [&'static str],
    query: &'static str,
    body: Option<Value>,
}

fn request(handler: Handler, params: &'static [&'static str], query: &'static str) -> Request {
    Request {
        handler,
        params,
        query,
        body: None,
    }
}

fn with_body(handler: Handler, params: &'static [&'static str], body: Value) -> Request {
    Request {
        body: Some(body),
        ..request(handler, params, "name=web")
    }
}

fn pull() -> Request {
    request(images::pull, &[], "fromImage=busybox&tag=latest")
}

fn create() -> Request {
    let body = json!({"Image": "busybox", "Cmd": ["sleep", "1000"], "HostConfig": {}});
    with_body(containers::create, &[], body)
}

fn start() -> Request {
    request(containers::start, &["web"], "")
}

fn create_exec(detach: bool) -> Request {
    with_body(
        exec::create,
        &["web"],
        json!({"Cmd": ["true"], "Detach": detach}),
    )
}

impl Rig {
    fn new() -> Self {
        let clock = Clock::starting_at(Mode::Stepped, Timestamp::from_secs(1_500_000_000));
        let machine = machine::prepare(&clock, &Config::default());
        let requests = Register::new(|_| {});
        let model = zone::Zone::new(ZoneConfig::default(), 7);
        let driver = Driver::start(
            model,
            None,
            clock,
            machine.hub,
            requests.clone(),
            machine.make_runtime,
        );
        Self {
            keeper: Keeper::start(driver.clone(), machine.gauge),
            driver,
            facts: Arc::new(Facts {
                ca_pem: Bytes::new(),
                service_id: Uuid::nil(),
            }),
            _request: requests.begin(),
            exec: None,
        }
    }

    /// Everything that is under way comes to its end.
    async fn settle(&self) {
        let now = self.driver.now();
        self.keeper.advance(now).await.expect("a stepped clock");
    }

    fn call(&self, request: &Request) -> Call {
        let view = self.driver.view();
        let admin = view.admin();
        let exec = self.exec.as_deref().unwrap_or_default();
        let param = |text: &&str| text.replace("EXEC", exec);
        Call {
            driver: self.driver.clone(),
            account: Some(AccountRef {
                id: admin.id,
                login: admin.login.clone(),
            }),
            version: ApiVersion(1, 24),
            request_id: RequestId("id".to_owned()),
            params: request.params.iter().map(param).collect(),
            path: String::new(),
            presence: Presence::default(),
            headers: HeaderMap::new(),
            query: Query::parse(request.query),
            body: request.body.clone().map_or(Body::None, Body::Json),
            upload: None,
            flight: Arc::new(self.driver.requests().begin()),
            facts: Arc::clone(&self.facts),
        }
    }

    /// Time goes by.
    async fn pass(&self, time: Duration) {
        let later = self.driver.now() + time;
        self.keeper.advance(later).await.expect("a stepped clock");
    }

    /// Waits until no job is left.
    async fn jobs_end(&self) {
        const PATIENCE: Duration = Duration::from_secs(10);
        let mut views = self.driver.view_changes();
        let ended = async {
            while self.driver.view().operator_pending_jobs() > 0 {
                views.changed().await.expect("the zone runs");
            }
        };
        let ended = tokio::time::timeout(PATIENCE, ended).await;
        ended.expect("no job is left");
        self.settle().await;
    }

    /// Polls a handler so many times, letting the zone settle and a second pass after each, then drops it; `true`: it
    /// has come to its end.
    async fn poll(&mut self, request: &Request, times: usize) -> bool {
        let mut handling = (request.handler)(self.call(request));
        for _ in 0..times {
            let polled = poll!(&mut handling);
            self.settle().await;
            if let Poll::Ready(answer) = polled {
                let answer = answer.unwrap_or_else(|failure| panic!("{failure:?}"));
                self.read(answer).await;
                self.settle().await;
                return true;
            }
            self.pass(Duration::from_secs(1)).await;
        }
        drop(handling);
        self.settle().await;
        false
    }

    /// Reads an answer as a client does.
    async fn read(&mut self, answer: Answer) {
        match answer {
            Answer::Json(_, body) => {
                if let Some(id) = body["Id"].as_str() {
                    self.exec = Some(id.to_owned());
                }
            }
            Answer::Stream { mut chunks, .. } => while chunks.recv().await.is_some() {},
            Answer::File { mut pieces, .. } => while pieces.recv().await.is_some() {},
            _ => {}
        }
    }

    async fn end(self) {
        let Rig { driver, keeper, .. } = self;
        drop(self._request);
        drop(keeper);
        assert_eq!(driver.requests().in_flight(), 0, "no request is left");
        driver.view().operator_check().expect("the state is sound");
        driver.stop().await;
        assert_eq!(driver.runtime().leaks(), (0, 0));
    }
}

/// Enough polls for any handler here.
const TO_THE_END: usize = 100;

/// The state that `last` leaves after `setup` when it is dropped after so many polls, and whether it had ended.
async fn state_after(setup: &[Request], last: &Request, polls: usize) -> (u64, bool) {
    let mut rig = Rig::new();
    for request in setup {
        assert!(rig.poll(request, TO_THE_END).await, "the setup ends");
    }
    let ended = rig.poll(last, polls).await;
    // Whatever waits for the clock has its time.
    rig.pass(Duration::from_secs(20)).await;
    rig.jobs_end().await;
    let digest = rig.driver.view().operator_digest();
    rig.end().await;
    (digest, ended)
}

fn check(setup: impl Fn() -> Vec<Request>, last: impl Fn() -> Request) {
    // One thread: whether a poll finds its answer must not be a matter of luck.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let (undisturbed, ended) = state_after(&setup(), &last(), TO_THE_END).await;
        assert!(ended);
        for polls in 1..TO_THE_END {
            let (left, ended) = state_after(&setup(), &last(), polls).await;
            assert_eq!(left, undisturbed, "dropped after {polls} polls");
            if ended {
                assert!(polls > 1, "there was something to drop");
                return;
            }
        }
        unreachable!("it ends within {TO_THE_END} polls");
    });
}

#[test]
fn a_create_that_is_dropped_makes_its_container() {
    check(|| vec![pull()], create);
}

#[test]
fn a_start_that_is_dropped_starts() {
    check(|| vec![pull(), create()], start);
}

#[test]
fn a_stop_that_is_dropped_stops() {
    for query in ["t=0", "t=5"] {
        check(
            || vec![pull(), create(), start()],
            || request(containers::stop, &["web"], query),
        );
    }
}

#[test]
fn a_removal_that_is_dropped_removes() {
    check(
        || vec![pull(), create(), start()],
        || request(containers::delete, &["web"], "force=1"),
    );
}

#[test]
fn an_exec_that_is_dropped_runs() {
    let running = || vec![pull(), create(), start()];
    check(running, || create_exec(true));
    check(running, || create_exec(false));
    check(
        || {
            [running(), vec![create_exec(false)]]
                .into_iter()
                .flatten()
                .collect()
        },
        || request(exec::start, &["EXEC"], ""),
    );
}

#[test]
fn an_archive_that_is_dropped_gives_its_ticket_back() {
    for handler in [containers::get_archive, containers::stat_archive] {
        check(
            || vec![pull(), create()],
            || request(handler, &["web"], "path=/etc"),
        );
    }
}
