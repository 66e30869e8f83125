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

/// Where the name behind a tilde ends.
fn name_end(piece: &[u8], separated: bool) -> usize {
    let last = piece.len() - usize::from(separated);
    let slash = piece[..last].iter().position(|byte| *byte == b'/');
    slash.unwrap_or(last)
}

/// What a text leaves behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tilde {
    /// Nothing of note.
    Done,
    /// A tilde whose name goes on in the next part and is therefore no user's.
    Open,
    /// A tilde with a name that is no user's: the word or operand ends with it, and so many bytes of the text stand
    /// behind what ends the name.
    Unknown { left: usize },
}

impl Place {
    /// Whether the byte ends a tilde's name.
    pub(super) fn ends_name(&self, byte: u8) -> bool {
        let lists = matches!(self.context, Context::Assignment | Context::Declaration);
        byte == b'/' || byte == b':' && lists
    }
}

impl Machine {
    /// Appends an unquoted literal, its tildes expanded.
    pub(super) fn push_text(
        &self,
        text: &[u8],
        kind: Kind,
        place: &Place,
        out: &mut Rich,
    ) -> Tilde {
        if !text.contains(&b'~') {
            out.push(text, kind);
            return Tilde::Done;
        }
        let mut tilde = Tilde::Done;
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
            tilde = Tilde::Done;
            if may_expand && piece.first() == Some(&b'~') {
                tilde = self.push_tilde(piece, kind, separated, closed, out);
            } else {
                out.push(piece, kind);
            }
            if matches!(tilde, Tilde::Unknown { .. }) {
                let left = rest.len() - name_end(piece, separated) - 1;
                return Tilde::Unknown { left };
            }
            behind_equals |= piece.ends_with(b"=");
            rest = behind;
            may_expand = true;
        }
        tilde
    }

    /// `~`, `~/…`, `~user…`; `separated`: the last byte ends the piece, `closed`: the end of the piece ends a name.
    fn push_tilde(
        &self,
        piece: &[u8],
        kind: Kind,
        separated: bool,
        closed: bool,
        out: &mut Rich,
    ) -> Tilde {
        let end = name_end(piece, separated);
        if end == piece.len() && !closed {
            out.push(piece, kind);
            return Tilde::Open;
        }
        let Some(home) = self.home(&piece[1..end]) else {
            out.push(&piece[..end], kind);
            return if end == piece.len() {
                Tilde::Done
            } else {
                Tilde::Unknown { left: 0 }
            };
        };
        if !home.is_empty() {
            out.push(&home, Kind::Quoted);
        }
        out.push(&piece[end..], kind);
        Tilde::Done
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
