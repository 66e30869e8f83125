//! What belongs to one account is for every other as if it did not exist (docker-api.md 1).

use crate::containers::{create, shell, start, until};
use crate::wire::{Bench, body, status};
use serde_json::{Value, json};
use zonesim::ClockMode;

/// The answer for a path with `name` in it, and the name taken out again.
async fn answer(bench: &Bench, line: &str, name: &str, headers: &[&str]) -> String {
    let answer = bench.ask(&line.replace("{}", name), headers).await;
    let length = answer
        .lines()
        .find(|line| line.starts_with("Content-Length"));
    let length = length.unwrap_or_default().to_owned();
    answer.replace(&length, "").replace(name, "{}")
}

#[tokio::test]
async fn a_foreign_name_is_an_unknown_name_on_every_route() {
    let bench = Bench::start(ClockMode::Real).await;
    let id = create(&bench, shell("sleep 1000")).await;
    start(&bench, &id).await;
    let rename = format!("POST /containers/{id}/rename?name=secret");
    assert_eq!(status(&bench.ask(&rename, &[]).await), 200);
    let path = format!("/containers/{id}/exec");
    let made = bench.post(&path, &[], r#"{"Cmd":["true"]}"#).await;
    let made: Value = serde_json::from_str(body(&made)).expect("JSON");
    let exec = made["Id"].as_str().expect("an id");

    bench
        .control("POST", "/accounts", json!({"login": "jill"}))
        .await;
    let token = bench
        .control("POST", "/accounts/jill/tokens", json!({}))
        .await;
    let token = format!("X-Auth-Token: {}", token["token"].as_str().expect("text"));
    let absent = "f".repeat(64);
    let names = [
        (id.as_str(), absent.as_str()),
        (&id[..12], &absent[..12]),
        ("secret", "nobody"),
        (exec, &absent),
        ("busybox", "nothing"),
    ];
    let mut asked = 0;
    for route in zonesim::routes() {
        let Some(at) = route.pattern.find(':') else {
            continue;
        };
        let end = route.pattern[at..]
            .find('/')
            .map_or("", |end| &route.pattern[at + end..]);
        let end = end.replace(":link", "db");
        let line = format!("{} {}{{}}{end}", route.method, &route.pattern[..at]);
        for (foreign, absent) in names {
            for upgrade in [&[][..], &["Connection: Upgrade", "Upgrade: tcp"]] {
                let headers = [&[token.as_str()][..], upgrade].concat();
                let to_foreign = answer(&bench, &line, foreign, &headers).await;
                let to_absent = answer(&bench, &line, absent, &headers).await;
                assert_eq!(to_foreign, to_absent, "{line} of {foreign}");
                asked += 1;
            }
        }
    }
    assert!(asked > 200, "only {asked} requests");
    // Nothing of that has touched it.
    let inspected = bench.ask("GET /containers/secret/json", &[]).await;
    let container: Value = serde_json::from_str(body(&inspected)).expect("JSON");
    assert_eq!(container["Id"], id);
    assert_eq!(container["State"]["Running"], true);
    until(&bench, "requests_in_flight", 0).await;
    bench.shutdown().await;
}
