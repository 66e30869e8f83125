//! What is particular to the build of each release.

use crate::version::CliVersion;

/// Raised when the way of building changes in a way that no other field shows, so that what
/// was built before is stale.
pub(super) const REVISION: u32 = 1;

/// Flags of the linker: no symbol table, no debug information.
pub(super) const LINKER_FLAGS: &str = "-s -w";

/// Flags of every `go` command. VCS stamping would put the state of this checkout, not
/// Docker's, into the binaries.
pub(super) const GO_FLAGS: &str = "-mod=readonly -trimpath -buildvcs=false";

/// An upstream module over which files of ours are laid.
#[derive(Debug)]
pub(super) struct PatchedModule {
    pub(super) path: &'static str,
    /// Folders of it that are not copied.
    pub(super) left_out: &'static [&'static str],
}

/// How one release is built, beside what its `go.mod` says.
#[derive(Debug)]
pub(super) struct Recipe {
    pub(super) main_package: &'static str,
    pub(super) tags: &'static str,
    pub(super) patched: &'static [PatchedModule],
}

const DOCKER: &str = "github.com/docker/docker";

/// The integration tests are sources for another build, and a third of the tree.
const WITHOUT_TESTS: PatchedModule = PatchedModule {
    path: DOCKER,
    left_out: &["integration-cli"],
};

/// The release's version constants stand in a file under this tag since 1.10.
const AUTOGEN: &str = "autogen";

impl Recipe {
    pub(super) fn of(version: CliVersion) -> Recipe {
        match version {
            CliVersion::V1_8 | CliVersion::V1_9 => Recipe {
                main_package: "github.com/docker/docker/docker",
                tags: "",
                patched: &[
                    WITHOUT_TESTS,
                    PatchedModule {
                        path: "github.com/docker/distribution",
                        left_out: &[],
                    },
                ],
            },
            CliVersion::V1_10 => Recipe {
                main_package: "github.com/docker/docker/docker",
                tags: AUTOGEN,
                // The server-side package `distribution` does not compile against the
                // pinned docker/distribution; an added file has the one type needed.
                patched: &[PatchedModule {
                    path: DOCKER,
                    left_out: &["integration-cli", "distribution"],
                }],
            },
            CliVersion::V1_11 => Recipe {
                main_package: "github.com/docker/docker/docker",
                tags: AUTOGEN,
                patched: &[WITHOUT_TESTS],
            },
            CliVersion::V1_12 => Recipe {
                main_package: "github.com/docker/docker/cmd/docker",
                tags: AUTOGEN,
                patched: &[WITHOUT_TESTS],
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    /// Collects the files below a folder.
    fn files(folder: &Path, into: &mut Vec<std::path::PathBuf>) {
        for entry in std::fs::read_dir(folder).expect("the folder is committed") {
            let path = entry.expect("a directory entry").path();
            match path.is_dir() {
                true => files(&path, into),
                false => into.push(path),
            }
        }
    }

    #[test]
    fn every_added_file_says_why_and_belongs_to_a_patched_module_or_a_stand_in() {
        for version in CliVersion::ALL {
            let module = Path::new(super::super::MODULES).join(version.module_folder());
            let go_mod = std::fs::read_to_string(module.join("go.mod")).expect("committed");
            let added = module.join("added");
            let mut paths = Vec::new();
            files(&added, &mut paths);
            assert!(!paths.is_empty());
            for path in paths {
                let text = std::fs::read_to_string(&path).expect("added files are text");
                assert!(text.starts_with("// Why: "), "{}", path.display());
                let inside = path.strip_prefix(&added).expect("listed below it");
                let patched = Recipe::of(version)
                    .patched
                    .iter()
                    .any(|module| inside.starts_with(module.path));
                let stand_in = inside.ancestors().any(|parent| {
                    let replace = format!("=> ./added/{}\n", parent.display());
                    added.join(parent).join("go.mod").exists() && go_mod.contains(&replace)
                });
                assert!(patched != stand_in, "{}", path.display());
            }
        }
    }

    #[test]
    fn every_patched_module_is_pinned_and_has_added_files() {
        for version in CliVersion::ALL {
            let module = Path::new(super::super::MODULES).join(version.module_folder());
            let go_mod = std::fs::read_to_string(module.join("go.mod")).expect("committed");
            assert!(go_mod.contains(&format!("\t{DOCKER} v{} // =\n", version.release())));
            for patched in Recipe::of(version).patched {
                assert!(go_mod.contains(&format!("\t{} v", patched.path)));
                assert!(module.join("added").join(patched.path).is_dir());
            }
        }
    }
}
