//! Images from files, as people have them.

use crate::program::{Running, complaint, output, start, zonesim};
use images::{Blob, Hub, HubImage};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::Output;
use std::sync::Arc;
use tempfile::TempDir;
use zone::Digest;

fn busybox() -> Arc<HubImage> {
    let hub = Hub::new(["sh".to_owned()]);
    let found = hub.by_tag("library/busybox", "latest");
    found.expect("the hub has it")
}

fn hex(digest: Digest) -> String {
    digest.to_string().replace("sha256:", "")
}

/// An archive as `docker save` writes it: of two layers that are the same, the second is a link.
fn saved(to: impl std::io::Write, names: &[&str]) -> Digest {
    let image = busybox();
    let layer = &image.layers[0];
    let mut config: Value = serde_json::from_slice(&image.config.bytes).expect("a document");
    config["rootfs"]["diff_ids"] = json!([layer.diff_id.to_string(), layer.diff_id.to_string()]);
    config["history"] = json!([{"created_by": "one"}, {"created_by": "two"}]);
    let config = Blob::new(config.to_string().into_bytes());
    let name = format!("{}.json", hex(config.digest));
    let list =
        json!([{"Config": name, "RepoTags": names, "Layers": ["a/layer.tar", "b/layer.tar"]}]);
    let mut archive = tar::Builder::new(to);
    let mut file = |name: &str, bytes: &[u8]| {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, name, bytes)
    };
    file(&name, &config.bytes).expect("there is room");
    file("a/layer.tar", &layer.tar).expect("there is room");
    file("manifest.json", list.to_string().as_bytes()).expect("there is room");
    let mut link = tar::Header::new_gnu();
    link.set_entry_type(tar::EntryType::Symlink);
    link.set_size(0);
    archive
        .append_link(&mut link, "b/layer.tar", "../a/layer.tar")
        .expect("there is room");
    archive.finish().expect("there is room");
    config.digest
}

/// What `docker save` wrote before 1.10: a folder for each step, of which one has changed no files.
fn saved_by_an_old_engine(directory: &Path, names: &Value) {
    let image = busybox();
    let step = |id: &str, document: Value, tar: &[u8]| {
        let folder = directory.join(id);
        fs::create_dir_all(&folder).expect("there is room");
        fs::write(folder.join("VERSION"), "1.0").expect("there is room");
        fs::write(folder.join("json"), document.to_string()).expect("there is room");
        fs::write(folder.join("layer.tar"), tar).expect("there is room");
    };
    let (base, top) = ("a".repeat(64), "b".repeat(64));
    let document = json!({
        "id": base, "created": "2015-01-01T00:00:00Z", "os": "linux", "architecture": "amd64",
        "container_config": {"Cmd": ["/bin/sh", "-c", "#(nop) ADD file:x in /"]},
    });
    step(&base, document, &image.layers[0].tar);
    let document = json!({
        "id": top, "parent": base, "created": "2015-01-02T00:00:00Z", "os": "linux",
        "architecture": "amd64", "config": {"Cmd": ["sh", "-c", "echo old"], "Env": ["PATH=/bin"]},
        "container_config": {"Cmd": ["/bin/sh", "-c", "#(nop) CMD [echo old]"]},
    });
    step(&top, document, &[0; 1024]);
    fs::write(directory.join("repositories"), names.to_string()).expect("there is room");
}

/// An OCI layout; `tag`: what its image is called there.
fn layout(directory: &Path, tag: Option<&str>) {
    let image = busybox();
    let blobs = directory.join("blobs/sha256");
    fs::create_dir_all(&blobs).expect("there is room");
    let layers = image.layers.iter().map(|layer| &layer.blob);
    for blob in layers.chain([&image.manifest, &image.config]) {
        fs::write(blobs.join(hex(blob.digest)), &blob.bytes).expect("there is room");
    }
    let annotations = tag.map(|tag| json!({"org.opencontainers.image.ref.name": tag}));
    let index = json!({"schemaVersion": 2, "manifests": [{
        "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
        "digest": image.manifest.digest.to_string(),
        "size": image.manifest.bytes.len(),
        "annotations": annotations.unwrap_or(json!({})),
    }]});
    fs::write(directory.join("index.json"), index.to_string()).expect("there is room");
    fs::write(
        directory.join("oci-layout"),
        r#"{"imageLayoutVersion":"1.0.0"}"#,
    )
    .expect("there is room");
}

fn import(home: &Path, arguments: &[&str]) -> Output {
    output(zonesim(home).args(["image", "import"]).args(arguments))
}

fn said(output: &Output) -> String {
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The tags that the demo account sees.
fn tags(zone: &Running) -> Vec<String> {
    let answer = zone.ask("GET", "/v1.24/images/json", "", "");
    let (_, body) = answer.split_once("\r\n\r\n").expect("a whole head");
    let images: Vec<Value> = serde_json::from_str(body).expect("a list");
    let mut tags: Vec<String> = images
        .iter()
        .flat_map(|image| image["RepoTags"].as_array().cloned().unwrap_or_default())
        .map(|tag| tag.as_str().unwrap_or_default().to_owned())
        .collect();
    tags.sort();
    tags
}

fn pull(zone: &Running, name: &str) -> String {
    let path = format!("/v1.24/images/create?fromImage={name}");
    zone.ask("POST", &path, "", "")
}

#[test]
fn archives_of_docker_save_become_images() {
    let home = TempDir::new().expect("a directory");
    let zone = start(home.path(), &[]);
    let file = home.path().join("app.tar.gz");
    let writer = fs::File::create(&file).expect("there is room");
    let mut writer = flate2::write::GzEncoder::new(writer, flate2::Compression::fast());
    let id = saved(&mut writer, &["app:1", "reg.example.com:5000/team/app:2"]);
    writer.try_finish().expect("there is room");
    let path = file.to_str().expect("a path");
    assert_eq!(
        said(&import(home.path(), &[path])),
        format!("{id} app:1\n{id} reg.example.com:5000/team/app:2\n")
    );
    // They are in the hub, and nobody's.
    assert_eq!(tags(&zone), [""; 0]);
    for name in ["app:1", "reg.example.com:5000/team/app:2"] {
        let pulled = pull(&zone, name);
        assert!(pulled.contains(&format!(" for {name}")), "{pulled}");
    }
    assert_eq!(tags(&zone), ["app:1", "reg.example.com:5000/team/app:2"]);
    for missing in ["app:2", "reg.example.com:5000/team/other:2"] {
        let answer = pull(&zone, missing);
        assert!(!answer.contains("Status: "), "{answer}");
    }
    let found = zone.ask("GET", "/v1.24/images/search?term=app", "", "");
    assert!(found.contains(r#""name":"app""#), "{found}");
    let own = ["--name", "own", "--account", "demo"];
    assert_eq!(
        said(&import(home.path(), &[&[path], &own[..]].concat())),
        format!("{id} own:latest\n")
    );
    let created = zone.ask(
        "POST",
        "/v1.24/containers/create?name=web",
        "",
        r#"{"Image": "own", "Cmd": ["cat", "/etc/passwd"], "HostConfig": {}}"#,
    );
    assert!(created.starts_with("HTTP/1.1 200"), "{created}");
    let started = zone.ask("POST", "/v1.24/containers/web/start", "", "");
    assert!(started.starts_with("HTTP/1.1 204"), "{started}");
}

#[test]
fn layouts_become_images_and_stand_for_registries() {
    let home = TempDir::new().expect("a directory");
    let zone = start(home.path(), &[]);
    let folder = home.path().join("layouts");
    layout(&folder.join("team/app"), Some("1"));
    layout(&folder.join("one"), None);
    let settings = json!({"registry": {"map": {"reg.example.com": folder}}});
    zone.control("PATCH /settings", &settings);
    let pull = |name: &str| pull(&zone, name);
    let pulled = pull("reg.example.com/team/app:1");
    assert!(
        pulled.contains("Status: Downloaded newer image for reg.example.com/team/app:1"),
        "{pulled}"
    );
    assert!(pulled.contains("Downloading"), "{pulled}");
    let pulled = pull("reg.example.com/one:latest");
    assert!(
        pulled.contains("Status: Image is up to date for reg.example.com/one:latest"),
        "{pulled}"
    );
    for missing in [
        "team/app:2",
        "one:1",
        "other:1",
        "team:1",
        "xy/../team/app:1",
        "../layouts/team/app:1",
    ] {
        let answer = pull(&format!("reg.example.com/{missing}"));
        assert!(
            answer.contains(&format!("Error: image reg.example.com/{missing} not found")),
            "{answer}"
        );
    }
    fs::create_dir(folder.join("broken")).expect("there is room");
    fs::write(folder.join("broken/index.json"), "{").expect("there is room");
    let answer = pull("reg.example.com/broken:1");
    assert!(
        answer.contains("Error pulling image: Internal error ("),
        "{answer}"
    );
    assert!(!answer.contains("index.json"), "{answer}");
    let pushed = zone.ask(
        "POST",
        "/v1.24/images/reg.example.com/team/app/push?tag=1",
        "",
        "",
    );
    assert!(
        pushed.contains("Error: The operation is unsupported. ("),
        "{pushed}"
    );
    let one = folder.join("one");
    let id = busybox().config.digest;
    let path = one.to_str().expect("a path");
    assert_eq!(
        said(&import(
            home.path(),
            &[path, "--name", "mine:3", "--account", "demo"]
        )),
        format!("{id} mine:3\n")
    );
    assert_eq!(
        tags(&zone),
        [
            "mine:3",
            "reg.example.com/one:latest",
            "reg.example.com/team/app:1"
        ]
    );
}

#[test]
fn an_archive_of_an_engine_before_1_10_is_an_image_of_today() {
    let home = TempDir::new().expect("a directory");
    let zone = start(home.path(), &[]);
    let folder = home.path().join("old");
    let names = json!({"team/app": {"1": "b".repeat(64), "2": "b".repeat(64)}});
    saved_by_an_old_engine(&folder, &names);
    let path = folder.to_str().expect("a path");
    let imported = import(home.path(), &[path, "--account", "demo"]);
    assert!(imported.status.success(), "{}", complaint(&imported));
    assert_eq!(tags(&zone), ["team/app:1", "team/app:2"]);
    let inspected = zone.ask_patiently("GET", "/v1.24/images/team/app:1/json", "");
    for expected in [
        r#""Cmd":["sh","-c","echo old"]"#,
        r#""Architecture":"amd64""#,
        &busybox().layers[0].diff_id.to_string(),
    ] {
        assert!(inspected.contains(expected), "{inspected}");
    }
    let history = zone.ask_patiently("GET", "/v1.24/images/team/app:1/history", "");
    assert!(history.contains("#(nop) CMD [echo old]"), "{history}");
    let body = json!({"Image": "team/app:2", "HostConfig": {}}).to_string();
    let made = zone.ask_patiently("POST", "/v1.24/containers/create?name=old", &body);
    assert!(made.starts_with("HTTP/1.1 200"), "{made}");
    for path in ["start", "wait"] {
        zone.ask_patiently("POST", &format!("/v1.24/containers/old/{path}"), "");
    }
    let printed = zone.ask_patiently("GET", "/v1.24/containers/old/logs?stdout=1", "");
    assert!(printed.ends_with("old\n"), "{printed}");
}

#[test]
fn what_is_no_image_is_refused_and_changes_nothing() {
    let home = TempDir::new().expect("a directory");
    let zone = start(home.path(), &[]);
    let refused = |arguments: &[&str], status: i32, text: &str| {
        let output = import(home.path(), arguments);
        let said = complaint(&output);
        assert_eq!(output.status.code(), Some(status), "{said}");
        assert!(said.contains(text), "{said}");
        assert_eq!(tags(&zone), [""; 0]);
    };
    let path = |name: &str| home.path().join(name).to_str().expect("a path").to_owned();
    refused(&[&path("nothing")], 4, "nothing cannot be read: ");
    fs::write(path("text"), "no archive").expect("there is room");
    refused(&[&path("text")], 2, "text ");
    fs::create_dir(path("empty")).expect("there is room");
    let text = "empty is neither an OCI layout nor an archive of `docker save`";
    refused(&[&path("empty")], 2, text);
    fs::create_dir(path("old")).expect("there is room");
    let list = |text: &str| fs::write(path("old/repositories"), text).expect("there is room");
    list(r#"{"app": {"1": "aa"}}"#);
    refused(&[&path("old")], 2, "old has no file aa/json");
    fs::create_dir(path("old/aa")).expect("there is room");
    fs::write(path("old/aa/json"), r#"{"id": "aa", "parent": "aa"}"#).expect("there is room");
    refused(
        &[&path("old")],
        2,
        "old has an invalid json: aa was built on itself",
    );
    list("[]");
    refused(&[&path("old")], 2, "old has an invalid repositories: ");
    layout(Path::new(&path("nameless")), None);
    refused(&[&path("nameless")], 2, "say one image's name");
    refused(
        &[&path("nameless"), "--name", "a@sha256:1"],
        2,
        "cannot tag by digest",
    );
    refused(
        &[&path("nameless"), "--name", "app", "--account", "nobody"],
        2,
        "nobody does not exist",
    );
    let layer = busybox().layers[0].blob.digest;
    fs::write(
        path(&format!("nameless/blobs/sha256/{}", hex(layer))),
        "damaged",
    )
    .expect("room");
    refused(
        &[&path("nameless"), "--name", "app"],
        2,
        "has a damaged image: layer digest does not match",
    );
    fs::remove_file(path(&format!("nameless/blobs/sha256/{}", hex(layer)))).expect("it is there");
    refused(
        &[&path("nameless"), "--name", "app"],
        2,
        "nameless lacks a part of an image",
    );
    fs::write(path("nameless/index.json"), "[]").expect("there is room");
    refused(
        &[&path("nameless"), "--name", "app"],
        2,
        "nameless has an invalid index.json: ",
    );
    let evil = json!([{"Config": "../text", "Layers": []}]);
    fs::write(path("empty/manifest.json"), evil.to_string()).expect("there is room");
    refused(
        &[&path("empty"), "--name", "app"],
        2,
        "empty has no file ../text",
    );
    let mut cut = Vec::new();
    saved(&mut cut, &["app:1"]);
    cut.truncate(cut.len() / 2);
    fs::write(path("cut"), cut).expect("there is room");
    refused(&[&path("cut")], 2, "cut cannot be read: ");
}
