//! A token server for a registry: who has the right password gets what is asked for (JSON Web Tokens, ES256).

use std::io;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rcgen::{CertificateParams, KeyPair, SigningKey as _};
use serde_json::{Value, json};
use tempfile::TempDir;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

/// The server. Dropping it ends it.
#[derive(Debug)]
pub(crate) struct TokenServer {
    server: MockServer,
    folder: TempDir,
}

/// Signs tokens.
struct Signer {
    key: KeyPair,
    /// The certificate of the key, base64 of DER.
    certificate: String,
    /// The value of `Authorization` of the one who is known.
    known: String,
}

impl TokenServer {
    /// Starts one that knows one user.
    ///
    /// # Errors
    ///
    /// No key, or no folder.
    pub(crate) async fn start(user: &str, password: &str) -> io::Result<TokenServer> {
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let own = CertificateParams::new(vec!["issuer.test".to_owned()]);
        let own = own.map_err(io::Error::other)?.self_signed(&key);
        let own = own.map_err(io::Error::other)?;
        let folder = tempfile::tempdir()?;
        std::fs::write(folder.path().join("tokens.pem"), own.pem())?;
        let signer = Signer {
            key,
            certificate: STANDARD.encode(own.der()),
            known: format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))),
        };
        let server = MockServer::start().await;
        Mock::given(method("GET"))
            .and(path("/token"))
            .respond_with(signer)
            .mount(&server)
            .await;
        Ok(TokenServer { server, folder })
    }

    /// Where tokens are, and a file of the certificates that sign them.
    pub(crate) fn realm(&self) -> (String, PathBuf) {
        let realm = format!("{}/token", self.server.uri());
        (realm, self.folder.path().join("tokens.pem"))
    }
}

impl Respond for Signer {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let authorization = request.headers.get("authorization");
        let known = authorization.map(|value| value.as_bytes() == self.known.as_bytes());
        if known == Some(false) {
            let refused = json!({"details": "incorrect username or password"});
            return ResponseTemplate::new(401).set_body_json(refused);
        }
        let scopes = request
            .url
            .query_pairs()
            .filter(|(name, _)| name == "scope");
        let granted: Vec<Value> = scopes
            .filter_map(|(_, scope)| {
                let (rest, actions) = scope.rsplit_once(':')?;
                let (kind, name) = rest.split_once(':')?;
                let actions: Vec<&str> = actions.split(',').collect();
                // Nobody may do nothing.
                known?;
                Some(json!({"type": kind, "name": name, "actions": actions}))
            })
            .collect();
        match self.token(&granted) {
            Some(token) => ResponseTemplate::new(200).set_body_json(json!({"token": token})),
            None => ResponseTemplate::new(500),
        }
    }
}

impl Signer {
    fn token(&self, granted: &[Value]) -> Option<String> {
        let header = json!({"typ": "JWT", "alg": "ES256", "x5c": [self.certificate]});
        // No clock is asked: it is valid since long ago and for long.
        let claims = json!({
            "iss": "issuer.test",
            "aud": "registry.test",
            "sub": "",
            "nbf": 0,
            "iat": 0,
            "exp": u32::MAX,
            "jti": "1",
            "access": granted,
        });
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", encode(&header), encode(&claims));
        let signature = self.key.sign(signed.as_bytes()).ok()?;
        let signature = fixed_signature(&signature)?;
        Some(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

/// The two numbers of a signature in DER, 32 bytes each.
fn fixed_signature(der: &[u8]) -> Option<[u8; 64]> {
    let mut fixed = [0; 64];
    let mut rest = der.get(2..)?;
    for half in 0..2 {
        let length = usize::from(*rest.get(1)?);
        let number = rest.get(2..2 + length)?;
        let number = number.strip_prefix(&[0]).unwrap_or(number);
        let end = 32 * (half + 1);
        fixed[end - number.len()..end].copy_from_slice(number);
        rest = &rest[2 + length..];
    }
    Some(fixed)
}
