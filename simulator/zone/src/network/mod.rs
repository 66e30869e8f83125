//! Networks and addresses.

mod addresses;
mod find;
mod interfaces;
mod nat;
mod nic;
mod path;
mod record;
mod standard;

pub(crate) use addresses::Addresses;
pub(crate) use nat::NatZones;
pub use nic::{Mac, Nic};
pub use record::Network;
pub(crate) use standard::{external, fabric};
