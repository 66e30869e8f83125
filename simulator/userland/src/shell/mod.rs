//! The shell.

mod aliases;
mod arithmetic;
mod options;
mod parser;
mod pattern;
mod program;
mod variables;
