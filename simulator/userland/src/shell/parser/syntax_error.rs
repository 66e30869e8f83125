//! Why a text is not a program.

use super::token::Token;

/// A syntax error in the words the shell prints after `syntax error: `.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SyntaxError {
    pub(crate) message: String,
    /// Line of the input at which it was noticed.
    pub(crate) line: u32,
}

/// Why a parsing step stopped.
#[derive(Debug)]
pub(super) enum Stop {
    /// All bytes fed so far are used and the text goes on.
    NeedInput,
    /// Enough bytes are used for now.
    Pause,
    /// A word has to be read first.
    Push(Box<super::frames::Frame>),
    Syntax(SyntaxError),
}

/// `unexpected X` or `unexpected X (expecting "Y")`.
pub(super) fn unexpected(token: &Token, expecting: Option<&str>) -> String {
    let found = token.describe();
    match expecting {
        Some("word") => format!("unexpected {found} (expecting word)"),
        Some(wanted) => format!("unexpected {found} (expecting \"{wanted}\")"),
        None => format!("unexpected {found}"),
    }
}
