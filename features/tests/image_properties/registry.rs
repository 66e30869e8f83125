//! What is pushed is what comes back.

use crate::host::{Host, answered};
use clients::raw::Request;
use clients::{Endpoint, RawClient, Target};
use features::DebianRegistry;
use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::io::Write as _;
use std::path::Path;

/// How an image lies in files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Oci,
    Schema2,
    /// Of `docker save`, which has no manifest of a registry.
    Saved,
}

#[derive(Clone, Debug)]
struct Image {
    form: Form,
    layers: Vec<Layer>,
    /// Steps without a layer, by the number of layers before them.
    empty_steps: Vec<usize>,
    config: Value,
}

#[derive(Clone, Debug)]
struct Layer {
    files: Vec<(String, Vec<u8>)>,
    /// How hard it is packed; `None`: not at all.
    packed: Option<u32>,
}

fn layer() -> impl Strategy<Value = Layer> {
    let name = prop::sample::select(vec!["a", "b", "d/a", "d/b", ".wh.a", "d/.wh..wh..opq"]);
    let content = prop::collection::vec(any::<u8>(), 0..2000);
    let file = (name.prop_map(str::to_owned), content);
    let files = prop::collection::vec(file, 0..5);
    (files, prop::option::of(0..9_u32)).prop_map(|(files, packed)| Layer { files, packed })
}

fn config() -> impl Strategy<Value = Value> {
    let text = || "[ -~]{0,12}".prop_map(Value::from);
    let list = || prop::collection::vec(text(), 0..3).prop_map(Value::from);
    let members = (list(), list(), text(), text());
    members.prop_map(|(command, environment, label, vendor)| {
        json!({
            "Cmd": command,
            "Env": environment,
            "Labels": {"label": label},
            "com.example.vendor": {"unknown": vendor},
        })
    })
}

fn image() -> impl Strategy<Value = Image> {
    let form = prop::sample::select(vec![Form::Oci, Form::Schema2, Form::Saved]);
    let layers = prop::collection::vec(layer(), 1..5);
    let steps = prop::collection::vec(0..5_usize, 0..4);
    let all = (form, layers, any::<bool>(), steps, config());
    all.prop_map(|(form, mut layers, repeats, empty_steps, config)| {
        if repeats {
            layers.push(layers[0].clone());
        }
        Image {
            form,
            layers,
            empty_steps,
            config,
        }
    })
}

impl Layer {
    fn archive(&self) -> Vec<u8> {
        let mut archive = tar::Builder::new(Vec::new());
        for (name, content) in &self.files {
            let mut header = tar::Header::new_ustar();
            header.set_size(content.len() as u64);
            header.set_mode(0o644);
            let appended = archive.append_data(&mut header, name, content.as_slice());
            appended.expect("memory");
        }
        archive.into_inner().expect("memory")
    }

    fn blob(&self, archive: Vec<u8>) -> Vec<u8> {
        let Some(level) = self.packed else {
            return archive;
        };
        let mut gzip = GzEncoder::new(Vec::new(), Compression::new(level));
        gzip.write_all(&archive).expect("memory");
        gzip.finish().expect("memory")
    }
}

fn digest(bytes: &[u8]) -> String {
    format!("sha256:{}", hex::encode(Sha256::digest(bytes)))
}

/// Writes the image's files; its id, and its manifest if it has one.
fn write(image: &Image, folder: &Path) -> (String, Option<Vec<u8>>) {
    let put = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().expect("it has one")).expect("a folder");
        std::fs::write(path, bytes).expect("a file");
    };
    let archives: Vec<Vec<u8>> = image.layers.iter().map(Layer::archive).collect();
    let diff_ids: Vec<String> = archives.iter().map(|bytes| digest(bytes)).collect();
    let mut history = Vec::new();
    for number in 0..=image.layers.len() {
        let empty = image.empty_steps.iter().filter(|at| **at == number);
        history.extend(empty.map(|_| json!({"created_by": "ENV", "empty_layer": true})));
        if number < image.layers.len() {
            history.push(json!({"created_by": format!("COPY {number}")}));
        }
    }
    let config = json!({
        "architecture": "amd64",
        "os": "linux",
        "created": "2016-01-01T00:00:00.5Z",
        "config": image.config,
        "rootfs": {"type": "layers", "diff_ids": diff_ids},
        "history": history,
    });
    let config = serde_json::to_vec_pretty(&config).expect("JSON");
    let id = digest(&config);
    if image.form == Form::Saved {
        let names: Vec<String> = (0..archives.len())
            .map(|number| format!("{number}/layer.tar"))
            .collect();
        for (name, archive) in names.iter().zip(&archives) {
            put(name, archive);
        }
        put("config.json", &config);
        let list = json!([{"Config": "config.json", "RepoTags": null, "Layers": names}]);
        put("manifest.json", list.to_string().as_bytes());
        return (id, None);
    }
    let types = match image.form {
        Form::Oci => [
            "application/vnd.oci.image.manifest.v1+json",
            "application/vnd.oci.image.config.v1+json",
            "application/vnd.oci.image.layer.v1.tar",
        ],
        _ => [
            "application/vnd.docker.distribution.manifest.v2+json",
            "application/vnd.docker.container.image.v1+json",
            "application/vnd.docker.image.rootfs.diff.tar",
        ],
    };
    let describe = |media_type: &str, bytes: &[u8]| {
        let digest = digest(bytes);
        put(&format!("blobs/{}", digest.replace(':', "/")), bytes);
        json!({"mediaType": media_type, "digest": digest, "size": bytes.len()})
    };
    let layers = image.layers.iter().zip(archives).map(|(layer, archive)| {
        let packed = match (layer.packed, image.form) {
            (None, _) => "",
            (Some(_), Form::Oci) => "+gzip",
            (Some(_), _) => ".gzip",
        };
        describe(&format!("{}{packed}", types[2]), &layer.blob(archive))
    });
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": types[0],
        "config": describe(types[1], &config),
        "layers": layers.collect::<Vec<_>>(),
    });
    let manifest = serde_json::to_vec_pretty(&manifest).expect("JSON");
    let index = json!({"schemaVersion": 2, "manifests": [describe(types[0], &manifest)]});
    put("index.json", index.to_string().as_bytes());
    put("oci-layout", br#"{"imageLayoutVersion": "1.0.0"}"#);
    (id, Some(manifest))
}

/// What an account sees of an image, but for the digests that registries have for it.
async fn seen(host: &Host, name: &str) -> [Value; 2] {
    let mut inspect = host.get(&format!("/v1.24/images/{name}/json")).await;
    inspect["RepoDigests"] = Value::Null;
    let mut history = host.get(&format!("/v1.24/images/{name}/history")).await;
    for step in history.as_array_mut().expect("a list") {
        step["Tags"] = Value::Null;
    }
    inspect["RepoTags"] = Value::Null;
    [inspect, history]
}

async fn push(host: &Host, repository: &str, tag: &str) {
    let path = format!("/v1.24/images/{repository}/push?tag={tag}");
    host.ask(Request::new("POST", path).header("X-Registry-Auth", "e30="))
        .await;
}

/// The manifest that a registry has.
async fn manifest(registry: &RawClient, repository: &str, tag: &str) -> Vec<u8> {
    let request = Request::new("GET", format!("/v2/{repository}/manifests/{tag}"))
        .header("Accept", "application/vnd.oci.image.manifest.v1+json")
        .header(
            "Accept",
            "application/vnd.docker.distribution.manifest.v2+json",
        );
    answered(registry, request).await.body
}

async fn goes_and_comes_back(image: &Image, number: usize, hosts: &[Host; 2], port: u16) {
    let [here, there] = hosts;
    let folder = tempfile::tempdir().expect("a folder");
    let (id, own_manifest) = write(image, folder.path());
    let registry = RawClient::new(Target::plain(Endpoint::loopback(port)));
    let (name, host_name) = (format!("image{number}"), format!("localhost:{port}"));
    let repository = format!("{host_name}/{name}");
    let own_name = format!("{repository}:1");
    let body = json!({"path": folder.path(), "name": own_name, "account": "demo"});
    let import = Request::new("POST", "/hub/images").json(body.to_string());
    here.control(import).await;
    push(here, &repository, "1").await;
    let pushed = manifest(&registry, &name, "1").await;
    if let Some(own) = own_manifest {
        assert_eq!(digest(&pushed), digest(&own), "the manifest has changed");
    }
    let parsed: Value = serde_json::from_slice(&pushed).expect("JSON");
    assert_eq!(parsed["config"]["digest"], id);

    let pull = format!("/v1.24/images/create?fromImage={repository}&tag=1");
    there.ask(Request::new("POST", pull)).await;
    let before = seen(here, &format!("{repository}:1")).await;
    assert_eq!(before[0]["Id"], id);
    assert_eq!(before, seen(there, &format!("{repository}:1")).await);

    let tag = format!("/v1.24/images/{repository}:1/tag?repo={repository}&tag=2");
    there.ask(Request::new("POST", tag)).await;
    push(there, &repository, "2").await;
    let again = manifest(&registry, &name, "2").await;
    assert_eq!(digest(&again), digest(&pushed), "the manifest has changed");
    for host in hosts {
        host.delete(&format!("/v1.24/images/{}?force=1", &id["sha256:".len()..]))
            .await;
        assert_eq!(host.get("/v1.24/images/json?all=1").await, json!([]));
    }
}

#[test]
fn a_registry_gives_back_what_it_got() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let registry = runtime
        .block_on(DebianRegistry::open())
        .expect("a registry");
    let hosts = runtime.block_on(async { [Host::start().await, Host::start().await] });
    let config = Config {
        cases: 40,
        failure_persistence: None,
        ..Config::default()
    };
    let number = std::cell::Cell::new(0);
    let mut runner = TestRunner::new(config);
    let found = runner.run(&image(), |image| {
        number.set(number.get() + 1);
        runtime.block_on(goes_and_comes_back(
            &image,
            number.get(),
            &hosts,
            registry.port(),
        ));
        Ok(())
    });
    if let Err(found) = found {
        panic!("{found}");
    }
    for host in hosts {
        runtime.block_on(host.end());
    }
}
