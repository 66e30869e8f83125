//! What sources are called in the cache: only their contents count (IMG-72).

use super::files::Context;
use super::sources::{Source, Sources};
use rootfs::{FileKind, Ino};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::io::Read;

impl Context {
    /// The HASH of a step's command string (images.md 16.5). Reads all the files.
    pub fn hash(&self, sources: &Sources) -> String {
        let hashes: Vec<String> = sources
            .list
            .iter()
            .map(|source| self.hash_of(source))
            .collect();
        match &hashes[..] {
            [one] => one.clone(),
            several => format!("multi:{}", sha256(several.join(",").as_bytes())),
        }
    }

    fn hash_of(&self, source: &Source) -> String {
        if !source.is_directory {
            return format!("file:{}", self.content_hash(source.ino));
        }
        let mut hashes = Vec::new();
        let mut todo = vec![source.ino];
        while let Some(directory) = todo.pop() {
            for entry in self.files.entries(directory).unwrap_or_default() {
                match entry.kind {
                    FileKind::Directory => todo.push(entry.ino),
                    FileKind::Socket => {}
                    _ => hashes.push(self.content_hash(entry.ino)),
                }
            }
        }
        if hashes.is_empty() {
            return source.path.clone();
        }
        hashes.sort();
        format!("dir:{}", sha256(hashes.join(",").as_bytes()))
    }

    /// Of a file's bytes or a link's target; what is neither has none.
    fn content_hash(&self, ino: Ino) -> String {
        if let Ok(target) = self.files.read_link(ino) {
            return sha256(&target);
        }
        let mut hash = Sha256::new();
        let mut reader = self.reader(ino);
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(count @ 1..) = reader.read(&mut buffer) {
            hash.update(&buffer[..count]);
        }
        hex(&hash.finalize())
    }
}

fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        write!(text, "{byte:02x}").expect("a string takes everything");
    }
    text
}
