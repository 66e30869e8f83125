//! What a zone costs: its start, and a container's whole life through the API.

use clients::raw::Request;
use clients::{Endpoint, RawClient, Target};
use criterion::{Criterion, criterion_group, criterion_main};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::runtime::Runtime;

fn tokio_runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime for the client can be made")
}

/// `Zone::start()` to listening, and its end.
fn start(criterion: &mut Criterion) {
    let tokio = tokio_runtime();
    criterion.bench_function("zone start", |bencher| {
        bencher.iter_custom(|rounds| {
            let mut total = Duration::ZERO;
            for seed in 0..rounds {
                let begun = std::time::Instant::now();
                let zone = tokio
                    .block_on(zonesim::Zone::builder().seed(seed).start())
                    .expect("a zone starts");
                total += begun.elapsed();
                let report = tokio.block_on(zone.shutdown());
                assert!(report.is_clean(), "{report:?}");
            }
            total
        });
    });
}

/// One keep-alive connection over the unix socket.
struct Api {
    wire: clients::raw::Wire,
}

impl Api {
    async fn call(&mut self, request: Request) -> Value {
        self.wire
            .send(&request.to_bytes())
            .await
            .expect("the zone listens");
        let response = self
            .wire
            .read_response(&request.method)
            .await
            .expect("the zone answers");
        assert!(
            (200..300).contains(&response.status()),
            "{}",
            response.text()
        );
        response.json().unwrap_or(Value::Null)
    }

    async fn life(&mut self) {
        let body = json!({"Image": "busybox", "Cmd": ["true"], "HostConfig": {}});
        let create = Request::new("POST", "/v1.24/containers/create").json(body.to_string());
        let created = self.call(create).await;
        let id = created["Id"].as_str().expect("an id").to_owned();
        for (method, path) in [("POST", "/start"), ("POST", "/wait"), ("DELETE", "")] {
            self.call(Request::new(
                method,
                format!("/v1.24/containers/{id}{path}"),
            ))
            .await;
        }
    }
}

/// create, start, wait and remove of `true`.
fn life(criterion: &mut Criterion) {
    let tokio = tokio_runtime();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let socket = folder.path().join("docker.sock");
    let zone = tokio
        .block_on(zonesim::Zone::builder().socket(&socket).start())
        .expect("a zone starts");
    let target = Target::plain(Endpoint::Unix(socket));
    let mut api = tokio.block_on(async {
        let wire = RawClient::new(target)
            .connect()
            .await
            .expect("the zone listens");
        let mut api = Api { wire };
        let pull = Request::new("POST", "/v1.24/images/create?fromImage=busybox&tag=latest");
        api.wire
            .send(&pull.to_bytes())
            .await
            .expect("the zone listens");
        api.wire.read_response("POST").await.expect("the pull ends");
        api
    });
    criterion.bench_function("create, start, wait, remove", |bencher| {
        bencher.iter(|| tokio.block_on(api.life()));
    });
    drop(api);
    let report = tokio.block_on(zone.shutdown());
    assert!(report.is_clean(), "{report:?}");
}

criterion_group! {
    name = zone;
    config = Criterion::default().sample_size(20).measurement_time(Duration::from_secs(5));
    targets = start, life
}
criterion_main!(zone);
