//! The vocabulary of the features, by theme. Every step acts through a client or the control API.

mod account;
mod archive;
mod certificate;
mod clock;
mod command;
mod container;
mod context;
mod fault;
mod handshake;
mod host;
mod library;
mod output;
mod program;
mod receiver;
mod registry;
mod role;
mod running;
mod setting;
mod state;
mod stepping;
mod wire;
