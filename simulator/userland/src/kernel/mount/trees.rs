//! What is in the file systems that a zone mounts.

use super::table::FIRST_CONTRACT;
use crate::registry::Registry;
use rootfs::{FsError, Tree, TreeBuilder};
use runtime::PROGRAM_MARKER;

/// Builds a tree from a list of constant paths.
fn build(now_ns: u64, fill: impl FnOnce(&mut TreeBuilder) -> Result<(), FsError>) -> Tree {
    let mut builder = TreeBuilder::new(now_ns);
    let filled = fill(&mut builder);
    debug_assert!(filled.is_ok(), "the paths are constant and fit together");
    builder.build()
}

/// `/dev/shm` at first: anybody may make files there, and remove his own.
pub(super) fn shm(now_ns: u64) -> Tree {
    build(now_ns, |tree| tree.directory("/", 0o1777))
}

/// The zone's own programs that a container may run.
pub(super) fn native(registry: &Registry, now_ns: u64) -> Tree {
    build(now_ns, |tree| {
        for directory in ["lib", "usr", "usr/bin", "usr/lib", "usr/sbin", "sbin"] {
            tree.directory(directory, 0o755)?;
        }
        for name in registry.native() {
            let path = format!("usr/sbin/{name}");
            tree.file(path, PROGRAM_MARKER, 0o555)?;
        }
        Ok(())
    })
}

/// `/system`: two directories that others are mounted over.
pub(super) fn system(now_ns: u64) -> Tree {
    build(now_ns, |tree| {
        tree.directory("contract", 0o555)?;
        tree.directory("object", 0o555)
    })
}

/// Modules of the zone's kernel, as far as any zone sees them.
const MODULES: [&str; 8] = [
    "genunix", "ip", "lofs", "lx_brand", "procfs", "sockfs", "unix", "zfs",
];

/// `/system/object`: a directory for each module, with its object in it.
pub(super) fn object(now_ns: u64) -> Tree {
    build(now_ns, |tree| {
        for module in MODULES {
            tree.directory(module, 0o555)?;
            tree.file(format!("{module}/object"), "", 0o444)?;
        }
        Ok(())
    })
}

/// `/system/contract`: contract types, and the contract that the first process runs under.
pub(super) fn contract(now_ns: u64) -> Tree {
    build(now_ns, |tree| {
        tree.directory("all", 0o555)?;
        for kind in ["device", "process"] {
            tree.directory(kind, 0o555)?;
            for (name, mode) in [
                ("bundle", 0o444),
                ("latest", 0o444),
                ("pbundle", 0o444),
                ("template", 0o666),
            ] {
                tree.file(format!("{kind}/{name}"), "", mode)?;
            }
        }
        let own = format!("process/{FIRST_CONTRACT}");
        tree.directory(&own, 0o555)?;
        for (name, mode) in [("ctl", 0o222), ("events", 0o444), ("status", 0o444)] {
            tree.file(format!("{own}/{name}"), "", mode)?;
        }
        tree.symlink(format!("all/{FIRST_CONTRACT}"), format!("../{own}"))
    })
}

/// `/sys`: what programs ask about processors and memory.
pub(super) fn sys(cpus: u32, now_ns: u64) -> Tree {
    const CPU: &str = "devices/system/cpu";
    build(now_ns, |tree| {
        for directory in [
            "block",
            "bus",
            "class",
            "dev",
            "devices",
            "devices/system",
            CPU,
            "devices/system/node",
            "devices/system/node/node0",
            "devices/virtual",
            "firmware",
            "fs",
            "fs/cgroup",
            "kernel",
            "kernel/mm",
            "kernel/mm/transparent_hugepage",
            "module",
            "power",
        ] {
            tree.directory(directory, 0o555)?;
        }
        let cpus = cpus.max(1);
        let list = match cpus {
            1 => "0\n".to_owned(),
            _ => format!("0-{}\n", cpus - 1),
        };
        for name in ["online", "possible", "present"] {
            tree.file(format!("{CPU}/{name}"), list.clone(), 0o444)?;
        }
        tree.file(format!("{CPU}/offline"), "\n", 0o444)?;
        for cpu in 0..cpus {
            tree.directory(format!("{CPU}/cpu{cpu}"), 0o555)?;
            tree.directory(format!("{CPU}/cpu{cpu}/topology"), 0o555)?;
            tree.file(
                format!("{CPU}/cpu{cpu}/topology/core_id"),
                format!("{cpu}\n"),
                0o444,
            )?;
        }
        tree.file("devices/system/node/node0/cpulist", list, 0o444)?;
        tree.file("devices/system/node/online", "0\n", 0o444)?;
        // Nothing here backs memory with large pages.
        tree.file(
            "kernel/mm/transparent_hugepage/enabled",
            "always madvise [never]\n",
            0o444,
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rootfs::RootFs;
    use std::sync::Arc;

    fn text(tree: Tree, path: &str) -> String {
        let fs = RootFs::new(Arc::new(tree), 0);
        let ino = fs.resolve(path.as_bytes(), true).expect(path);
        let mut buffer = [0; 64];
        let count = fs.read(ino, 0, &mut buffer).expect("a file");
        String::from_utf8_lossy(&buffer[..count]).into_owned()
    }

    #[test]
    fn processors_are_listed_as_the_package_has_them() {
        let online = "devices/system/cpu/online";
        assert_eq!(text(sys(1, 0), online), "0\n");
        assert_eq!(text(sys(4, 0), online), "0-3\n");
        assert_eq!(
            text(sys(4, 0), "devices/system/cpu/cpu3/topology/core_id"),
            "3\n"
        );
    }

    #[test]
    fn every_tree_is_whole() {
        let registry = crate::registry::standard();
        let trees = [
            native(&registry, 0),
            system(0),
            object(0),
            contract(0),
            sys(64, 0),
        ];
        assert!(trees.iter().all(|tree| tree.len() > 2));
        assert_eq!(text(contract(0), "all/1/status"), "");
    }
}
