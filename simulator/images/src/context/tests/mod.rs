//! What tests of contexts have in common: a notation for archives and for what is in containers.

mod adding;
mod copying;
mod reading;
mod selecting;

use super::{Context, Sources};
use crate::dockerfile::{BuildArgs, BuildError, Dockerfile};
use rootfs::{ArchiveLimits, FileKind, Lend, Memory, ROOT, RootFs, Source, Tree};
use std::cell::{Cell, RefCell};
use std::sync::Arc;
use tar::{EntryType, Header};

/// Entries of an archive: `name/`, `name=content`, `name->target`, `name=>target of a hard link`.
fn tar(entries: &[&str]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for entry in entries {
        let (kind, name, target, content) = if let Some((name, target)) = entry.split_once("->") {
            (EntryType::Symlink, name, target, "")
        } else if let Some((name, target)) = entry.split_once("=>") {
            (EntryType::Link, name, target, "")
        } else if let Some((name, content)) = entry.split_once('=') {
            (EntryType::Regular, name, "", content)
        } else {
            (EntryType::Directory, *entry, "", "")
        };
        let mut header = Header::new_gnu();
        let fields = header.as_old_mut();
        fields.name[..name.len()].copy_from_slice(name.as_bytes());
        fields.linkname[..target.len()].copy_from_slice(target.as_bytes());
        header.set_entry_type(kind);
        header.set_mode(match kind {
            EntryType::Directory => 0o750,
            _ => 0o4640,
        });
        header.set_uid(7);
        header.set_gid(8);
        header.set_mtime(9);
        header.set_size(content.len() as u64);
        header.set_cksum();
        builder.append(&header, content.as_bytes()).expect("memory");
    }
    builder.into_inner().expect("memory")
}

fn source(bytes: &[u8]) -> Source {
    Source::Memory(bytes.to_vec().into())
}

fn read(body: &[u8]) -> Result<Context, BuildError> {
    Context::read(
        source(body),
        &ArchiveLimits::default(),
        &Memory::new(1 << 30),
    )
}

fn context(entries: &[&str]) -> Context {
    read(&tar(entries)).expect("the archive is good")
}

/// Adds a file of any bytes.
fn context_with(entries: &[&str], name: &str, bytes: &[u8]) -> Context {
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = Header::new_gnu();
    header.set_size(bytes.len() as u64);
    header.set_mode(0o600);
    header.set_uid(7);
    header.set_gid(8);
    header.set_mtime(9);
    builder
        .append_data(&mut header, name, bytes)
        .expect("memory");
    let mut body = tar(entries);
    body.truncate(body.len() - 1024);
    body.extend(builder.into_inner().expect("memory"));
    read(&body).expect("the archive is good")
}

fn select(context: &Context, text: &str) -> Result<Sources, BuildError> {
    let dockerfile = Dockerfile::parse("x", text.as_bytes()).expect("it is good");
    let instruction = dockerfile.instructions.last().expect("there is one");
    let instruction = instruction.substitute(&["V=dir".to_owned()], &BuildArgs::default());
    context.select(&instruction.expect("it is good"))
}

fn listing(fs: &RootFs) -> Vec<String> {
    let mut rows = Vec::new();
    let mut todo = vec![(ROOT, String::new())];
    while let Some((dir, prefix)) = todo.pop() {
        for entry in fs.entries(dir).expect("lists") {
            let path = format!("{prefix}{}", String::from_utf8_lossy(&entry.name));
            rows.push(match entry.kind {
                FileKind::Directory => {
                    todo.push((entry.ino, format!("{path}/")));
                    format!("{path}/")
                }
                FileKind::Symlink => {
                    let target = fs.read_link(entry.ino).expect("is a link");
                    format!("{path}->{}", String::from_utf8_lossy(&target))
                }
                _ => {
                    let size = fs.metadata(entry.ino).expect("exists").size;
                    let mut content = vec![0; size as usize];
                    fs.read(entry.ino, 0, &mut content).expect("reads");
                    format!("{path}={}", String::from_utf8_lossy(&content))
                }
            });
        }
    }
    rows.sort();
    rows
}

/// A container that counts how often it was lent.
struct Container {
    fs: RefCell<RootFs>,
    lent: Cell<usize>,
}

impl Lend for Container {
    fn lend<T>(&self, step: impl FnOnce(&mut RootFs) -> T) -> T {
        self.lent.set(self.lent.get() + 1);
        step(&mut self.fs.borrow_mut())
    }
}

/// A container with the same notation as archives.
fn container(entries: &[&str]) -> Container {
    let tree = Tree::from_layers(
        [bytes::Bytes::from(tar(entries)).into()],
        &ArchiveLimits::default(),
    );
    let tree = Arc::new(tree.expect("the archive is good"));
    Container {
        fs: RefCell::new(RootFs::new(tree, 1 << 24)),
        lent: Cell::new(0),
    }
}

fn copy(context: &Context, text: &str, target: &Container, dir: &str) -> Result<(), BuildError> {
    context.copy(&select(context, text)?, target, dir, 5_000_000_000)
}

fn check(context: &Context, there: &[&str], text: &str, dir: &str, expected: &[&str]) {
    let target = container(there);
    copy(context, text, &target, dir).expect("it can be copied");
    assert_eq!(listing(&target.fs.borrow()), expected, "{text}");
}
