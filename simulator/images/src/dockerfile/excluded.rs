//! What enters no layer.

/// Paths that neither a build nor a commit puts into a layer (IMG-74): what the zone itself writes into containers.
/// As [`rootfs::DiffWriter`] takes them; a commit adds its container's volumes.
pub const EXCLUDED_FROM_LAYERS: [&str; 10] = [
    "native",
    "checkpoints",
    "system",
    "etc/hostname",
    "etc/hosts",
    "etc/mnttab",
    "etc/resolv.conf",
    "var/run",
    "var/log/sdc-dockerinit.log",
    "var/svc/provision*",
];

#[cfg(test)]
mod tests {
    use super::*;
    use rootfs::{DiffWriter, ROOT, RootFs, Tree, TreeBuilder};
    use std::sync::Arc;

    /// Makes files and then removes them: neither is in the layer.
    #[test]
    fn what_the_zone_writes_is_in_no_layer() {
        let mut builder = TreeBuilder::new(0);
        for path in EXCLUDED_FROM_LAYERS {
            let path = path.replace('*', "-x");
            builder
                .file(format!("{path}/file"), "x", 0o644)
                .expect("the path is good");
        }
        for path in ["etc/host", "var/runs", "native.txt"] {
            builder.file(path, "", 0o644).expect("the path is good");
        }
        let made = RootFs::new(Arc::new(builder.build()), u64::MAX);
        let mut archive = Vec::new();
        let mut writer = rootfs::ArchiveWriter::new(ROOT, b"");
        while writer.next(&made, &mut archive) {}
        let empty = RootFs::new(Arc::new(Tree::empty()), u64::MAX);
        let container = std::sync::Mutex::new(empty.clone());
        rootfs::unpack(
            &container,
            b"/",
            &archive[..],
            &rootfs::Unpacking::default(),
        )
        .expect("the archive is good");
        let full = container.into_inner().expect("nobody panicked");
        let expected = [
            "etc/",
            "etc/host",
            "native.txt",
            "var/",
            "var/log/",
            "var/runs",
            "var/svc/",
        ];
        assert_eq!(names(&empty, &full), expected);
        let mut less = full.clone();
        for name in ["native", "checkpoints", "native.txt"] {
            less.remove_tree(ROOT, name.as_bytes(), 0)
                .expect("it is there");
        }
        assert_eq!(names(&full, &less), [".wh.native.txt"]);
    }

    fn names(before: &RootFs, after: &RootFs) -> Vec<String> {
        let mut writer = DiffWriter::new(before.clone(), EXCLUDED_FROM_LAYERS);
        let mut layer = Vec::new();
        while writer.next(after, &mut layer).expect("a layer") {}
        let mut archive = tar::Archive::new(&layer[..]);
        let entries = archive.entries().expect("is an archive");
        let names = entries.map(|entry| {
            let entry = entry.expect("is an entry");
            String::from_utf8_lossy(&entry.path_bytes()).into_owned()
        });
        names.filter(|name| name != "./").collect()
    }
}
