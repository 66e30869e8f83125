//! A layer that is longer than what the program may take of memory: pulled, read in a container, pushed.

use crate::program::{Running, start};
use images::Hub;
use images::store::{Layer, LayerWriter};
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng as _, SeedableRng as _};
use rootfs::Source;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use zone::Digest;

/// Says how long the layer is, MiB; SPECIFICATION.md has a figure for 2048.
const MEBIBYTES: &str = "ZONESIM_LAYER_MIB";
/// How long it is otherwise.
const DEFAULT_MEBIBYTES: u64 = 192;
/// What the program may take above what it takes when it does nothing, KiB.
const ALLOWED_KIB: u64 = 64 << 10;
/// Big files, which have half of the layer between them.
const BIG_FILES: usize = 3;

/// What the registry serves and has got.
struct Registry {
    pages: BTreeMap<String, (&'static str, Source)>,
    /// Digests of what was put into it, by what they were said to be.
    put: Mutex<BTreeMap<String, String>>,
}

fn layer(mebibytes: u64) -> (Layer, BTreeMap<String, String>) {
    let mut random = ChaCha8Rng::seed_from_u64(7);
    let mut sums = BTreeMap::new();
    let mut writer = LayerWriter::new();
    let mut append = |name: &str, size: u64, fill: &mut dyn FnMut(&mut [u8])| {
        let mut header = tar::Header::new_gnu();
        header.set_path(name).expect("it is short");
        header.set_size(size);
        header.set_mode(0o644);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(0);
        header.set_cksum();
        writer.write(header.as_bytes()).expect("there is room");
        let mut hash = Sha256::new();
        let mut left = size;
        let mut piece = vec![0; 1 << 20];
        while left > 0 {
            let count = piece.len().min(usize::try_from(left).expect("it is short"));
            fill(&mut piece[..count]);
            hash.update(&piece[..count]);
            writer.write(&piece[..count]).expect("there is room");
            left -= count as u64;
        }
        let padding = (512 - size % 512) % 512;
        writer
            .write(&vec![0; usize::try_from(padding).expect("it is short")])
            .expect("there is room");
        hex::encode(hash.finalize())
    };
    let size = (mebibytes << 20) / BIG_FILES as u64;
    for number in 0..BIG_FILES {
        let name = format!("big{number}");
        let sum = append(&name, size, &mut |bytes| random.fill_bytes(bytes));
        sums.insert(name, sum);
    }
    // As many as a distribution has, and more where the layer is longer.
    for number in 0..(mebibytes * 50).min(100_000) {
        let text = format!("{number}\n");
        let name = format!("small/{}/{number}", number % 100);
        append(&name, text.len() as u64, &mut |bytes| {
            bytes.copy_from_slice(text.as_bytes());
        });
    }
    writer.write(&[0; 1024]).expect("there is room");
    (writer.finish().expect("there is room"), sums)
}

fn registry(layer: &Layer) -> Registry {
    let names = userland::registry::standard();
    let hub = Hub::new(names.names().map(str::to_owned));
    let busybox = hub.by_tag("library/busybox", "latest").expect("embedded");
    let base = &busybox.layers[0];
    let gzip = "application/vnd.docker.image.rootfs.diff.tar.gzip";
    let config = json!({
        "architecture": "amd64", "os": "linux", "created": "2016-01-01T00:00:00Z",
        "config": {"Cmd": ["sh"], "Env": ["PATH=/bin"]},
        "rootfs": {"type": "layers", "diff_ids": [
            base.diff_id.to_string(), layer.descriptor.diff_id.to_string(),
        ]},
    });
    let config = config.to_string().into_bytes();
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
        "config": {"mediaType": "application/vnd.docker.container.image.v1+json",
                   "size": config.len(), "digest": Digest::of(&config).to_string()},
        "layers": [
            {"mediaType": gzip, "size": base.blob.size_bytes(),
             "digest": base.blob.digest.to_string()},
            {"mediaType": gzip, "size": layer.blob.len(),
             "digest": layer.descriptor.digest.to_string()},
        ],
    });
    let blob = |digest: Digest| format!("/v2/big/blobs/{digest}");
    let octets = "application/octet-stream";
    let memory = |bytes: Vec<u8>| Source::Memory(bytes.into());
    let pages = BTreeMap::from([
        (
            "/v2/".to_owned(),
            ("application/json", memory(b"{}".to_vec())),
        ),
        (
            "/v2/big/manifests/latest".to_owned(),
            (
                "application/vnd.docker.distribution.manifest.v2+json",
                memory(manifest.to_string().into_bytes()),
            ),
        ),
        (blob(Digest::of(&config)), (octets, memory(config))),
        (
            blob(base.blob.digest),
            (octets, Source::Memory(base.blob.bytes.clone())),
        ),
        (blob(layer.descriptor.digest), (octets, layer.blob.clone())),
    ]);
    Registry {
        pages,
        put: Mutex::default(),
    }
}

impl Registry {
    /// One request; the connection ends with it.
    fn answer(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream.try_clone()?);
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let mut words = line.split(' ');
        let method = words.next().unwrap_or_default().to_owned();
        let path = words.next().unwrap_or_default().to_owned();
        let mut length = 0;
        loop {
            let mut header = String::new();
            reader.read_line(&mut header)?;
            if header.trim().is_empty() {
                break;
            }
            let header = header.to_ascii_lowercase();
            if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap_or(0);
            }
        }
        let mut stream = stream;
        let mut say = |status: &str, more: &str| {
            let head = format!(
                "HTTP/1.1 {status}\r\n{more}Content-Length: 0\r\nConnection: close\r\n\r\n"
            );
            stream.write_all(head.as_bytes())
        };
        match method.as_str() {
            "GET" => {
                let Some((content_type, source)) = self.pages.get(&path) else {
                    return say("404 Not Found", "");
                };
                let head = format!(
                    "HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                    source.len()
                );
                stream.write_all(head.as_bytes())?;
                std::io::copy(&mut source.reader(), &mut stream).map(drop)
            }
            "HEAD" => say("404 Not Found", ""),
            "POST" => say("202 Accepted", "Location: /upload?x=1\r\n"),
            "PUT" => {
                let mut hash = Sha256::new();
                std::io::copy(&mut reader.take(length), &mut hash)?;
                let said = path
                    .rsplit(['=', '/'])
                    .next()
                    .unwrap_or_default()
                    .to_owned();
                let sum = format!("sha256:{}", hex::encode(hash.finalize()));
                self.put
                    .lock()
                    .expect("no test panics with it")
                    .insert(said, sum);
                say("201 Created", "")
            }
            _ => say("405 Method Not Allowed", ""),
        }
    }
}

fn asked(running: &Running, method: &str, path: &str, body: &Value) -> String {
    let body = match body {
        Value::Null => String::new(),
        body => body.to_string(),
    };
    let answer = running.ask_patiently(method, path, &body);
    assert!(answer.starts_with("HTTP/1.1 2"), "{path}: {answer}");
    answer
}

#[test]
fn a_layer_longer_than_memory_is_pulled_read_and_pushed() {
    let mebibytes = std::env::var(MEBIBYTES).ok();
    let mebibytes = mebibytes.and_then(|text| text.parse().ok());
    let (layer, sums) = layer(mebibytes.unwrap_or(DEFAULT_MEBIBYTES));
    let registry = Arc::new(registry(&layer));
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("a port");
    let serving = Arc::clone(&registry);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let registry = Arc::clone(&serving);
            std::thread::spawn(move || registry.answer(stream));
        }
    });

    let home = TempDir::new().expect("a directory");
    let running = start(home.path(), &[]);
    let idle_kib = running.peak_kib();
    let name = format!("{address}/big");
    let pulled = asked(
        &running,
        "POST",
        &format!("/v1.24/images/create?fromImage={name}&tag=latest"),
        &Value::Null,
    );
    assert!(pulled.contains("Downloaded newer image"), "{pulled}");

    let files = sums.keys().map(|name| format!("/{name}"));
    let command: Vec<String> = ["sha256sum".to_owned()].into_iter().chain(files).collect();
    let body = json!({"Image": name, "Cmd": command, "HostConfig": {}});
    asked(
        &running,
        "POST",
        "/v1.24/containers/create?name=sums",
        &body,
    );
    for path in ["start", "wait"] {
        asked(
            &running,
            "POST",
            &format!("/v1.24/containers/sums/{path}"),
            &Value::Null,
        );
    }
    let printed = asked(
        &running,
        "GET",
        "/v1.24/containers/sums/logs?stdout=1",
        &Value::Null,
    );
    for (name, sum) in &sums {
        assert!(printed.contains(&format!("{sum}  /{name}")), "{printed}");
    }
    let path = format!("/v1.24/images/{name}/push?tag=latest");
    let pushed = asked(&running, "POST", &path, &Value::Null);
    assert!(pushed.contains("latest: digest: "), "{pushed}");
    {
        let put = registry.put.lock().expect("no test panics with it");
        let digest = layer.descriptor.digest.to_string();
        assert_eq!(put.get(&digest), Some(&digest));
        let blobs = put.iter().filter(|(said, _)| said.starts_with("sha256:"));
        assert!(blobs.clone().all(|(said, sum)| said == sum), "{put:?}");
        assert_eq!(blobs.count(), 3, "two layers and a configuration");
    }
    let grown_kib = running.peak_kib().saturating_sub(idle_kib);
    println!("{grown_kib} KiB above {idle_kib} KiB");
    assert!(
        grown_kib <= ALLOWED_KIB,
        "{grown_kib} KiB above {idle_kib} KiB"
    );
    // The layer compressed and unpacked, and the base unpacked: what else there is is short.
    assert_eq!(running.unlinked_files(), 3);
    asked(
        &running,
        "DELETE",
        "/v1.24/containers/sums?force=1",
        &Value::Null,
    );
    let path = format!("/v1.24/images/{name}?force=1");
    asked(&running, "DELETE", &path, &Value::Null);
    assert_eq!(running.unlinked_files(), 0);
    assert_eq!(running.stop(), Some(0));
}
