//! Why there is no client to test with.

use std::io;
use std::path::{Path, PathBuf};

/// Why a client cannot be built or a user's own cannot be used. Each is one line that says
/// what to do; compiler output follows it where there is some.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// There is no `go` to build with.
    #[error(
        "no Go toolchain: install Go >= 1.19 and have `go` in PATH, or set {variable} to a Docker CLI of your own"
    )]
    NoGo {
        /// The variable that would name a user's own binary.
        variable: &'static str,
    },
    /// The Go found is older than the modules allow.
    #[error("{found} is too old to build the Docker CLIs: install Go >= 1.19")]
    GoTooOld {
        /// What it calls itself, as in `go1.18.1`.
        found: String,
    },
    /// `go` is there but does not answer as a Go toolchain does.
    #[error("`go version` failed: {detail}")]
    GoBroken {
        /// What it said.
        detail: String,
    },
    /// The pinned modules could not be had.
    #[error(
        "no access to the Go modules of docker {release}: set GOPROXY to a module proxy that can be reached: {detail}"
    )]
    Fetch {
        /// The release to build.
        release: &'static str,
        /// The last of what `go` said.
        detail: String,
    },
    /// A module proxy served something else than what is pinned.
    #[error("a Go module of docker {release} is not the pinned one: {detail}")]
    Checksum {
        /// The release to build.
        release: &'static str,
        /// The last of what `go` said.
        detail: String,
    },
    /// The sources do not compile.
    #[error("docker {release} does not compile:\n{detail}")]
    Compile {
        /// The release to build.
        release: &'static str,
        /// The last lines of what `go build` said.
        detail: String,
    },
    /// A step took longer than any sound one does.
    #[error("{step} docker {release} took longer than {limit_s} s")]
    Timeout {
        /// What was going on, as in `compiling`.
        step: &'static str,
        /// The release to build.
        release: &'static str,
        /// The limit.
        limit_s: u64,
    },
    /// The built binary does not say its version: the added version file is wrong.
    #[error("the docker built for {release} says `{said}`")]
    WrongBuild {
        /// The release to build.
        release: &'static str,
        /// What `--version` printed.
        said: String,
    },
    /// A user's own binary cannot be run, or says nothing that a Docker CLI would.
    #[error("{named_by}: {}: {detail}", path.display())]
    GivenUnusable {
        /// What named it: a variable, or words.
        named_by: &'static str,
        /// The binary.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// A user's own binary is of another minor release than the variable says.
    #[error("{named_by}: {} says `{said}`: not a Docker CLI 1.{minor}", path.display())]
    GivenOtherMinor {
        /// The variable that named it.
        named_by: &'static str,
        /// The binary.
        path: PathBuf,
        /// What `--version` printed.
        said: String,
        /// The number after `1.` that was wanted.
        minor: u32,
    },
    /// A user's own binary is of none of the lines.
    #[error("the client: {} says `{said}`: not a Docker CLI 1.8 to 1.12", path.display())]
    GivenNoLine {
        /// The binary.
        path: PathBuf,
        /// What `--version` printed.
        said: String,
    },
    /// A file could not be read or written.
    #[error("cannot {action}: {source}")]
    Io {
        /// What was tried, with the path.
        action: String,
        /// Why not.
        source: io::Error,
    },
}

impl BuildError {
    /// The exit status of a program that stops for this: 2 when the user named a binary that
    /// does not do, else 1.
    pub fn exit_code(&self) -> i32 {
        match self {
            BuildError::GivenUnusable { .. }
            | BuildError::GivenOtherMinor { .. }
            | BuildError::GivenNoLine { .. } => 2,
            _ => 1,
        }
    }

    /// For `map_err`: what was being done to which path.
    pub(super) fn io(action: &str, path: &Path) -> impl FnOnce(io::Error) -> BuildError {
        let action = format!("{action} {}", path.display());
        move |source| BuildError::Io { action, source }
    }
}
