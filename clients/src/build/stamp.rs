//! What a built binary was made of, kept beside it.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::error::BuildError;
use super::recipe::{GO_FLAGS, LINKER_FLAGS, REVISION, Recipe};

/// The record that decides whether a binary is fresh.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stamp {
    /// Digest of the module folder and of the recipe, in hex.
    pub(super) sources: String,
    /// The Go that compiled it, as in `go1.26.8`.
    pub(super) go: String,
    /// SHA-256 of the binary, in hex.
    pub(super) binary: String,
    /// What the binary prints for `--version`.
    pub(super) version_text: String,
}

impl Stamp {
    /// Reads a stamp; none when it is not there or not whole.
    pub(super) fn read(path: &Path) -> Option<Stamp> {
        serde_json::from_slice(&fs::read(path).ok()?).ok()
    }

    /// Writes it under another name first: a stamp is whole or not there.
    pub(super) fn write(&self, path: &Path) -> Result<(), BuildError> {
        let text = serde_json::to_vec_pretty(self).expect("four strings are JSON");
        let unfinished = path.with_extension("stamp-unfinished");
        fs::write(&unfinished, text)
            .and_then(|()| fs::rename(&unfinished, path))
            .map_err(BuildError::io("write", path))
    }
}

/// SHA-256 of a file, in hex.
pub(super) fn file_digest(path: &Path) -> Result<String, BuildError> {
    let mut hash = Sha256::new();
    File::open(path)
        .and_then(|mut file| io::copy(&mut file, &mut hash))
        .map_err(BuildError::io("read", path))?;
    Ok(hex::encode(hash.finalize()))
}

/// Digest of everything of ours that decides what is built, in hex.
pub(super) fn sources_digest(module: &Path, recipe: &Recipe) -> Result<String, BuildError> {
    let mut hash = Sha256::new();
    // The recipe is a value of constants; its debug form shows each of them.
    field(
        &mut hash,
        format!("{REVISION} {recipe:?} {GO_FLAGS} {LINKER_FLAGS}").as_bytes(),
    );
    for file in ["go.mod", "go.sum"] {
        hash_file(&mut hash, file, &module.join(file))?;
    }
    hash_folder(&mut hash, "added", &module.join("added"))?;
    Ok(hex::encode(hash.finalize()))
}

/// Length before content: no two different lists of fields hash alike.
fn field(hash: &mut Sha256, bytes: &[u8]) {
    hash.update((bytes.len() as u64).to_le_bytes());
    hash.update(bytes);
}

fn hash_file(hash: &mut Sha256, name: &str, path: &Path) -> Result<(), BuildError> {
    let content = fs::read(path).map_err(BuildError::io("read", path))?;
    field(hash, name.as_bytes());
    field(hash, &content);
    Ok(())
}

fn hash_folder(hash: &mut Sha256, name: &str, folder: &Path) -> Result<(), BuildError> {
    let mut entries = fs::read_dir(folder)
        .and_then(Iterator::collect::<io::Result<Vec<_>>>)
        .map_err(BuildError::io("read", folder))?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let name = format!("{name}/{}", entry.file_name().to_string_lossy());
        match path.is_dir() {
            true => hash_folder(hash, &name, &path)?,
            false => hash_file(hash, &name, &path)?,
        }
    }
    Ok(())
}
