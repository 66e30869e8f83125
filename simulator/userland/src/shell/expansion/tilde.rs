//! Tilde expansion.

use bytes::Bytes;

use super::{Context, Kind, Rich};
use crate::shell::machine::Machine;

/// How much of the user table is read.
const MAX_USERS_BYTES: usize = 256 << 10;

/// Where an unquoted text stands in its word.
pub(super) struct Place {
    /// At the start of the word or operand.
    pub(super) begins: bool,
    /// Nothing follows it in the word or operand.
    pub(super) ends: bool,
    pub(super) context: Context,
}

impl Machine {
    /// Appends an unquoted literal, its tildes expanded.
    pub(super) fn push_text(&self, text: &[u8], kind: Kind, place: &Place, out: &mut Rich) {
        if !text.contains(&b'~') {
            out.push(text, kind);
            return;
        }
        let mut rest = text;
        let mut may_expand = place.begins;
        let mut behind_equals = false;
        while !rest.is_empty() {
            let separates = |byte: &u8| match place.context {
                Context::Fields | Context::Text => false,
                Context::Assignment => *byte == b':',
                Context::Declaration => *byte == b':' || *byte == b'=' && !behind_equals,
            };
            let end = rest
                .iter()
                .position(separates)
                .map_or(rest.len(), |at| at + 1);
            let (piece, behind) = rest.split_at(end);
            let separated = piece.last().is_some_and(separates);
            let closed = separated || place.ends;
            if may_expand && piece.first() == Some(&b'~') {
                self.push_tilde(piece, kind, separated, closed, out);
            } else {
                out.push(piece, kind);
            }
            behind_equals |= piece.ends_with(b"=");
            rest = behind;
            may_expand = true;
        }
    }

    /// `~`, `~/…`, `~user…`; `separated`: the last byte ends the piece, `closed`: the end of the piece ends a name.
    fn push_tilde(&self, piece: &[u8], kind: Kind, separated: bool, closed: bool, out: &mut Rich) {
        let last = piece.len() - usize::from(separated);
        let slash = piece[..last].iter().position(|byte| *byte == b'/');
        let end = slash.unwrap_or(last);
        let home = match slash {
            None if !closed => None,
            _ => self.home(&piece[1..end]),
        };
        let Some(home) = home else {
            out.push(piece, kind);
            return;
        };
        if !home.is_empty() {
            out.push(&home, Kind::Quoted);
        }
        out.push(&piece[end..], kind);
    }

    fn home(&self, user: &[u8]) -> Option<Vec<u8>> {
        if user.is_empty() {
            return self
                .state
                .variables
                .value(b"HOME")
                .map(|home| home.to_vec());
        }
        let users = self.state.users.as_ref()?;
        let (_, home) = users.iter().find(|(name, _)| name == user)?;
        Some(home.to_vec())
    }

    /// Reads the user table when it has not been read yet.
    pub(super) async fn load_users(&mut self) {
        if self.state.users.is_some() {
            return;
        }
        let text = self.read_file(b"/etc/passwd", MAX_USERS_BYTES).await;
        let users = text
            .unwrap_or_default()
            .split(|byte| *byte == b'\n')
            .filter_map(|line| {
                let mut columns = line.split(|byte| *byte == b':');
                let name = Bytes::copy_from_slice(columns.next()?);
                let home = Bytes::copy_from_slice(columns.nth(4)?);
                Some((name, home))
            })
            .collect();
        self.state.users = Some(users);
    }
}
