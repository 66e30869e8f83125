//! What an `ADD` or a `COPY` takes from the context.

use super::files::Context;
use crate::dockerfile::{BuildError, Instruction, Keyword};
use rootfs::Ino;
use serde_json::json;

/// The sources and the destination of one instruction; those of the context that has selected them.
#[derive(Clone, Debug)]
pub struct Sources {
    pub(super) list: Vec<Source>,
    /// As written.
    pub(super) destination: String,
    /// Whether an archive is unpacked.
    pub(super) is_add: bool,
}

/// A file or directory of the context.
#[derive(Clone, Debug)]
pub(super) struct Source {
    /// As written or found, less one leading `/` and `./`.
    pub(super) path: String,
    pub(super) ino: Ino,
    pub(super) is_directory: bool,
}

impl Context {
    /// Finds what an `ADD` or `COPY`, substituted before, is to copy.
    pub fn select(&self, instruction: &Instruction) -> Result<Sources, BuildError> {
        let name = &instruction.name;
        let words = instruction.words();
        let Some((destination, paths)) = words.split_last().filter(|(_, paths)| !paths.is_empty())
        else {
            return Err(BuildError::TwoArguments(name.clone()));
        };
        let is_add = instruction.keyword() == Some(Keyword::Add);
        let mut list = Vec::new();
        for path in paths {
            let path = path
                .strip_prefix('/')
                .filter(|rest| !rest.is_empty())
                .unwrap_or(path);
            let path = path.strip_prefix("./").unwrap_or(path);
            if is_url(path) {
                return Err(match is_add {
                    true => BuildError::AddRemote(as_json(instruction, &words)),
                    false => BuildError::UrlSource(name.clone()),
                });
            }
            list.extend(self.find(path)?);
        }
        if list.is_empty() {
            return Err(BuildError::NoSources);
        }
        if list.len() > 1 && !destination.ends_with('/') {
            return Err(BuildError::NotADirectory(name.clone()));
        }
        Ok(Sources {
            list,
            destination: destination.clone(),
            is_add,
        })
    }
}

fn is_url(path: &str) -> bool {
    path.split_once("://").is_some_and(|(scheme, _)| {
        let is_of_scheme = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
        scheme.starts_with(|ch: char| ch.is_ascii_alphabetic()) && scheme.bytes().all(is_of_scheme)
    })
}

/// IMG-59: the instruction as the zone's parser has it.
fn as_json(instruction: &Instruction, words: &[String]) -> String {
    json!({
        "name": instruction.name,
        "lineno": instruction.line,
        "args": words,
        "raw": instruction.raw,
        "ctx": {},
    })
    .to_string()
}
