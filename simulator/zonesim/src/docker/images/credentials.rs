//! Who a client is for registries (images.md 10): `X-Registry-Auth` and `X-Registry-Config`.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use http::HeaderMap;
use images::registry::Credentials;
use serde_json::Value;

/// Padding or none.
const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// The key of the official index in a map of hosts.
const OFFICIAL_KEY: &str = "https://index.docker.io/v1/";

/// What a request says for the registry `index`; headers that cannot be understood say nothing.
pub(in crate::docker) fn credentials(headers: &HeaderMap, index: &str) -> Option<Credentials> {
    let own = document(headers, "x-registry-auth");
    if let Some(credentials) = own.as_ref().and_then(of_document) {
        return Some(credentials);
    }
    let map = document(headers, "x-registry-config")?;
    // Docker Inc's clients of API 1.20 wrap the map.
    let map = map.get("configs").unwrap_or(&map);
    let key = match index {
        "docker.io" => OFFICIAL_KEY,
        host => host,
    };
    let entry = map.get(key).or_else(|| {
        let entries = map.as_object()?.iter();
        let mut same = entries.filter(|(name, _)| host_of(name) == index);
        same.next().map(|(_, entry)| entry)
    });
    of_document(entry?)
}

fn document(headers: &HeaderMap, name: &str) -> Option<Value> {
    let text = headers.get(name)?.as_bytes();
    let bytes = STANDARD.decode(text).or_else(|_| URL_SAFE.decode(text));
    serde_json::from_slice(&bytes.ok()?).ok()
}

/// `host` of `https://host/v1/`.
fn host_of(name: &str) -> &str {
    let rest = name.split_once("://").map_or(name, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest)
}

fn of_document(document: &Value) -> Option<Credentials> {
    let text = |name: &str| document.get(name).and_then(Value::as_str);
    if text("identitytoken").is_some_and(|token| !token.is_empty()) {
        return Some(Credentials::IdentityToken);
    }
    let username = text("username").filter(|name| !name.is_empty());
    let of_pair = || {
        let pair = STANDARD.decode(text("auth")?).ok()?;
        let pair = String::from_utf8(pair).ok()?;
        let (username, password) = pair.split_once(':')?;
        Some((username.to_owned(), password.to_owned()))
    };
    let given = username.map(|name| (name.to_owned(), text("password").unwrap_or("").to_owned()));
    let (username, password) = given.or_else(of_pair)?;
    Some(Credentials::Password { username, password })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn found(name: &'static str, header: &str, index: &str) -> Option<(String, String)> {
        let mut headers = HeaderMap::new();
        headers.insert(name, header.parse().expect("base64"));
        match credentials(&headers, index)? {
            Credentials::Password { username, password } => Some((username, password)),
            Credentials::IdentityToken => Some(("token".into(), String::new())),
        }
    }

    fn own(document: &Value) -> Option<(String, String)> {
        let text = URL_SAFE.encode(document.to_string());
        found("x-registry-auth", &text, "docker.io")
    }

    #[test]
    fn a_header_says_who_comes() {
        let somebody = Some(("me".to_owned(), "s?>t".to_owned()));
        let document = json!({"username": "me", "password": "s?>t", "email": ""});
        assert_eq!(own(&document), somebody);
        let standard = STANDARD.encode(document.to_string());
        assert_eq!(found("x-registry-auth", &standard, "docker.io"), somebody);
        assert_eq!(
            own(&json!({"identitytoken": "t"})),
            Some(("token".into(), String::new()))
        );
        assert_eq!(own(&json!({"auth": STANDARD.encode("me:s?>t")})), somebody);
        for nobody in [json!({}), json!({"username": ""}), json!(null), json!([1])] {
            assert_eq!(own(&nobody), None, "{nobody}");
        }
        assert_eq!(found("x-registry-auth", "!!", "docker.io"), None);
    }

    #[test]
    fn a_map_says_it_for_each_host() {
        let entry = |name: &str| json!({"username": name, "password": "p"});
        let map = json!({
            "https://index.docker.io/v1/": entry("hub"),
            "localhost:5000": entry("local"),
            "https://quay.io/v1/": entry("quay"),
        });
        let text = STANDARD.encode(map.to_string());
        let of = |index| found("x-registry-config", &text, index).map(|(name, _)| name);
        assert_eq!(of("docker.io").as_deref(), Some("hub"));
        assert_eq!(of("localhost:5000").as_deref(), Some("local"));
        assert_eq!(of("quay.io").as_deref(), Some("quay"));
        assert_eq!(of("other"), None);
    }
}
