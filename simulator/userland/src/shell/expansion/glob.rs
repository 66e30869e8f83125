//! Fields: splitting and path name expansion.

use std::sync::Arc;

use bytes::Bytes;

use super::{Context, Rich};
use crate::kernel::FileKind;
use crate::shell::machine::{Machine, Unwind};
use crate::shell::options::ShellOption;
use crate::shell::pattern;
use crate::shell::program::{Part, Program, Word};

/// The most paths one pattern may expand to.
const MAX_PATHS: usize = 1 << 20;

impl Machine {
    /// Expands a word to its fields, appended to `fields`.
    ///
    /// # Errors
    /// As [`Machine::expand`].
    pub(crate) async fn expand_fields(
        &mut self,
        program: &Arc<Program>,
        word: Word,
        fields: &mut Vec<Bytes>,
    ) -> Result<(), Unwind> {
        if let [Part::Text { text, quoted }] = program.parts[word.range()] {
            let text = program.bytes(text);
            let plain = quoted
                || !text
                    .iter()
                    .any(|byte| matches!(byte, b'~' | b'*' | b'?' | b'['));
            if plain {
                fields.push(Bytes::copy_from_slice(text));
                return Ok(());
            }
        }
        let rich = self.expand(program, word, Context::Fields).await?;
        self.split(&rich, fields).await
    }

    async fn split(&mut self, rich: &Rich, fields: &mut Vec<Bytes>) -> Result<(), Unwind> {
        let ifs = self.state.variables.value(b"IFS").cloned();
        let ifs = ifs.as_deref().unwrap_or(b" \t\n");
        for field in rich.fields(ifs) {
            match field.pattern {
                Some(pattern) if !self.state.options.has(ShellOption::NoGlob) => {
                    let paths = self.paths(&pattern).await?;
                    if paths.is_empty() {
                        fields.push(Bytes::from(field.text));
                    } else {
                        fields.extend(paths);
                    }
                }
                _ => fields.push(Bytes::from(field.text)),
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
        let rich = self.expand(program, word, context).await?;
        Ok(Bytes::from(rich.into_text()))
    }

    /// Expands a word to a pattern.
    ///
    /// # Errors
    /// As [`Machine::expand`].
    pub(crate) async fn expand_pattern(
        &mut self,
        program: &Arc<Program>,
        word: Word,
    ) -> Result<Vec<u8>, Unwind> {
        Ok(self.expand(program, word, Context::Text).await?.pattern())
    }

    /// Paths that match `pattern`, sorted.
    async fn paths(&mut self, pattern: &[u8]) -> Result<Vec<Bytes>, Unwind> {
        let mut found: Vec<Vec<u8>> = vec![Vec::new()];
        let mut rest = pattern;
        while !rest.is_empty() && !found.is_empty() {
            let slashes = rest.iter().take_while(|byte| **byte == b'/').count();
            for path in &mut found {
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
            found = self
                .matching_children(found, component, !behind.is_empty())
                .await?;
            rest = behind;
        }
        found.sort();
        Ok(found.into_iter().map(Bytes::from).collect())
    }

    async fn matching_children(
        &mut self,
        parents: Vec<Vec<u8>>,
        component: &[u8],
        more: bool,
    ) -> Result<Vec<Vec<u8>>, Unwind> {
        let mut found = Vec::new();
        let literal = (!pattern::is_special(component)).then(|| pattern::unescape(component));
        for parent in parents {
            if let Some(literal) = &literal {
                let path = [parent.as_slice(), literal].concat();
                if self.sys.lstat(&path).is_ok() {
                    found.push(path);
                }
                continue;
            }
            let directory: &[u8] = if parent.is_empty() { b"." } else { &parent };
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
                let path = [parent.as_slice(), name].concat();
                let usable = !more
                    || is_directory
                    || self.sys.stat(&path).is_ok_and(|stat| stat.is_directory());
                if usable {
                    found.push(path);
                }
                if found.len() > MAX_PATHS {
                    return Err(self.fail("out of memory"));
                }
            }
        }
        Ok(found)
    }
}
