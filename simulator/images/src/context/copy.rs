//! Copying from the context into a container.

use super::destination::Place;
use super::files::Context;
use super::packed::{is_packed, unpacked};
use super::sources::{Source, Sources};
use crate::dockerfile::{BuildError, join};
use rootfs::{ArchiveError, ArchiveLimits, FsError, Lend, Unpacking, unpack, unpack_made};
use std::io::Read;

impl Context {
    /// Copies to the destination, seen from `working_dir`, in `target`, which is lent for one step at a time.
    /// Everything becomes root's; modes stay. What was copied before an error stays.
    pub fn copy(
        &self,
        sources: &Sources,
        target: &impl Lend,
        working_dir: &str,
        now_ns: u64,
    ) -> Result<(), BuildError> {
        let copy = Copy {
            context: self,
            path: join(working_dir, &sources.destination),
            names_directory: names_directory(&sources.destination),
            target,
            unpacking: Unpacking {
                limits: ArchiveLimits::default(),
                as_root: true,
                now_ns,
                ..Unpacking::default()
            },
        };
        if let [only] = &sources.list[..]
            && sources.is_add
            && self.is_archive(only)
        {
            return copy.unpack(only);
        }
        for source in &sources.list {
            copy.one(source)?;
        }
        Ok(())
    }

    /// IMG-75: an archive by its name, or by its first bytes.
    fn is_archive(&self, source: &Source) -> bool {
        let mut start = [0; 6];
        let count = self.reader(source.ino).read(&mut start).unwrap_or(0);
        let is_file = self.files.read_link(source.ino).is_err() && !source.is_directory;
        is_file && (source.path.ends_with(".tar") || is_packed(&start[..count]))
    }
}

/// Whether a destination can only be a directory, by how it is written.
fn names_directory(destination: &str) -> bool {
    matches!(destination.rsplit('/').next(), Some("" | "." | ".."))
}

/// A copy under way.
struct Copy<'c, L> {
    context: &'c Context,
    /// The destination, absolute.
    path: String,
    names_directory: bool,
    target: &'c L,
    unpacking: Unpacking,
}

impl<L: Lend> Copy<'_, L> {
    fn one(&self, source: &Source) -> Result<(), BuildError> {
        if source.is_directory {
            let directory = self.directory()?;
            return self.put(source, &directory, b"");
        }
        let now_ns = self.unpacking.now_ns;
        let place = self
            .target
            .lend(|fs| Place::of(fs, self.path.as_bytes(), now_ns));
        let place = place.map_err(|source| self.refused(source))?;
        match place.name {
            Some(name) if !self.names_directory => self.put(source, &place.directory, &name),
            _ => {
                let name = source.path.rsplit('/').find(|name| !name.is_empty());
                let name = name.unwrap_or(&source.path);
                self.put(source, &self.directory()?, name.as_bytes())
            }
        }
    }

    /// Copies into a directory: a file, or what is in a directory.
    fn put(&self, source: &Source, directory: &[u8], name: &[u8]) -> Result<(), BuildError> {
        let files = &self.context.files;
        let archive = self.context.archive(source.ino, name);
        // What the container gets lies where the context does.
        let bytes = |path: &[u8]| match name {
            b"" => files.source(files.resolve_from(source.ino, path, false).ok()?),
            _ => files.source(source.ino),
        };
        let copied = unpack_made(self.target, directory, archive, &self.unpacking, bytes);
        copied.map_err(|error| match error {
            ArchiveError::Path(error) => self.refused(error),
            ArchiveError::Refused { name, source } => BuildError::Copy { path: name, source },
            other => BuildError::Unpack {
                path: source.path.clone(),
                source: other,
            },
        })
    }

    /// Unpacks an archive into the directory of the destination's name, whatever that looks like.
    fn unpack(&self, source: &Source) -> Result<(), BuildError> {
        let directory = self.directory()?;
        unpacked(self.context.reader(source.ino))
            .map_err(ArchiveError::Unreadable)
            .and_then(|archive| unpack(self.target, &directory, archive, &self.unpacking))
            .map_err(|error| BuildError::Unpack {
                path: source.path.clone(),
                source: error,
            })
    }

    fn directory(&self) -> Result<Vec<u8>, BuildError> {
        let now_ns = self.unpacking.now_ns;
        let made = self
            .target
            .lend(|fs| Place::directory(fs, self.path.as_bytes(), now_ns));
        made.map_err(|source| self.refused(source))
    }

    fn refused(&self, source: FsError) -> BuildError {
        BuildError::Copy {
            path: self.path.clone(),
            source,
        }
    }
}
