//! What images.md 23 promises of each image.

use crate::hub::{Hub, HubManifest};
use rootfs::{ArchiveLimits, FileKind, RootFs, Tree};
use runtime::{PROGRAM_MARKER, service_of};
use serde_json::Value;
use std::sync::Arc;
use zone::Digest;

const OFFICIAL: &str = "docker.io";
const JOYENT: &str = "joyentunsupported";
const PATH: &str = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

fn hub() -> Hub {
    Hub::new(["sh", "echo", "cat"].map(str::to_owned))
}

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).expect("JSON")
}

/// The manifest for amd64 that a tag leads to, as a client finds it: the first entry for it (IMG-38).
fn manifest(hub: &Hub, host: &str, repository: &str, tag: &str) -> (HubManifest, Value) {
    let named = hub.manifest(host, repository, tag).expect("a document");
    let document = json(&named.blob.bytes);
    let Some(entries) = document["manifests"].as_array() else {
        return (named, document);
    };
    let mut entries = entries.iter();
    let entry = entries
        .find(|entry| {
            entry["platform"]["os"] == "linux" && entry["platform"]["architecture"] == "amd64"
        })
        .expect("an entry for amd64");
    let digest = entry["digest"].as_str().expect("a digest");
    let manifest = hub.manifest(host, repository, digest).expect("a manifest");
    let document = json(&manifest.blob.bytes);
    (manifest, document)
}

fn digest(descriptor: &Value) -> Digest {
    let digest = descriptor["digest"].as_str().and_then(Digest::parse);
    digest.expect("a digest")
}

/// The configuration and the number of layers.
fn config(host: &str, repository: &str, tag: &str) -> (Value, usize) {
    let hub = hub();
    let (_, manifest) = manifest(&hub, host, repository, tag);
    let config = hub.blob(host, repository, digest(&manifest["config"]));
    let layers = manifest["layers"].as_array().expect("layers");
    (json(&config.expect("a configuration")), layers.len())
}

/// What is unusual in a configuration: everything but the empty members.
fn about(host: &str, repository: &str, tag: &str) -> String {
    let (document, layers) = config(host, repository, tag);
    let config = &document["config"];
    let mut words = vec![format!("{layers} layers")];
    let env = config["Env"].as_array().expect("an environment");
    let env = env.iter().filter(|entry| **entry != PATH);
    words.extend(env.map(|entry| entry.as_str().unwrap_or_default().to_owned()));
    for name in ["Entrypoint", "Cmd", "Labels", "OnBuild", "WorkingDir"] {
        match &config[name] {
            Value::Null => {}
            Value::String(text) if text.is_empty() => {}
            value => words.push(format!("{name} {value}")),
        }
    }
    for name in ["ExposedPorts", "Volumes"] {
        let keys = config[name].as_object();
        words.extend(keys.map(|keys| {
            let keys: Vec<&str> = keys.keys().map(String::as_str).collect();
            format!("{name} {}", keys.join(" "))
        }));
    }
    words.join(", ")
}

#[track_caller]
fn check(repository: &str, tag: &str, expected: &str) {
    assert_eq!(
        about(OFFICIAL, repository, tag),
        expected,
        "{repository}:{tag}"
    );
}

#[test]
fn images_of_the_index_have_the_configurations_of_the_table() {
    let rows = [
        ("busybox", "latest", r#"1 layers, Cmd ["sh"]"#),
        ("alpine", "latest", r#"1 layers, Cmd ["/bin/sh"]"#),
        (
            "nginx",
            "latest",
            r#"3 layers, NGINX_VERSION=1.11.10-1~jessie, Cmd ["nginx","-g","daemon off;"], ExposedPorts 443/tcp 80/tcp"#,
        ),
        ("ubuntu", "latest", r#"5 layers, Cmd ["/bin/bash"]"#),
        ("ubuntu", "16.04", r#"5 layers, Cmd ["/bin/bash"]"#),
        ("ubuntu", "14.04", r#"5 layers, Cmd ["/bin/bash"]"#),
        ("debian", "latest", r#"1 layers, Cmd ["/bin/bash"]"#),
        ("debian", "testing", r#"2 layers, Cmd ["/bin/bash"]"#),
        ("hello-world", "latest", r#"1 layers, Cmd ["/hello"]"#),
        (
            "redis",
            "latest",
            r#"5 layers, REDIS_VERSION=3.2.8, Entrypoint ["docker-entrypoint.sh"], Cmd ["redis-server"], WorkingDir "/data", ExposedPorts 6379/tcp, Volumes /data"#,
        ),
        (
            "mysql",
            "latest",
            r#"4 layers, MYSQL_MAJOR=5.7, MYSQL_VERSION=5.7.17-1debian8, Entrypoint ["docker-entrypoint.sh"], Cmd ["mysqld"], ExposedPorts 3306/tcp, Volumes /var/lib/mysql"#,
        ),
        (
            "mongo",
            "latest",
            r#"5 layers, MONGO_MAJOR=3.4, MONGO_VERSION=3.4.2, Entrypoint ["/entrypoint.sh"], Cmd ["mongod"], ExposedPorts 27017/tcp, Volumes /data/configdb /data/db"#,
        ),
        (
            "wordpress",
            "latest",
            r#"4 layers, PHP_INI_DIR=/usr/local/etc/php, PHP_VERSION=5.6.30, WORDPRESS_VERSION=4.7.2, Entrypoint ["docker-entrypoint.sh"], Cmd ["apache2-foreground"], WorkingDir "/var/www/html", ExposedPorts 80/tcp, Volumes /var/www/html"#,
        ),
    ];
    for (name, tag, expected) in rows {
        check(&format!("library/{name}"), tag, expected);
    }
    let httpd = about(OFFICIAL, "library/httpd", "latest");
    assert!(httpd.contains(r#"Cmd ["httpd-foreground"]"#), "{httpd}");
    assert!(httpd.ends_with("ExposedPorts 80/tcp"), "{httpd}");
}

#[test]
fn images_for_tests_have_the_configurations_of_the_table() {
    let nginx = about(OFFICIAL, "library/nginx", "latest");
    let inherit = r#"2 layers, Cmd ["/bin/sh"]"#;
    let rows = [
        ("test-nginx", "latest", &nginx[..]),
        ("test-nginx", "1.0.0", &nginx[..]),
        ("triton_alpine_inherit_test", "latest", inherit),
        (
            "busybox_with_label_test",
            "latest",
            r#"1 layers, Cmd ["sh"], Labels {"todd":"cool"}"#,
        ),
        (
            "test-image-with-volume",
            "latest",
            r#"1 layers, Cmd ["true"], Volumes /data"#,
        ),
        (
            "image-with-local-volume",
            "latest",
            r#"2 layers, Cmd ["ls","/data/some-volume"], Volumes /data/some-volume"#,
        ),
        (
            "test-image-with-onbuild",
            "latest",
            r#"1 layers, Cmd ["sh"], OnBuild ["COPY . /usr/src/app","RUN touch /usr/src/app/built"]"#,
        ),
        (
            "test-image-with-cns-services",
            "latest",
            r#"2 layers, Cmd ["httpd","-f","-h","/var/www"], Labels {"triton.cns.services":"web"}, ExposedPorts 80/tcp"#,
        ),
    ];
    for (name, tag, expected) in rows {
        check(&format!("{JOYENT}/{name}"), tag, expected);
    }
}

/// A pull from either has what a pull from the other has brought.
#[test]
fn the_same_image_is_at_two_hosts() {
    let hub = hub();
    let rows = [
        ("test-nginx", "1.0.0", "registry-1.docker.io:443", JOYENT),
        ("test-nginx", "latest", "registry-1.docker.io:443", JOYENT),
        ("triton_alpine_inherit_test", "latest", "quay.io", "joyent"),
    ];
    for (name, tag, host, namespace) in rows {
        let here = hub.manifest(OFFICIAL, &format!("{JOYENT}/{name}"), tag);
        let there = hub.manifest(host, &format!("{namespace}/{name}"), tag);
        let digests = [here, there].map(|found| found.expect("a manifest").digest);
        assert_eq!(digests[0], digests[1], "{name}");
    }
    for host in [OFFICIAL, "quay.io", "registry-1.docker.io:443"] {
        assert!(hub.answers_for(host), "{host}");
    }
    assert!(!hub.answers_for("registry-1.docker.io"));
}

/// Media types from the document that the tag names to the layers, their common beginning left out.
fn formats(repository: &str, tag: &str) -> Vec<String> {
    let hub = hub();
    let named = hub.manifest(OFFICIAL, repository, tag);
    let (manifest, document) = manifest(&hub, OFFICIAL, repository, tag);
    let mut types = vec![named.expect("a document").media_type];
    types.push(manifest.media_type);
    types.dedup();
    let layers = document["layers"].as_array().into_iter().flatten();
    let named = document.get("config").into_iter().chain(layers);
    types.extend(named.filter_map(|descriptor| descriptor["mediaType"].as_str()));
    let short = |text: &str| text.trim_start_matches("application/vnd.").to_owned();
    types.into_iter().map(short).collect()
}

#[test]
fn every_format_that_a_pull_reads_has_a_specimen() {
    const SCHEMA_2: &str = "docker.distribution.manifest.v2+json";
    const CONFIG: &str = "docker.container.image.v1+json";
    const GZIP: &str = "docker.image.rootfs.diff.tar.gzip";
    assert_eq!(
        formats("library/hello-world", "latest"),
        [SCHEMA_2, CONFIG, GZIP]
    );
    assert_eq!(
        formats("library/busybox", "latest"),
        [
            "docker.distribution.manifest.list.v2+json",
            SCHEMA_2,
            CONFIG,
            GZIP
        ]
    );
    assert_eq!(
        formats("library/busybox", "buildroot-2013.08.1"),
        ["docker.distribution.manifest.v1+prettyjws"]
    );
    assert_eq!(
        formats("library/alpine", "latest"),
        [
            "oci.image.index.v1+json",
            "oci.image.manifest.v1+json",
            "oci.image.config.v1+json",
            "oci.image.layer.v1.tar+gzip"
        ]
    );
    assert_eq!(
        formats(
            &format!("{JOYENT}/test-image-with-uncompressed-layer"),
            "latest"
        ),
        [SCHEMA_2, CONFIG, GZIP, "docker.image.rootfs.diff.tar"]
    );
}

/// A list's first entry is not always the one that is wanted, and an index need not say what it is.
#[test]
fn lists_have_entries_for_two_platforms() {
    let hub = hub();
    let rows = [
        ("busybox", ["amd64", "arm"], true),
        ("alpine", ["arm64", "amd64"], false),
    ];
    for (name, platforms, names_itself) in rows {
        let list = hub.manifest(OFFICIAL, &format!("library/{name}"), "latest");
        let document = json(&list.expect("a list").blob.bytes);
        let entries = document["manifests"].as_array().expect("entries").iter();
        let found: Vec<_> = entries
            .map(|entry| &entry["platform"]["architecture"])
            .collect();
        assert_eq!(found, platforms, "{name}");
        assert_eq!(document.get("mediaType").is_some(), names_itself, "{name}");
    }
}

#[test]
fn a_schema_1_manifest_has_a_history_and_a_served_layer_for_each_step() {
    let hub = hub();
    let tag = "buildroot-2013.08.1";
    let manifest = hub.manifest(OFFICIAL, "library/busybox", tag);
    let manifest = manifest.expect("a manifest");
    let document = json(&manifest.blob.bytes);
    assert_eq!(document["name"], "library/busybox");
    assert_eq!(document["tag"], tag);
    assert_ne!(manifest.digest, manifest.blob.digest, "it is the payload's");
    let layers = document["fsLayers"].as_array().expect("layers");
    for layer in layers {
        let digest = layer["blobSum"].as_str().and_then(Digest::parse);
        let digest = digest.expect("a digest");
        let blob = hub.blob(OFFICIAL, "library/busybox", digest);
        assert_eq!(Digest::of(&blob.expect("a blob")), digest);
        assert!(hub.layer(digest).is_some());
    }
    let history = document["history"].as_array().expect("a history");
    let steps: Vec<Value> = history
        .iter()
        .map(|step| {
            json(
                step["v1Compatibility"]
                    .as_str()
                    .unwrap_or_default()
                    .as_bytes(),
            )
        })
        .collect();
    assert_eq!(steps.len(), layers.len());
    assert_eq!(steps[0]["parent"], steps[1]["id"]);
    assert_eq!(steps[0]["config"]["Cmd"], serde_json::json!(["sh"]));
    assert!(hub.by_tag("library/busybox", tag).is_none());
}

#[test]
fn configurations_have_what_only_some_have() {
    let of = |name: &str| config(OFFICIAL, name, "latest").0;
    let ubuntu = of("library/ubuntu");
    let steps = ubuntu["history"].as_array().expect("a history").iter();
    assert_eq!(steps.filter(|step| step["empty_layer"] == true).count(), 1);

    let without = of(&format!("{JOYENT}/test-image-without-history"));
    assert_eq!(without.get("history"), None);

    let busybox = hub().by_tag("library/busybox", "latest");
    let parent = busybox.expect("embedded").config.digest.to_string();
    let child = of(&format!("{JOYENT}/test-image-with-parent"));
    assert_eq!(child["parent"], parent);
    assert_eq!(of("library/nginx").get("parent"), None);

    let hub = hub();
    let labelled = hub.by_tag(&format!("{JOYENT}/busybox_with_label_test"), "latest");
    assert!(labelled.expect("embedded").layers[0].blob.size_bytes() > 32);
}

/// What a file is to the in-process Unix.
fn kind(files: &RootFs, path: &str) -> String {
    let Ok(ino) = files.resolve(path.as_bytes(), true) else {
        return "absent".to_owned();
    };
    match files.metadata(ino).expect("it is there").kind {
        FileKind::File => {}
        FileKind::Directory => return "directory".to_owned(),
        other => return format!("{other:?}"),
    }
    let mut head = [0; 256];
    let read = files.read(ino, 0, &mut head).expect("a file");
    let head = &head[..read];
    match service_of(head) {
        Some((service, _)) => format!("service {service}"),
        None if head.starts_with(PROGRAM_MARKER) => "program".to_owned(),
        None if head.starts_with(b"\x7fELF") => "foreign".to_owned(),
        None if head.starts_with(b"#!") => "script".to_owned(),
        None => "file".to_owned(),
    }
}

/// A repository, and paths with what lies there.
const FILES: &[(&str, &str)] = &[
    ("busybox", "bin/sh program, bin/cat program, tmp directory"),
    (
        "alpine",
        "etc/alpine-release file, bin/sh program, usr/bin/top program, sbin/apk foreign, bin/bash absent",
    ),
    (
        "debian",
        "bin/bash program, bin/sh program, usr/bin/apt-get foreign, usr/bin/dpkg foreign",
    ),
    (
        "nginx",
        "etc/nginx/nginx.conf file, etc/init.d directory, etc/init.d/nginx script, bin/bash program, usr/sbin/nginx service nginx",
    ),
    (
        "httpd",
        "usr/local/bin/httpd-foreground script, bin/bash program",
    ),
    (
        "ubuntu",
        "bin/bash program, usr/bin/apt-get foreign, usr/sbin/policy-rc.d script, var/lib/apt/lists directory, var/lib/apt/lists/packages absent",
    ),
    ("hello-world", "hello service hello, bin absent"),
    (
        "redis",
        "usr/local/bin/docker-entrypoint.sh script, data directory",
    ),
    (
        "mysql",
        "usr/local/bin/docker-entrypoint.sh script, usr/sbin/mysqld foreign, var/lib/mysql directory, run/mysqld directory",
    ),
    (
        "mongo",
        "entrypoint.sh script, usr/bin/mongod foreign, data/db directory",
    ),
    (
        "wordpress",
        "usr/local/bin/docker-entrypoint.sh script, usr/local/bin/apache2-foreground script, usr/sbin/apache2 foreign, usr/src/wordpress/index.php file",
    ),
    (
        "joyentunsupported/test-nginx",
        "usr/sbin/nginx service nginx, bin/bash program",
    ),
    (
        "joyentunsupported/triton_alpine_inherit_test",
        "etc/inherited file, etc/alpine-release file",
    ),
    (
        "joyentunsupported/image-with-local-volume",
        "data/some-volume/some-file file",
    ),
    (
        "joyentunsupported/test-image-with-uncompressed-layer",
        "etc/uncompressed file, bin/sh program",
    ),
];

#[test]
fn images_have_the_files_of_the_table() {
    let hub = hub();
    for (name, expected) in FILES {
        let repository = match name.contains('/') {
            true => (*name).to_owned(),
            false => format!("library/{name}"),
        };
        let image = hub.by_tag(&repository, "latest").expect("embedded");
        let tars = image.layers.iter().map(|layer| layer.tar.clone().into());
        let tree = Tree::from_layers(tars, &ArchiveLimits::default());
        let files = RootFs::new(Arc::new(tree.expect("sound layers")), 0);
        for entry in expected.split(", ") {
            let (path, expected) = entry.split_once(' ').expect("a path and a kind");
            assert_eq!(kind(&files, path), expected, "{name}: {path}");
        }
    }
}
