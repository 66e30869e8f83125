//! The model, driven from outside as the zone's driver drives it.

mod attach;
mod creation;
mod exec;
mod lifecycle;
mod links;
mod properties;
mod world;
