//! The suite as it is on the disk, and the cases of a run: one scenario with one client.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clients::client::ClientName;
use cucumber::feature::Ext as _;
use cucumber::gherkin::{Feature, GherkinEnv, Scenario, Step};
use sha2::{Digest as _, Sha256};

use crate::answer::{self, Line};
use crate::arguments::Arguments;
use crate::ids::{INDEX, Index};
use crate::matrix;
use crate::tags::Tags;

/// The folder of the features.
pub const FEATURES: &str = env!("CARGO_MANIFEST_DIR");

/// All scenarios, with outlines written out.
#[derive(Debug, Clone)]
pub struct Suite {
    /// In the order of their files and lines.
    pub scenarios: Vec<Arc<Planned>>,
    /// SHA-256 over the files of the suite, in hex.
    pub digest: String,
}

/// A scenario and what its tags say.
#[derive(Debug)]
pub struct Planned {
    /// What its tags and its feature's say.
    pub tags: Tags,
    /// Its primary id, with the row of an outline when it has several.
    pub id: String,
    /// Its title.
    pub name: String,
    /// Its file relative to the suite, and its line.
    pub place: String,
    /// The first 16 hex digits of the SHA-256 of its tags and steps.
    pub digest: String,
    /// The background's steps and its own.
    pub lines: Vec<Line>,
}

/// A scenario with a client.
#[derive(Debug, Clone)]
pub struct Case {
    /// The scenario.
    pub scenario: Arc<Planned>,
    /// The client.
    pub client: ClientName,
}

impl Case {
    /// As `--list` prints it, and what a FILTER is compared with.
    pub fn name(&self) -> String {
        let Planned {
            id, name, place, ..
        } = &*self.scenario;
        let file = place.split(".feature").next().unwrap_or_default();
        format!("{file} {id}@{} {name}", self.client)
    }
}

/// Why the suite cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum SuiteError {
    /// A folder or file cannot be read.
    #[error("{}: {source}", path.display())]
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is no feature.
    #[error("{place}: {reason}")]
    Feature {
        /// Where.
        place: String,
        /// Why.
        reason: String,
    },
}

impl Suite {
    /// Reads every `*.feature` below a folder.
    ///
    /// # Errors
    ///
    /// [`SuiteError`] for the first file that cannot be read, is no Gherkin, or has a scenario
    /// whose tags are wrong or whose id another scenario has.
    pub fn load(folder: &Path) -> Result<Suite, SuiteError> {
        let mut files = Vec::new();
        find_features(folder, &mut files)?;
        files.sort();
        let mut digest = Sha256::new();
        digest.update(INDEX);
        let mut scenarios = Vec::new();
        for path in files {
            let io = |source| SuiteError::Io {
                path: path.clone(),
                source,
            };
            let relative = path.strip_prefix(folder).unwrap_or(&path);
            let relative = relative.to_string_lossy().replace('\\', "/");
            let text = std::fs::read_to_string(&path).map_err(io)?;
            digest.update(format!("\n{relative} {}\n{text}", text.len()));
            read_feature(&relative, &text, &mut scenarios)?;
        }
        check_ids(&scenarios)?;
        Ok(Suite {
            scenarios: scenarios.into_iter().map(Arc::new).collect(),
            digest: hex::encode(digest.finalize()),
        })
    }

    /// The cases the arguments ask for, in the order of the suite.
    pub fn cases(&self, arguments: &Arguments, clients: &[ClientName]) -> Vec<Case> {
        let wanted = |scenario: &&Arc<Planned>| {
            let tags = &scenario.tags;
            let by_id = |wanted: &String| {
                scenario.id == *wanted || tags.ids.iter().any(|id| id.is_named_by(wanted))
            };
            let by_tag = |wanted: &String| {
                let wanted = wanted.trim_start_matches('@');
                tags.all.iter().any(|tag| tag == wanted)
            };
            (arguments.id.is_empty() || arguments.id.iter().any(by_id))
                && (arguments.tag.is_empty() || arguments.tag.iter().any(by_tag))
        };
        let with_clients = |scenario: &Arc<Planned>| {
            let clients = clients.iter().copied();
            let driving = clients.filter(|client| matrix::drives(*client, &scenario.tags));
            let case = |client| Case {
                scenario: scenario.clone(),
                client,
            };
            driving.map(case).collect::<Vec<_>>()
        };
        self.scenarios
            .iter()
            .filter(wanted)
            .flat_map(with_clients)
            .filter(|case| arguments.admits_name(&case.name()))
            .collect()
    }
}

fn find_features(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), SuiteError> {
    let io = |source| SuiteError::Io {
        path: folder.to_owned(),
        source,
    };
    for entry in std::fs::read_dir(folder).map_err(io)? {
        let path = entry.map_err(io)?.path();
        if path.is_dir() {
            find_features(&path, found)?;
        } else if path
            .extension()
            .is_some_and(|extension| extension == "feature")
        {
            found.push(path);
        }
    }
    Ok(())
}

fn read_feature(relative: &str, text: &str, into: &mut Vec<Planned>) -> Result<(), SuiteError> {
    let wrong = |place: String, reason: String| SuiteError::Feature { place, reason };
    let feature = Feature::parse(text, GherkinEnv::default())
        .map_err(|error| wrong(relative.to_owned(), error.to_string()))?;
    if !feature.rules.is_empty() {
        let reason = "rules are not used here: make it a feature of its own".to_owned();
        return Err(wrong(relative.to_owned(), reason));
    }
    let background = feature
        .background
        .clone()
        .map(|background| background.steps);
    let background = background.unwrap_or_default();
    for scenario in &feature.scenarios {
        let place = format!("{relative}:{}", scenario.position.line);
        let planned = plan(&feature, scenario, &background, &place);
        into.extend(planned.map_err(|reason| wrong(place, reason))?);
    }
    Ok(())
}

/// A scenario, or the rows of an outline, which are told apart by `#1`, `#2`, ….
fn plan(
    feature: &Feature,
    scenario: &Scenario,
    background: &[Step],
    place: &str,
) -> Result<Vec<Planned>, String> {
    let tags = feature.tags.iter().chain(&scenario.tags);
    let tags = Tags::read(tags.map(String::as_str)).map_err(|error| error.to_string())?;
    let is_outline = !scenario.examples.is_empty();
    let alone = Feature {
        scenarios: vec![scenario.clone()],
        ..feature.clone()
    };
    let rows = alone.expand_examples().map_err(|error| error.to_string())?;
    if rows.scenarios.is_empty() {
        return Err("an outline without examples".to_owned());
    }
    let planned = |(place_of_row, row): (usize, &Scenario)| {
        if row.steps.is_empty() {
            return Err("no steps".to_owned());
        }
        let id = tags.ids[0].to_string();
        let lines = answer::read(background.iter().chain(&row.steps).cloned())?;
        Ok(Planned {
            digest: digest(&tags, &lines),
            id: match is_outline {
                true => format!("{id}#{}", place_of_row + 1),
                false => id,
            },
            tags: tags.of_row(place_of_row),
            name: row.name.clone(),
            place: place.to_owned(),
            lines,
        })
    };
    rows.scenarios.iter().enumerate().map(planned).collect()
}

fn digest(tags: &Tags, lines: &[Line]) -> String {
    let mut digest = Sha256::new();
    let tags: Vec<&str> = tags.that_matter().collect();
    digest.update(tags.join(" "));
    for line in lines {
        digest.update(format!("\n{}", line.whole()));
    }
    hex::encode(&digest.finalize()[..8])
}

/// Every id is in the index and names one scenario.
fn check_ids(scenarios: &[Planned]) -> Result<(), SuiteError> {
    let wrong = |scenario: &Planned, reason: String| SuiteError::Feature {
        place: scenario.place.clone(),
        reason,
    };
    let index = Index::read(INDEX).map_err(|error| SuiteError::Feature {
        place: "ids.txt".to_owned(),
        reason: error.to_string(),
    })?;
    let mut seen: BTreeMap<&str, &Planned> = BTreeMap::new();
    for scenario in scenarios {
        let ids = scenario.tags.ids.iter().filter_map(|id| id.covers());
        for id in ids.chain(scenario.tags.also.iter().map(String::as_str)) {
            if !index.knows(id) {
                return Err(wrong(
                    scenario,
                    format!("{id} is no id of the specification"),
                ));
            }
        }
        if let Some(first) = seen.insert(&scenario.id, scenario) {
            let reason = format!("{} is the id of {} already", scenario.id, first.place);
            return Err(wrong(scenario, reason));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use cucumber::World as _;

    use super::*;
    use crate::world::ZoneWorld;

    #[test]
    fn every_step_of_every_scenario_means_one_thing() {
        let suite = Suite::load(Path::new(FEATURES)).expect("valid features");
        let steps = ZoneWorld::collection();
        let mut wrong = Vec::new();
        for scenario in &suite.scenarios {
            for line in &scenario.lines {
                let place = format!("{}: {}", scenario.place, line.text);
                match steps.find(&line.step) {
                    Ok(Some(_)) => {}
                    Ok(None) => wrong.push(format!("{place}: no such step")),
                    Err(several) => wrong.push(format!("{place}: {several}")),
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    fn read(text: &str) -> Result<Vec<Planned>, SuiteError> {
        let mut planned = Vec::new();
        read_feature("a/b.feature", text, &mut planned)?;
        check_ids(&planned)?;
        Ok(planned)
    }

    #[test]
    fn the_rows_of_an_outline_are_told_apart() {
        let text = "Feature: F\n  @CTR-06\n  Scenario Outline: S <a>\n    When I run `<a>`\n\n    Examples:\n      | a |\n      | x |\n      | y |\n";
        let planned = read(text).expect("a feature");
        let names: Vec<_> = planned.iter().map(|row| (&*row.id, &*row.name)).collect();
        assert_eq!(names, [("CTR-06#1", "S x"), ("CTR-06#2", "S y")]);
    }

    #[test]
    fn a_feature_that_is_wrong_is_refused_with_its_place() {
        let with = |tags: &str| format!("Feature: F\n  {tags}\n  Scenario: S\n    When x\n");
        let twice = format!("{}  @CTR-06\n  Scenario: T\n    When x\n", with("@CTR-06"));
        for (text, reason) in [
            ("no feature".to_owned(), ""),
            (with("@cli"), "no id"),
            (with("@CTR-99"), "CTR-99 is no id of the specification"),
            (with("@CTR-06 @wip"), "unknown tag @wip"),
            (twice, "CTR-06 is the id of a/b.feature:3 already"),
        ] {
            let error = read(&text).expect_err(reason).to_string();
            assert!(
                error.starts_with("a/b.feature") && error.contains(reason),
                "{error}"
            );
        }
    }
}
