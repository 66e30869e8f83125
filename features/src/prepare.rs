//! The image that scenarios take for granted, given to an engine that has no registry to pull it from.

use std::path::Path;
use std::process::Command;

use clients::raw::Request;
use clients::{RawClient, Target};
use tar::{Builder, EntryType, Header};

use crate::failure::Failure;
use crate::program;

/// What the image is called.
const IMAGE: &str = "busybox:latest";
/// When its files were changed last, seconds of the epoch.
const CHANGED_S: u64 = 1_484_345_634;

/// Directories, with their modes and owners.
const DIRECTORIES: [(&str, u32, u64); 10] = [
    ("bin/", 0o755, 0),
    ("etc/", 0o755, 0),
    ("home/", 0o755, 65534),
    ("root/", 0o700, 0),
    ("tmp/", 0o1777, 0),
    ("usr/", 0o755, 0),
    ("usr/sbin/", 0o755, 1),
    ("var/", 0o755, 0),
    ("var/spool/", 0o755, 0),
    ("var/www/", 0o755, 33),
];

const PASSWD: &str = "root:x:0:0:root:/root:/bin/sh\n\
    daemon:x:1:1:daemon:/usr/sbin:/bin/false\n\
    bin:x:2:2:bin:/bin:/bin/false\n\
    www-data:x:33:33:www-data:/var/www:/bin/false\n\
    operator:x:37:37:operator:/var:/bin/false\n\
    nobody:x:65534:65534:nobody:/home:/bin/false\n";
const GROUP: &str = "root:x:0:\ndaemon:x:1:\nbin:x:2:\nwheel:x:10:\nwww-data:x:33:\n\
    operator:x:37:\nusers:x:100:\nnobody:x:65534:\n";

/// Whether the image is new there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prepared {
    /// It was imported.
    Now,
    /// The target had one of that name, which is left as it is.
    Already,
}

/// Imports `busybox:latest` unless the target has one, made of the host's static busybox with a link for each of its applets.
///
/// # Errors
///
/// [`Failure`] when the host has no static busybox, or the target does not take it.
pub async fn prepare(target: &Target) -> Result<Prepared, Failure> {
    let client = RawClient::new(target.clone());
    let there = Request::new("GET", format!("/v1.24/images/{IMAGE}/json"));
    if client.exchange(&there).await?.status() == 200 {
        return Ok(Prepared::Already);
    }
    let busybox =
        program::find("busybox").map_err(|missing| Failure::Client(missing.to_string()))?;
    let archive = archive(&busybox).map_err(|error| Failure::Client(error.to_string()))?;
    let path = "/v1.24/images/create?fromSrc=-&repo=busybox&tag=latest&changes=CMD%20%5B%22sh%22%5D\
        &changes=ENV%20PATH%3D/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    let request = Request::new("POST", path)
        .header("Content-Type", "application/x-tar")
        .body(archive);
    let answer = client.exchange(&request).await?;
    match answer.status() == 200 && !answer.text().contains("errorDetail") {
        true => Ok(Prepared::Now),
        false => Err(Failure::Zone(format!(
            "{IMAGE} was not taken: {} {}",
            answer.status(),
            answer.text()
        ))),
    }
}

/// The image's only layer.
fn archive(busybox: &Path) -> std::io::Result<Vec<u8>> {
    let listed = Command::new(busybox).arg("--list").output()?;
    let program = std::fs::read(busybox)?;
    let has = |text: &[u8]| program.windows(text.len()).any(|at| at == text);
    if has(b"/ld-linux") || has(b"/ld-musl") {
        let reason = format!("{} is not static", busybox.display());
        return Err(std::io::Error::other(reason));
    }
    if !listed.status.success() || listed.stdout.is_empty() {
        let reason = format!("{} does not list its applets", busybox.display());
        return Err(std::io::Error::other(reason));
    }
    let mut builder = Builder::new(Vec::new());
    for (name, mode, owner) in DIRECTORIES {
        append(&mut builder, name, EntryType::Directory, mode, owner, &[])?;
    }
    for (name, content) in [("etc/passwd", PASSWD), ("etc/group", GROUP)] {
        append(
            &mut builder,
            name,
            EntryType::Regular,
            0o644,
            0,
            content.as_bytes(),
        )?;
    }
    append(
        &mut builder,
        "bin/busybox",
        EntryType::Regular,
        0o755,
        0,
        &program,
    )?;
    let applets = String::from_utf8_lossy(&listed.stdout).into_owned();
    for applet in applets.lines().filter(|applet| *applet != "busybox") {
        let mut header = header(EntryType::Link, 0o755, 0, 0);
        builder.append_link(&mut header, format!("bin/{applet}"), "bin/busybox")?;
    }
    builder.into_inner()
}

fn append(
    builder: &mut Builder<Vec<u8>>,
    name: &str,
    kind: EntryType,
    mode: u32,
    owner: u64,
    content: &[u8],
) -> std::io::Result<()> {
    let mut header = header(kind, mode, owner, content.len() as u64);
    builder.append_data(&mut header, name, content)
}

fn header(kind: EntryType, mode: u32, owner: u64, size: u64) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_uid(owner);
    header.set_gid(owner);
    header.set_mtime(CHANGED_S);
    header.set_size(size);
    header
}
