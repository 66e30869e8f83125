//! Packages and how a container gets one.

mod record;
mod sample;
mod selection;

pub use record::Package;
pub(crate) use sample::sample;
pub use selection::is_package_name;
