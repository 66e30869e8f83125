//! Which libraries, and what they run on.

/// A release of a library, or of Compose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LibraryName {
    /// docker-py 1.10.6 of 2016, the last of that name.
    DockerPy1_10,
    /// docker-py 7.2.0.
    DockerPy7_2,
    /// dockerode 2.5.8 for Node.js.
    Dockerode2_5,
    /// docker-compose 1.8.1.
    Compose1_8,
    /// docker-compose 1.29.2, the last in Python.
    Compose1_29,
    /// The Docker CLI 28.2.2 of 2025.
    Docker28,
}

/// What runs a library's program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// Scripts in Python.
    Python,
    /// Scripts for Node.js.
    Node,
    /// The command line of Compose, which is in Python.
    Compose,
    /// The command line of Docker, which is compiled by Go.
    Docker,
}

impl Program {
    /// What the interpreter is called.
    pub(super) const fn file_name(self) -> &'static str {
        match self {
            Program::Python | Program::Compose => "python",
            Program::Node => "node",
            Program::Docker => "docker",
        }
    }

    /// The name that a script has.
    pub const fn script_name(self) -> &'static str {
        match self {
            Program::Python | Program::Compose | Program::Docker => "script.py",
            Program::Node => "script.js",
        }
    }
}

impl LibraryName {
    /// All of them.
    pub const ALL: [LibraryName; 6] = [
        LibraryName::DockerPy1_10,
        LibraryName::DockerPy7_2,
        LibraryName::Dockerode2_5,
        LibraryName::Compose1_8,
        LibraryName::Compose1_29,
        LibraryName::Docker28,
    ];

    /// The tag of scenarios, the name in reports, and the folder of the lock file.
    pub const fn as_str(self) -> &'static str {
        match self {
            LibraryName::DockerPy1_10 => "docker-py-1.10.6",
            LibraryName::DockerPy7_2 => "docker-py-7.2.0",
            LibraryName::Dockerode2_5 => "dockerode-2.5.8",
            LibraryName::Compose1_8 => "compose-1.8.1",
            LibraryName::Compose1_29 => "compose-1.29.2",
            LibraryName::Docker28 => "docker-28.2.2",
        }
    }

    /// What runs it.
    pub const fn program(self) -> Program {
        match self {
            LibraryName::DockerPy1_10 | LibraryName::DockerPy7_2 => Program::Python,
            LibraryName::Dockerode2_5 => Program::Node,
            LibraryName::Compose1_8 | LibraryName::Compose1_29 => Program::Compose,
            LibraryName::Docker28 => Program::Docker,
        }
    }

    /// The versions of its interpreter that it runs on, the best first; any when there are none.
    pub(super) const fn versions(self) -> &'static [&'static str] {
        match self {
            // Its requests of 2015 goes no further.
            LibraryName::DockerPy1_10 | LibraryName::Compose1_8 => &["3.6"],
            LibraryName::DockerPy7_2 => &["3.12", "3.11", "3.10", "3.9", "3.8", "3.13", "3.14"],
            // Its YAML parser has built packages for these; later ones would have to compile it.
            LibraryName::Compose1_29 => &["3.9", "3.8", "3.7"],
            LibraryName::Dockerode2_5 | LibraryName::Docker28 => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn lock_file(library: LibraryName) -> String {
        let file = match library.program() {
            Program::Python | Program::Compose => "requirements.txt",
            Program::Node => "package-lock.json",
            Program::Docker => "go.sum",
        };
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(library.as_str());
        std::fs::read_to_string(folder.join(file)).expect("committed")
    }

    #[test]
    fn lock_files_name_every_package_with_its_digests_and_no_place() {
        for library in LibraryName::ALL {
            let text = lock_file(library);
            assert!(!text.contains("://"), "{library:?}");
            if library.program() == Program::Docker {
                assert!(text.lines().all(|line| line.contains(" h1:")));
                continue;
            }
            if library.program() == Program::Node {
                let locked: serde_json::Value = serde_json::from_str(&text).expect("JSON");
                let packages = locked["packages"].as_object().expect("packages");
                assert!(packages.len() > 20);
                for (name, package) in packages.iter().filter(|(name, _)| !name.is_empty()) {
                    assert!(package["integrity"].is_string(), "{name}");
                }
                continue;
            }
            for package in text.split("\n").filter(|line| line.contains("==")) {
                assert!(package.ends_with(" \\"), "{package} has a digest");
            }
            let foreign = |line: &&str| !line.starts_with("    --hash=sha256:");
            let names = text.lines().filter(foreign).count();
            let pinned = text.lines().filter(|line| line.contains("==")).count();
            assert_eq!(names, pinned, "{library:?}");
        }
    }

    #[test]
    fn a_folder_is_named_after_the_release_that_it_locks() {
        for (library, locked) in [
            (LibraryName::DockerPy1_10, "docker-py==1.10.6"),
            (LibraryName::DockerPy7_2, "docker==7.2.0"),
            (LibraryName::Compose1_8, "docker-compose==1.8.1"),
            (LibraryName::Compose1_29, "docker-compose==1.29.2"),
            (LibraryName::Docker28, "github.com/docker/cli v28.2.2"),
            (LibraryName::Dockerode2_5, "\"dockerode\": \"2.5.8\""),
        ] {
            assert!(lock_file(library).contains(locked), "{locked}");
        }
    }
}
