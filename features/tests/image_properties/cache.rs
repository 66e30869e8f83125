//! A build whose context has other contents than the last one is the same with the cache and without.

use crate::host::Host;
use clients::raw::Request;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Read as _;

/// Files of the context.
const FILES: [&str; 5] = ["a", "b", "d/a", "d/b", "d/e/a"];
/// Steps that depend on the context, on those before or on nothing.
const STEPS: [&str; 16] = [
    "COPY a /",
    "COPY a b /both/",
    "ADD d /d",
    "ADD d/a relative",
    "COPY . /all/",
    "COPY d/e /a",
    "ADD [\"b\", \"/with space/b\"]",
    "RUN cat /a /d/a /d /both/b > /contents 2> /errors; true",
    "RUN find / -name a -type f -maxdepth 3 | sort | xargs sha256sum > /sums; true",
    "RUN mkdir -p made && echo made > made/file && chmod 700 made",
    "RUN rm -rf /d /both",
    "WORKDIR /work",
    "ENV key=value other=\"$key 2\"",
    "LABEL one=1",
    "USER 7:8",
    "CMD [\"cat\", \"/a\"]",
];
/// What the zone gives each container, and what names it.
const OWN: [&str; 3] = ["etc/hosts", "etc/hostname", "etc/resolv.conf"];

#[derive(Clone, Debug)]
struct Case {
    steps: Vec<&'static str>,
    before: [u8; FILES.len()],
    after: [u8; FILES.len()],
}

fn case() -> impl Strategy<Value = Case> {
    let steps = prop::collection::vec(prop::sample::select(STEPS.to_vec()), 1..8);
    let contents = || prop::array::uniform5(0..2_u8);
    (steps, contents(), contents()).prop_map(|(steps, before, after)| Case {
        steps,
        before,
        after,
    })
}

fn context(steps: &[&str], contents: &[u8]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    let mut add = |name: &str, content: String| {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o640);
        let added = archive.append_data(&mut header, name, content.as_bytes());
        added.expect("memory");
    };
    add(
        "Dockerfile",
        format!("FROM busybox\n{}\n", steps.join("\n")),
    );
    for (name, content) in FILES.iter().zip(contents) {
        add(name, format!("{name} {content}\n"));
    }
    archive.into_inner().expect("memory")
}

/// Builds, and tells what came of it: its steps that were in the cache, and the image but for its times and ids.
async fn build(host: &Host, name: &str, context: &[u8], query: &str) -> (usize, Value, Files) {
    let request = Request::new("POST", format!("/v1.24/build?t={name}{query}"))
        .header("Content-Type", "application/tar")
        .body(context);
    let answer = host.exchange(request).await;
    let said = answer.text();
    let cached = said.matches("Using cache").count();
    if let Some(error) = said.lines().find(|line| line.contains("\"errorDetail\"")) {
        // Behind it is the id of the request.
        let error = error.split(" (req_id").next();
        return (cached, json!({"error": error}), Files::new());
    }
    let image = host.get(&format!("/v1.24/images/{name}/json")).await;
    let mut config = image["Config"].clone();
    for own in ["Image", "Hostname"] {
        config[own] = Value::Null;
    }
    let history = host.get(&format!("/v1.24/images/{name}/history")).await;
    let steps = history.as_array().expect("a list").iter();
    let steps: Vec<&Value> = steps.map(|step| &step["CreatedBy"]).collect();
    let seen = json!({"config": config, "history": steps});
    (cached, seen, files(host, name).await)
}

/// Kind, mode, owner and content or target of each path.
type Files = BTreeMap<String, (tar::EntryType, u32, u64, u64, Vec<u8>)>;

/// What a container of an image begins with.
async fn files(host: &Host, image: &str) -> Files {
    let body = json!({"Image": image, "Cmd": ["true"], "HostConfig": {}});
    let create = Request::new("POST", "/v1.24/containers/create?name=looked-at");
    host.ask(create.json(body.to_string())).await;
    let archive = "/v1.24/containers/looked-at/archive?path=/";
    let archive = host.ask(Request::new("GET", archive)).await.body;
    host.delete("/v1.24/containers/looked-at?force=1").await;
    let mut files = Files::new();
    let mut archive = tar::Archive::new(archive.as_slice());
    for entry in archive.entries().expect("an archive") {
        let mut entry = entry.expect("an archive");
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let path = path.trim_matches('/').to_owned();
        if OWN.contains(&path.as_str()) {
            continue;
        }
        let header = entry.header();
        let number = |value: std::io::Result<u64>| value.expect("a number");
        let (mode, uid, gid) = (header.mode(), number(header.uid()), number(header.gid()));
        let (mode, kind) = (mode.expect("a number"), header.entry_type());
        let mut content = entry.link_name_bytes().unwrap_or_default().into_owned();
        entry.read_to_end(&mut content).expect("an archive");
        files.insert(path, (kind, mode, uid, gid, content));
    }
    assert!(files.contains_key("bin/busybox"), "{:?}", files.keys());
    files
}

/// The paths of which two differ.
fn differences<'f>(one: &'f Files, other: &'f Files) -> Vec<&'f String> {
    let paths = one.keys().chain(other.keys());
    paths
        .filter(|path| one.get(*path) != other.get(*path))
        .collect()
}

#[test]
fn the_cache_changes_nothing_where_contents_change() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let host = runtime.block_on(Host::start());
    let pull = Request::new("POST", "/v1.24/images/create?fromImage=busybox&tag=latest");
    runtime.block_on(host.ask(pull));
    let config = Config {
        cases: 40,
        failure_persistence: None,
        ..Config::default()
    };
    let [number, used, built] = [const { std::cell::Cell::new(0) }; 3];
    let mut runner = TestRunner::new(config);
    let found = runner.run(&case(), |case| {
        number.set(number.get() + 1);
        let name = |what: &str| format!("{what}{}", number.get());
        let (before, after) = (
            context(&case.steps, &case.before),
            context(&case.steps, &case.after),
        );
        let build = |what: &str, context: &[u8], query: &str| {
            runtime.block_on(build(&host, &name(what), context, query))
        };
        build("before", &before, "");
        let (count, cached, cached_files) = build("cached", &after, "");
        let (none, fresh, fresh_files) = build("fresh", &after, "&nocache=1");
        used.set(used.get() + count);
        prop_assert_eq!(none, 0);
        prop_assert_eq!(&cached, &fresh);
        let differences = differences(&cached_files, &fresh_files);
        prop_assert!(differences.is_empty(), "{:?}", differences);
        let is_built = cached["error"].is_null();
        built.set(built.get() + usize::from(is_built));
        if case.before == case.after && is_built {
            prop_assert_eq!(count, case.steps.len());
        }
        Ok(())
    });
    if let Err(found) = found {
        panic!("{found}");
    }
    let (used, built) = (used.get(), built.get());
    assert!(
        used > 0 && built > 0,
        "{used} steps in the cache, {built} built"
    );
    runtime.block_on(host.end());
}
