//! The word lexer: quoting, parameters, substitutions and arithmetic inside one word.

mod document;
mod dollar;
mod frame;
mod quotes;
mod substitution;

pub(super) use document::Document;
pub(super) use frame::WordFrame;
pub(super) use substitution::SubstitutionFrame;
