//! Tokens of the shell grammar.

use crate::shell::program::{RedirectionKind, Span, Word};

/// A reserved word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keyword {
    Bang,
    Case,
    Do,
    Done,
    Elif,
    Else,
    Esac,
    Fi,
    For,
    Function,
    If,
    In,
    Then,
    Until,
    While,
    BraceOpen,
    BraceClose,
}

const KEYWORDS: &[(&str, Keyword)] = &[
    ("!", Keyword::Bang),
    ("case", Keyword::Case),
    ("do", Keyword::Do),
    ("done", Keyword::Done),
    ("elif", Keyword::Elif),
    ("else", Keyword::Else),
    ("esac", Keyword::Esac),
    ("fi", Keyword::Fi),
    ("for", Keyword::For),
    ("function", Keyword::Function),
    ("if", Keyword::If),
    ("in", Keyword::In),
    ("then", Keyword::Then),
    ("until", Keyword::Until),
    ("while", Keyword::While),
    ("{", Keyword::BraceOpen),
    ("}", Keyword::BraceClose),
];

impl Keyword {
    pub(super) fn find(text: &[u8]) -> Option<Self> {
        if text.len() > 8 {
            return None;
        }
        KEYWORDS
            .iter()
            .find(|(name, _)| name.as_bytes() == text)
            .map(|(_, keyword)| *keyword)
    }

    pub(super) fn name(self) -> &'static str {
        KEYWORDS
            .iter()
            .find(|(_, keyword)| *keyword == self)
            .map_or("", |(name, _)| name)
    }
}

/// Whether `text` is reserved, for `type` and `command -v`.
pub(crate) fn is_keyword(text: &[u8]) -> bool {
    Keyword::find(text).is_some()
}

/// A word as the lexer delivers it.
#[derive(Debug, Clone, Copy)]
pub(super) struct LexedWord {
    pub(super) word: Word,
    /// The text, when the word is one unquoted literal.
    pub(super) plain: Option<Span>,
    /// Some part of it was quoted.
    pub(super) quoted: bool,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Token {
    End,
    Newline,
    Semicolon,
    DoubleSemicolon,
    Ampersand,
    AndIf,
    Bar,
    OrIf,
    ParenOpen,
    ParenClose,
    Redirection {
        fd: Option<i32>,
        operator: RedirectionOperator,
    },
    Word(LexedWord),
    Keyword(Keyword),
}

/// The operator as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RedirectionOperator {
    Plain(RedirectionKind, i32),
    HereDocument { strip_tabs: bool },
}

impl Token {
    /// How messages name it.
    pub(super) fn describe(&self) -> String {
        let symbol = match self {
            Self::End => return "end of file".to_owned(),
            Self::Newline => return "newline".to_owned(),
            Self::Redirection { .. } => return "redirection".to_owned(),
            Self::Word(_) => return "word".to_owned(),
            Self::Semicolon => ";",
            Self::DoubleSemicolon => ";;",
            Self::Ampersand => "&",
            Self::AndIf => "&&",
            Self::Bar => "|",
            Self::OrIf => "||",
            Self::ParenOpen => "(",
            Self::ParenClose => ")",
            Self::Keyword(keyword) => keyword.name(),
        };
        format!("\"{symbol}\"")
    }
}
