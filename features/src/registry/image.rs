//! An image for a registry that serves it badly.

use std::collections::BTreeMap;
use std::io::{self, Write as _};

use clients::faulty::Page;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use sha2::{Digest as _, Sha256};

/// Bytes of its only file: more than one piece of progress, and no two blocks are alike.
const FILE_BYTES: usize = 1 << 20;

const MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
const CONFIG: &str = "application/vnd.docker.container.image.v1+json";
const LAYER: &str = "application/vnd.docker.image.rootfs.diff.tar.gzip";

/// The pages of a registry that has one image, `NAME:latest`, and the path of its layer.
pub(crate) type FaultyImage = (BTreeMap<String, Page>, String);

/// An image with one big file.
///
/// # Errors
///
/// Never, as all is in memory.
pub(crate) fn faulty_image(name: &str) -> io::Result<FaultyImage> {
    image(name, &archive()?)
}

/// An image whose layer has what no layer may have.
///
/// # Errors
///
/// There is nothing of that kind.
pub(crate) fn evil_image(name: &str, what: &str) -> io::Result<FaultyImage> {
    let mut header = tar::Header::new_gnu();
    let mut archive = tar::Builder::new(Vec::new());
    let (path, link) = match what {
        "an entry above its root" => ("../x".to_owned(), None),
        "an entry above a directory" => ("a/../../x".to_owned(), None),
        "an absolute entry" => ("/etc/x".to_owned(), None),
        "a hard link above its root" => ("x".to_owned(), Some("../etc/passwd")),
        "an entry of 5,000 bytes" => ("d/".repeat(2500), None),
        "a file of 200 GiB" => {
            header.set_size(200 << 30);
            ("x".to_owned(), None)
        }
        other => return Err(io::Error::other(format!("nothing is called `{other}`"))),
    };
    if path.len() > header.as_old().name.len() {
        let mut long = tar::Header::new_gnu();
        long.set_entry_type(tar::EntryType::GNULongName);
        long.set_size(path.len() as u64);
        long.set_cksum();
        archive.append(&long, path.as_bytes())?;
    }
    let fields = header.as_old_mut();
    let start = path.len().min(fields.name.len());
    fields.name[..start].copy_from_slice(&path.as_bytes()[..start]);
    if let Some(link) = link {
        fields.linkname[..link.len()].copy_from_slice(link.as_bytes());
        header.set_entry_type(tar::EntryType::Link);
    }
    header.set_mode(0o644);
    header.set_cksum();
    archive.append(&header, io::empty())?;
    image(name, &archive.into_inner()?)
}

/// Two images with the same file in their one layer, and the digest of the second one's manifest.
///
/// # Errors
///
/// Nothing differs like that.
pub(crate) fn two_images(
    [one, two]: [&str; 2],
    difference: &str,
) -> io::Result<(FaultyImage, String)> {
    let tar = archive()?;
    let own = digest(&tar);
    let (packing, diff_id) = match difference {
        "the packing of their layer" => (Compression::best(), own.clone()),
        "what their layer is said to be" => (Compression::fast(), digest(b"another")),
        other => return Err(io::Error::other(format!("nothing differs in `{other}`"))),
    };
    let (mut pages, bad) = packed(one, &tar, Compression::fast(), &own)?;
    let (others, _) = packed(two, &tar, packing, &diff_id)?;
    let manifest = others.get(&manifest_path(two));
    let manifest = manifest.map_or(String::new(), |page| digest(&page.body));
    pages.extend(others);
    Ok(((pages, bad), manifest))
}

/// Where the manifest of an image is.
pub(crate) fn manifest_path(name: &str) -> String {
    format!("/v2/{name}/manifests/latest")
}

fn image(name: &str, tar: &[u8]) -> io::Result<FaultyImage> {
    packed(name, tar, Compression::fast(), &digest(tar))
}

fn packed(name: &str, tar: &[u8], packing: Compression, diff_id: &str) -> io::Result<FaultyImage> {
    let mut gzip = GzEncoder::new(Vec::new(), packing);
    gzip.write_all(tar)?;
    let layer = gzip.finish()?;
    let config = json!({
        "architecture": "amd64",
        "os": "linux",
        "created": "2016-01-01T00:00:00Z",
        "config": {"Cmd": ["true"]},
        "rootfs": {"type": "layers", "diff_ids": [diff_id]},
        "history": [{"created": "2016-01-01T00:00:00Z", "created_by": "ADD file"}],
    });
    let config = config.to_string().into_bytes();
    let descriptor = |media_type: &str, bytes: &[u8]| json!({"mediaType": media_type, "size": bytes.len(), "digest": digest(bytes)});
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": descriptor(CONFIG, &config),
        "layers": [descriptor(LAYER, &layer)],
    });
    let blob = |bytes: &[u8]| format!("/v2/{name}/blobs/{}", digest(bytes));
    let bad = blob(&layer);
    let page = |content_type: &str, body: Vec<u8>| Page {
        content_type: content_type.to_owned(),
        body,
    };
    let octets = "application/octet-stream";
    let manifest = manifest.to_string().into_bytes();
    let by_digest = format!("/v2/{name}/manifests/{}", digest(&manifest));
    let pages = BTreeMap::from([
        ("/v2/".to_owned(), page("application/json", b"{}".to_vec())),
        (manifest_path(name), page(MANIFEST, manifest.clone())),
        (by_digest, page(MANIFEST, manifest)),
        (blob(&config), page(octets, config)),
        (bad.clone(), page(octets, layer)),
    ]);
    Ok((pages, bad))
}

fn digest(bytes: &[u8]) -> String {
    format!("sha256:{}", hex::encode(Sha256::digest(bytes)))
}

/// Numbers that a compression makes nothing of.
fn archive() -> io::Result<Vec<u8>> {
    let mut content = Vec::with_capacity(FILE_BYTES);
    let mut block = Sha256::digest(b"block");
    while content.len() < FILE_BYTES {
        content.extend_from_slice(&block);
        block = Sha256::digest(block);
    }
    let mut archive = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(content.len() as u64);
    header.set_mode(0o644);
    archive.append_data(&mut header, "numbers", content.as_slice())?;
    archive.into_inner()
}
