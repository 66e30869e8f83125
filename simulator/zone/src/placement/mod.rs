//! Choosing a server (placement.md 8).
//!
//! Filters narrow the candidates down one after the other; scorers rank what is left. Each has a file. A title is
//! what the client reads when its filter leaves no server.

mod candidate;
mod choose;
mod filter_capness;
mod filter_cpu;
mod filter_emptiest;
mod filter_forced;
mod filter_instance_limit;
mod filter_memory;
mod filter_nic_tags;
mod filter_os;
mod filter_owner_spread;
mod filter_reservoir;
mod filter_virtual;
mod load;
mod score_disk;
mod score_memory;
mod score_platform;
mod score_random;

pub(crate) use candidate::Request;
pub(crate) use load::Load;
