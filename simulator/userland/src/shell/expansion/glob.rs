//! Fields: splitting and path name expansion.

use std::sync::Arc;

use bytes::Bytes;

use super::{Context, Kind, Rich};
use crate::kernel::{Buffer, Charge, FileKind, List};
use crate::shell::machine::{Machine, Unwind};
use crate::shell::options::ShellOption;
use crate::shell::pattern;
use crate::shell::program::{Program, Word};

/// What a path costs beside its bytes.
const PATH_BYTES: usize = 64;

/// Paths that match the first components of a pattern.
#[derive(Default)]
struct Paths {
    found: Vec<Vec<u8>>,
    charge: Charge,
}

impl Paths {
    fn push(&mut self, parent: &[u8], name: &[u8]) {
        // Room for a slash is part of it.
        self.charge.add(parent.len() + name.len() + PATH_BYTES);
        self.charge.reserve(&mut self.found, 1);
        self.found.push([parent, name].concat());
    }
}

impl Machine {
    /// Expands a word to its fields, appended to `fields`.
    ///
    /// # Errors
    /// As [`Machine::expand`].
    pub(crate) async fn expand_fields(
        &mut self,
        program: &Arc<Program>,
        word: Word,
        fields: &mut List<Bytes>,
    ) -> Result<(), Unwind> {
        let Some((text, kind)) = self.expand_simple(program, word)? else {
            let rich = self.expand(program, word, Context::Fields).await?;
            return self.split(&rich, fields).await;
        };
        if self.is_one_field(&text, kind) {
            fields.push_text(text);
            return Ok(());
        }
        let mut rich = Rich::default();
        rich.push(&text, kind);
        self.split(&rich, fields).await
    }

    /// Whether a word is the field that it reads as.
    fn is_one_field(&self, text: &[u8], kind: Kind) -> bool {
        let special = |byte: &u8| match byte {
            b'*' | b'?' => true,
            b'[' => text.contains(&b']'),
            _ => false,
        };
        match kind {
            Kind::Quoted => true,
            Kind::Literal => !text.iter().any(special),
            Kind::Expanded => {
                let ifs = self.ifs();
                let parts = |byte: &u8| *byte == 0 || ifs.contains(byte) || special(byte);
                !text.is_empty() && !text.iter().any(parts)
            }
            Kind::Parameters | Kind::Cut => false,
        }
    }

    fn ifs(&self) -> &[u8] {
        let ifs = self.state.variables.value(b"IFS");
        ifs.map_or(b" \t\n", |ifs| ifs)
    }

    async fn split(&mut self, rich: &Rich, fields: &mut List<Bytes>) -> Result<(), Unwind> {
        for field in rich.fields(self.ifs()) {
            match field.pattern {
                Some(pattern) if !self.state.options.has(ShellOption::NoGlob) => {
                    let paths = self.paths(&pattern).await?;
                    if paths.is_empty() {
                        fields.push_text(field.text.into_bytes());
                    }
                    for path in paths {
                        fields.push_text(path);
                    }
                }
                _ => fields.push_text(field.text.into_bytes()),
            }
        }
        Ok(())
    }

    /// Expands a word to one text, without splitting.
    ///
    /// # Errors
    /// As [`Machine::expand`].
    pub(crate) async fn expand_text(
        &mut self,
        program: &Arc<Program>,
        word: Word,
        context: Context,
    ) -> Result<Bytes, Unwind> {
        if let Some((text, _)) = self.expand_simple(program, word)? {
            return Ok(text);
        }
        let rich = self.expand(program, word, context).await?;
        Ok(rich.into_text().into_bytes())
    }

    /// Expands a word to a pattern.
    ///
    /// # Errors
    /// As [`Machine::expand`].
    pub(crate) async fn expand_pattern(
        &mut self,
        program: &Arc<Program>,
        word: Word,
    ) -> Result<Buffer, Unwind> {
        if let Some((text, kind)) = self.expand_simple(program, word)? {
            let mut rich = Rich::default();
            rich.push(&text, kind);
            return Ok(rich.pattern());
        }
        Ok(self.expand(program, word, Context::Text).await?.pattern())
    }

    /// Paths that match `pattern`, sorted.
    async fn paths(&mut self, pattern: &[u8]) -> Result<Vec<Bytes>, Unwind> {
        let mut paths = Paths::default();
        paths.push(b"", b"");
        let mut rest = pattern;
        while !rest.is_empty() && !paths.found.is_empty() {
            let slashes = rest.iter().take_while(|byte| **byte == b'/').count();
            for path in &mut paths.found {
                path.extend_from_slice(&rest[..slashes]);
            }
            rest = &rest[slashes..];
            let length = rest
                .iter()
                .position(|byte| *byte == b'/')
                .unwrap_or(rest.len());
            let (component, behind) = rest.split_at(length);
            if component.is_empty() {
                break;
            }
            paths = self
                .matching_children(paths, component, !behind.is_empty())
                .await;
            rest = behind;
        }
        paths.found.sort();
        Ok(paths.found.into_iter().map(Bytes::from).collect())
    }

    async fn matching_children(&mut self, parents: Paths, component: &[u8], more: bool) -> Paths {
        let mut paths = Paths::default();
        let literal = (!pattern::is_special(component)).then(|| pattern::unescape(component));
        for parent in &parents.found {
            if let Some(literal) = &literal {
                let path = [parent.as_slice(), literal].concat();
                let exists = match more {
                    true => self.is_directory(parent, literal),
                    false => self.sys.lstat(&path).is_ok(),
                };
                if exists {
                    paths.push(parent, literal);
                }
                continue;
            }
            let directory: &[u8] = if parent.is_empty() { b"." } else { parent };
            let Ok(entries) = self.sys.read_dir(directory).await else {
                continue;
            };
            let dots = component.starts_with(b".");
            let names = entries
                .iter()
                .map(|entry| (entry.name.as_ref(), entry.kind == FileKind::Directory))
                .chain([(&b"."[..], true), (&b".."[..], true)]);
            for (name, is_directory) in names {
                self.sys.burn(name.len() as u64 + 20).await;
                if name.starts_with(b".") && !dots || !pattern::matches(component, name) {
                    continue;
                }
                let usable = !more || is_directory || self.is_directory(parent, name);
                if usable {
                    paths.push(parent, name);
                }
            }
        }
        paths
    }

    fn is_directory(&self, parent: &[u8], name: &[u8]) -> bool {
        let stat = self.sys.stat(&[parent, name].concat());
        stat.is_ok_and(|stat| stat.is_directory())
    }
}
