//! Deliberate defects: each is put into a copy of the project, and the scripts are counted that it takes to find it.
//!
//! The list is a file: behind `==== NAME` and `file PATH` the text that the file has (`---- has`), the text that takes
//! its place (`---- becomes`), and behind `---- found` how many scripts it took when that was last tried.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Within how many scripts a defect must be found.
const MOST_SCRIPTS: u64 = 5000;

/// The seed of the scripts, in which nothing differs without a defect.
const SEED: u64 = 1;

/// The project's root.
const PROJECT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// The list.
const LIST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/defects.txt");

#[derive(clap::Args)]
pub(crate) struct Options {
    /// The folder for the copy and what is built of it.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/defects"))]
    folder: PathBuf,
    /// Only defects whose names have this in them.
    #[arg(long)]
    only: Option<String>,
    /// Only defects without a count.
    #[arg(long)]
    missing: bool,
    /// Write the counts into the list.
    #[arg(long)]
    record: bool,
    /// Passed on to cargo.
    #[arg(long)]
    config: Vec<String>,
}

/// One way to be wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Defect {
    name: String,
    file: String,
    has: String,
    becomes: String,
    /// Scripts that it took to find it.
    found: u64,
}

/// Tries every defect; true when all are found.
///
/// # Errors
/// The list is wrong, the copy cannot be made or built, or the reference cannot be run.
pub(crate) fn run(reference: &Path, options: &Options) -> io::Result<bool> {
    let text = std::fs::read_to_string(LIST)?;
    let (head, mut defects) = parse(&text)?;
    let reference = std::path::absolute(reference)?;
    copy(Path::new(PROJECT), &options.folder)?;
    let mut all = true;
    for defect in &mut defects {
        let named = options.only.as_ref();
        let is_named = named.is_none_or(|part| defect.name.contains(part));
        if !is_named || options.missing && defect.found > 0 {
            continue;
        }
        let found = attempt(&reference, options, defect)?;
        let count = found.map_or("not found".to_owned(), |count| count.to_string());
        println!("{count:>9}  {}", defect.name);
        all &= found.is_some();
        defect.found = found.unwrap_or(0);
    }
    if options.record {
        std::fs::write(LIST, head + &defects.iter().map(render).collect::<String>())?;
    }
    Ok(all)
}

/// Puts one defect into the copy; how many scripts it takes to find it.
fn attempt(reference: &Path, options: &Options, defect: &Defect) -> io::Result<Option<u64>> {
    let path = options.folder.join(&defect.file);
    let original = std::fs::read_to_string(&path)?;
    std::fs::write(&path, apply(&original, defect)?)?;
    let built = build(options);
    let found = match built {
        Ok(()) => search(reference, options),
        Err(error) => Err(error),
    };
    std::fs::write(&path, original)?;
    found
}

/// The file with the defect.
fn apply(original: &str, defect: &Defect) -> io::Result<String> {
    if original.matches(&defect.has).count() != 1 {
        let text = format!("{} does not have it once: {}", defect.file, defect.name);
        return Err(io::Error::other(text));
    }
    Ok(original.replacen(&defect.has, &defect.becomes, 1))
}

fn build(options: &Options) -> io::Result<()> {
    let configs = options
        .config
        .iter()
        .flat_map(|config| ["--config", config]);
    let status = Command::new("cargo")
        .args(["build", "--quiet", "--bin", "differential", "--target-dir"])
        .arg(options.folder.join("target"))
        .args(configs)
        .current_dir(&options.folder)
        .status()?;
    match status.success() {
        true => Ok(()),
        false => Err(io::Error::other("the copy cannot be built")),
    }
}

/// Runs scripts until one differs; its number, counted from 1.
fn search(reference: &Path, options: &Options) -> io::Result<Option<u64>> {
    let output = Command::new(options.folder.join("target/debug/differential"))
        .arg("--reference")
        .arg(reference)
        .args(["run", "--whole", "--brief", "--most", "1", "--jobs", "1"])
        .args(["--seed", &SEED.to_string()])
        .args(["--count", &MOST_SCRIPTS.to_string()])
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let mark = format!("#### differs: seed {SEED}, script ");
    let number = text.lines().find_map(|line| line.strip_prefix(&mark));
    match number.map(str::parse::<u64>) {
        Some(Ok(number)) => Ok(Some(number + 1)),
        None if output.status.code().is_some_and(|status| status < 2) => Ok(None),
        _ => Err(io::Error::other("the scripts cannot be compared")),
    }
}

/// Copies what a build needs; a file that is the same stays, so that little is built again.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        std::fs::create_dir_all(to.join(&folder))?;
        for entry in std::fs::read_dir(from.join(&folder))? {
            let entry = entry?;
            let name = entry.file_name();
            let path = folder.join(&name);
            let hidden = name.to_string_lossy().starts_with('.');
            if hidden || path == Path::new("target") {
                continue;
            }
            if entry.file_type()?.is_dir() {
                folders.push(path);
                continue;
            }
            let content = std::fs::read(entry.path())?;
            if std::fs::read(to.join(&path)).ok().as_ref() != Some(&content) {
                std::fs::write(to.join(&path), content)?;
            }
        }
    }
    Ok(())
}

/// The text in front of the first defect, and the defects.
fn parse(text: &str) -> io::Result<(String, Vec<Defect>)> {
    let wrong = |line: &str| io::Error::other(format!("no part of a defect: {line}"));
    let mut head = String::new();
    let mut defects: Vec<Defect> = Vec::new();
    let mut section = "";
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end_matches('\n');
        if let Some(name) = bare.strip_prefix("==== ") {
            section = "";
            defects.push(Defect {
                name: name.to_owned(),
                ..Defect::default()
            });
            continue;
        }
        let Some(defect) = defects.last_mut() else {
            head.push_str(line);
            continue;
        };
        if let Some(name) = bare.strip_prefix("---- ") {
            section = name;
            if let Some(count) = name.strip_prefix("found ") {
                defect.found = count.parse().map_err(|_| wrong(bare))?;
            }
            continue;
        }
        match section {
            "has" => defect.has.push_str(line),
            "becomes" => defect.becomes.push_str(line),
            "" => bare
                .strip_prefix("file ")
                .ok_or_else(|| wrong(bare))?
                .clone_into(&mut defect.file),
            _ => return Err(wrong(bare)),
        }
    }
    Ok((head, defects))
}

/// A defect as [`parse`] reads it.
fn render(defect: &Defect) -> String {
    let Defect {
        name,
        file,
        has,
        becomes,
        found,
    } = defect;
    format!("==== {name}\nfile {file}\n---- has\n{has}---- becomes\n{becomes}---- found {found}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_defect_fits_its_file_and_was_found() {
        let text = std::fs::read_to_string(LIST).expect("the list is part of the project");
        let (head, defects) = parse(&text).expect("the list is right");
        assert_eq!(head + &defects.iter().map(render).collect::<String>(), text);
        assert!(defects.len() >= 20, "{} defects", defects.len());
        let mut names = BTreeSet::new();
        for defect in &defects {
            assert!(names.insert(&defect.name), "{} is there twice", defect.name);
            let path = Path::new(PROJECT).join(&defect.file);
            let original = std::fs::read_to_string(path).expect("the file is part of the project");
            let wrong = apply(&original, defect).expect("the file has it");
            assert_ne!(wrong, original, "{}", defect.name);
            assert!(
                (1..=MOST_SCRIPTS).contains(&defect.found),
                "{} was found after {}",
                defect.name,
                defect.found
            );
        }
    }
}
