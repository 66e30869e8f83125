//! Many logins at once, and the cache of a hundred (ACC-33).

use crate::wire::{Bench, ask_tls, status};
use futures_util::future::join_all;
use serde_json::{Value, json};
use zonesim::ClockMode;

const LOGINS: usize = 200;
const REMEMBERED: usize = 100;

/// An account and what its client holds.
struct Login {
    name: String,
    certificate: String,
    key: String,
}

async fn login(bench: &Bench, number: usize) -> Login {
    let name = format!("user{number}");
    bench
        .control("POST", "/accounts", json!({"login": name}))
        .await;
    let path = format!("/accounts/{name}/certificates");
    let made = bench.control("POST", &path, json!({})).await;
    let pem = |part: &str| made[part].as_str().expect("PEM").to_owned();
    Login {
        certificate: pem("cert"),
        key: pem("key"),
        name,
    }
}

/// Everyone asks at once; how many are let in. Nobody ever is somebody else.
async fn let_in(bench: &Bench, logins: &[Login]) -> usize {
    let answers = logins.iter().map(async |login| {
        let pair = Some((login.certificate.as_str(), login.key.as_str()));
        let answer = ask_tls(&bench.zone, pair, "GET /info", "").await;
        let own = format!("[[\"SDCAccount\",\"{}\"]]", login.name);
        match status(&answer) {
            200 => assert!(answer.contains(&own), "{answer}"),
            401 => assert!(answer.ends_with("Unauthorized (rid)"), "{answer}"),
            other => panic!("{other}: {answer}"),
        }
        status(&answer) == 200
    });
    let answers = join_all(answers).await;
    answers.into_iter().filter(|let_in| *let_in).count()
}

#[tokio::test]
async fn two_hundred_logins_at_once_are_each_themselves() {
    let bench = Bench::start(ClockMode::Stepped).await;
    let mut logins = Vec::new();
    for number in 0..LOGINS {
        logins.push(login(&bench, number).await);
    }
    for _ in 0..2 {
        assert_eq!(let_in(&bench, &logins).await, LOGINS);
    }
    for login in &logins {
        let path = format!("/accounts/{}/keys/{}@zonesim", login.name, login.name);
        bench.control("DELETE", &path, Value::Null).await;
    }
    assert_eq!(let_in(&bench, &logins).await, REMEMBERED);
    bench
        .control("POST", "/clock/advance", json!({"ms": 120_000}))
        .await;
    assert_eq!(let_in(&bench, &logins).await, 0);
    bench.shutdown().await;
}
