//! From a source's path to a file of the context. No path leads out of it (IMG-78).

use super::components::components_reversed;
use super::files::Context;
use super::pattern::{Pattern, has_wildcards};
use super::sources::Source;
use crate::dockerfile::BuildError;
use rootfs::{FileKind, FsError, Ino, ROOT, SYMLINKS_MAX};

/// Most files that patterns may find.
const SOURCES_MAX: usize = 100_000;

/// Where a path has led.
enum End {
    File(Ino),
    Missing,
    /// To a link whose target is missing.
    BrokenLink(Ino),
    Outside,
}

impl Context {
    /// The sources that `path` names, less one leading `/` and `./`: one, or what matches its wildcards.
    pub(super) fn find(&self, path: &str) -> Result<Vec<Source>, BuildError> {
        match has_wildcards(path) {
            true => self.matching(path),
            false => Ok(vec![self.source(path)?]),
        }
    }

    fn source(&self, path: &str) -> Result<Source, BuildError> {
        let end = self.follow(ROOT, path.as_bytes());
        let end = end.map_err(|source| BuildError::Copy {
            path: path.to_owned(),
            source,
        })?;
        let ino = match end {
            End::File(ino) | End::BrokenLink(ino) => ino,
            End::Missing => return Err(BuildError::MissingSource(path.to_owned())),
            End::Outside => return Err(BuildError::ForbiddenSource(path.to_owned())),
        };
        let kind = self.files.metadata(ino).map(|metadata| metadata.kind);
        Ok(Source {
            path: path.to_owned(),
            ino,
            is_directory: kind == Ok(FileKind::Directory),
        })
    }

    /// Walks a path. Links are followed, also the last one.
    fn follow(&self, start: Ino, path: &[u8]) -> Result<End, FsError> {
        let mut todo = components_reversed(path);
        // The directories on the way from the root.
        let mut above = Vec::new();
        let mut at = start;
        let mut links = 0;
        // The last component is this link, or what it leads to.
        let mut last_link = None;
        while let Some(name) = todo.pop() {
            if name == b".." {
                match above.pop() {
                    Some(directory) => at = directory,
                    None => return Ok(End::Outside),
                }
                continue;
            }
            let next = match self.files.lookup(at, &name) {
                Ok(next) => next,
                Err(FsError::NotFound | FsError::NotDirectory | FsError::NameTooLong) => {
                    return Ok(last_link.map_or(End::Missing, End::BrokenLink));
                }
                Err(error) => return Err(error),
            };
            if self.files.metadata(next)?.kind != FileKind::Symlink {
                above.push(at);
                at = next;
                continue;
            }
            links += 1;
            if links > SYMLINKS_MAX {
                return last_link.map(End::BrokenLink).ok_or(FsError::SymlinkLoop);
            }
            let target = self.files.read_link(next)?;
            if target.first() == Some(&b'/') {
                return Ok(End::Outside);
            }
            if todo.is_empty() && last_link.is_none() {
                last_link = Some(next);
            }
            todo.extend(components_reversed(&target));
        }
        Ok(End::File(at))
    }

    /// What matches component by component, sorted in each directory. A pattern finds no directory through a link; a
    /// plain name does.
    fn matching(&self, path: &str) -> Result<Vec<Source>, BuildError> {
        let names: Vec<&str> = path
            .split('/')
            .filter(|name| !matches!(*name, "" | "."))
            .collect();
        let mut found = vec![String::new()];
        for (index, name) in names.iter().enumerate() {
            let is_last = index + 1 == names.len();
            let Some(pattern) = Pattern::parse(name).filter(|_| *name != "..") else {
                return Ok(Vec::new());
            };
            let mut next = Vec::new();
            for directory in &found {
                match has_wildcards(name) || name.contains('\\') {
                    true => next.extend(self.children(directory, &pattern, is_last)?),
                    false => next.push(join(directory, name)),
                }
                if next.len() > SOURCES_MAX {
                    return Err(BuildError::Context(rootfs::ArchiveError::TooBig {
                        what: "sources",
                        limit: SOURCES_MAX as u64,
                    }));
                }
            }
            found = next;
        }
        let sources = found.iter().map(|path| self.source(path));
        let exist = sources.filter(|source| !matches!(source, Err(BuildError::MissingSource(_))));
        exist.collect()
    }

    /// The paths of what matches in a directory; nothing when there is no such directory.
    fn children(
        &self,
        directory: &str,
        pattern: &Pattern,
        is_last: bool,
    ) -> Result<Vec<String>, BuildError> {
        let ino = match self.source(directory) {
            Ok(source) if source.is_directory => source.ino,
            Ok(_) | Err(BuildError::MissingSource(_)) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let entries = self.files.entries(ino).unwrap_or_default().into_iter();
        let fitting = entries.filter(|entry| match entry.kind {
            FileKind::Socket => false,
            FileKind::Directory => true,
            _ => is_last,
        });
        // A name that is no text cannot be named in a Dockerfile.
        let names = fitting.filter_map(|entry| String::from_utf8(entry.name.to_vec()).ok());
        let matching = names.filter(|name| pattern.matches(name));
        Ok(matching.map(|name| join(directory, &name)).collect())
    }
}

fn join(directory: &str, name: &str) -> String {
    match directory {
        "" => name.to_owned(),
        directory => format!("{directory}/{name}"),
    }
}
