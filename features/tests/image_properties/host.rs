//! A zone to talk to.

use clients::raw::{Request, Response};
use clients::{Endpoint, RawClient, Target};
use serde_json::Value;
use tempfile::TempDir;
use zonesim::{Builder, Config, Zone};

/// The zone, and the folder of its socket.
pub(crate) struct Host {
    zone: Zone,
    docker: RawClient,
    control: RawClient,
    _folder: TempDir,
}

impl Host {
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let socket = folder.path().join("docker.sock");
        let config = Config {
            socket: Some(socket.clone()),
            ..Config::default()
        };
        let zone = Builder::from_config(config).start().await.expect("a zone");
        let control = zone.control().expect("it has one").port();
        let client = |endpoint| RawClient::new(Target::plain(endpoint));
        Self {
            zone,
            docker: client(Endpoint::Unix(socket)),
            control: client(Endpoint::loopback(control)),
            _folder: folder,
        }
    }

    /// The answer to a request, which is a success, and of which no line tells of an error.
    pub(crate) async fn ask(&self, request: Request) -> Response {
        answered(&self.docker, request).await
    }

    /// The answer to a request, whatever it is.
    pub(crate) async fn exchange(&self, request: Request) -> Response {
        self.docker.exchange(&request).await.expect("an answer")
    }

    /// A success of the control API.
    pub(crate) async fn control(&self, request: Request) -> Response {
        answered(&self.control, request).await
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let answer = self.ask(Request::new("GET", path)).await;
        answer.json().expect("JSON")
    }

    pub(crate) async fn delete(&self, path: &str) {
        self.ask(Request::new("DELETE", path)).await;
    }

    pub(crate) async fn end(self) {
        let ended = self.zone.shutdown().await;
        assert!(ended.is_clean(), "{ended:?}");
    }
}

/// The answer to a request, which is a success.
pub(crate) async fn answered(client: &RawClient, request: Request) -> Response {
    let answer = client.exchange(&request).await.expect("an answer");
    let asked = format!("{} {}", request.method, request.path);
    assert!(
        matches!(answer.status(), 200..300) && !answer.text().contains("\"errorDetail\""),
        "{asked}: {} {}",
        answer.status(),
        answer.text()
    );
    answer
}
