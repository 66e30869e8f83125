//! Descriptions of the embedded images, one file each, and the catalogue of them.

mod alpine;
mod base_64;
mod busybox;
mod catalogue;
mod consul;
mod debian;
mod debian_accounts;
mod description;
mod distribution;
mod empty_layer;
mod foreign;
mod hello_world;
mod httpd;
mod joyentunsupported;
mod layer;
mod mongo;
mod mysql;
mod nginx;
mod old_busybox;
mod on_busybox;
mod redis;
mod release;
mod signed;
#[cfg(test)]
mod tests;
mod ubuntu;
mod wordpress;

pub(crate) use catalogue::{CATALOGUE, OFFICIAL, Repository, Source};
pub(crate) use on_busybox::OnBusyboxes;
pub(crate) use release::Release;
