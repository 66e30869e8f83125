//! The grammar of configurations: a directive a line, sections, includes.

use super::words::{lines, words};
use crate::applets::{glob, text};
use crate::kernel::{Charge, Sys};
use crate::services::program::numbered;
use crate::services::text_file;
use std::sync::Arc;

/// Sections inside each other, and files inside each other.
const DEPTH: usize = 32;

/// Files altogether.
const FILES: usize = 1000;

/// What a directive costs beside its words, bytes.
const DIRECTIVE_BYTES: usize = 128;

/// One directive or section.
#[derive(Clone, Debug)]
pub(super) struct Directive {
    /// In lower case; a section's begins with `<`.
    pub(super) name: String,
    /// As it was written.
    pub(super) written: Vec<u8>,
    pub(super) args: Vec<Vec<u8>>,
    pub(super) section: Vec<Directive>,
    file: Arc<[u8]>,
    line: usize,
}

impl Directive {
    /// What is wrong with it, with where it stands.
    pub(super) fn wrong(&self, what: impl AsRef<[u8]>) -> Vec<u8> {
        wrong_at(&self.file, self.line, what)
    }
}

fn wrong_at(file: &[u8], line: usize, what: impl AsRef<[u8]>) -> Vec<u8> {
    let line = line.to_string();
    text!(
        "AH00526: Syntax error on line ",
        line,
        " of ",
        file,
        ":\n",
        what
    )
}

/// What is needed while a file is read.
pub(super) struct Context<'a> {
    pub(super) sys: &'a Sys,
    /// Where relative paths begin, until the file says otherwise.
    pub(super) root: Vec<u8>,
    /// Names of `-D`.
    pub(super) defined: &'a [Vec<u8>],
}

/// A file that is being read.
struct Source {
    file: Arc<[u8]>,
    lines: std::vec::IntoIter<(usize, Vec<u8>)>,
    depth: usize,
}

/// A section that is open: what it holds goes into it, or nowhere, or into the one around it.
enum Open {
    Kept(Directive),
    /// `<IfModule>` and the like that hold.
    Held(String),
    /// Those that do not: everything up to the end of it.
    Passed(String, usize),
}

/// What a configuration says.
pub(super) struct Tree {
    pub(super) directives: Vec<Directive>,
    pub(super) charge: Charge,
}

/// Reads a configuration file with all that it includes. The error is what to say.
pub(super) async fn read(context: &mut Context<'_>, path: &[u8]) -> Result<Tree, Vec<u8>> {
    let mut reader = Reader {
        sources: Vec::new(),
        open: Vec::new(),
        done: Vec::new(),
        modules: vec![
            "core".to_owned(),
            "so_module".to_owned(),
            "http_module".to_owned(),
        ],
        charge: Charge::new(),
        files: 0,
    };
    let content = text_file::read(context.sys, path).await.map_err(|error| {
        let shown = numbered(error);
        text!(
            "httpd: Could not open configuration file ",
            path,
            ": ",
            shown
        )
    })?;
    reader.enter(path, &content);
    reader.run(context).await?;
    Ok(Tree {
        directives: reader.done,
        charge: reader.charge,
    })
}

struct Reader {
    sources: Vec<Source>,
    open: Vec<Open>,
    done: Vec<Directive>,
    modules: Vec<String>,
    charge: Charge,
    files: usize,
}

impl Reader {
    fn enter(&mut self, path: &[u8], content: &[u8]) {
        self.files += 1;
        self.charge.add(content.len() * 2);
        self.sources.push(Source {
            file: Arc::from(path),
            lines: lines(content).into_iter(),
            depth: self.open.len(),
        });
    }

    async fn run(&mut self, context: &mut Context<'_>) -> Result<(), Vec<u8>> {
        while let Some(source) = self.sources.last_mut() {
            let file = source.file.clone();
            let Some((line, content)) = source.lines.next() else {
                let depth = source.depth;
                if self.open.len() > depth {
                    let name = match self.open.last() {
                        Some(Open::Kept(section)) => {
                            section.name.trim_start_matches('<').to_owned()
                        }
                        Some(Open::Held(name) | Open::Passed(name, _)) => name.clone(),
                        None => String::new(),
                    };
                    let what = text!("<", name, "> was not closed.");
                    return Err(text!("AH00526: Syntax error in ", &*file, ":\n", what));
                }
                self.sources.pop();
                continue;
            };
            context.sys.burn(100 + content.len() as u64).await;
            let content = content.trim_ascii();
            if content.is_empty() || content[0] == b'#' {
                continue;
            }
            self.line(context, &file, line, content).await?;
        }
        Ok(())
    }

    async fn line(
        &mut self,
        context: &mut Context<'_>,
        file: &Arc<[u8]>,
        line: usize,
        content: &[u8],
    ) -> Result<(), Vec<u8>> {
        if let Some(rest) = content.strip_prefix(b"</") {
            let name = rest.strip_suffix(b">").unwrap_or(rest).trim_ascii();
            let name = String::from_utf8_lossy(name).to_ascii_lowercase();
            return self.close(&name).map_err(|what| wrong_at(file, line, what));
        }
        let is_section = content[0] == b'<';
        let inner = match is_section {
            true => content[1..].strip_suffix(b">").ok_or_else(|| {
                wrong_at(
                    file,
                    line,
                    text!(content, "> directive missing closing '>'"),
                )
            })?,
            false => content,
        };
        let mut args = words(inner);
        if args.is_empty() {
            return Err(wrong_at(file, line, "a section without a name"));
        }
        let written = args.remove(0);
        let name = String::from_utf8_lossy(&written).to_ascii_lowercase();
        if is_section {
            if self.open.len() >= DEPTH {
                return Err(wrong_at(file, line, "too many sections inside each other"));
            }
            return self.open_section(context, file, line, (name, written), args);
        }
        if matches!(self.open.last(), Some(Open::Passed(..))) {
            return Ok(());
        }
        self.charge.add(inner.len() + DIRECTIVE_BYTES);
        let directive = Directive {
            name,
            written,
            args,
            section: Vec::new(),
            file: file.clone(),
            line,
        };
        match (directive.name.as_str(), directive.args.first()) {
            ("include" | "includeoptional", Some(path)) => {
                let path = path.clone();
                return self.include(context, &directive, &path).await;
            }
            ("loadmodule", Some(name)) => {
                let name = String::from_utf8_lossy(name).into_owned();
                self.modules.push(name);
            }
            ("serverroot", Some(root)) => context.root = root.clone(),
            _ => {}
        }
        self.keep(directive);
        Ok(())
    }

    fn open_section(
        &mut self,
        context: &Context<'_>,
        file: &Arc<[u8]>,
        line: usize,
        (name, written): (String, Vec<u8>),
        args: Vec<Vec<u8>>,
    ) -> Result<(), Vec<u8>> {
        if let Some(Open::Passed(of, depth)) = self.open.last_mut() {
            *depth += usize::from(*of == name);
            return Ok(());
        }
        let condition = |holds: &dyn Fn(&str) -> bool| -> Result<bool, Vec<u8>> {
            let name = args
                .first()
                .ok_or_else(|| wrong_at(file, line, "a condition is missing"))?;
            let text = String::from_utf8_lossy(name).into_owned();
            Ok(match text.strip_prefix('!') {
                Some(text) => !holds(text),
                None => holds(&text),
            })
        };
        let held = match name.as_str() {
            "ifmodule" => Some(condition(&|module| self.has_module(module))?),
            "ifdefine" => Some(condition(&|name| {
                context.defined.iter().any(|own| own == name.as_bytes())
            })?),
            _ => None,
        };
        self.open.push(match held {
            Some(true) => Open::Held(name),
            Some(false) => Open::Passed(name, 0),
            None => Open::Kept(Directive {
                name: format!("<{name}"),
                written,
                args,
                section: Vec::new(),
                file: file.clone(),
                line,
            }),
        });
        Ok(())
    }

    /// By its name, or by its source: `mod_dir.c`.
    fn has_module(&self, name: &str) -> bool {
        let by_source = name
            .strip_prefix("mod_")
            .and_then(|name| name.strip_suffix(".c"))
            .map(|name| format!("{name}_module"));
        let wanted = by_source.as_deref().unwrap_or(name);
        self.modules.iter().any(|module| module == wanted)
    }

    fn close(&mut self, name: &str) -> Result<(), Vec<u8>> {
        let unexpected = || text!("</", name, "> without matching <", name, "> section");
        match self.open.pop() {
            Some(Open::Kept(section)) if section.name == format!("<{name}") => {
                self.keep(section);
                Ok(())
            }
            Some(Open::Held(of)) if of == name => Ok(()),
            Some(Open::Passed(of, depth)) => {
                if of != name {
                    self.open.push(Open::Passed(of, depth));
                } else if depth > 0 {
                    self.open.push(Open::Passed(of, depth - 1));
                }
                Ok(())
            }
            _ => Err(unexpected()),
        }
    }

    fn keep(&mut self, directive: Directive) {
        let section = self.open.iter_mut().rev().find_map(|open| match open {
            Open::Kept(section) => Some(section),
            Open::Held(_) | Open::Passed(..) => None,
        });
        match section {
            Some(section) => section.section.push(directive),
            None => self.done.push(directive),
        }
    }

    async fn include(
        &mut self,
        context: &Context<'_>,
        directive: &Directive,
        path: &[u8],
    ) -> Result<(), Vec<u8>> {
        let path = match path.first() {
            Some(b'/') => path.to_vec(),
            _ => text!(context.root, "/", path),
        };
        let is_pattern = path.iter().any(|byte| b"*?[".contains(byte));
        let paths = match is_pattern {
            true => matching(context.sys, &path).await,
            false => vec![path],
        };
        let optional = directive.name == "includeoptional";
        if self.sources.len() >= DEPTH || self.files + paths.len() > FILES {
            return Err(directive.wrong("too many files"));
        }
        if paths.is_empty() && !optional {
            let pattern = &directive.args[0];
            let what = text!(
                "No matches for the wildcard '",
                pattern,
                "', failing (use IncludeOptional if required)"
            );
            return Err(directive.wrong(what));
        }
        for path in paths.iter().rev() {
            match text_file::read(context.sys, path).await {
                Ok(content) => self.enter(path, &content),
                Err(_) if optional => {}
                Err(error) => {
                    let shown = numbered(error);
                    let what = text!("Could not open configuration file ", path, ": ", shown);
                    return Err(directive.wrong(what));
                }
            }
        }
        Ok(())
    }
}

/// The files that a pattern means, sorted; only the last part of a path can be a pattern.
async fn matching(sys: &Sys, path: &[u8]) -> Vec<Vec<u8>> {
    let at = path
        .iter()
        .rposition(|byte| *byte == b'/')
        .map_or(0, |at| at + 1);
    let (directory, pattern) = path.split_at(at);
    let Ok(entries) = sys.read_dir(directory).await else {
        return Vec::new();
    };
    let mut found: Vec<Vec<u8>> = entries
        .iter()
        .filter(|entry| glob::matches(pattern, &entry.name, false))
        .map(|entry| text!(directory, entry.name))
        .collect();
    found.sort();
    found
}
