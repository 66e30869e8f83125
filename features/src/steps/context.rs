//! Folders that images are built from.

use std::path::{Component, Path};

use cucumber::gherkin::Step;
use cucumber::{given, when};

use crate::failure::Failure;
use crate::pattern;
use crate::world::ZoneWorld;

fn failed(error: std::io::Error) -> Failure {
    Failure::Client(format!("no build context: {error}"))
}

/// A path in the folder, which is called `{context}` from the first file on.
fn place(world: &mut ZoneWorld, name: &str) -> Result<std::path::PathBuf, Failure> {
    let inside = Path::new(name)
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    if !inside {
        return Err(Failure::Feature(format!(
            "{} is not in the context",
            pattern::shown(name)
        )));
    }
    if world.beside.context.is_none() {
        let folder = tempfile::tempdir().map_err(failed)?;
        let path = folder.path().display().to_string();
        world.saved.insert("context".to_owned(), path);
        world.beside.context = Some(folder);
    }
    let folder = world.beside.context.as_ref();
    let folder = folder.ok_or_else(|| Failure::Feature("no context".to_owned()))?;
    let path = folder.path().join(name);
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(failed)?;
    }
    Ok(path)
}

fn write(world: &mut ZoneWorld, name: &str, content: &str) -> Result<(), Failure> {
    let content = pattern::fill(content, &world.saved)?;
    let path = place(world, name)?;
    std::fs::write(path, content).map_err(failed)
}

/// `{name}` in the text stands for what was saved.
#[given(regex = r#"^the file "([^"]+)" of the context:$"#)]
#[when(regex = r#"^the file "([^"]+)" of the context becomes:$"#)]
fn file(world: &mut ZoneWorld, step: &Step, name: String) -> Result<(), Failure> {
    let text = step.docstring.as_deref();
    let text = text.ok_or_else(|| Failure::Feature("a text is missing".to_owned()))?;
    // gherkin keeps the line end behind the opening quotes.
    let text = text.strip_prefix('\n').unwrap_or(text);
    write(world, &name, text)
}

#[given(regex = r#"^the file "([^"]+)" of the context with "([^"]*)"$"#)]
#[when(regex = r#"^the file "([^"]+)" of the context becomes "([^"]*)"$"#)]
fn short_file(world: &mut ZoneWorld, name: String, content: String) -> Result<(), Failure> {
    write(world, &name, &content)
}

#[given(regex = r#"^the folder "([^"]+)" of the context$"#)]
fn folder(world: &mut ZoneWorld, name: String) -> Result<(), Failure> {
    let path = place(world, &name)?;
    std::fs::create_dir_all(path).map_err(failed)
}

#[given(regex = r#"^the link "([^"]+)" of the context to "([^"]+)"$"#)]
fn link(world: &mut ZoneWorld, name: String, target: String) -> Result<(), Failure> {
    let path = place(world, &name)?;
    std::os::unix::fs::symlink(target, path).map_err(failed)
}

#[given(regex = r#"^the mode of "([^"]+)" in the context is ([0-7]{3,4})$"#)]
#[when(regex = r#"^the mode of "([^"]+)" in the context becomes ([0-7]{3,4})$"#)]
fn set_mode(world: &mut ZoneWorld, name: String, mode: String) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = u32::from_str_radix(&mode, 8);
    let mode = mode.map_err(|_| Failure::Feature("no mode".to_owned()))?;
    let path = place(world, &name)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).map_err(failed)
}

/// An archive of a file `packed` that says `packed`.
#[given(regex = r#"^the archive "([^"]+)" of the context, packed with (nothing|gzip|bzip2|xz)$"#)]
fn archive(world: &mut ZoneWorld, name: String, packing: String) -> Result<(), Failure> {
    let path = place(world, &name)?;
    let mut archive = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(7);
    header.set_mode(0o644);
    header.set_uid(7);
    header.set_gid(7);
    archive
        .append_data(&mut header, "packed", &b"packed\n"[..])
        .map_err(failed)?;
    let tar = archive.into_inner().map_err(failed)?;
    let packed = match packing.as_str() {
        "nothing" => tar,
        program => through(program, &tar).map_err(failed)?,
    };
    std::fs::write(path, packed).map_err(failed)
}

/// What a program of the host makes of its input.
fn through(program: &str, input: &[u8]) -> std::io::Result<Vec<u8>> {
    use std::io::Write as _;
    let program = crate::program::find(program).map_err(std::io::Error::other)?;
    let mut process = std::process::Command::new(program)
        .arg("-c")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()?;
    if let Some(mut stdin) = process.stdin.take() {
        stdin.write_all(input)?;
    }
    Ok(process.wait_with_output()?.stdout)
}
