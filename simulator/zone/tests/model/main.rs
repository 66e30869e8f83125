//! The model, driven from outside as the zone's driver drives it.

mod lifecycle;
mod world;
