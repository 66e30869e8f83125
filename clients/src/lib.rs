//! Drivers for the Docker clients under test.

pub mod build;
pub mod version;
