//! Rules that a client cannot show, why, and the proof: when such a rule is broken on the wire, the client asks,
//! prints and ends as before.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use clients::ClientName;
use clients::proxy::{Asked, Mutation};
use clients::version::CliVersion;
use cucumber::step::Collection;
use regex::{Captures, Regex};
use reports::EvidenceKind;
use serde::Deserialize;

use crate::case::{self, Place};
use crate::ids::Index;
use crate::matrix;
use crate::mutants::{MutantError, Trial};
use crate::plan::{Case, FEATURES, Planned, Suite};
use crate::roster::Roster;
use crate::workers;
use crate::world::{Conditions, Wire, ZoneWorld};

/// The file, in the suite's folder.
const FILE: &str = "not-applicable.toml";

/// Who has to show a rule, or a row that says why not.
const CLIENTS: [ClientName; 6] = [
    ClientName::Cli(CliVersion::V1_8),
    ClientName::Cli(CliVersion::V1_9),
    ClientName::Cli(CliVersion::V1_10),
    ClientName::Cli(CliVersion::V1_11),
    ClientName::Cli(CliVersion::V1_12),
    ClientName::Bollard,
];

/// The rules that it is about.
const PREFIXES: [&str; 5] = ["API-", "APIX-", "CTR-", "CTRX-", "CLI-"];

/// Scenarios of the tour that a probe goes through, at most: in which its client asks what the mutant touches.
const STOPS: usize = 8;

/// What the file says.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// The scenarios that a client goes through under a broken rule, by their ids.
    tour: Vec<String>,
    #[serde(default)]
    row: Vec<Row>,
}

/// Rules that some clients cannot show.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    /// Their ids.
    ids: Vec<String>,
    /// As tables of features name clients.
    clients: Vec<String>,
    /// Why.
    reason: String,
    /// The mutants that a client does not notice, at least one of each rule.
    mutants: Vec<String>,
}

impl Claims {
    /// The file as it is committed.
    ///
    /// # Errors
    ///
    /// Why it cannot be read.
    pub fn committed() -> Result<Claims, String> {
        let path = Path::new(FEATURES).join(FILE);
        let text = std::fs::read_to_string(path).map_err(|error| format!("{FILE}: {error}"))?;
        toml::from_str(&text).map_err(|error| format!("{FILE}: {error}"))
    }

    /// Every rule with every client that does not show it, and the row that says so.
    fn pairs(&self) -> impl Iterator<Item = (&str, ClientName, &Row)> {
        self.row.iter().flat_map(|row| {
            let is_meant = |client: &ClientName| {
                let mut names = row.clients.iter();
                names.any(|name| matrix::is_named(*client, name))
            };
            let clients: Vec<ClientName> = CLIENTS.into_iter().filter(is_meant).collect();
            let ids = row.ids.iter();
            ids.flat_map(move |id| {
                let clients = clients.clone().into_iter();
                clients.map(move |client| (&**id, client, row))
            })
        })
    }

    /// What is wrong with the file: rules that a client does not show without a row, rows that say something of other
    /// rules, twice, without a reason, or of a rule that nothing breaks.
    pub fn faults(&self, suite: &Suite, index: &Index, trials: &[Trial]) -> Vec<String> {
        let shown = shown(suite, index);
        let breaks = |row: &Row, id: &str| {
            let mut trials = trials.iter();
            trials.any(|trial| {
                row.mutants.contains(&trial.mutant)
                    && rules(&trial.case.scenario, index).contains(&id)
            })
        };
        let mut faults = Vec::new();
        let mut said = BTreeSet::new();
        for (id, client, row) in self.pairs() {
            let fault = match shown.get(id) {
                _ if !said.insert((id, client)) => "is said twice",
                None => "no scenario shows it, so no row can say that a client does not",
                Some(clients) if clients.contains(&client) => {
                    "a scenario shows it: it needs no row"
                }
                _ if !breaks(row, id) => "none of the row's mutants is one of it",
                Some(_) => continue,
            };
            faults.push(format!("{id} with {client}: {fault}"));
        }
        for (id, clients) in &shown {
            if !PREFIXES.iter().any(|prefix| id.starts_with(prefix)) {
                continue;
            }
            for client in CLIENTS {
                if !clients.contains(&client) && !said.contains(&(*id, client)) {
                    faults.push(format!(
                        "{id} with {client}: no scenario shows it, and no row says why"
                    ));
                }
            }
        }
        let unexplained = self.row.iter().filter(|row| row.reason.trim().is_empty());
        faults.extend(unexplained.map(|row| format!("{}: no reason", row.ids.join(", "))));
        let unknown = self
            .row
            .iter()
            .flat_map(|row| &row.clients)
            .filter(|name| !CLIENTS.iter().any(|client| matrix::is_named(*client, name)));
        faults.extend(unknown.map(|name| format!("no client `{name}`")));
        let is_mutant = |name: &&String| trials.iter().any(|trial| trial.mutant == **name);
        let named = self.row.iter().flat_map(|row| &row.mutants);
        let unknown = named.filter(|name| !is_mutant(name));
        faults.extend(unknown.map(|name| format!("no mutant `{name}`")));
        faults
    }

    /// The proofs: each client with each mutant of a rule that it cannot show.
    pub fn probes(&self, trials: &[Trial]) -> Vec<Probe> {
        let mut probes: BTreeMap<(ClientName, &str), Probe> = BTreeMap::new();
        for (id, client, row) in self.pairs() {
            let named = trials.iter();
            for trial in named.filter(|trial| row.mutants.contains(&trial.mutant)) {
                let probe = probes.entry((client, &trial.mutant));
                let probe = probe.or_insert_with(|| Probe {
                    client,
                    ids: BTreeSet::new(),
                    mutation: trial.mutation.clone(),
                });
                probe.ids.insert(id.to_owned());
            }
        }
        probes.into_values().collect()
    }

    /// The scenarios of the tour.
    ///
    /// # Errors
    ///
    /// [`MutantError`] for one that is none.
    pub fn tour(&self, suite: &Suite) -> Result<Vec<Arc<Planned>>, MutantError> {
        let find = |id: &String| {
            let found = suite.scenarios.iter().find(|scenario| scenario.id == *id);
            found
                .cloned()
                .ok_or_else(|| MutantError::File(format!("{FILE}: no scenario {id}")))
        };
        self.tour.iter().map(find).collect()
    }
}

/// The rules that a scenario counts for.
fn rules<'a>(scenario: &'a Planned, index: &'a Index) -> Vec<&'a str> {
    let ids = scenario.tags.ids.iter().filter_map(|id| id.covers());
    ids.map(|id| index.target_of(id).unwrap_or(id)).collect()
}

/// The rules that scenarios show, with the clients that they do it with.
fn shown<'a>(suite: &'a Suite, index: &'a Index) -> BTreeMap<&'a str, BTreeSet<ClientName>> {
    let mut shown: BTreeMap<&str, BTreeSet<ClientName>> = BTreeMap::new();
    for scenario in &suite.scenarios {
        if scenario.tags.expected_fail.is_some() {
            continue;
        }
        for id in rules(scenario, index) {
            let drives = |client: &ClientName| matrix::drives(*client, &scenario.tags);
            shown
                .entry(id)
                .or_default()
                .extend(CLIENTS.into_iter().filter(drives));
        }
    }
    shown
}

/// A broken rule and a client that does not notice.
#[derive(Debug, Clone)]
pub struct Probe {
    /// The client.
    pub client: ClientName,
    /// The rules.
    pub ids: BTreeSet<String>,
    /// How they are broken.
    pub mutation: Mutation,
}

impl Probe {
    /// As it is listed: `mutant [API-03@docker-1.12]`.
    pub fn name(&self) -> String {
        let ids: Vec<&str> = self.ids.iter().map(String::as_str).collect();
        format!("{} [{}@{}]", self.mutation.name, ids.join(" "), self.client)
    }
}

/// What came of a probe or, without one, of a stop of the tour.
#[derive(Debug)]
pub enum Found {
    /// The client went through these scenarios as before, in which the mutant changed so much; none: the client never
    /// asks what the mutant touches.
    Unchanged {
        /// How many scenarios.
        stops: usize,
        /// How many changes.
        applied: u64,
    },
    /// In this scenario it did not; what is different.
    Changed(String, String),
}

/// What is another in each zone and of one form: request ids, digests of what was made there, the present time.
static VARIABLE: LazyLock<Regex> = LazyLock::new(|| {
    let forms = [
        "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        "sha256:[0-9a-f]{64}",
        r"20[2-9]\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?",
        r"\b(1[789]|2\d)\d{8}(\.\d+)?",
    ];
    Regex::new(&forms.join("|")).expect("a valid pattern")
});

/// The form of what is another in each zone.
fn form(found: &Captures<'_>) -> String {
    let to_form = |char: char| if char.is_ascii_hexdigit() { 'd' } else { char };
    found[0].chars().map(to_form).collect()
}

/// What a client did in a scenario: what it asked, in some order, and what was printed.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    asked: Vec<String>,
    printed: Vec<String>,
}

impl Seen {
    fn of(record: &reports::Record, wire: &Wire) -> Seen {
        let ports: Vec<String> = wire.ports.iter().map(|port| format!(":{port}")).collect();
        let neutral = |text: &str| {
            let named = VARIABLE.replace_all(text, form).into_owned();
            let ports = ports.iter();
            ports.fold(named, |text, port| text.replace(&**port, ":PORT"))
        };
        let is_seen = |kind| {
            matches!(
                kind,
                EvidenceKind::Command | EvidenceKind::Stdout | EvidenceKind::Stderr
            )
        };
        let evidence = record.evidence.iter().filter(|kept| is_seen(kept.kind));
        // What a command line that is killed passes on, if it is quick enough.
        let is_meant = |asked: &&Asked| !asked.head.first_line.contains("/kill?signal=PIPE");
        let mut asked: Vec<String> = wire
            .asked
            .iter()
            .filter(is_meant)
            .map(|asked| neutral(&text_of(asked)))
            .collect();
        // Some ask several things at once.
        asked.sort_unstable();
        Seen {
            asked,
            printed: evidence
                .map(|kept| neutral(&format!("{}: {}", kept.about, kept.text)))
                .collect(),
        }
    }

    /// The first thing in which another is different.
    fn difference(&self, other: &Seen) -> Option<String> {
        let first = |before: &[String], after: &[String]| {
            let longest = before.len().max(after.len());
            let differs = |at: &usize| before.get(*at) != after.get(*at);
            let at = (0..longest).find(differs)?;
            let show = |list: &[String]| {
                list.get(at)
                    .map_or("nothing".to_owned(), |text| format!("{text:?}"))
            };
            Some(format!("{} became {}", show(before), show(after)))
        };
        first(&self.printed, &other.printed).or_else(|| first(&self.asked, &other.asked))
    }
}

fn text_of(asked: &Asked) -> String {
    let headers = asked.head.headers.iter();
    let headers = headers.map(|(name, value)| format!("{name}: {value}"));
    let lines: Vec<String> = std::iter::once(asked.head.first_line.clone())
        .chain(headers)
        .collect();
    format!(
        "{}\n{}",
        lines.join("\n"),
        String::from_utf8_lossy(&asked.body)
    )
}

/// A stop of the tour as it is with a good zone.
struct Stop {
    case: Case,
    seen: Seen,
    asked: Vec<Asked>,
}

/// Everything that is needed to let clients go through scenarios.
#[derive(Debug)]
pub struct Guide<'a> {
    /// The clients.
    pub roster: &'a Arc<Roster>,
    /// Decides ids, names and addresses in the zones.
    pub seed: u64,
    /// How many at once.
    pub workers: usize,
}

impl Guide<'_> {
    /// Lets each client go through the tour twice as it is, and then under each of its mutants through those scenarios in
    /// which it asks what the mutant touches, or eight of them. `tell` hears of each probe as it ends.
    ///
    /// # Errors
    ///
    /// The scenarios that are not the same when they are repeated, and so prove nothing.
    pub fn run(
        &self,
        tour: &[Arc<Planned>],
        probes: Vec<Probe>,
        mut tell: impl FnMut(&Probe, &Found),
    ) -> Result<(), Vec<String>> {
        let clients: BTreeSet<ClientName> = probes.iter().map(|probe| probe.client).collect();
        let cases = clients.iter().flat_map(|client| {
            let driven = tour
                .iter()
                .filter(|scenario| matrix::drives(*client, &scenario.tags));
            driven.map(|scenario| Case {
                scenario: Arc::clone(scenario),
                client: *client,
            })
        });
        let (mut stops, mut unsteady) = (Vec::new(), Vec::new());
        let collection = <ZoneWorld as cucumber::World>::collection();
        let twice = |case: Case| {
            let [first, second] = [(); 2].map(|()| self.go(&case, Mutation::none(), &collection));
            let difference = first.0.difference(&second.0);
            (
                Stop {
                    case,
                    seen: first.0,
                    asked: first.1.asked,
                },
                difference,
            )
        };
        self.each(cases.collect(), twice, |(stop, difference)| {
            if let Some(difference) = difference {
                unsteady.push(format!("{}: {difference}", stop.case.name()));
            }
            stops.push(stop);
        });
        if !unsteady.is_empty() {
            return Err(unsteady);
        }
        let place = |stop: &Stop| {
            let id = &stop.case.scenario.id;
            tour.iter().position(|scenario| scenario.id == *id)
        };
        stops.sort_by_key(place);
        let prove = |probe: Probe| {
            let found = self.probe(&probe, &stops, &collection);
            (probe, found)
        };
        self.each(probes, prove, |(probe, found)| tell(&probe, &found));
        crate::registry::end_shared();
        Ok(())
    }

    fn probe(&self, probe: &Probe, stops: &[Stop], collection: &Collection<ZoneWorld>) -> Found {
        let touches = |stop: &&Stop| {
            let mut asked = stop.asked.iter();
            stop.case.client == probe.client
                && asked.any(|asked| probe.mutation.on.request(&asked.head))
        };
        let (mut count, mut applied) = (0, 0);
        for stop in stops.iter().filter(touches).take(STOPS) {
            let (seen, wire) = self.go(&stop.case, probe.mutation.clone(), collection);
            if let Some(difference) = stop.seen.difference(&seen) {
                return Found::Changed(stop.case.name(), difference);
            }
            count += 1;
            applied += wire.applied;
        }
        Found::Unchanged {
            stops: count,
            applied,
        }
    }

    fn go(
        &self,
        case: &Case,
        mutation: Mutation,
        collection: &Collection<ZoneWorld>,
    ) -> (Seen, Wire) {
        let place = Place::Own(Conditions::recorded(mutation));
        let (record, wire) = case::run(case, collection, self.roster, self.seed, place);
        (Seen::of(&record, &wire), wire)
    }

    /// Does something with each of a list, several at once.
    fn each<T: Send, R: Send>(
        &self,
        list: Vec<T>,
        work: impl Fn(T) -> R + Sync,
        mut take: impl FnMut(R),
    ) {
        let work = |item: T| Some(work(item));
        let Ok(()) = workers::each(list, self.workers, work, |done| {
            take(done);
            Ok::<(), Infallible>(())
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::INDEX;
    use crate::mutants;

    fn claims(rows: &str) -> Vec<String> {
        let suite = Suite::load(Path::new(FEATURES)).expect("valid features");
        let index = Index::read(INDEX).expect("valid ids");
        let trials = mutants::trials(&mutants::committed().expect("a file"), &suite);
        let claims: Claims = toml::from_str(rows).expect("valid rows");
        claims.faults(&suite, &index, &trials.expect("valid mutants"))
    }

    #[test]
    fn each_client_shows_each_rule_or_a_row_says_why_not() {
        let path = Path::new(FEATURES).join(FILE);
        let faults = claims(&std::fs::read_to_string(path).expect("a file"));
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }

    #[test]
    fn a_row_says_nothing_of_what_is_shown_or_unknown() {
        let row = |ids: &str, clients: &str, reason: &str| {
            format!(
                "[[row]]\nids = [{ids}]\nclients = [{clients}]\nreason = \"{reason}\"\nmutants = ['no such']\n"
            )
        };
        let file = [
            "tour = []\n",
            &row("'CTR-06', 'CTR-06'", "'1.12'", "x"),
            &row("'API-00'", "'bollard', 'podman'", " "),
        ];
        let faults = claims(&file.concat());
        for fault in [
            "CTR-06 with docker-1.12: a scenario shows it: it needs no row",
            "CTR-06 with docker-1.12: is said twice",
            "API-00 with bollard: no scenario shows it, so no row can say that a client does not",
            "API-00: no reason",
            "no client `podman`",
            "no mutant `no such`",
            "API-08 with docker-1.8: no scenario shows it, and no row says why",
        ] {
            assert!(
                faults.iter().any(|found| found == fault),
                "{fault}: {faults:?}"
            );
        }
    }

    #[test]
    fn what_is_different_is_found_in_what_was_printed_and_asked() {
        let seen = |asked: &[&str], printed: &[&str]| Seen {
            asked: asked.iter().map(|text| (*text).to_owned()).collect(),
            printed: printed.iter().map(|text| (*text).to_owned()).collect(),
        };
        let before = seen(&["GET /a"], &["x: exit status 0"]);
        assert_eq!(before.difference(&before.clone()), None);
        let other = before.difference(&seen(&["GET /a"], &["x: exit status 1"]));
        assert_eq!(
            other.as_deref(),
            Some("\"x: exit status 0\" became \"x: exit status 1\"")
        );
        let more = before.difference(&seen(&["GET /a", "GET /b"], &["x: exit status 0"]));
        assert_eq!(more.as_deref(), Some("nothing became \"GET /b\""));
    }
}
