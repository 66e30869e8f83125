//! The grammar of configurations: words, quotes, blocks, includes.

use super::directives;
use super::emerg::{Emerg, Place, failed};
use super::token::{Source, Token};
use crate::applets::{glob, text};
use crate::kernel::{Buffer, Charge, Errno, Sys};
use crate::services::text_file;
use std::sync::Arc;

/// Blocks inside each other.
const DEPTH: usize = 32;

/// Files inside each other.
const FILES_DEPTH: usize = 32;

/// Files altogether.
const FILES: usize = 1000;

/// What a directive costs beside its words, bytes.
const DIRECTIVE_BYTES: usize = 128;

/// One directive, with the ones in its block.
#[derive(Clone, Debug)]
pub(super) struct Directive {
    /// Its name, then its arguments.
    pub(super) words: Vec<Vec<u8>>,
    pub(super) block: Vec<Directive>,
    pub(super) place: Place,
}

impl Directive {
    pub(super) fn name(&self) -> &[u8] {
        &self.words[0]
    }

    pub(super) fn args(&self) -> &[Vec<u8>] {
        &self.words[1..]
    }

    /// `TEXT in FILE:LINE`.
    pub(super) fn emerg(&self, what: impl AsRef<[u8]>) -> Emerg {
        self.place.emerg(what)
    }
}

/// A configuration as it is written.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) directives: Vec<Directive>,
    charge: Charge,
}

/// Reads a configuration file with all that it includes; relative names are those of its directory.
pub(super) async fn read(sys: &Sys, path: &[u8]) -> Result<Tree, Emerg> {
    let mut reader = Reader {
        sys,
        sources: Vec::new(),
        open: Vec::new(),
        done: Vec::new(),
        charge: Charge::new(),
        files: 0,
    };
    let content = text_file::read(sys, path).await;
    let content = content.map_err(|error| Emerg(failed("open()", path, error)))?;
    reader.enter(path, content);
    reader.run(directory_of(path)).await?;
    Ok(Tree {
        directives: reader.done,
        charge: reader.charge,
    })
}

impl Tree {
    /// Bytes that it is charged for.
    pub(super) fn bytes(&self) -> usize {
        self.charge.bytes()
    }
}

fn directory_of(path: &[u8]) -> &[u8] {
    let at = path.iter().rposition(|byte| *byte == b'/');
    at.map_or(b"", |at| &path[..=at])
}

struct Reader<'a> {
    sys: &'a Sys,
    sources: Vec<Source>,
    /// Directives whose blocks are open.
    open: Vec<Directive>,
    done: Vec<Directive>,
    charge: Charge,
    files: usize,
}

impl Reader<'_> {
    fn enter(&mut self, path: &[u8], content: Buffer) {
        self.files += 1;
        self.sources.push(Source {
            content,
            at: 0,
            place: Place {
                file: Arc::from(path),
                line: 1,
            },
            depth: self.open.len(),
        });
    }

    async fn run(&mut self, directory: &[u8]) -> Result<(), Emerg> {
        let mut words: Vec<Vec<u8>> = Vec::new();
        while let Some(source) = self.sources.last_mut() {
            let token = source.next()?;
            let place = source.place.clone();
            let depth = source.depth;
            self.sys.burn(50).await;
            match (token, words.is_empty()) {
                (Token::Word(word), _) => words.push(word),
                (Token::End, true) => return Err(place.emerg("unexpected \";\"")),
                (Token::Open, true) => return Err(place.emerg("unexpected \"{\"")),
                (Token::Close, true) => self.close(&place, depth)?,
                (Token::Close, false) => return Err(place.emerg("unexpected \"}\"")),
                (Token::EndOfFile, true) if self.open.len() == depth => {
                    self.sources.pop();
                }
                (Token::EndOfFile, true) => {
                    return Err(place.emerg("unexpected end of file, expecting \"}\""));
                }
                (Token::EndOfFile, false) => {
                    let expected = "unexpected end of file, expecting \";\" or \"}\"";
                    return Err(place.emerg(expected));
                }
                (Token::End, false) => {
                    let directive = self.directive(std::mem::take(&mut words), place)?;
                    directives::check(&self.open, &directive, false)?;
                    match directive.name() {
                        b"include" => self.include(&directive, directory).await?,
                        _ => self.keep(directive),
                    }
                }
                (Token::Open, false) => {
                    let directive = self.directive(std::mem::take(&mut words), place)?;
                    directives::check(&self.open, &directive, true)?;
                    if self.open.len() == DEPTH {
                        return Err(directive.emerg("too many blocks inside each other"));
                    }
                    self.open.push(directive);
                }
            }
        }
        Ok(())
    }

    fn directive(&mut self, words: Vec<Vec<u8>>, place: Place) -> Result<Directive, Emerg> {
        let bytes: usize = words
            .iter()
            .map(|word| word.len() + size_of::<Vec<u8>>())
            .sum();
        self.charge.add(bytes + DIRECTIVE_BYTES);
        Ok(Directive {
            words,
            block: Vec::new(),
            place,
        })
    }

    fn keep(&mut self, directive: Directive) {
        match self.open.last_mut() {
            Some(open) => open.block.push(directive),
            None => self.done.push(directive),
        }
    }

    fn close(&mut self, place: &Place, depth: usize) -> Result<(), Emerg> {
        if self.open.len() == depth {
            return Err(place.emerg("unexpected \"}\""));
        }
        if let Some(directive) = self.open.pop() {
            self.keep(directive);
        }
        Ok(())
    }

    /// Goes on with other files, the first one first. A pattern may mean none.
    async fn include(&mut self, directive: &Directive, directory: &[u8]) -> Result<(), Emerg> {
        let name = &directive.args()[0];
        let path = match name.first() {
            Some(b'/') => name.clone(),
            _ => text!(directory, name),
        };
        if self.sources.len() >= FILES_DEPTH {
            return Err(directive.emerg("too many files inside each other"));
        }
        let is_pattern = path.iter().any(|byte| b"*?[".contains(byte));
        let paths = match is_pattern {
            true => matching(self.sys, &path).await,
            false => vec![path],
        };
        // The last one that is entered is read first.
        for path in paths.iter().rev() {
            if self.files >= FILES {
                return Err(directive.emerg("too many files"));
            }
            let content = text_file::read(self.sys, path).await;
            let content =
                content.map_err(|error| directive.emerg(failed("open()", path, error)))?;
            self.enter(path, content);
        }
        Ok(())
    }
}

/// The files that a pattern means, sorted; only the last part of a path can be a pattern.
async fn matching(sys: &Sys, path: &[u8]) -> Vec<Vec<u8>> {
    let directory = directory_of(path);
    let pattern = &path[directory.len()..];
    let Ok(entries) = sys.read_dir(directory).await else {
        return Vec::new();
    };
    let hidden = |name: &[u8]| name.first() == Some(&b'.') && pattern.first() != Some(&b'.');
    let mut found: Vec<Vec<u8>> = entries
        .iter()
        .filter(|entry| !hidden(&entry.name) && glob::matches(pattern, &entry.name, false))
        .map(|entry| text!(directory, entry.name))
        .collect();
    found.sort();
    found
}

/// As [`read`] for a text, of `-g`, that is all of a file's outermost block.
pub(super) async fn read_text(sys: &Sys, content: &[u8]) -> Result<Tree, Emerg> {
    let mut reader = Reader {
        sys,
        sources: Vec::new(),
        open: Vec::new(),
        done: Vec::new(),
        charge: Charge::new(),
        files: 0,
    };
    reader.enter(b"command line", Buffer::from(content));
    reader.run(b"").await.map_err(|emerg| {
        // There are no lines on a command line.
        let text = &emerg.0;
        let cut = text
            .iter()
            .rposition(|byte| *byte == b':')
            .unwrap_or(text.len());
        match text.windows(12).any(|at| at == b"command line") {
            true => Emerg(text[..cut].to_vec()),
            false => emerg,
        }
    })?;
    Ok(Tree {
        directives: reader.done,
        charge: reader.charge,
    })
}

impl From<Errno> for Emerg {
    fn from(error: Errno) -> Self {
        Emerg(error.message().as_bytes().to_vec())
    }
}
