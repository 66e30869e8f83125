//! Who a request runs as (accounts-and-cloudapi.md B).

use crate::wire::{Bench, ask_tls, body, status};
use serde_json::{Value, json};
use zonesim::ClockMode;

const OLD_CERTIFICATE: &str = include_str!("../fixtures/old-style/cert.pem");
const OLD_EXPIRED_CERTIFICATE: &str = include_str!("../fixtures/old-style/expired-cert.pem");
const OLD_KEY: &str = include_str!("../fixtures/old-style/key.pem");
const OLD_PUBLIC_KEY: &str = include_str!("../fixtures/old-style/key.pub");

/// Status and body of `GET /info` with this pair.
async fn info(bench: &Bench, pair: Option<(&str, &str)>, headers: &str) -> (u16, String) {
    let answer = ask_tls(&bench.zone, pair, "GET /info", headers).await;
    (status(&answer), body(&answer).to_owned())
}

async fn with_certificate(bench: &Bench, certificate: &Value) -> (u16, String) {
    let text = |name: &str| certificate[name].as_str().expect("PEM").to_owned();
    info(bench, Some((&text("cert"), &text("key"))), "").await
}

/// `GET /info` with a certificate that the control API makes.
async fn certified(bench: &Bench, login: &str, request: Value) -> (u16, String) {
    let path = format!("/accounts/{login}/certificates");
    let certificate = bench.control("POST", &path, request).await;
    with_certificate(bench, &certificate).await
}

fn refused(text: &str) -> (u16, String) {
    (401, format!("{text} (rid)"))
}

#[tokio::test]
async fn a_certificate_is_its_account_or_nobody() {
    let bench = Bench::start(ClockMode::Real).await;
    bench
        .control("POST", "/accounts", json!({"login": "my_login"}))
        .await;
    for login in ["demo", "my_login"] {
        let (status, body) = certified(&bench, login, json!({})).await;
        assert_eq!(status, 200);
        assert!(
            body.contains(&format!("[[\"SDCAccount\",\"{login}\"]]")),
            "{body}"
        );
    }
    let unauthorized = refused("Unauthorized");
    assert_eq!(info(&bench, None, "").await, unauthorized);
    for request in [
        json!({"common_name": "nobody"}),
        json!({"signer": "stranger"}),
        json!({"signer": "stranger", "issuer": "own"}),
        json!({"common_name": "my_login"}),
        json!({"issuer": "e4c16a5cb7a15f4c92637f90487258a8"}),
    ] {
        assert_eq!(
            certified(&bench, "demo", request.clone()).await,
            unauthorized,
            "{request}"
        );
    }
    bench.shutdown().await;
}

#[tokio::test]
async fn a_certificate_may_name_the_account_by_its_id() {
    let bench = Bench::start(ClockMode::Real).await;
    let account = bench.control("GET", "/accounts/demo", Value::Null).await;
    let (status, _) = certified(&bench, "demo", json!({"common_name": account["id"]})).await;
    assert_eq!(status, 200);
    bench.shutdown().await;
}

#[tokio::test]
async fn a_delegated_certificate_has_its_time_and_names_its_issuer() {
    let bench = Bench::start(ClockMode::Real).await;
    let expired = refused("Client certificate expired");
    for request in [
        json!({"lifetime_seconds": 60, "age_seconds": 60}),
        json!({"age_seconds": -1000}),
    ] {
        assert_eq!(certified(&bench, "demo", request).await, expired);
    }
    for issuer in [
        "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
        "garbage",
    ] {
        assert_eq!(
            certified(&bench, "demo", json!({"issuer": issuer})).await,
            refused("Client certificate is not self-signed, and the issuer DN could not be parsed")
        );
    }
    bench.shutdown().await;
}

#[tokio::test]
async fn old_style_certificates_never_expire() {
    let bench = Bench::start(ClockMode::Real).await;
    let expired = Some((OLD_EXPIRED_CERTIFICATE, OLD_KEY));
    assert_eq!(info(&bench, expired, "").await, refused("Unauthorized"));
    let key = json!({"openssh": OLD_PUBLIC_KEY});
    bench.control("POST", "/accounts/demo/keys", key).await;
    for certificate in [OLD_CERTIFICATE, OLD_EXPIRED_CERTIFICATE] {
        assert_eq!(info(&bench, Some((certificate, OLD_KEY)), "").await.0, 200);
    }
    bench.shutdown().await;
}

#[tokio::test]
async fn a_key_that_was_removed_works_for_two_minutes_of_zone_time() {
    let bench = Bench::start(ClockMode::Stepped).await;
    let path = "/accounts/demo/certificates";
    let certificate = bench.control("POST", path, json!({})).await;
    assert_eq!(with_certificate(&bench, &certificate).await.0, 200);
    let account = bench.control("GET", "/accounts/demo", Value::Null).await;
    let fingerprint = account["keys"][0]["fingerprint"]
        .as_str()
        .expect("a fingerprint");
    let path = format!("/accounts/demo/keys/{fingerprint}");
    bench.control("DELETE", &path, Value::Null).await;
    for (seconds, expected) in [(119, 200), (2, 401)] {
        let by = json!({"ms": seconds * 1000});
        bench.control("POST", "/clock/advance", by).await;
        assert_eq!(
            with_certificate(&bench, &certificate).await.0,
            expected,
            "{seconds}"
        );
    }
    bench.shutdown().await;
}

#[tokio::test]
async fn expiry_goes_before_the_cache() {
    let bench = Bench::start(ClockMode::Stepped).await;
    let path = "/accounts/demo/certificates";
    let certificate = bench
        .control("POST", path, json!({"lifetime_seconds": 360}))
        .await;
    assert_eq!(with_certificate(&bench, &certificate).await.0, 200);
    bench
        .control("POST", "/clock/advance", json!({"ms": 61_000}))
        .await;
    assert_eq!(
        with_certificate(&bench, &certificate).await,
        refused("Client certificate expired")
    );
    bench.shutdown().await;
}

#[tokio::test]
async fn whoever_may_not_use_the_zone_is_forbidden() {
    let bench = Bench::start(ClockMode::Real).await;
    let change = |body: Value| bench.control("PATCH", "/accounts/demo", body);
    change(json!({"disabled": true})).await;
    assert_eq!(
        certified(&bench, "demo", json!({})).await,
        (403, "Forbidden (rid)".to_owned())
    );
    change(json!({"disabled": false, "allowed_dcs": ["elsewhere"]})).await;
    assert_eq!(certified(&bench, "demo", json!({})).await.0, 200);
    let setting = json!({"account_allowed_dcs": true, "account_allowed_dcs_message": "ask us"});
    bench.control("PATCH", "/settings", setting).await;
    let forbidden = (403, "Forbidden (ask us) (rid)".to_owned());
    assert_eq!(certified(&bench, "demo", json!({})).await, forbidden);
    change(json!({"allowed_dcs": ["elsewhere", "ro-1"]})).await;
    assert_eq!(certified(&bench, "demo", json!({})).await.0, 200);
    change(json!({"allowed_dcs": null})).await;
    assert_eq!(certified(&bench, "demo", json!({})).await, forbidden);
    bench.shutdown().await;
}

#[tokio::test]
async fn a_token_replaces_the_certificate() {
    let bench = Bench::start(ClockMode::Real).await;
    let minted = bench
        .control("POST", "/accounts/demo/tokens", json!({}))
        .await;
    let header = format!(
        "X-Auth-Token: {}\r\n",
        minted["token"].as_str().expect("a token")
    );
    assert_eq!(info(&bench, None, &header).await.0, 200);
    let old = json!({"expires": "2017-01-13T00:00:00Z"});
    let expired = bench.control("POST", "/accounts/demo/tokens", old).await;
    let credentials = bench
        .zone
        .credentials("demo")
        .expect("the zone made it")
        .clone();
    let pair = Some((
        credentials.certificate_pem.as_str(),
        credentials.key_pem.as_str(),
    ));
    assert_eq!(info(&bench, pair, "").await.0, 200);
    for token in ["bad", expired["token"].as_str().expect("a token")] {
        let header = format!("X-Auth-Token: {token}\r\n");
        assert_eq!(
            info(&bench, pair, &header).await,
            refused("Unauthorized"),
            "{token}"
        );
    }
    bench.shutdown().await;
}
