//! `certify --target` at a zone that others use, and at one that says it is an engine.

use std::net::Ipv4Addr;
use std::path::Path;
use std::process::Command;

use clients::build;
use clients::proxy::{Change, Front, Match, Mutation, Proxy};
use clients::raw::Request;
use clients::version::CliVersion;
use clients::{Endpoint, RawClient, Target};
use features::session::target_dir;
use reports::{Results, Verdict};
use zonesim::{Config, Zone};

/// A zone with the image that scenarios take for granted and a container of somebody else's.
async fn zone(folder: &Path) -> (Zone, Endpoint) {
    let socket = folder.join("docker.sock");
    let config = Config {
        socket: Some(socket.clone()),
        plain: Some((Ipv4Addr::LOCALHOST, 0).into()),
        ..Config::default()
    };
    let zone = zonesim::Builder::from_config(config).start().await;
    let zone = zone.expect("a zone");
    let endpoint = Endpoint::Unix(socket);
    let busybox = "/v1.24/images/create?fromImage=busybox&tag=latest";
    assert_eq!(ask(&endpoint, Request::new("POST", busybox)).await.0, 200);
    let others = "/v1.24/containers/create?name=theirs";
    let body = r#"{"Image": "busybox", "Cmd": ["true"], "HostConfig": {}}"#;
    let made = ask(
        &endpoint,
        Request::new("POST", others).json(body.to_owned()),
    )
    .await;
    assert_eq!(made.0, 200, "{}", made.1);
    (zone, endpoint)
}

async fn ask(endpoint: &Endpoint, request: Request) -> (u16, String) {
    let client = RawClient::new(Target::plain(endpoint.clone()));
    let answer = client.exchange(&request).await.expect("an answer");
    (answer.status(), answer.text().into_owned())
}

/// Tries scenarios at an endpoint; gives the exit status and the results.
async fn certify(endpoint: &Endpoint, out: &Path, ids: &[&str]) -> (Option<i32>, Results) {
    let binary = build::resolve(CliVersion::V1_12, &target_dir(), &mut |_| {});
    let binary = binary.expect("a command line").path;
    let mut command = Command::new(env!("CARGO_BIN_EXE_certify"));
    command.arg("--client").arg(binary);
    command.arg("--target").arg(endpoint.to_string());
    command.arg("--out").arg(out);
    for id in ids {
        command.args(["--id", id]);
    }
    let ended = tokio::task::spawn_blocking(move || command.output()).await;
    let ended = ended.expect("it is waited for").expect("certify starts");
    let results = std::fs::read(out.join("results.json")).unwrap_or_else(|_| {
        panic!("no results: {}", String::from_utf8_lossy(&ended.stderr));
    });
    let results = serde_json::from_slice(&results).expect("results");
    (ended.status.code(), results)
}

fn verdicts(results: &Results) -> Vec<(&str, &str, Verdict)> {
    let records = results.records.iter();
    records
        .map(|record| (&*record.id, &*record.client, record.verdict))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shared_zone_is_judged_as_a_zone_and_left_as_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let (zone, endpoint) = zone(folder.path()).await;
    let out = folder.path().join("out");
    let ids = ["RUN-name", "CTR-60", "API-19", "RUN-detached", "CTR-10"];
    let (status, results) = certify(&endpoint, &out, &ids).await;
    assert_eq!(status, Some(0), "{:#?}", results.records);
    assert!(results.header.environment.target.starts_with("Triton/"));
    let passed = results.summary.passed;
    assert!(passed >= 4, "{:?}", verdicts(&results));
    // Reboots need a zone of one's own.
    let reboot = results.records.iter().find(|record| record.id == "CTR-10");
    let reason = reboot.and_then(|record| record.reason.clone());
    assert_eq!(reason.as_deref(), Some("the target lacks clock, faults"));
    let (_, list) = ask(
        &endpoint,
        Request::new("GET", "/v1.24/containers/json?all=1"),
    )
    .await;
    let list: serde_json::Value = serde_json::from_str(&list).expect("a list");
    let names: Vec<_> = list.as_array().into_iter().flatten().collect();
    assert_eq!(names.len(), 1, "{list}");
    assert_eq!(names[0]["Names"][0], "/theirs");
    drop(zone.shutdown().await);
}

/// Something between the suite and a zone that makes it say that it is an engine, and answer creations so.
async fn disguise(onward: &Endpoint, status_of_create: Option<u16>) -> (Proxy, Proxy) {
    let says = Mutation {
        name: "it says that it is an engine".to_owned(),
        on: Match {
            path: Some("/version".to_owned()),
            ..Match::default()
        },
        what: vec![Change::SetHeader {
            name: "Server".to_owned(),
            value: "Docker/20.10 (linux)".to_owned(),
        }],
    };
    let creates = Mutation {
        name: "create answers as an engine's".to_owned(),
        on: Match {
            path: Some("/containers/create".to_owned()),
            ..Match::default()
        },
        what: status_of_create.map_or_else(Vec::new, |code| {
            let status = Change::Status {
                code,
                reason: Some("Created".to_owned()),
            };
            let line_break = Change::AppendToBody {
                text: "\n".to_owned(),
            };
            vec![status, line_break]
        }),
    };
    let behind = Proxy::start(Front::Plain, Target::plain(onward.clone()), creates).await;
    let behind = behind.expect("a proxy");
    let before = Proxy::start(Front::Plain, Target::plain(behind.endpoint()), says).await;
    (before.expect("a proxy"), behind)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_has_to_give_the_engines_answers() {
    let folder = tempfile::tempdir().expect("a folder");
    let (zone, endpoint) = zone(folder.path()).await;
    for (status_of_create, verdict, exit) in [
        (None, Verdict::Fail, 1),
        (Some(201), Verdict::Pass, 0),
        // Neither the zone's answer nor the engine's.
        (Some(202), Verdict::Fail, 1),
    ] {
        let (before, behind) = disguise(&endpoint, status_of_create).await;
        let out = folder.path().join("out");
        let (status, results) = certify(&before.endpoint(), &out, &["API-19"]).await;
        let seen = verdicts(&results);
        assert_eq!(seen, [("API-19", "raw", verdict)], "{:#?}", results.records);
        assert_eq!(status, Some(exit));
        drop((before, behind));
    }
    drop(zone.shutdown().await);
}
