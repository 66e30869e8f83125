//! Files that are copied: archives on standard input and output, and files beside the client.

use std::io::Read as _;

use clients::Stdin;
use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use tar::{Builder, EntryType, Header};

use crate::failure::Failure;
use crate::pattern::{self, expect_text};
use crate::steps::command::pairs;
use crate::world::ZoneWorld;

/// Who owns what a scenario packs.
const OWNER: u64 = 1234;
/// When that was changed last, seconds of the epoch.
const CHANGED_S: u64 = 1_000_000_000;

/// Rows are names and contents; `dir/` is a directory, and the content `-> TARGET` makes a link.
#[when(regex = r"^I run `(.+)` with an archive of:$")]
async fn run_with_archive(
    world: &mut ZoneWorld,
    step: &Step,
    command: String,
) -> Result<(), Failure> {
    let archive = pack(&pairs(step)?)?;
    let invocation = world.invocation(&command)?;
    let invocation = invocation.stdin(Stdin::Bytes(archive.into()));
    world.run(&command, invocation).await
}

/// As [`run_with_archive`], without the archive's last bytes.
#[when(regex = r"^I run `(.+)` with half an archive of:$")]
async fn run_with_half(world: &mut ZoneWorld, step: &Step, command: String) -> Result<(), Failure> {
    let mut archive = pack(&pairs(step)?)?;
    // A header and half of what it promises.
    archive.truncate(512 + 5);
    let invocation = world.invocation(&command)?;
    let invocation = invocation.stdin(Stdin::Bytes(archive.into()));
    world.run(&command, invocation).await
}

fn pack(rows: &[(String, String)]) -> Result<Vec<u8>, Failure> {
    let mut builder = Builder::new(Vec::new());
    for (name, content) in rows {
        let content = pattern::unescape_text(content)?;
        let link = content.strip_prefix("-> ");
        let kind = match (name.ends_with('/'), link) {
            (true, _) => EntryType::Directory,
            (false, Some(_)) => EntryType::Symlink,
            (false, None) => EntryType::Regular,
        };
        let mut header = Header::new_gnu();
        // The crate's own way of writing a name refuses those that lead outside.
        let fields = header.as_old_mut();
        fields.name[..name.len()].copy_from_slice(name.as_bytes());
        if let Some(link) = link {
            fields.linkname[..link.len()].copy_from_slice(link.as_bytes());
        }
        let body = match kind {
            EntryType::Regular => content.as_bytes(),
            _ => b"",
        };
        header.set_entry_type(kind);
        header.set_mode(0o640);
        header.set_uid(OWNER);
        header.set_gid(OWNER);
        header.set_mtime(CHANGED_S);
        header.set_size(body.len() as u64);
        header.set_cksum();
        builder.append(&header, body).map_err(unusable)?;
    }
    builder.into_inner().map_err(unusable)
}

fn unusable(error: std::io::Error) -> Failure {
    Failure::Differs(format!("the archive cannot be used: {error}"))
}

/// Rows as of [`run_with_archive`], in the archive's order.
#[then("stdout is an archive of:")]
fn is_archive(world: &mut ZoneWorld, step: &Step) -> Result<(), Failure> {
    let stdout = world.last()?.stdout.clone();
    let seen = unpack(&stdout)?;
    let rows = pairs(step)?;
    let expected = rows
        .iter()
        .map(|(name, content)| format!("{name} {content}\n"));
    let expected: String = expected.collect();
    expect_text("the archive", &expected, &seen, &world.saved)
}

fn unpack(archive: &[u8]) -> Result<String, Failure> {
    let mut seen = String::new();
    let mut archive = tar::Archive::new(archive);
    for entry in archive.entries().map_err(unusable)? {
        let mut entry = entry.map_err(unusable)?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let mut content = String::new();
        match entry.link_name_bytes() {
            Some(target) if entry.header().entry_type().is_symlink() => {
                content = format!("-> {}", String::from_utf8_lossy(&target));
            }
            Some(target) => content = format!("= {}", String::from_utf8_lossy(&target)),
            None => {
                let mut bytes = Vec::new();
                entry.read_to_end(&mut bytes).map_err(unusable)?;
                content.push_str(&String::from_utf8_lossy(&bytes).escape_default().to_string());
            }
        }
        seen += &format!("{name} {content}\n");
    }
    Ok(seen)
}

#[given(regex = r#"^my folder has the file "([^"]+)" with "(.*)"$"#)]
async fn has_file(world: &mut ZoneWorld, name: String, content: String) -> Result<(), Failure> {
    let path = world.folder().await?.join(name);
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(unusable)?;
    }
    std::fs::write(path, pattern::unescape(&content)?).map_err(unusable)
}

#[then(regex = r#"^my file "([^"]+)" is "(.*)"$"#)]
async fn file_is(world: &mut ZoneWorld, name: String, content: String) -> Result<(), Failure> {
    let path = world.folder().await?.join(&name);
    let seen = std::fs::read(path).map_err(unusable)?;
    let seen = String::from_utf8_lossy(&seen).into_owned();
    let expected = pattern::unescape_text(&content)?;
    expect_text(
        &format!("the file {name:?}"),
        &expected,
        &seen,
        &world.saved,
    )
}
