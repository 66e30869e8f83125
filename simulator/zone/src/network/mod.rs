//! Networks and addresses.

mod addresses;
mod find;
mod interfaces;
mod nic;
mod record;
mod standard;

pub(crate) use addresses::Addresses;
pub use nic::{Mac, Nic};
pub use record::Network;
pub(crate) use standard::{external, fabric};
