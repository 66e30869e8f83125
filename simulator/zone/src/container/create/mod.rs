//! Creating a container, in the order of containers.md 2.

mod binds;
mod command_line;
mod fields;
mod inventory;
mod labels;
mod log_options;
mod order;
mod port_fields;
mod provision;
mod random_name;
mod volumes_from;
mod words;

pub(in crate::container) use log_options::facility_number;
