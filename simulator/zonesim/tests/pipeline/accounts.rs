//! Accounts, keys, users and roles through the control API.

use crate::wire::Bench;
use serde_json::{Value, json};
use zonesim::ClockMode;

const ALICE: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f alice";
const BOB: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g bob";

#[tokio::test]
async fn an_account_is_made_as_a_whole_or_not_at_all() {
    let bench = Bench::start(ClockMode::Real).await;
    let before = bench.control("GET", "/accounts", Value::Null).await;
    for keys in [
        json!([ALICE, "nonsense"]),
        json!([ALICE, ALICE]),
        json!("x"),
    ] {
        let body = json!({"login": "jill", "keys": keys});
        let (status, answer) = bench.ask_control("POST", "/accounts", &body).await;
        assert!((400..500).contains(&status), "{answer}");
        assert!(answer["message"].is_string(), "{answer}");
    }
    let after = bench.control("GET", "/accounts", Value::Null).await;
    assert_eq!(before, after);
    let body = json!({"login": "jill", "keys": [ALICE, BOB], "generate_key": true});
    let made = bench.control("POST", "/accounts", body).await;
    let keys = made["keys"].as_array().expect("a list");
    let names: Vec<&Value> = keys.iter().map(|key| &key["name"]).collect();
    assert_eq!(names, ["alice", "bob", "jill@zonesim"]);
    bench.shutdown().await;
}

#[tokio::test]
async fn an_account_goes_by_its_id_wherever_by_its_login() {
    let bench = Bench::start(ClockMode::Real).await;
    let demo = bench.control("GET", "/accounts/demo", Value::Null).await;
    let id = demo["id"].as_str().expect("an id");
    let by_id = bench
        .control("GET", &format!("/accounts/{id}"), Value::Null)
        .await;
    assert_eq!(demo, by_id);
    // The private key is kept under the login, whatever the account was called.
    bench
        .control(
            "POST",
            &format!("/accounts/{id}/keys"),
            json!({"name": "two"}),
        )
        .await;
    for path in [
        format!("/accounts/{id}/certificates"),
        "/accounts/demo/certificates".to_owned(),
    ] {
        let made = bench.control("POST", &path, json!({})).await;
        assert!(made["cert"].is_string(), "{path}");
    }
    bench.shutdown().await;
}

#[tokio::test]
async fn users_and_roles_are_made_shown_and_removed() {
    let bench = Bench::start(ClockMode::Real).await;
    let user = json!({"login": "kim", "email": "kim@example.org", "keys": [ALICE]});
    let kim = bench.control("POST", "/accounts/demo/users", user).await;
    assert_eq!(
        (&kim["login"], &kim["email"]),
        (&json!("kim"), &json!("kim@example.org"))
    );
    let path = "/accounts/demo/users/kim/keys";
    let key = json!({"name": "second", "openssh": BOB});
    let kim = bench.control("POST", path, key).await;
    assert_eq!(kim["keys"].as_array().map(Vec::len), Some(2));
    bench
        .control("DELETE", &format!("{path}/second"), Value::Null)
        .await;

    let admin = bench.control("GET", "/accounts/admin", Value::Null).await;
    let members = json!({"members": [
        {"type": "subuser", "login": "kim", "default": true},
        {"type": "account", "login": admin["id"]},
    ]});
    let path = "/accounts/demo/roles/administrator";
    let role = bench.control("PUT", path, members).await;
    let expected = json!([
        {"type": "subuser", "login": "kim", "id": kim["id"], "default": true},
        {"type": "account", "login": "admin", "id": admin["id"], "default": false},
    ]);
    assert_eq!(role["members"], expected);
    let changed = bench.control("PUT", path, json!({"members": []})).await;
    assert_eq!(
        (&changed["id"], &changed["members"]),
        (&role["id"], &json!([]))
    );
    let demo = bench.control("GET", "/accounts/demo", Value::Null).await;
    assert_eq!(demo["users"][0]["id"], kim["id"]);
    assert_eq!(demo["roles"], json!([changed]));
    bench.control("DELETE", path, Value::Null).await;
    bench
        .control("DELETE", "/accounts/demo/users/kim", Value::Null)
        .await;
    for list in ["users", "roles"] {
        let path = format!("/accounts/demo/{list}");
        assert_eq!(bench.control("GET", &path, Value::Null).await, json!([]));
    }
    bench.shutdown().await;
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_in_words() {
    let bench = Bench::start(ClockMode::Real).await;
    let users = "/accounts/demo/users";
    bench.control("POST", users, json!({"login": "kim"})).await;
    let role = "/accounts/demo/roles/reader";
    let kim = json!({"type": "subuser", "login": "kim"});
    for (method, path, body, status, text) in [
        (
            "POST",
            users,
            json!({"login": "kim"}),
            409,
            "login kim is already taken",
        ),
        (
            "POST",
            users,
            json!({"login": "k"}),
            422,
            "login k is invalid",
        ),
        (
            "POST",
            "/accounts/nobody/users",
            json!({"login": "kim"}),
            404,
            "nobody does not exist",
        ),
        (
            "GET",
            "/accounts/demo/users/lee",
            json!({}),
            404,
            "lee does not exist",
        ),
        (
            "DELETE",
            "/accounts/demo/users/lee",
            json!({}),
            404,
            "lee does not exist",
        ),
        (
            "DELETE",
            "/accounts/demo/users/kim/keys/x",
            json!({}),
            404,
            "x does not exist",
        ),
        (
            "PUT",
            role,
            json!({"members": [kim, kim]}),
            422,
            "a member is named twice",
        ),
        (
            "PUT",
            "/accounts/demo/roles/a%2Cb",
            json!({"members": []}),
            422,
            "role a,b is invalid",
        ),
        ("DELETE", role, json!({}), 404, "reader does not exist"),
        (
            "POST",
            "/accounts/demo/tokens",
            json!({"expires": "soon"}),
            400,
            "expires: \"soon\" is no ISO date",
        ),
    ] {
        let (seen, answer) = bench.ask_control(method, path, &body).await;
        assert_eq!((seen, &answer["message"]), (status, &json!(text)), "{path}");
    }
    for body in [
        json!({}),
        json!({"members": [{"type": "group", "login": "kim"}]}),
    ] {
        assert_eq!(bench.ask_control("PUT", role, &body).await.0, 400);
    }
    bench.shutdown().await;
}
