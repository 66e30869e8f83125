//! When a client is built, when not, and what is left when that fails.

use std::ffi::OsString;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::fake::{VERSION, VERSION_TEXT, Workplace, complete, docker, text, wait_until};
use super::{BuildError, CliBinary, Origin, resolve_all_with, resolve_with};
use crate::version::CliVersion;

#[test]
fn a_client_is_built_once_and_described() {
    let place = Workplace::new();
    let mut lines = Vec::new();
    let first = place
        .builder()
        .ensure(VERSION, &mut |line| lines.push(line.to_owned()))
        .expect("builds");
    assert_eq!(first.path, place.path("target/clients/docker-1.12.6"));
    assert_eq!(
        text(&first.path),
        docker(VERSION_TEXT),
        "our file, not upstream's"
    );
    assert_eq!(
        (&*first.version_text, &*first.release, first.minor),
        (VERSION_TEXT, "1.12.6", VERSION)
    );
    let Origin::Built { go_version, digest } = &first.origin else {
        panic!("{:?}", first.origin);
    };
    assert_eq!((&**go_version, digest.len()), ("go1.26.8", 64));
    assert_eq!(
        lines[..2],
        [
            "docker-1.12.6: fetching modules",
            "docker-1.12.6: compiling with go1.26.8"
        ]
    );
    assert!(lines[2].starts_with("docker-1.12.6: built in "));
    assert_eq!(place.output(), complete());

    let second = place.ensure().expect("is there");
    assert_eq!(second, first);
    assert_eq!(place.builds(), 1);
}

#[test]
fn whatever_a_binary_is_made_of_makes_it_stale() {
    let place = Workplace::new();
    let first = place.ensure().expect("builds");
    let changes: [(&str, &dyn Fn()); 7] = [
        ("a pin", &|| {
            place.put("modules/docker-1.12/go.mod", "module n\n");
        }),
        ("a sum", &|| place.put("modules/docker-1.12/go.sum", "x\n")),
        ("an added file", &|| {
            place.put("modules/docker-1.12/added/new/go.mod", "module new\n");
        }),
        ("a renamed file", &|| {
            let added = place.path("modules/docker-1.12/added");
            fs::rename(added.join("new"), added.join("newer")).expect("ours");
        }),
        ("the toolchain", &|| {
            place.put("go-version", "go version go1.27.0 linux/amd64");
        }),
        ("a damaged binary", &|| {
            place.put("target/clients/docker-1.12.6", "#!/bin/sh\n");
        }),
        ("a damaged stamp", &|| {
            place.put("target/clients/docker-1.12.6.stamp", "{");
        }),
    ];
    for (count, (what, change)) in (2..).zip(changes) {
        change();
        let rebuilt = place.ensure().expect(what);
        assert_eq!(rebuilt.sha256, first.sha256, "{what}");
        assert_eq!(place.builds(), count, "{what}");
        place.ensure().expect(what);
        assert_eq!(place.builds(), count, "{what}: once");
    }
}

#[test]
fn a_fresh_binary_needs_no_toolchain() {
    let place = Workplace::new();
    let built = place.ensure().expect("builds");
    place.remove("go");
    assert_eq!(place.ensure().expect("is there"), built);
    place.put("modules/docker-1.12/go.sum", "changed\n");
    assert!(matches!(place.ensure(), Err(BuildError::NoGo { .. })));
}

#[test]
fn without_a_usable_toolchain_the_error_says_what_to_install() {
    let place = Workplace::new();
    for (go_version, expected) in [
        (
            "go version go1.18.10 linux/amd64",
            "go1.18.10 is too old to build the Docker CLIs: install Go >= 1.19",
        ),
        ("gopher", "`go version` failed: it says `gopher`"),
    ] {
        place.put("go-version", go_version);
        assert_eq!(place.ensure().expect_err("unusable").to_string(), expected);
    }
    place.remove("go");
    let error = place.ensure().expect_err("no go");
    assert_eq!(
        error.to_string(),
        "no Go toolchain: install Go >= 1.19 and have `go` in PATH, or set ZONESIM_DOCKER_1_12 to a Docker CLI of your own"
    );
    assert_eq!(error.exit_code(), 1);
}

#[test]
fn a_compilation_that_fails_leaves_nothing_and_shows_its_last_lines() {
    let place = Workplace::new();
    let many: String = (1..=50)
        .map(|line| format!("x.go:{line}: wrong\n"))
        .collect();
    place.put("broken", &many);
    let error = place.ensure().expect_err("does not compile").to_string();
    assert!(
        error.starts_with("docker 1.12.6 does not compile:\nx.go:31: wrong\n"),
        "{error}"
    );
    assert!(error.ends_with("x.go:50: wrong"), "{error}");
    assert_eq!(place.output(), [""; 0]);

    place.remove("broken");
    place.ensure().expect("builds now");
    assert_eq!(place.output(), complete());
}

#[test]
fn modules_that_cannot_be_had_and_modules_that_are_others_are_told_apart() {
    let place = Workplace::new();
    place.remove("download-works");
    for (said, expected) in [
        (
            "{\"Path\": \"a\", \"Error\": \"dial tcp: no route\"}",
            "no access to the Go modules of docker 1.12.6: set GOPROXY to a module proxy that can be reached: dial tcp: no route",
        ),
        (
            "{\"Path\": \"a\", \"Error\": \"verifying a: checksum mismatch\"}",
            "a Go module of docker 1.12.6 is not the pinned one: verifying a: checksum mismatch",
        ),
        (
            "what is this",
            "no access to the Go modules of docker 1.12.6: set GOPROXY to a module proxy that can be reached: what is this",
        ),
    ] {
        place.put("download", said);
        assert_eq!(place.ensure().expect_err("fails").to_string(), expected);
        assert_eq!(place.output(), [""; 0]);
    }
}

#[test]
fn a_binary_that_says_another_version_is_not_kept() {
    let place = Workplace::new();
    place.put_docker("Docker version library-import, build library-import");
    let error = place.ensure().expect_err("wrong constants");
    assert!(matches!(error, BuildError::WrongBuild { .. }), "{error}");
    assert_eq!(place.output(), [""; 0]);
}

#[test]
fn what_a_killed_build_left_is_removed() {
    let place = Workplace::new();
    place.put("target/clients/docker-1.12.6.unfinished-1/go.mod", "");
    place.put("target/clients/docker-1.11.2.unfinished-1/go.mod", "");
    place.put("target/clients/docker-1.12.6", "half");
    place.ensure().expect("builds");
    let mut expected = complete();
    expected.insert(0, "docker-1.11.2.unfinished-1".to_owned());
    assert_eq!(
        place.output(),
        expected,
        "another client's is not ours to remove"
    );
}

#[test]
fn two_callers_at_once_build_once() {
    let place = Workplace::new();
    place.put("hold", "");
    let waits = AtomicBool::new(false);
    let binaries: Vec<CliBinary> = thread::scope(|scope| {
        // Each has a builder of its own, as two processes would.
        let ensure = || {
            place.builder().ensure(VERSION, &mut |line| {
                waits.fetch_or(
                    line == "docker-1.12.6: waiting for another build",
                    Ordering::SeqCst,
                );
            })
        };
        let callers = [scope.spawn(ensure), scope.spawn(ensure)];
        wait_until("one waits", || waits.load(Ordering::SeqCst));
        place.remove("hold");
        callers
            .into_iter()
            .map(|caller| caller.join().expect("no panic").expect("builds"))
            .collect()
    });
    assert_eq!(binaries[0], binaries[1]);
    assert_eq!(place.builds(), 1);
}

/// Resolves the line 1.12 to a program that a user names.
fn resolve_given(place: &Workplace, program: &str) -> Result<CliBinary, BuildError> {
    let path: OsString = place.path(program).into();
    resolve_with(
        &place.builder(),
        VERSION,
        &|_| Some(path.clone()),
        &mut |_| {},
    )
}

#[test]
fn a_users_own_binary_decides_its_release_by_what_it_says() {
    let place = Workplace::new();
    place.put_executable("mine", &docker("Docker version 1.12.3, build 6b644ec"));
    let mine = resolve_given(&place, "mine").expect("usable");
    assert_eq!(
        (mine.path, &*mine.release, mine.minor, mine.origin),
        (place.path("mine"), "1.12.3", VERSION, Origin::Given)
    );
    assert_eq!(mine.version_text, "Docker version 1.12.3, build 6b644ec");
    assert_eq!(mine.sha256.len(), 64);
    assert_eq!(place.builds(), 0);
}

#[test]
fn a_users_binary_of_another_minor_release_or_none_is_exit_status_2() {
    let place = Workplace::new();
    let cases = [
        (
            docker("Docker version 1.11.2, build b9f10c9"),
            "says `Docker version 1.11.2, build b9f10c9`: not a Docker CLI 1.12",
        ),
        (
            docker("Docker version 28.2.2, build 1"),
            "says `Docker version 28.2.2, build 1`: not a Docker CLI 1.12",
        ),
        (
            docker("podman version 5"),
            "`--version` says `podman version 5`",
        ),
        (
            "#!/bin/sh\necho no >&2; exit 4\n".to_owned(),
            "`--version` failed: no",
        ),
    ];
    for (script, expected) in cases {
        place.put_executable("mine", &script);
        let error = resolve_given(&place, "mine").expect_err(expected);
        let text = error.to_string();
        assert!(text.starts_with("ZONESIM_DOCKER_1_12: "), "{text}");
        assert!(text.ends_with(expected), "{text}");
        assert_eq!(error.exit_code(), 2);
    }
    let missing = resolve_given(&place, "missing").expect_err("is not there");
    assert!(missing.to_string().contains("cannot be run"), "{missing}");
    assert_eq!(missing.exit_code(), 2);
}

#[test]
fn a_client_of_any_line_is_known_by_what_it_says() {
    let place = Workplace::new();
    place.put_executable("mine", &docker("Docker version 1.9.0, build 76d6bc9"));
    let mine = super::identify_given(&place.path("mine")).expect("usable");
    assert_eq!((&*mine.release, mine.minor), ("1.9.0", CliVersion::V1_9));
    place.put_executable("mine", &docker("Docker version 17.05.0-ce, build 89658be"));
    for (program, expected) in [
        (
            "mine",
            "says `Docker version 17.05.0-ce, build 89658be`: not a Docker CLI 1.8 to 1.12",
        ),
        (
            "missing",
            "missing: cannot be run: No such file or directory (os error 2)",
        ),
    ] {
        let error = super::identify_given(&place.path(program)).expect_err(expected);
        let text = error.to_string();
        assert!(text.starts_with("the client: /"), "{text}");
        assert!(text.ends_with(expected), "{text}");
        assert_eq!(error.exit_code(), 2);
    }
}

#[test]
fn several_lines_are_resolved_in_their_order_and_the_first_error_is_told() {
    let place = Workplace::new();
    for version in CliVersion::ALL {
        let says = format!("Docker version {version}, build 0");
        place.put_executable(&version.binary_name(), &docker(&says));
    }
    let given = |version: CliVersion| match version {
        VERSION => None,
        other => Some(place.path(&other.binary_name()).into()),
    };
    let all = [CliVersion::V1_12, CliVersion::V1_8, CliVersion::V1_10];
    let mut lines = 0;
    let binaries =
        resolve_all_with(&place.builder(), &all, &given, &mut |_| lines += 1).expect("all there");
    assert_eq!(
        binaries
            .iter()
            .map(|binary| binary.minor)
            .collect::<Vec<_>>(),
        all
    );
    assert_eq!(lines, 3, "of the one that was built");

    place.remove("docker-1.8.3");
    place.remove("docker-1.10.3");
    let error = resolve_all_with(&place.builder(), &all, &given, &mut |_| {}).expect_err("two");
    assert!(
        error.to_string().starts_with("ZONESIM_DOCKER_1_8: "),
        "{error}"
    );
}
