//! Descriptions of the embedded images, one file each, and the catalogue of them.

mod busybox;
mod catalogue;
mod consul;
mod debian;
mod debian_accounts;
mod description;
mod distribution;
mod foreign;
mod httpd;
mod layer;
mod nginx;
mod on_busybox;
mod redis;
mod release;

pub(crate) use catalogue::{CATALOGUE, OFFICIAL, Repository, Source};
pub(crate) use on_busybox::OnBusyboxes;
pub(crate) use release::Release;
