//! One scenario with one client, from the start of its zone to the question what is left of it.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cucumber::gherkin::Step as GherkinStep;
use cucumber::step::Collection;
use futures_util::FutureExt as _;
use reports::{EvidenceKind, Record, Step, StepOutcome, Verdict};

use crate::answer::{Line, Whose};
use crate::evidence;
use crate::failure::Failure;
use crate::foreign::Foreign;
use crate::naming;
use crate::needs;
use crate::panics;
use crate::plan::{Case, Planned};
use crate::replay;
use crate::roster::Roster;
use crate::seed;
use crate::world::{Conditions, Wire, ZoneWorld};
use crate::zone::Entrances;

/// How long one step may take, of real time.
const STEP_DEADLINE: Duration = Duration::from_secs(30);
/// How long a scenario may take, of real time.
const SCENARIO_DEADLINE: Duration = Duration::from_secs(60);
/// How many times longer a `@slow` scenario and its steps may take.
const SLOW_FACTOR: u32 = 4;

/// Where a case is run.
#[derive(Debug, Clone)]
pub(crate) enum Place<'a> {
    /// In a zone of its own, under conditions.
    Own(Conditions),
    /// At a target that was there before.
    Foreign(&'a Foreign),
}

/// Runs a case to its record; says also what has gone through a proxy. Blocks; builds a runtime of its own for
/// the clients.
pub(crate) fn run(
    case: &Case,
    steps: &Collection<ZoneWorld>,
    roster: &Arc<Roster>,
    run_seed: u64,
    place: Place<'_>,
) -> (Record, Wire) {
    let started = Instant::now();
    let scenario = &*case.scenario;
    let seed = seed::of_scenario(run_seed, &scenario.id);
    let mut record = record(case, seed);
    let mut wire = Wire::default();
    let mut journal = None;
    let lacking = match &place {
        Place::Own(_) => Ok(None),
        Place::Foreign(foreign) => needs::lacking(scenario, steps, foreign.is_engine()),
    };
    let ended = match (roster.missing(case.client), lacking) {
        (Some(reason), _) | (None, Ok(Some(reason))) => Err(Ended::not_applicable(reason)),
        (None, Err(reason)) => Err(Ended::harness(reason)),
        (None, Ok(None)) => {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            match runtime {
                Ok(runtime) => runtime.block_on(async {
                    let (judge, world) = begin(case, roster, seed, place).await;
                    let mut world = world.map_err(|failure| Ended::harness(failure.to_string()))?;
                    let ended = carry_out(scenario, &judge, steps, &mut world, &mut record).await;
                    wire = world.wire();
                    record.evidence = world.take_evidence();
                    journal = world.journal();
                    let left_over = world.finish().await;
                    if let Err(failure) = &left_over {
                        let text = failure.to_string();
                        let kept = evidence::of_text(EvidenceKind::Zone, "its end", &text);
                        record.evidence.push(kept);
                    }
                    ended.and_then(|()| {
                        left_over.map_err(|failure| Ended::failed(failure.to_string()))
                    })
                }),
                Err(error) => Err(Ended::harness(format!("a runtime: {error}"))),
            }
        }
    };
    let (verdict, reason) = judge(scenario, ended);
    record.verdict = verdict;
    record.reason = reason;
    replay::keep(&mut record, journal.as_ref());
    record.duration_ms = milliseconds(started.elapsed());
    (record, wire)
}

/// The lines of a scenario at its place, and whose answers are the right ones there.
struct Judge {
    lines: Vec<Line>,
    as_engine: bool,
}

/// What has to become of a line.
enum Wanted {
    Holds,
    /// It tells the zone's answer to an engine that has another.
    Differs,
    NotAsked,
}

impl Judge {
    fn wants(&self, line: &Line) -> Wanted {
        match (self.as_engine, line.whose) {
            (true, _) if line.contradicted => Wanted::Differs,
            (true, Whose::Zone) | (false, Whose::Engine | Whose::Drift) => Wanted::NotAsked,
            _ => Wanted::Holds,
        }
    }
}

async fn begin(
    case: &Case,
    roster: &Arc<Roster>,
    seed: u64,
    place: Place<'_>,
) -> (Judge, Result<ZoneWorld, Failure>) {
    let scenario = &*case.scenario;
    match place {
        Place::Own(conditions) => {
            let entrances = Entrances {
                gateway: scenario.tags.gateway,
                socks: scenario.tags.socks,
                extensions: scenario.tags.extensions,
            };
            let judge = Judge {
                lines: scenario.lines.clone(),
                as_engine: false,
            };
            let world = ZoneWorld::start(case.client, roster, seed, entrances, conditions).await;
            (judge, world)
        }
        Place::Foreign(foreign) => {
            let prefix = foreign.next_prefix();
            let judge = Judge {
                lines: naming::own(&scenario.lines, &prefix),
                as_engine: foreign.is_engine(),
            };
            let world = ZoneWorld::visit(case.client, roster, foreign, &prefix).await;
            (judge, world)
        }
    }
}

/// Why a scenario ended before its last step.
struct Ended {
    verdict: Verdict,
    reason: String,
    /// A step was given up.
    timed_out: bool,
}

impl Ended {
    fn harness(reason: String) -> Ended {
        Ended {
            verdict: Verdict::Error,
            reason,
            timed_out: false,
        }
    }

    fn not_applicable(reason: String) -> Ended {
        Ended {
            verdict: Verdict::NotApplicable,
            reason,
            timed_out: false,
        }
    }

    fn failed(reason: String) -> Ended {
        Ended {
            verdict: Verdict::Fail,
            reason,
            timed_out: false,
        }
    }
}

/// Runs the lines up to the first that does not end as it has to.
async fn carry_out(
    scenario: &Planned,
    judge: &Judge,
    steps: &Collection<ZoneWorld>,
    world: &mut ZoneWorld,
    record: &mut Record,
) -> Result<(), Ended> {
    let factor = if scenario.tags.slow { SLOW_FACTOR } else { 1 };
    let by = Instant::now() + SCENARIO_DEADLINE * factor;
    let mut ended = Ok(());
    for line in &judge.lines {
        let wanted = judge.wants(line);
        if matches!(wanted, Wanted::NotAsked) {
            continue;
        }
        let begun = Instant::now();
        let left = by.saturating_duration_since(begun);
        let outcome = match &ended {
            Ok(()) => {
                let seen = one_step(&line.step, steps, world, left.min(STEP_DEADLINE * factor));
                let (outcome, so) = weigh(line, &wanted, judge.as_engine, seen.await);
                ended = so;
                outcome
            }
            Err(_) => StepOutcome::NotRun,
        };
        record.steps.push(Step {
            text: line.text.clone(),
            outcome,
            duration_ms: milliseconds(begun.elapsed()),
        });
    }
    ended
}

/// What a step's end means.
fn weigh(
    line: &Line,
    wanted: &Wanted,
    as_engine: bool,
    seen: Result<(), Ended>,
) -> (StepOutcome, Result<(), Ended>) {
    match (seen, wanted) {
        (Ok(()), Wanted::Differs) => {
            let reason = format!("the zone's answer holds here, too: {}", line.text);
            (StepOutcome::Failed, Err(Ended::failed(reason)))
        }
        (Ok(()), _) => (StepOutcome::Passed, Ok(())),
        // What is not over in time has not been answered otherwise.
        (
            Err(Ended {
                verdict: Verdict::Fail,
                timed_out: false,
                ..
            }),
            Wanted::Differs,
        ) => (StepOutcome::Contradicted, Ok(())),
        // What an engine is asked has to be possible there.
        (Err(ended), _) if as_engine && !line.expects() => {
            (StepOutcome::Failed, Err(Ended::harness(ended.reason)))
        }
        (Err(ended), _) => (StepOutcome::Failed, Err(ended)),
    }
}

/// Runs a step; a panic in it is how it fails.
async fn one_step(
    step: &GherkinStep,
    steps: &Collection<ZoneWorld>,
    world: &mut ZoneWorld,
    deadline: Duration,
) -> Result<(), Ended> {
    let found = steps.find(step);
    let (body, _, _, context) = match found {
        Ok(Some(found)) => found,
        Ok(None) => return Err(Ended::harness(format!("no step is like `{}`", step.value))),
        Err(several) => {
            let reason = format!("several steps are like `{}`: {several}", step.value);
            return Err(Ended::harness(reason));
        }
    };
    panics::keep();
    let body = AssertUnwindSafe(body(world, context)).catch_unwind();
    let ended = tokio::time::timeout(deadline, body).await;
    let kept = panics::kept();
    match ended {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(why(kept)),
        Err(_) => Err(Ended {
            timed_out: true,
            ..Ended::failed(format!("the step was not over after {deadline:?}"))
        }),
    }
}

/// What a step that panicked meant: the attribute on a step turns its [`Failure`] into a panic
/// with that text.
fn why(text: Option<String>) -> Ended {
    let reason = text.unwrap_or_else(|| "the step panicked without a text".to_owned());
    match reason.starts_with(Failure::FEATURE) {
        true => Ended::harness(reason),
        false => Ended::failed(reason),
    }
}

fn judge(scenario: &Planned, ended: Result<(), Ended>) -> (Verdict, Option<String>) {
    let expected = scenario.tags.expected_fail.clone();
    match (ended, expected) {
        (Ok(()), None) if scenario.tags.limited => (Verdict::Limited, None),
        (Ok(()), None) => (Verdict::Pass, None),
        (Ok(()), Some(reason)) => (
            Verdict::UnexpectedPass,
            Some(format!("it was expected to fail: {reason}")),
        ),
        (
            Err(Ended {
                verdict: Verdict::Fail,
                ..
            }),
            Some(reason),
        ) => (Verdict::ExpectedFail, Some(reason)),
        (Err(ended), _) => (ended.verdict, Some(ended.reason)),
    }
}

fn record(case: &Case, seed: u64) -> Record {
    let scenario = &*case.scenario;
    let same_as = scenario.tags.ids.iter().skip(1);
    Record {
        id: scenario.id.clone(),
        same_as: same_as.map(ToString::to_string).collect(),
        also: scenario.tags.also.clone(),
        name: scenario.name.clone(),
        feature: scenario.place.clone(),
        level: scenario.tags.level,
        client: case.client.to_string(),
        seed,
        ..Record::default()
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
