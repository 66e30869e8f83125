//! Listeners and connections: everything between bytes and a request.

pub(crate) mod connection;
pub(crate) mod drain;
pub(crate) mod flight;
pub(crate) mod linger;
pub(crate) mod listener;
pub(crate) mod peer;
pub(crate) mod presence;
pub(crate) mod socket;
pub(crate) mod wire;
