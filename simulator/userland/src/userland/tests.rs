//! Tests of the whole runtime, with programs of their own.

mod crews;
mod files;
mod harness;
mod lifecycle;
mod loggers;
mod mounts;
mod networks;
mod outside;
mod pipes;
mod pseudo_terminals;
mod random_calls;
mod scheduling;
mod signals;
mod sockets;
mod terminals;
