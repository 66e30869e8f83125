//! A build's context: the files that the client has sent, and what `ADD` and `COPY` do with them (images.md 16.1,
//! 16.4, 16.5).
//!
//! ```
//! use images::context::{Context, dockerfile_name};
//! use images::dockerfile::Dockerfile;
//! use rootfs::{ArchiveLimits, Memory, RootFs, Source, Tree};
//! use std::sync::{Arc, Mutex};
//!
//! # fn body() -> Vec<u8> {
//! #     let mut tar = tar::Builder::new(Vec::new());
//! #     for (name, content) in [("Dockerfile", "FROM scratch\nCOPY a /dir/\n"), ("a", "hello")] {
//! #         let mut header = tar::Header::new_gnu();
//! #         header.set_size(content.len() as u64);
//! #         header.set_mode(0o644);
//! #         header.set_uid(0);
//! #         header.set_gid(0);
//! #         header.set_mtime(0);
//! #         tar.append_data(&mut header, name, content.as_bytes()).expect("memory");
//! #     }
//! #     tar.into_inner().expect("memory")
//! # }
//! let body = Source::Memory(body().into());
//! let context = Context::read(body, &ArchiveLimits::default(), &Memory::new(1 << 20))?;
//! let name = dockerfile_name("")?;
//! let dockerfile = Dockerfile::parse(&name, &context.dockerfile(&name)?)?;
//! let sources = context.select(&dockerfile.instructions[1])?;
//! assert!(context.hash(&sources).starts_with("file:"));
//! let container = Mutex::new(RootFs::new(Arc::new(Tree::empty()), 1 << 20));
//! context.copy(&sources, &container, "/", 0)?;
//! assert!(container.lock().expect("nobody panicked").resolve(b"/dir/a", true).is_ok());
//! # Ok::<(), images::dockerfile::BuildError>(())
//! ```

mod archive;
mod components;
mod copy;
mod destination;
mod files;
mod find;
mod hash;
mod packed;
mod pattern;
mod sources;

#[cfg(test)]
mod tests;

pub use destination::make_volume;
pub use files::{Context, dockerfile_name};
pub use sources::Sources;
