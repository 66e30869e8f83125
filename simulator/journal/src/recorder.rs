//! Keeping a journal while a zone runs.

use crate::line::{Begin, End, FORM, Line, VERSION};
use crate::seal::{self, Seal};
use crate::{External, Input, StateDigest, Step};
use runtime::Timestamp;
use serde::Serialize;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use zone::{Applied, Command, View, Zone, ZoneConfig};

/// What a journal may take, bytes of its text; beyond it nothing more is kept.
const LIMIT_BYTES: usize = 64 << 20;

/// After so many commands the state is remembered, so that a replay sees early where it goes another way. In a long
/// journal there are more between two.
const BETWEEN_DIGESTS: u64 = 16;

/// Most states that are remembered. The digest of one costs as much as there is in it.
const DIGESTS: usize = 64;

/// What a zone was told. Clones are the same journal.
#[derive(Clone)]
pub struct Journal(Arc<Shared>);

struct Shared {
    /// The first line.
    begin: String,
    next_number: AtomicU64,
    limit_bytes: usize,
    pages: Mutex<Pages>,
}

struct Pages {
    kept: Vec<Kept>,
    /// What its text has, bytes, with the digests and the end that there may be.
    bytes: usize,
    steps: u64,
    commands: u64,
    /// How many commands there are between two views.
    between_views: u64,
    views: usize,
    /// The state after the last step.
    view: View,
    full: bool,
}

/// Views are kept instead of their digests, which cost more than the commands between them.
#[derive(Clone)]
enum Kept {
    Line(Arc<str>),
    View(View),
}

impl Journal {
    /// The journal of a zone that was made from `config` and has not been told anything: `view` is its.
    pub fn new(config: ZoneConfig, view: &View) -> Self {
        Self::limited(config, view, LIMIT_BYTES)
    }

    fn limited(config: ZoneConfig, view: &View, limit_bytes: usize) -> Self {
        let begin = object(&Line::<Command>::Begin(Box::new(Begin {
            form: FORM,
            version: VERSION.to_owned(),
            seed: view.seed(),
            config,
        })));
        let pages = Pages {
            kept: Vec::new(),
            bytes: written_bytes(&begin) + reserved_bytes(),
            steps: 0,
            commands: 0,
            between_views: BETWEEN_DIGESTS,
            views: 0,
            view: view.clone(),
            full: false,
        };
        Self(Arc::new(Shared {
            begin,
            next_number: AtomicU64::new(1),
            limit_bytes,
            pages: Mutex::new(pages),
        }))
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.0.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has the zone carry out a command, and keeps it. The time is asked for when it is this command's turn, so that the
    /// times of a journal never go back.
    pub fn apply(
        &self,
        zone: &mut Zone,
        command: Command,
        now: impl FnOnce() -> Timestamp,
    ) -> Applied {
        let mut pages = self.pages();
        let now = now();
        pages.write(now, Input::Command(&command), self.0.limit_bytes);
        let applied = zone.apply(command, now);
        pages.note_state(zone);
        applied
    }

    /// Keeps what has come for a container. To be called before the container gets it.
    pub fn external(&self, external: External, now: impl FnOnce() -> Timestamp) {
        let mut pages = self.pages();
        let now = now();
        pages.write(now, Input::External(external), self.0.limit_bytes);
    }

    /// Has `give` give something to a container, and keeps what it says it has given: before everything that comes of it,
    /// because nothing else is kept meanwhile. `give` must not use this journal.
    pub fn given<T>(
        &self,
        give: impl FnOnce() -> (T, Option<External>),
        now: impl FnOnce() -> Timestamp,
    ) -> T {
        let mut pages = self.pages();
        let now = now();
        let (result, external) = give();
        if let Some(external) = external {
            pages.write(now, Input::External(external), self.0.limit_bytes);
        }
        result
    }

    /// A number for the next upload or connection.
    pub fn number(&self) -> u64 {
        self.0.next_number.fetch_add(1, Ordering::Relaxed)
    }

    /// The journal so far, a JSON object a line.
    pub fn text(&self) -> String {
        let (kept, view, steps, full) = {
            let pages = self.pages();
            (
                pages.kept.clone(),
                pages.view.clone(),
                pages.steps,
                pages.full,
            )
        };
        let mut seal = Seal::default();
        let mut text = String::new();
        let mut add = |object: &str| {
            text.push_str(&seal.close(object));
            text.push('\n');
        };
        add(&self.0.begin);
        for kept in &kept {
            match kept {
                Kept::Line(line) => add(line),
                Kept::View(view) => {
                    let digest = StateDigest::of(view);
                    add(&object(&Line::<Command>::Digest(digest)));
                }
            }
        }
        let digest = StateDigest::of(&view);
        add(&object(&Line::<Command>::End(End {
            steps,
            digest,
            full,
        })));
        text
    }
}

impl Pages {
    fn write(&mut self, at: Timestamp, input: Input<&Command>, limit_bytes: usize) {
        if self.full {
            return;
        }
        let step = Step {
            number: self.steps + 1,
            at,
            input,
        };
        let line = object(&Line::Step(step));
        let bytes = self.bytes + written_bytes(&line);
        if bytes > limit_bytes {
            self.full = true;
            return;
        }
        self.bytes = bytes;
        self.steps += 1;
        self.kept.push(Kept::Line(line.into()));
    }

    fn note_state(&mut self, zone: &Zone) {
        if self.full {
            return;
        }
        self.view = zone.view();
        self.commands += 1;
        if self.commands.is_multiple_of(self.between_views) {
            self.kept.push(Kept::View(self.view.clone()));
            self.views += 1;
        }
        if self.views > DIGESTS {
            self.forget_every_other_view();
        }
    }

    /// The first of the views goes, the second stays: it is where the next interval ends.
    fn forget_every_other_view(&mut self) {
        let mut place = 0;
        self.kept.retain(|kept| {
            let is_view = matches!(kept, Kept::View(_));
            place += usize::from(is_view);
            !is_view || place.is_multiple_of(2)
        });
        self.views /= 2;
        self.between_views *= 2;
    }
}

/// What a line takes with its seal.
fn written_bytes(object: &str) -> usize {
    object.len() + seal::ADDED_BYTES + 1
}

/// What the digests and the end take at most.
fn reserved_bytes() -> usize {
    let digest = StateDigest(0);
    let end = End {
        steps: u64::MAX,
        digest,
        full: false,
    };
    let digest = written_bytes(&object(&Line::<Command>::Digest(digest)));
    DIGESTS * digest + written_bytes(&object(&Line::<Command>::End(end)))
}

fn object<C: Serialize>(line: &Line<C>) -> String {
    serde_json::to_string(line).expect("keys of maps in commands are texts")
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pages = self.pages();
        f.debug_struct("Journal")
            .field("steps", &pages.steps)
            .field("bytes", &pages.bytes)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Recording, Replay};
    use zone::{NewAccount, TimerId};

    fn add_account(journal: &Journal, zone: &mut Zone, number: u64) {
        let new = NewAccount::approved(&format!("account{number}"));
        let command = Command::CreateAccount(Box::new(new));
        let _ = journal.apply(zone, command, || Timestamp::from_secs(number));
    }

    #[test]
    fn a_full_journal_ends_where_it_was_full_and_says_so() {
        let mut zone = Zone::new(ZoneConfig::default(), 7);
        let limit_bytes = 20_000;
        let journal = Journal::limited(ZoneConfig::default(), &zone.view(), limit_bytes);
        for number in 0..100 {
            add_account(&journal, &mut zone, number);
        }
        let text = journal.text();
        assert!(text.len() <= limit_bytes, "{} bytes", text.len());
        let recording = Recording::read(&text).expect("it is whole");
        assert!(recording.is_full());
        let count = recording.steps().len();
        assert!((5..50).contains(&count), "{count} steps");
        let mut replay = Replay::new(&recording, 7);
        while replay.step().is_some() {}
        assert_eq!(replay.digest(), recording.digest());
        assert_ne!(replay.digest(), StateDigest::of(&zone.view()));
    }

    #[test]
    fn a_long_journal_tells_the_state_less_often() {
        let mut zone = Zone::new(ZoneConfig::default(), 7);
        let journal = Journal::new(ZoneConfig::default(), &zone.view());
        let commands = BETWEEN_DIGESTS * DIGESTS as u64 * 5;
        for number in 0..commands {
            let timer = Command::Timer(TimerId(number));
            let _ = journal.apply(&mut zone, timer, || Timestamp(number));
        }
        let recording = Recording::read(&journal.text()).expect("it is whole");
        let steps = recording.steps().iter();
        let told: Vec<u64> = steps
            .filter(|recorded| recorded.digest.is_some())
            .map(|recorded| recorded.step.number)
            .collect();
        let between = told[0];
        assert!(
            told.len() <= DIGESTS && told.len() > DIGESTS / 2,
            "{told:?}"
        );
        assert!(
            told.iter()
                .zip(1..)
                .all(|(step, place)| *step == between * place)
        );
    }

    #[test]
    fn the_state_is_told_now_and_then_and_at_the_end() {
        let mut zone = Zone::new(ZoneConfig::default(), 7);
        let journal = Journal::new(ZoneConfig::default(), &zone.view());
        let mut states = Vec::new();
        for number in 0..BETWEEN_DIGESTS * 2 + 3 {
            add_account(&journal, &mut zone, number);
            states.push(StateDigest::of(&zone.view()));
        }
        let recording = Recording::read(&journal.text()).expect("it is whole");
        let digests = recording.steps().iter().filter_map(|step| step.digest);
        let [first, second] = [1, 2].map(|round| states[(round * BETWEEN_DIGESTS - 1) as usize]);
        assert_eq!(digests.collect::<Vec<_>>(), [first, second]);
        let mut replay = Replay::new(&recording, 7);
        for state in states {
            let taken = replay.step().expect("as many as commands");
            assert_ne!(taken.agrees, Some(false));
            assert_eq!(replay.digest(), state);
        }
        assert!(replay.step().is_none());
    }

    #[test]
    fn what_is_given_is_kept_before_what_comes_of_it() {
        let zone = Zone::new(ZoneConfig::default(), 7);
        let journal = Journal::new(ZoneConfig::default(), &zone.view());
        let end = |connection| External::ConnectionEnd {
            connection,
            reset: false,
        };
        let (sender, kept) = std::sync::mpsc::channel();
        let consequence = journal.given(
            || {
                let journal = journal.clone();
                let thread = std::thread::spawn(move || {
                    journal.external(end(2), || Timestamp(1));
                    let _ = sender.send(());
                });
                let too_early = kept.recv_timeout(std::time::Duration::from_millis(50));
                assert!(too_early.is_err());
                (thread, Some(end(1)))
            },
            || Timestamp(1),
        );
        consequence.join().expect("it ends");
        let recording = Recording::read(&journal.text()).expect("it is whole");
        let inputs = recording
            .steps()
            .iter()
            .map(|recorded| match &recorded.step.input {
                Input::External(External::ConnectionEnd { connection, .. }) => *connection,
                other => panic!("{other:?}"),
            });
        assert_eq!(inputs.collect::<Vec<_>>(), [1, 2]);
    }
}
