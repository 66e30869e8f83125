//! The shell: busybox `ash` under its names `sh`, `ash`, `dash` and `bash`.
//!
//! [`parser`] turns bytes into flat programs, one complete command at a time; [`machine`] runs them with frames on
//! the heap. A fork is a clone of [`state`].
//!
//! *Architecture Invariants:* nothing recurses natively by the depth of a script; texts are bytes; every program
//! that is not a builtin is found on PATH and executed.

mod aliases;
mod arithmetic;
mod builtins;
mod command_table;
mod commands;
mod completion;
mod dynamic;
mod execute;
mod expansion;
mod job_table;
mod job_text;
mod jobs;
mod line_editor;
mod lookup;
mod machine;
mod options;
mod parser;
pub(crate) mod pattern;
mod pattern_run;
mod program;
mod program_text;
mod prompt;
mod quote;
mod redirection;
mod simple_command;
mod startup;
mod state;
mod terminal;
mod traps;
mod variables;

pub use startup::main;
