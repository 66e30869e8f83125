//! Files by name, in a directory or an archive.

use crate::store::host_file;
use bytes::Bytes;
use rootfs::Source;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use zone::Digest;

/// Where files are.
#[derive(Debug)]
pub(super) enum Files {
    /// Below a directory.
    Directory(PathBuf),
    /// In an archive, by path without a leading `./`.
    Archive(BTreeMap<String, Source>),
}

impl Files {
    /// A regular file; `None`: there is none of that name. Names lead to nothing outside.
    pub(super) fn open(&self, name: &str) -> io::Result<Option<Source>> {
        match self {
            Self::Archive(entries) => Ok(entries.get(name).cloned()),
            Self::Directory(directory) => {
                let inside = |part| matches!(part, Component::Normal(_));
                if !Path::new(name).components().all(inside) {
                    return Ok(None);
                }
                let file = match File::open(directory.join(name)) {
                    Ok(file) => file,
                    Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                    Err(error) if error.kind() == io::ErrorKind::NotADirectory => return Ok(None),
                    Err(error) => return Err(error),
                };
                let known = file.metadata()?;
                Ok(known.is_file().then(|| host_file(file, known.len())))
            }
        }
    }

    /// A whole file, which must not be longer than so many bytes.
    pub(super) fn read(&self, name: &str, limit_bytes: u64) -> io::Result<Option<Bytes>> {
        let source = self.open(name)?;
        source.map(|source| bytes(&source, limit_bytes)).transpose()
    }
}

/// All bytes, if they are not more than so many.
pub(super) fn bytes(source: &Source, limit_bytes: u64) -> io::Result<Bytes> {
    if source.len() > limit_bytes {
        let text = format!("a document of {} bytes", source.len());
        return Err(io::Error::new(io::ErrorKind::InvalidData, text));
    }
    let mut bytes = vec![0; usize::try_from(source.len()).unwrap_or(0)];
    source.read(0, &mut bytes).map_err(io::Error::other)?;
    Ok(bytes.into())
}

/// The digest of all of it.
pub(super) fn digest_of(source: &Source) -> io::Result<Digest> {
    let mut hash = Sha256::new();
    let mut reader = source.reader();
    let mut buffer = vec![0; 256 * 1024];
    loop {
        let count = reader.read(&mut buffer)?;
        if count == 0 {
            return Ok(Digest(hash.finalize().into()));
        }
        hash.update(&buffer[..count]);
    }
}
