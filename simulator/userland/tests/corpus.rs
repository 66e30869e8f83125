//! Scripts with the output and status that busybox gives them, each run in a root that holds only the busybox
//! programs. `tests/corpus/failing.txt` lists the cases that differ; it may only shrink.

mod gates;
#[expect(dead_code, reason = "the terminal test uses what this one does not")]
mod root;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use root::{Outcome, Root};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus")
}

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Names of all cases, sorted.
fn names() -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder())
        .expect("the corpus is part of the project")
        .filter_map(|entry| {
            let path = entry.expect("a readable folder").path();
            let is_script = path.extension().is_some_and(|extension| extension == "sh");
            is_script.then(|| {
                path.file_stem()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned()
            })
        })
        .collect();
    names.sort();
    names
}

/// What is wrong with a case, `None` when it passes.
fn difference(name: &str) -> Option<String> {
    let file = |extension: &str| folder().join(format!("{name}.{extension}"));
    // Command substitution gave the reference its script without trailing newlines.
    let script = read(&file("sh"));
    let script = script.trim_ascii_end();
    let expected = read(&file("out"));
    let status: i32 = String::from_utf8_lossy(&read(&file("rc")))
        .trim()
        .parse()
        .expect("a status");
    let Outcome {
        stdout,
        stderr,
        status: found,
    } = Root::new().run(script);
    if stdout == expected && found == Some(status) {
        return None;
    }
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Some(format!(
        "{name}: status {found:?}, expected {status}\n--- expected\n{}\n--- found\n{}\n--- stderr\n{}",
        text(&expected),
        text(&stdout),
        text(&stderr)
    ))
}

#[test]
fn scripts_do_what_busybox_does() {
    let listed: BTreeSet<String> = String::from_utf8_lossy(&read(&folder().join("failing.txt")))
        .lines()
        .map(str::to_owned)
        .collect();
    let filter = std::env::var("CORPUS_CASE").ok();
    let mut failing = BTreeSet::new();
    let names: Vec<String> = names()
        .into_iter()
        .filter(|name| filter.as_ref().is_none_or(|filter| name == filter))
        .collect();
    for name in &names {
        if let Some(difference) = difference(name) {
            println!("DIFFERS {difference}");
            failing.insert(name.clone());
        } else {
            println!("passes {name}");
        }
    }
    println!(
        "{} of {} cases pass",
        names.len() - failing.len(),
        names.len()
    );
    if filter.is_some() {
        assert!(failing.is_empty(), "the chosen case differs");
        return;
    }
    let worse: Vec<_> = failing.difference(&listed).collect();
    let better: Vec<_> = listed.difference(&failing).collect();
    assert!(worse.is_empty(), "cases that passed differ now: {worse:?}");
    assert!(
        better.is_empty(),
        "cases pass now, take them off tests/corpus/failing.txt: {better:?}"
    );
}
