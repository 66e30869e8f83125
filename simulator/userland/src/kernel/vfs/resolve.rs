//! From paths to files.

use super::{Node, Vfs};
use crate::kernel::mount::Files;
use crate::kernel::{Access, Errno, FileKind, limits};
use bytes::Bytes;
use rootfs::ROOT;

/// Where a path leads.
#[derive(Clone, Debug)]
pub(in crate::kernel) struct Found {
    /// The directory that holds the last name.
    pub(in crate::kernel) dir: Node,
    /// The last name; empty for the directory the path starts at, `..` for one above.
    pub(in crate::kernel) name: Bytes,
    /// The file, when there is one.
    pub(in crate::kernel) node: Option<Node>,
    /// The path ends in a slash or a dot.
    pub(in crate::kernel) must_be_directory: bool,
}

/// Where a symbolic link leads.
enum Target {
    Path(Bytes),
    Node(Node),
}

/// Adds the components of `path` to the stack, first one on top; whether it ends in a slash or a dot.
fn push_components(todo: &mut Vec<Bytes>, path: &Bytes) -> bool {
    let components = path.split(|byte| *byte == b'/').rev();
    for component in components.filter(|name| !matches!(*name, b"" | b".")) {
        todo.push(path.slice_ref(component));
    }
    let last = path.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    matches!(last, b"" | b".")
}

impl Vfs<'_> {
    /// Walks `path` from the working directory. A missing last component is no error here.
    pub(in crate::kernel) fn resolve(&self, path: &[u8], follow: bool) -> Result<Found, Errno> {
        if path.is_empty() {
            return Err(Errno::ENOENT);
        }
        if path.len() >= limits::PATH_BYTES || path.contains(&0) {
            return Err(Errno::ENAMETOOLONG);
        }
        let mut todo = Vec::new();
        let must_be_directory = push_components(&mut todo, &Bytes::copy_from_slice(path));
        let start = if path[0] == b'/' { self.root } else { self.cwd };
        let mut found = Found {
            dir: start,
            name: Bytes::new(),
            node: Some(start),
            must_be_directory,
        };
        self.walk(&mut found, todo, follow || must_be_directory)?;
        if let (true, Some(node)) = (must_be_directory, found.node)
            && !self.stat_node(node)?.is_directory()
        {
            return Err(Errno::ENOTDIR);
        }
        Ok(found)
    }

    fn walk(&self, found: &mut Found, mut todo: Vec<Bytes>, follow: bool) -> Result<(), Errno> {
        let mut at = found.dir;
        let mut links = 0;
        while let Some(name) = todo.pop() {
            let stat = self.stat_node(at)?;
            if !stat.is_directory() {
                return Err(Errno::ENOTDIR);
            }
            self.check(at, Access::EXECUTE)?;
            if name.as_ref() == b".." {
                at = self.parent_below_root(at);
                (found.dir, found.name, found.node) = (at, name, Some(at));
                continue;
            }
            let next = match self.lookup(at, &name) {
                Ok(next) => next,
                Err(Errno::ENOENT) if todo.is_empty() => {
                    (found.dir, found.name, found.node) = (at, name, None);
                    return Ok(());
                }
                Err(error) => return Err(error),
            };
            let target = if todo.is_empty() && !follow {
                None
            } else {
                self.link_target(next)?
            };
            (found.dir, found.name, found.node) = (at, name, Some(next));
            let Some(target) = target else {
                at = next;
                continue;
            };
            links += 1;
            if links > limits::LINKS {
                return Err(Errno::ELOOP);
            }
            match target {
                Target::Node(node) => {
                    at = node;
                    found.node = Some(node);
                }
                Target::Path(path) => {
                    if path.is_empty() {
                        return Err(Errno::ENOENT);
                    }
                    if path[0] == b'/' {
                        at = self.root;
                    }
                    found.node = Some(at);
                    push_components(&mut todo, &path);
                }
            }
        }
        Ok(())
    }

    /// Where a link leads; `None` for everything else, and for links to what has no name.
    fn link_target(&self, node: Node) -> Result<Option<Target>, Errno> {
        match node {
            Node::Fs(ino) => match self.fs.metadata(ino)?.kind {
                FileKind::Symlink => Ok(Some(Target::Path(self.fs.read_link(ino)?))),
                _ => Ok(None),
            },
            Node::Dev(node) => Ok(node
                .link()
                .map(|path| Target::Path(Bytes::from_static(path)))),
            Node::Proc(node) => {
                if let Some(node) = self.proc_jump(node)? {
                    return Ok(Some(Target::Node(node)));
                }
                Ok(self.proc_path(node)?.map(Target::Path))
            }
        }
    }

    /// The file of this name in a directory.
    pub(super) fn lookup(&self, dir: Node, name: &[u8]) -> Result<Node, Errno> {
        match dir {
            Node::Fs(ino) => {
                if ino == ROOT && name == b"proc" {
                    return Ok(Node::Proc(crate::kernel::proc::ProcNode::Root));
                }
                if ino == self.kernel.dev_dir
                    && let Some(node) = self.find_device(name)
                {
                    return Ok(Node::Dev(node));
                }
                if let Some(node) = self.find_mount(ino, name) {
                    return Ok(node);
                }
                Ok(Node::Fs(self.fs.lookup(ino, name)?))
            }
            Node::Dev(node) => self.find_in_device_directory(node, name),
            Node::Proc(node) => self.find_proc(node, name),
        }
    }

    /// The file that a path leads to.
    pub(in crate::kernel) fn find(&self, path: &[u8], follow: bool) -> Result<Node, Errno> {
        self.resolve(path, follow)?.node.ok_or(Errno::ENOENT)
    }

    /// The absolute path of a directory; ENOENT when it has been removed.
    pub(in crate::kernel) fn path_of(&self, directory: Node) -> Result<Bytes, Errno> {
        let mut names: Vec<Bytes> = Vec::new();
        let mut at = directory;
        while at != self.root {
            let parent = self.parent(at);
            if parent == at || names.len() > limits::PATH_BYTES {
                return Err(Errno::ENOENT);
            }
            names.push(self.name_in(parent, at)?);
            at = parent;
        }
        if names.is_empty() {
            return Ok(Bytes::from_static(b"/"));
        }
        let mut path = Vec::new();
        for name in names.iter().rev() {
            path.push(b'/');
            path.extend_from_slice(name);
        }
        Ok(path.into())
    }

    fn name_in(&self, parent: Node, child: Node) -> Result<Bytes, Errno> {
        match child {
            Node::Fs(ino) => {
                if let Some(mount) = self.mounted_at(ino) {
                    return Ok(Bytes::from_static(mount.place(self.kernel.dev_dir).1));
                }
                let entries = match parent {
                    Node::Fs(parent) => self.fs.entries(parent)?,
                    _ => return Err(Errno::ENOENT),
                };
                let ino = Files::shown(ino);
                let entry = entries.into_iter().find(|entry| entry.ino == ino);
                Ok(entry.ok_or(Errno::ENOENT)?.name)
            }
            Node::Dev(node) => Ok(Bytes::from_static(node.name())),
            Node::Proc(node) => Ok(node.name()),
        }
    }
}
