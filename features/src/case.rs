//! One scenario with one client, from the start of its zone to the question what is left of it.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cucumber::gherkin::Step as GherkinStep;
use cucumber::step::Collection;
use futures_util::FutureExt as _;
use reports::{EvidenceKind, Record, Step, StepOutcome, Verdict};

use crate::evidence;
use crate::failure::Failure;
use crate::panics;
use crate::plan::{Case, Planned};
use crate::roster::Roster;
use crate::seed;
use crate::world::{Conditions, ZoneWorld};
use crate::zone::Entrances;

/// How long one step may take, of real time.
const STEP_DEADLINE: Duration = Duration::from_secs(30);
/// How long a scenario may take, of real time.
const SCENARIO_DEADLINE: Duration = Duration::from_secs(60);
/// How many times longer a `@slow` scenario and its steps may take.
const SLOW_FACTOR: u32 = 4;

/// Runs a case to its record. Blocks; builds a runtime of its own for the clients.
pub(crate) fn run(
    case: &Case,
    steps: &Collection<ZoneWorld>,
    roster: &Arc<Roster>,
    run_seed: u64,
) -> Record {
    let (record, _) = run_under(case, steps, roster, run_seed, Conditions::default());
    record
}

/// [`run`] under conditions; says also how often a mutation was applied.
pub(crate) fn run_under(
    case: &Case,
    steps: &Collection<ZoneWorld>,
    roster: &Arc<Roster>,
    run_seed: u64,
    conditions: Conditions,
) -> (Record, u64) {
    let started = Instant::now();
    let scenario = &*case.scenario;
    let seed = seed::of_scenario(run_seed, &scenario.id);
    if let Some(reason) = roster.missing(case.client) {
        let mut record = record(case, seed);
        record.verdict = Verdict::NotApplicable;
        record.reason = Some(reason);
        return (record, 0);
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let mut record = record(case, seed);
    let mut applied = 0;
    let ended = match runtime {
        Ok(runtime) => runtime.block_on(async {
            let entrances = Entrances {
                gateway: scenario.tags.gateway,
                socks: scenario.tags.socks,
                extensions: scenario.tags.extensions,
            };
            let world = ZoneWorld::start(case.client, roster, seed, entrances, conditions).await;
            let mut world = world.map_err(|failure| Ended::harness(failure.to_string()))?;
            let ended = carry_out(scenario, steps, &mut world, &mut record).await;
            applied = world.mutations_applied();
            record.evidence = world.take_evidence();
            let left_over = world.finish().await;
            if let Err(failure) = &left_over {
                let text = failure.to_string();
                let kept = evidence::of_text(EvidenceKind::Zone, "its end", &text);
                record.evidence.push(kept);
            }
            ended.and_then(|()| left_over.map_err(|failure| Ended::failed(failure.to_string())))
        }),
        Err(error) => Err(Ended::harness(format!("a runtime: {error}"))),
    };
    let (verdict, reason) = judge(scenario, ended);
    record.verdict = verdict;
    record.reason = reason;
    record.duration_ms = milliseconds(started.elapsed());
    (record, applied)
}

/// Why a scenario ended before its last step.
struct Ended {
    verdict: Verdict,
    reason: String,
}

impl Ended {
    fn harness(reason: String) -> Ended {
        Ended {
            verdict: Verdict::Error,
            reason,
        }
    }

    fn failed(reason: String) -> Ended {
        Ended {
            verdict: Verdict::Fail,
            reason,
        }
    }
}

/// Runs the steps up to the first that fails.
async fn carry_out(
    scenario: &Planned,
    steps: &Collection<ZoneWorld>,
    world: &mut ZoneWorld,
    record: &mut Record,
) -> Result<(), Ended> {
    let factor = if scenario.tags.slow { SLOW_FACTOR } else { 1 };
    let by = Instant::now() + SCENARIO_DEADLINE * factor;
    let mut ended = Ok(());
    for step in &scenario.steps {
        let begun = Instant::now();
        let left = by.saturating_duration_since(begun);
        let outcome = match &ended {
            Ok(()) => {
                ended = one_step(step, steps, world, left.min(STEP_DEADLINE * factor)).await;
                match &ended {
                    Ok(()) => StepOutcome::Passed,
                    Err(_) => StepOutcome::Failed,
                }
            }
            Err(_) => StepOutcome::NotRun,
        };
        record.steps.push(Step {
            text: format!("{} {}", step.keyword.trim(), step.value),
            outcome,
            duration_ms: milliseconds(begun.elapsed()),
        });
    }
    ended
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
        Err(_) => Err(Ended::failed(format!(
            "the step was not over after {deadline:?}"
        ))),
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
