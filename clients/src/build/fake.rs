//! A folder with a fake `go`, a fake upstream module and a client module to build from them.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::builder::Builder;
use super::error::BuildError;
use super::identify::CliBinary;
use crate::version::CliVersion;

pub(super) const VERSION: CliVersion = CliVersion::V1_12;
pub(super) const VERSION_TEXT: &str = "Docker version 1.12.6, build 78d1802";

/// Answers by the files beside it; "compiles" by copying a script out of the build tree.
const FAKE_GO: &str = r#"#!/bin/sh
here=$(dirname "$0")
echo "$1" >> "$here/calls"
fail() { echo "$1" >&2; exit 2; }
case "$1" in
version) cat "$here/go-version" ;;
mod)
    cat "$here/download"
    [ -e "$here/download-works" ] || exit 1 ;;
build)
    while [ -e "$here/hold" ]; do sleep 0.01; done
    while [ "$1" != -o ]; do shift; done
    patched=patched/github.com/docker/docker
    [ "$(cat $patched/go.mod)" = 'module github.com/docker/docker' ] || fail 'no go.mod'
    grep -q 'replace github.com/docker/docker => ./patched/github.com/docker/docker' go.mod \
        || fail 'not replaced'
    [ ! -e $patched/integration-cli ] || fail 'integration-cli is there'
    [ -e $patched/cmd/upstream ] || fail 'upstream is not there'
    cp $patched/docker.sh "$2" && chmod 755 "$2"
    [ ! -e "$here/broken" ] || fail "$(cat "$here/broken")" ;;
esac
"#;

/// What a test builds in; gone afterwards.
#[derive(Debug)]
pub(super) struct Workplace {
    folder: tempfile::TempDir,
}

impl Workplace {
    pub(super) fn new() -> Workplace {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let place = Workplace { folder };
        let upstream = place.path("cache/docker@v1.12.6");
        place.put(
            "cache/docker@v1.12.6/cmd/upstream",
            "read-only, as the cache is",
        );
        place.put("cache/docker@v1.12.6/docker.sh", "not ours");
        place.put("cache/docker@v1.12.6/integration-cli/test", "");
        for file in ["cmd/upstream", "docker.sh"] {
            let path = upstream.join(file);
            let mut permissions = fs::metadata(&path).expect("just written").permissions();
            permissions.set_readonly(true);
            fs::set_permissions(&path, permissions).expect("ours");
        }
        place.put("modules/docker-1.12/go.mod", "module m\n");
        place.put("modules/docker-1.12/go.sum", "");
        place.put_docker(VERSION_TEXT);
        place.put("go-version", "go version go1.26.8 linux/amd64");
        place.put(
            "download",
            &format!(
                "{{\"Path\": \"other\", \"Dir\": \"/nowhere\"}}\n{{\"Path\": \"github.com/docker/docker\", \"Dir\": {upstream:?}}}\n"
            ),
        );
        place.put("download-works", "");
        place.put_executable("go", FAKE_GO);
        place
    }

    pub(super) fn path(&self, inside: &str) -> PathBuf {
        self.folder.path().join(inside)
    }

    pub(super) fn put(&self, inside: &str, text: &str) {
        let path = self.path(inside);
        fs::create_dir_all(path.parent().expect("below the folder")).expect("ours");
        fs::write(path, text).expect("ours");
    }

    pub(super) fn remove(&self, inside: &str) {
        fs::remove_file(self.path(inside)).expect("was put there");
    }

    /// Writes a program. Another process does it: a file that a thread of ours holds open to
    /// write, and that a fork of another thread inherits, cannot be executed meanwhile.
    pub(super) fn put_executable(&self, inside: &str, text: &str) {
        let mut writer = Command::new("sh")
            .args(["-c", "cat > \"$0\" && chmod 755 \"$0\""])
            .arg(self.path(inside))
            .stdin(Stdio::piped())
            .spawn()
            .expect("there is a shell");
        let mut stdin = writer.stdin.take().expect("piped");
        stdin.write_all(text.as_bytes()).expect("it reads");
        drop(stdin);
        assert!(writer.wait().expect("our child").success());
    }

    /// The added file that the fake `go` makes the binary: a script that says this version.
    pub(super) fn put_docker(&self, version_text: &str) {
        self.put(
            "modules/docker-1.12/added/github.com/docker/docker/docker.sh",
            &docker(version_text),
        );
    }

    pub(super) fn builder(&self) -> Builder {
        let go = self.path("go").into_os_string();
        Builder::new(self.path("modules"), &self.path("target"), go)
    }

    pub(super) fn ensure(&self) -> Result<CliBinary, BuildError> {
        self.builder().ensure(VERSION, &mut |_| {})
    }

    /// How often the fake `go` compiled.
    pub(super) fn builds(&self) -> usize {
        fs::read_to_string(self.path("calls"))
            .unwrap_or_default()
            .lines()
            .filter(|call| *call == "build")
            .count()
    }

    /// The names in the output folder, but for lock files.
    pub(super) fn output(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.path("target/clients"))
            .expect("a build made it")
            .map(|entry| entry.expect("readable").file_name())
            .map(|name| name.to_string_lossy().into_owned())
            .filter(|name| !name.ends_with(".lock"))
            .collect();
        names.sort();
        names
    }
}

/// A script that says a version as Docker does.
pub(super) fn docker(version_text: &str) -> String {
    format!("#!/bin/sh\necho '{version_text}'\n")
}

/// Waits until something holds, or fails.
pub(super) fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while !holds() {
        assert!(std::time::Instant::now() < deadline, "never: {what}");
        std::thread::yield_now();
    }
}

/// The files of the output folder after a build that worked.
pub(super) fn complete() -> Vec<String> {
    vec!["docker-1.12.6".to_owned(), "docker-1.12.6.stamp".to_owned()]
}

/// The text of a file.
pub(super) fn text(path: &Path) -> String {
    fs::read_to_string(path).expect("a text file")
}
