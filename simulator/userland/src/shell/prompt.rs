//! Prompts.

use std::sync::Arc;

use bytes::Bytes;

use super::expansion::Context;
use super::machine::Machine;
use super::parser::Parser;
use super::variables::name_length;

impl Machine {
    /// Expands a prompt as it were a here-document; what cannot be expanded stays as it is.
    pub(crate) async fn expand_prompt(&mut self, text: &Bytes) -> Vec<u8> {
        if !text.iter().any(|byte| matches!(byte, b'$' | b'`' | b'\\')) {
            return text.to_vec();
        }
        let Ok((program, word)) = Parser::document(text) else {
            return text.to_vec();
        };
        let outer = std::mem::replace(&mut self.state.in_prompt, true);
        let statuses = (self.state.status, self.state.substitution_status);
        let expanded = self
            .expand_text(&Arc::new(program), word, Context::Text)
            .await;
        (self.state.status, self.state.substitution_status) = statuses;
        self.state.in_prompt = outer;
        match expanded {
            Ok(expanded) => expanded.to_vec(),
            Err(_) => text.to_vec(),
        }
    }

    /// Expands `$name` and `${name}` of a prompt.
    pub(crate) fn expand_prompt_variables(&self, text: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut rest = text;
        while let Some((first, behind)) = rest.split_first() {
            rest = behind;
            if *first != b'$' {
                out.push(*first);
                continue;
            }
            let braced = behind.first() == Some(&b'{');
            let name_text = if braced { &behind[1..] } else { behind };
            let length = name_length(name_text);
            let closed = !braced || name_text.get(length) == Some(&b'}');
            if length == 0 || !closed {
                out.push(b'$');
                continue;
            }
            let name = &name_text[..length];
            if let Some(value) = self.state.variables.value(name) {
                out.extend_from_slice(value);
            }
            rest = &behind[length + if braced { 2 } else { 0 }..];
        }
        out
    }

    /// The prompt a line is asked for with.
    pub(crate) fn prompt(&self, continuing: bool) -> Vec<u8> {
        let name: &[u8] = if continuing { b"PS2" } else { b"PS1" };
        let text = self.state.variables.value(name).cloned();
        let text = self.expand_prompt_variables(&text.unwrap_or_default());
        self.prompt_escapes(&text)
    }

    fn prompt_escapes(&self, text: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut bytes = text.iter();
        while let Some(byte) = bytes.next() {
            if *byte != b'\\' {
                out.push(*byte);
                continue;
            }
            match bytes.next() {
                None => out.push(b'\\'),
                Some(b'w') => out.extend_from_slice(&self.short_directory(false)),
                Some(b'W') => out.extend_from_slice(&self.short_directory(true)),
                Some(b'$') => out.push(if self.sys.euid() == 0 { b'#' } else { b'$' }),
                Some(b'h') => {
                    let name = self.sys.hostname();
                    let end = name.iter().position(|byte| *byte == b'.');
                    out.extend_from_slice(&name[..end.unwrap_or(name.len())]);
                }
                Some(b'H') => out.extend_from_slice(&self.sys.hostname()),
                Some(b'u') => out.extend_from_slice(&self.user_name()),
                Some(b'n') => out.extend_from_slice(b"\r\n"),
                Some(b'r') => out.push(b'\r'),
                Some(b'a') => out.push(7),
                Some(b'e' | b'E') => out.push(27),
                Some(b'[' | b']') => {}
                Some(other) => out.push(*other),
            }
        }
        out
    }

    fn user_name(&self) -> Bytes {
        let name = self.state.variables.value(b"USER");
        name.cloned().unwrap_or_else(|| {
            if self.sys.euid() == 0 {
                Bytes::from_static(b"root")
            } else {
                Bytes::from(self.sys.euid().to_string())
            }
        })
    }

    /// The working directory with `~` for the home directory, or its last component.
    fn short_directory(&self, last: bool) -> Vec<u8> {
        let directory = match &self.state.directory {
            Some(directory) => directory.clone(),
            None => self.sys.cwd().unwrap_or_default(),
        };
        let home = self.state.variables.value(b"HOME");
        let shown = match home {
            Some(home) if home.len() > 1 && directory.starts_with(home) => {
                match directory[home.len()..].first() {
                    None => b"~".to_vec(),
                    Some(b'/') => [b"~", &directory[home.len()..]].concat(),
                    Some(_) => directory.to_vec(),
                }
            }
            _ => directory.to_vec(),
        };
        match shown.iter().rposition(|byte| *byte == b'/') {
            Some(at) if last && shown.len() > 1 => shown[at + 1..].to_vec(),
            _ => shown,
        }
    }
}
