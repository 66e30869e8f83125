//! The documented exit statuses of `certify` that need no run.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A program that says it is a Docker CLI and is none.
fn pretender(folder: &Path, version: &str) -> PathBuf {
    let path = folder.join("docker");
    let script = format!("#!/bin/sh\necho 'Docker version {version}, build 0000000'\n");
    std::fs::write(&path, script).expect("a script");
    let runnable = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(&path, runnable).expect("a program");
    path
}

fn certify(arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_certify"))
        .args(arguments)
        .output()
        .expect("certify starts");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), said)
}

#[test]
fn arguments_that_make_no_sense_are_2() {
    let folder = tempfile::tempdir().expect("a folder");
    let other = pretender(folder.path(), "17.05.0-ce");
    for arguments in [
        &[][..],
        &["--no-such-flag"],
        &["--client", "/no/such/client"],
        &["--client", other.to_str().expect("UTF-8")],
    ] {
        let (status, said) = certify(arguments);
        assert_eq!(status, Some(2), "{arguments:?}: {said}");
        assert!(!said.is_empty());
    }
}

#[test]
fn a_choice_of_nothing_is_3() {
    let folder = tempfile::tempdir().expect("a folder");
    let client = pretender(folder.path(), "1.12.6");
    let client = client.to_str().expect("UTF-8");
    let (status, said) = certify(&["--client", client, "--id", "RUN-no-such-scenario"]);
    assert_eq!(status, Some(3), "{said}");
}
