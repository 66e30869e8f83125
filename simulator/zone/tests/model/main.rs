//! The model, driven from outside as the zone's driver drives it.

mod accounts;
mod attach;
mod authentications;
mod creation;
mod exec;
mod image_names;
mod image_records;
mod images;
mod lifecycle;
mod links;
mod paths;
mod properties;
mod roles;
mod world;
