//! The incremental parser: bytes are fed as they arrive, one complete command comes out at a time.

mod frames;
mod grammar;
mod here_document;
mod input;
mod list;
mod parameter;
#[expect(clippy::module_inception, reason = "the public item of this folder")]
mod parser;
mod simple;
mod syntax_error;
mod token;
mod words;

#[cfg(test)]
mod tests;

pub(crate) use parser::{Parser, Progress, Rules};
pub(crate) use token::is_keyword;
