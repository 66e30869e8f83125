//! Random scripts, made from a grammar.

mod arithmetic;
mod builtins;
mod commands;
mod compound;
mod environment;
mod generator;
mod mutation;
mod parameters;
mod processes;
mod redirections;
mod signals;
mod texts;
mod words;

pub(crate) use generator::script;
