//! What every request meets, byte for byte, over real sockets.

mod authentication;
mod bodies;
mod connection;
mod control;
mod gates;
mod headers;
mod hijack;
mod routing;
mod streams;
mod wire;
