//! Expanding a word: its texts, tildes and commands.

use std::sync::Arc;

use super::cursor::{Cursor, NameEnd, WRONG};
use super::levels::Purpose;
use super::walk::Walk;
use super::{Context, Kind, Rich};
use crate::shell::machine::{Machine, Unwind};
use crate::shell::program::{Part, Program, Span, Word};

impl Machine {
    /// Expands a word without splitting it.
    ///
    /// # Errors
    /// An expansion that ends the command, its message already queued.
    pub(crate) async fn expand(
        &mut self,
        program: &Arc<Program>,
        word: Word,
        context: Context,
    ) -> Result<Rich, Unwind> {
        let mut walk = Walk::new(program, word, context);
        loop {
            let at = walk.at;
            let dues = std::mem::take(&mut walk.looked_over) + walk.cuts.len() as u64;
            if dues > 0 {
                self.sys.burn(dues).await;
            }
            let part = match program.parts.get(at.part as usize) {
                Some(part) if at.part < word.end => *part,
                // What is still open ends with the word.
                _ => match walk.open.is_empty() {
                    true => return Ok(walk.out),
                    false => Part::OperandEnd,
                },
            };
            let ends = matches!(part, Part::OperandEnd | Part::ArithmeticEnd)
                || at.byte == WRONG && matches!(part, Part::Parameter { .. })
                || !walk.cuts.is_empty() && walk.cuts.contains(&at);
            if ends {
                if walk.open.is_empty() {
                    return Ok(walk.out);
                }
                if let Some(level) = walk.leave() {
                    self.close_level(&mut walk, level).await?;
                }
                continue;
            }
            match part {
                Part::Text { text, quoted } => self.walk_text(&mut walk, text, quoted).await,
                Part::EscapedSlash => {
                    if !walk.is_skipping() {
                        walk.out.push(b"/", Kind::Quoted);
                    }
                    walk.advance();
                }
                Part::Arithmetic { quoted } => {
                    walk.enter(Purpose::Arithmetic { quoted }, false);
                }
                Part::Command { body, quoted } => {
                    let body = walk.next_command(body);
                    if !walk.is_skipping() {
                        let text = self.substitute(program, body).await?;
                        walk.out.push(&text, expanded(quoted));
                    }
                    walk.advance();
                }
                Part::Process { body, reads } => {
                    let body = walk.next_command(body);
                    if !walk.is_skipping() {
                        let path = self.start_process(program, body, reads).await?;
                        walk.out.push(&path, Kind::Quoted);
                    }
                    walk.advance();
                }
                Part::Parameter { .. } => self.walk_parameter(&mut walk, part)?,
                Part::OperandEnd | Part::ArithmeticEnd => walk.advance(),
            }
        }
    }

    async fn walk_text(&mut self, walk: &mut Walk, text: Span, quoted: bool) {
        let first = walk.program.bytes(text).get(walk.at.byte as usize);
        if !quoted && walk.tilde_due && first == Some(&b'~') {
            walk.tilde_due = false;
            if self.walk_tilde(walk, text).await {
                return;
            }
        }
        walk.tilde_due = false;
        let (span, behind_separator) = if quoted {
            let end = walk.text().text_end(walk.at, text.len());
            let end = text.start + u32::try_from(end).unwrap_or(0);
            let start = text.start + walk.at.byte;
            (Span { start, end }, false)
        } else {
            walk.next_bytes(text)
        };
        let program = walk.program.clone();
        let bytes = program.bytes(span);
        walk.behind_equals |= !quoted && bytes.contains(&b'=');
        if !walk.is_skipping() && (quoted || !bytes.is_empty()) {
            let kind = match (quoted, walk.open.is_empty()) {
                (true, _) => Kind::Quoted,
                (false, true) => Kind::Literal,
                (false, false) => Kind::Expanded,
            };
            walk.out.push(bytes, kind);
        }
        let place = walk.at.plus(bytes.len());
        walk.move_to(place, text.len());
        walk.tilde_due = behind_separator;
    }

    /// Expands the tilde that the walk is at; false when it stays as it is.
    async fn walk_tilde(&mut self, walk: &mut Walk, text: Span) -> bool {
        let end = walk.text().name_end(walk.at, walk.lists());
        let end = match end {
            NameEnd::Quotation => return false,
            NameEnd::Place(place) => place,
            NameEnd::Word => Cursor::of_part(walk.word.end),
        };
        walk.looked_over += u64::from(end.part - walk.at.part);
        if walk.is_skipping() {
            walk.at = end;
            walk.jumped = true;
            return true;
        }
        self.load_users().await;
        // Beyond this text a name has what no user's has.
        let behind_text = Cursor::of_part(walk.at.part + 1);
        let name_end = if end.part == walk.at.part {
            Some(end.byte as usize)
        } else {
            (end == behind_text).then_some(text.len())
        };
        let program = walk.program.clone();
        let name =
            name_end.map(|name_end| &program.bytes(text)[walk.at.byte as usize + 1..name_end]);
        match name.and_then(|name| self.home(name)) {
            Some(home) => {
                if !home.is_empty() {
                    walk.out.push(&home, Kind::Quoted);
                }
                walk.at = end;
                true
            }
            None => {
                // Without HOME a lone tilde ends nothing.
                let names_user = name != Some(b"");
                let is_mark = matches!(
                    program.parts.get(end.part as usize),
                    Some(Part::Parameter { .. })
                );
                if names_user && !is_mark && end.part < walk.word.end {
                    walk.charge.reserve(&mut walk.cuts, 1);
                    walk.cuts.push(end);
                }
                false
            }
        }
    }
}

pub(super) fn expanded(quoted: bool) -> Kind {
    if quoted { Kind::Quoted } else { Kind::Expanded }
}
