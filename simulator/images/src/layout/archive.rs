//! The files of an archive.

use super::error::LayoutError;
use super::files::Files;
use crate::store::{Compression, host_file, unpacked};
use rootfs::Source;
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use tar::{Archive, EntryType};

/// The most entries of an archive.
const ENTRIES: usize = 100_000;
/// The most links from one to another.
const LINKS: usize = 8;

/// The files of a tar archive, which may be packed.
pub(super) fn files(file: File) -> Result<Files, LayoutError> {
    let len = file.metadata()?.len();
    let source = host_file(file, len);
    let mut start = [0; 8];
    let count = source.read(0, &mut start).map_err(io::Error::other)?;
    let source = match Compression::of_bytes(&start[..count]) {
        Compression::None => source,
        packed => match unpacked(&source, packed) {
            None => return Err(LayoutError::Packed),
            Some(Ok((tar, _))) => tar,
            Some(Err(fault)) => return Err(io::Error::other(fault).into()),
        },
    };
    entries(&source).map(Files::Archive)
}

fn entries(source: &Source) -> Result<BTreeMap<String, Source>, LayoutError> {
    let mut files = BTreeMap::new();
    let mut links: Vec<(String, String)> = Vec::new();
    let mut archive = Archive::new(source.reader());
    for (index, entry) in archive.entries_with_seek()?.enumerate() {
        let entry = entry?;
        if index == ENTRIES {
            let text = format!("it has more than {ENTRIES} entries");
            return Err(io::Error::new(io::ErrorKind::InvalidData, text).into());
        }
        let path = entry.path()?.to_string_lossy().into_owned();
        let name = resolved("", &path);
        match entry.header().entry_type() {
            EntryType::Regular | EntryType::Continuous => {
                let (offset, len) = (entry.raw_file_position(), entry.size());
                if offset.checked_add(len).is_none_or(|end| end > source.len()) {
                    return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
                }
                files.insert(name, source.part(offset, len));
            }
            // Layers that are the same are written once.
            EntryType::Symlink | EntryType::Link => {
                let target = entry.link_name()?.unwrap_or_default();
                let is_symbolic = entry.header().entry_type() == EntryType::Symlink;
                let directory = name.rsplit_once('/').map_or("", |(directory, _)| directory);
                let base = if is_symbolic { directory } else { "" };
                let target = resolved(base, &target.to_string_lossy());
                links.push((name, target));
            }
            _ => {}
        }
    }
    for _ in 0..LINKS {
        for (name, target) in &links {
            if let Some(found) = files.get(target).cloned() {
                files.entry(name.clone()).or_insert(found);
            }
        }
    }
    Ok(files)
}

/// A path from a directory of the archive on, without `.` and `..`.
fn resolved(directory: &str, path: &str) -> String {
    let mut parts: Vec<&str> = directory.split('/').collect();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts.join("/")
}
