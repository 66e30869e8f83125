//! What clients and registries send of images.

use images::dockerfile::{BuildArgs, Dockerfile, Document, parse_changes};
use images::layout::Layout;
use images::pull::{Origin, pull};
use images::store::Store;
use std::fs::File;
use std::io::{Seek as _, Write as _};
use std::sync::Arc;
use zone::{Digest, ImageReference};

/// The most of an input that is used, bytes.
const INPUT_BYTES: usize = 4096;
/// What stands between the documents of an image.
const BETWEEN: &[u8] = b"\n--\n";

pub(crate) const DOCKERFILE_WORDS: &[&str] = &[
    "FROM ",
    "busybox",
    "scratch",
    "RUN ",
    "CMD ",
    "ENTRYPOINT ",
    "COPY ",
    "ADD ",
    "ENV ",
    "LABEL ",
    "ARG ",
    "USER ",
    "WORKDIR ",
    "VOLUME ",
    "EXPOSE ",
    "STOPSIGNAL ",
    "ONBUILD ",
    "MAINTAINER ",
    "SHELL ",
    "HEALTHCHECK ",
    "\n",
    "\\\n",
    "\r\n",
    "# escape=`\n",
    "# x\n",
    "`",
    "[\"",
    "\", \"",
    "\"]",
    "[",
    "]",
    "\"",
    "'",
    "\\",
    "$a",
    "${a}",
    "${a:-b}",
    "${a:+b}",
    "${",
    "$",
    "a=b",
    "a",
    "=",
    "/",
    "..",
    "80/tcp",
    "1-9",
    "--x=y ",
    "<<EOF\n",
    "\u{feff}",
    "\0",
];

pub(crate) const REFERENCE_WORDS: &[&str] = &[
    "busybox",
    "library",
    "/",
    "//",
    ":",
    "@",
    "sha256:",
    "docker.io",
    "index.docker.io",
    "localhost",
    "quay.io",
    "5000",
    ".",
    "..",
    "-",
    "--",
    "_",
    "__",
    "latest",
    "http://",
    "https://",
    "ftp://",
    "[::1]",
    "A",
    "a",
    "é",
    "%",
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
];

pub(crate) const MANIFEST_WORDS: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    "\"",
    ":",
    ",",
    "\"schemaVersion\":2",
    "\"schemaVersion\":1",
    "\"mediaType\":",
    "\"application/vnd.docker.distribution.manifest.v2+json\"",
    "\"application/vnd.oci.image.index.v1+json\"",
    "\"application/vnd.oci.image.layer.v1.tar\"",
    "\"application/vnd.oci.image.layer.v1.tar+gzip\"",
    "\"config\":",
    "\"layers\":",
    "\"manifests\":",
    "\"digest\":\"@1\"",
    "\"digest\":\"@2\"",
    "\"digest\":\"@3\"",
    "\"size\":7",
    "\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}",
    "\"urls\":[\"x\"]",
    "\n--\n",
    "\"rootfs\":",
    "\"diff_ids\":[\"@2\"]",
    "\"history\":[{\"empty_layer\":true}]",
    "\"created\":\"2017-01-01T00:00:00Z\"",
    "\"fsLayers\":[{\"blobSum\":\"@2\"}]",
    "\"history\":[{\"v1Compatibility\":\"{}\"}]",
    "\"signatures\":[]",
    "\"protected\":\"\"",
    "null",
    "1e99",
    "-1",
    "{\"schemaVersion\":2,\"config\":{\"digest\":\"@1\"},\"layers\":[{\"digest\":\"@2\",\"mediaType\":\"x.tar\"}]}\n--\n",
    "{\"created\":\"2017-01-01T00:00:00Z\",\"config\":{},\"rootfs\":{\"diff_ids\":[\"@2\"]}}\n--\n",
];

/// A Dockerfile goes through all that a build does to it but its effects, and, a line each, as the changes of a commit.
pub(crate) fn dockerfile(data: &[u8]) {
    let data = &data[..data.len().min(INPUT_BYTES)];
    let lines = String::from_utf8_lossy(data);
    let lines: Vec<String> = lines.lines().map(str::to_owned).collect();
    let _ = parse_changes(&lines);
    let Ok(dockerfile) = Dockerfile::parse("Dockerfile", data) else {
        return;
    };
    let given = [("a".to_owned(), "given $b".to_owned())];
    let mut args = BuildArgs::new(given);
    let mut document = Document::scratch();
    for (index, instruction) in dockerfile.instructions.iter().enumerate() {
        let _ = instruction.step_text();
        if instruction.check(index == 0).is_err() {
            return;
        }
        let substituted = instruction.substitute(&document.environment(), &args);
        let Ok(instruction) = substituted else {
            return;
        };
        let _ = (args.declare(&instruction), document.apply(&instruction));
        let _ = (
            instruction.argv(),
            instruction.words(),
            instruction.command(&args, Some("x")),
        );
        let written = document.to_bytes();
        let read = Document::parse(&written).expect("a document that was written can be read");
        assert!(
            read.to_bytes() == written,
            "reading and writing a document changes it"
        );
    }
}

/// A name that means an image leads to the same image when it is written out.
pub(crate) fn reference(data: &[u8]) {
    let text = String::from_utf8_lossy(&data[..data.len().min(INPUT_BYTES)]).into_owned();
    let _ = ImageReference::parse_tag(&text);
    let Ok(found) = ImageReference::parse(&text) else {
        return;
    };
    let named = found.named();
    if let Ok(again) = ImageReference::parse(&named) {
        assert_eq!(again.named(), named, "{text:?}");
    }
}

/// Documents of an image (manifest, then blobs; `@2` is the digest of the second blob), and the same bytes as an archive
/// of images.
pub(crate) fn manifest(data: &[u8]) {
    let data = &data[..data.len().min(INPUT_BYTES)];
    if let Ok(layout) = Layout::of_archive(file(data)) {
        let _ = layout.images();
    }
    let mut pieces: Vec<Vec<u8>> = pieces(data);
    for index in (0..pieces.len()).rev() {
        for other in (index + 1..pieces.len()).take(9) {
            let digest = Digest::of(&pieces[other]).to_string();
            let text = String::from_utf8_lossy(&pieces[index]);
            if text.contains('@') {
                pieces[index] = text.replace(&format!("@{other}"), &digest).into_bytes();
            }
        }
    }
    let manifest = Digest::of(&pieces[0]).to_string();
    let index = format!(r#"{{"manifests":[{{"digest":"{manifest}"}}]}}"#);
    let mut archive = tar::Builder::new(Vec::new());
    let mut add = |name: &str, bytes: &[u8]| {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        archive
            .append_data(&mut header, name, bytes)
            .expect("there is room");
    };
    add("index.json", index.as_bytes());
    for piece in &pieces {
        let digest = Digest::of(piece).to_string().replace(':', "/");
        add(&format!("blobs/{digest}"), piece);
    }
    let bytes = archive.into_inner().expect("there is room");
    let layout = Layout::of_archive(file(&bytes)).expect("a layout");
    let origin = Origin::Files(Arc::new(layout));
    let reference = ImageReference::parse("fuzz:latest").expect("a name");
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.expect("a runtime");
    let (store, silent) = (Store::new(), |_| ready());
    let pulled = runtime.block_on(pull(&origin, &reference, &store, &silent, &ready));
    if let Ok(pulled) = pulled {
        assert_eq!(pulled.image.layers.len(), pulled.chain.len());
        assert_eq!(pulled.image.id, Digest::of(&pulled.image.config));
    }
}

fn ready() -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(std::future::ready(()))
}

fn pieces(data: &[u8]) -> Vec<Vec<u8>> {
    let mut pieces = vec![Vec::new()];
    let mut rest = data;
    while let Some((first, behind)) = rest.split_first() {
        if rest.starts_with(BETWEEN) {
            pieces.push(Vec::new());
            rest = &rest[BETWEEN.len()..];
            continue;
        }
        pieces.last_mut().expect("there is one").push(*first);
        rest = behind;
    }
    pieces
}

fn file(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().expect("there is room");
    file.write_all(bytes).expect("there is room");
    file.rewind().expect("a file");
    file
}
