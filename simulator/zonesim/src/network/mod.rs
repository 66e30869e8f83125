//! The zone's networks as its containers find them.

mod fabric;
mod names;

pub(crate) use fabric::ZoneFabric;
