//! Random operations against a model that has no sharing, no chunks and no inode numbers.

use rootfs::{Attributes, FileKind, FsError, Ino, ROOT, RootFs, TreeBuilder};
use std::collections::BTreeMap;
use std::sync::Arc;

const SEEDS: u64 = 60;
const STEPS: usize = 400;
const NAMES: &[&str] = &["a", "b", "c", "long-name", "d"];

/// A small generator, so that a failure's seed repeats it.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn name(&mut self) -> &'static str {
        NAMES[self.below(NAMES.len() as u64) as usize]
    }

    /// A path of up to three components.
    fn path(&mut self) -> String {
        let depth = 1 + self.below(3);
        let parts: Vec<&str> = (0..depth).map(|_| self.name()).collect();
        parts.join("/")
    }
}

/// Paths to files (index of the content, so that links share) or directories.
#[derive(Clone, Debug, PartialEq)]
enum Item {
    Directory,
    File(usize),
}

#[derive(Default)]
struct Model {
    items: BTreeMap<String, Item>,
    contents: Vec<Vec<u8>>,
}

impl Model {
    fn parent_is_directory(&self, path: &str) -> bool {
        match path.rsplit_once('/') {
            Some((parent, _)) => self.items.get(parent) == Some(&Item::Directory),
            None => true,
        }
    }

    fn has_children(&self, path: &str) -> bool {
        let prefix = format!("{path}/");
        self.items.keys().any(|other| other.starts_with(&prefix))
    }

    fn links(&self, file: usize) -> u32 {
        let same = |item: &&Item| **item == Item::File(file);
        self.items.values().filter(same).count() as u32
    }

    fn rename(&mut self, from: &str, to: &str) -> bool {
        let Some(item) = self.items.get(from).cloned() else {
            return false;
        };
        let below_itself = to.starts_with(&format!("{from}/"));
        if !self.parent_is_directory(to) || below_itself {
            return false;
        }
        match (&item, self.items.get(to)) {
            _ if from == to => return true,
            (Item::File(a), Some(Item::File(b))) if a == b => return true,
            (Item::File(_), Some(Item::Directory)) | (Item::Directory, Some(Item::File(_))) => {
                return false;
            }
            (Item::Directory, Some(Item::Directory)) if self.has_children(to) => return false,
            _ => {}
        }
        let prefix = format!("{from}/");
        let moved: Vec<String> = self
            .items
            .keys()
            .filter(|path| *path == from || path.starts_with(&prefix))
            .cloned()
            .collect();
        for path in moved {
            let item = self.items.remove(&path).expect("was just listed");
            self.items.insert(path.replacen(from, to, 1), item);
        }
        true
    }
}

fn split(fs: &RootFs, path: &str) -> Result<(Ino, Vec<u8>), FsError> {
    let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
    let dir = fs.resolve(parent.as_bytes(), true)?;
    Ok((dir, name.as_bytes().to_vec()))
}

fn step(fs: &mut RootFs, model: &mut Model, random: &mut Random, now: u64) -> Result<(), String> {
    let path = random.path();
    let kind = random.below(9);
    let at = split(fs, &path);
    let exists = model.items.get(&path).cloned();
    let parent_ok = model.parent_is_directory(&path);
    let (done, expected) = match kind {
        0 | 1 => {
            let is_dir = kind == 0;
            let kind = if is_dir {
                FileKind::Directory
            } else {
                FileKind::File
            };
            let attributes = Attributes::root(kind, 0o644, now);
            let done = at.and_then(|(dir, name)| fs.create(dir, &name, &attributes));
            let expected = parent_ok && exists.is_none();
            if expected {
                let item = if is_dir {
                    Item::Directory
                } else {
                    model.contents.push(Vec::new());
                    Item::File(model.contents.len() - 1)
                };
                model.items.insert(path.clone(), item);
            }
            (done.map(|_| ()), expected)
        }
        2 => {
            let done = at.and_then(|(dir, name)| fs.unlink(dir, &name, now));
            let expected = matches!(exists, Some(Item::File(_)));
            if expected {
                model.items.remove(&path);
            }
            (done, expected)
        }
        3 => {
            let done = at.and_then(|(dir, name)| fs.remove_dir(dir, &name, now));
            let expected = exists == Some(Item::Directory) && !model.has_children(&path);
            if expected {
                model.items.remove(&path);
            }
            (done, expected)
        }
        4 => {
            let other = random.path();
            let done = at.and_then(|(dir, name)| {
                let ino = fs.resolve(other.as_bytes(), false)?;
                fs.link(dir, &name, ino, now)
            });
            let target = model.items.get(&other).cloned();
            let expected = parent_ok && exists.is_none() && matches!(target, Some(Item::File(_)));
            if let (true, Some(target)) = (expected, target) {
                model.items.insert(path.clone(), target);
            }
            (done, expected)
        }
        5 => {
            let to = random.path();
            let done = at.and_then(|(dir, name)| {
                let (to_dir, to_name) = split(fs, &to)?;
                fs.rename(dir, &name, to_dir, &to_name, now)
            });
            (done, model.rename(&path, &to))
        }
        6 => {
            let len = random.below(200_000);
            let done = fs
                .resolve(path.as_bytes(), false)
                .and_then(|ino| fs.truncate(ino, len, now));
            if let Some(Item::File(file)) = exists {
                model.contents[file].resize(len as usize, 0);
            }
            (done, matches!(exists, Some(Item::File(_))))
        }
        _ => {
            let offset = random.below(150_000) as usize;
            let data: Vec<u8> = (0..random.below(70_000)).map(|i| (i ^ now) as u8).collect();
            let done = fs
                .resolve(path.as_bytes(), false)
                .and_then(|ino| fs.write(ino, offset as u64, &data, now));
            if let Some(Item::File(file)) = exists {
                let content = &mut model.contents[file];
                if !data.is_empty() {
                    let end = offset + data.len();
                    content.resize(content.len().max(end), 0);
                    content[offset..end].copy_from_slice(&data);
                }
            }
            (done.map(|_| ()), matches!(exists, Some(Item::File(_))))
        }
    };
    if done.is_ok() == expected {
        Ok(())
    } else {
        Err(format!(
            "operation {kind} on {path}: {done:?}, model {expected}"
        ))
    }
}

fn compare(fs: &RootFs, model: &Model) {
    assert_eq!(fs.charged_bytes(), fs.recompute_charge(), "ledger");
    let mut seen = BTreeMap::new();
    let mut todo = vec![(ROOT, String::new())];
    while let Some((dir, prefix)) = todo.pop() {
        let mut subdirectories = 0;
        for entry in fs.entries(dir).expect("a directory lists") {
            let name = String::from_utf8(entry.name.to_vec()).expect("names are ASCII");
            let path = format!("{prefix}{name}");
            let metadata = fs.metadata(entry.ino).expect("a listed file has metadata");
            if entry.kind == FileKind::Directory {
                assert_eq!(fs.parent(entry.ino), dir, "{path}");
                subdirectories += 1;
                todo.push((entry.ino, format!("{path}/")));
                seen.insert(path, Item::Directory);
                continue;
            }
            let Some(Item::File(file)) = model.items.get(&path) else {
                panic!("{path} is not in the model");
            };
            let mut content = vec![1; metadata.size as usize];
            assert_eq!(fs.read(entry.ino, 0, &mut content), Ok(content.len()));
            assert!(content == model.contents[*file], "content of {path}");
            assert_eq!(metadata.nlink, model.links(*file), "links of {path}");
            seen.insert(path, Item::File(*file));
        }
        let metadata = fs.metadata(dir).expect("a directory has metadata");
        assert_eq!(metadata.nlink, 2 + subdirectories, "links of /{prefix}");
    }
    assert_eq!(seen, model.items);
}

#[test]
fn random_changes_above_an_image_agree_with_a_plain_model() {
    for seed in 1..=SEEDS {
        let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let mut builder = TreeBuilder::new(0);
        let mut model = Model::default();
        let base: Vec<u8> = (0..130_000_u32).map(|i| i as u8).collect();
        builder.file("a/b", base.clone(), 0o644).expect("is a path");
        builder.hard_link("a/c", "a/b").expect("target exists");
        builder.directory("b/a", 0o755).expect("is a path");
        model.contents.push(base);
        for (path, item) in [
            ("a", Item::Directory),
            ("a/b", Item::File(0)),
            ("a/c", Item::File(0)),
            ("b", Item::Directory),
            ("b/a", Item::Directory),
        ] {
            model.items.insert(path.to_owned(), item);
        }
        let tree = Arc::new(builder.build());
        let mut fs = RootFs::new(tree.clone(), u64::MAX);
        for now in 0..STEPS {
            let outcome = step(&mut fs, &mut model, &mut random, now as u64);
            assert_eq!(outcome, Ok(()), "seed {seed}, step {now}");
            if now % 20 == 0 {
                compare(&fs, &model);
            }
        }
        compare(&fs, &model);
        for name in NAMES {
            match fs.remove_tree(ROOT, name.as_bytes(), 0) {
                Ok(()) | Err(FsError::NotFound) => {}
                Err(error) => panic!("seed {seed}: {error}"),
            }
        }
        assert_eq!(
            fs.charged_bytes(),
            0,
            "seed {seed}: all is gone, nothing is charged"
        );
        assert_eq!(fs.recompute_charge(), 0, "seed {seed}");
        assert_eq!(RootFs::new(tree, 0).entries(ROOT).expect("lists").len(), 2);
    }
}
