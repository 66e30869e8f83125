//! The files of a context.

use super::packed::{is_packed, unpacked};
use crate::dockerfile::{BuildError, DOCKERFILE_BYTES_MAX};
use crate::store::BlobWriter;
use rootfs::{
    ArchiveError, ArchiveLimits, FileKind, Ino, Memory, RootFs, Source, Tree, Unpacking,
    unpack_shared,
};
use std::io::{self, ErrorKind, Read};
use std::sync::{Arc, Mutex, PoisonError};

/// A Dockerfile's name when none is given.
const DEFAULT: &str = "Dockerfile";

/// What an entry may take in a packed archive beside its content, bytes.
const HEADER_BYTES: u64 = 4096;

/// What a client has sent to build from. Changes no more.
#[derive(Debug)]
pub struct Context {
    pub(super) files: RootFs,
}

impl Context {
    /// Reads a request's body: a tar archive, plain or packed with gzip, bzip2 or xz. It may hold what `limits` say; its
    /// names lie in `memory`, its files where the archive does. Reading ends where the archive does.
    pub fn read(body: Source, limits: &ArchiveLimits, memory: &Memory) -> Result<Self, BuildError> {
        let files = RootFs::within(Arc::new(Tree::empty()), u64::MAX, memory);
        let files = Mutex::new(files);
        let unpacking = Unpacking {
            limits: *limits,
            ..Unpacking::default()
        };
        let unpacked = plain(body, limits).and_then(|(archive, cut)| {
            let unpacked = unpack_shared(&files, b"/", &archive, &unpacking);
            match (unpacked, cut) {
                // What is wrong behind the archive's end does not matter.
                (Err(_), Some(error)) => Err(error),
                (unpacked, _) => unpacked,
            }
        });
        unpacked.map_err(BuildError::Context)?;
        let files = files.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(Self { files })
    }

    /// The bytes of the Dockerfile at `name`, or at `dockerfile` when that is missing and the default was asked for.
    pub fn dockerfile(&self, name: &str) -> Result<Vec<u8>, BuildError> {
        let other = (name == DEFAULT).then_some("dockerfile");
        let find = |name: &str| {
            let ino = self.files.resolve(name.as_bytes(), true).ok()?;
            let metadata = self.files.metadata(ino).ok()?;
            (metadata.kind == FileKind::File).then_some(metadata)
        };
        let found = [name].into_iter().chain(other).find_map(find);
        let file = found.ok_or_else(|| BuildError::NoDockerfile(name.to_owned()))?;
        if file.size > DOCKERFILE_BYTES_MAX {
            return Err(BuildError::LongDockerfile(file.size));
        }
        let mut bytes = Vec::new();
        let read = self.reader(file.ino).read_to_end(&mut bytes);
        read.map_err(|error| BuildError::Context(error.into()))?;
        Ok(bytes)
    }

    /// Reads a file from its begin.
    pub(super) fn reader(&self, ino: Ino) -> FileReader<'_> {
        FileReader {
            files: &self.files,
            ino,
            offset: 0,
        }
    }
}

/// An archive as it is without its packing, and why that ends too early.
fn plain(
    body: Source,
    limits: &ArchiveLimits,
) -> Result<(Source, Option<ArchiveError>), ArchiveError> {
    let mut start = [0; 6];
    let count = body.reader().read(&mut start)?;
    if !is_packed(&start[..count]) {
        return Ok((body, None));
    }
    // Headers and padding beside what may be unpacked.
    let most = limits
        .unpacked_bytes
        .saturating_add(limits.entries.saturating_mul(HEADER_BYTES));
    let mut archive = BlobWriter::new();
    let reader = unpacked(body.reader()).map_err(ArchiveError::Unreadable)?;
    let copied = io::copy(&mut reader.take(most), &mut archive);
    let cut = copied.err().map(ArchiveError::Unreadable);
    Ok((archive.finish().0, cut))
}

/// The Dockerfile's path that a request's parameter names: normalised, and [`DEFAULT`] when it names none. One that
/// leads out of the context is refused before the context is read (images.md 16.1).
pub fn dockerfile_name(parameter: &str) -> Result<String, BuildError> {
    if parameter.is_empty() {
        return Ok(DEFAULT.to_owned());
    }
    let mut names: Vec<&str> = Vec::new();
    let is_absolute = parameter.starts_with('/');
    for name in parameter.split('/') {
        match name {
            "" | "." => {}
            ".." if names.last().is_some_and(|last| *last != "..") => drop(names.pop()),
            ".." if is_absolute => {}
            name => names.push(name),
        }
    }
    let path = names.join("/");
    if !is_absolute && path.starts_with("..") {
        return Err(BuildError::ForbiddenDockerfile(parameter.to_owned()));
    }
    Ok(match (is_absolute, path.as_str()) {
        (true, path) => format!("/{path}"),
        (false, "") => ".".to_owned(),
        (false, _) => path,
    })
}

/// A file as a stream.
pub(super) struct FileReader<'c> {
    files: &'c RootFs,
    ino: Ino,
    offset: u64,
}

impl Read for FileReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self
            .files
            .read(self.ino, self.offset, buffer)
            .map_err(|error| io::Error::new(ErrorKind::InvalidInput, error))?;
        self.offset += count as u64;
        Ok(count)
    }
}
