//! What every request meets, byte for byte, over real sockets.

mod accounts;
mod authentication;
mod bodies;
mod connection;
mod containers;
mod control;
mod crowd;
mod events;
mod gates;
mod headers;
mod hijack;
mod logins;
mod routing;
mod streams;
mod tenants;
mod wire;
