//! Panics, counted by the thread they happen on.
//!
//! A panic in a task of a zone ends that task and nothing else; without this the scenario would
//! pass. A failed step panics too, on a thread of the suite: that one is no surprise, so its
//! text is kept for the report and not printed.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::{Mutex, Once, PoisonError};

thread_local! {
    /// On a thread of the suite: the text of the last panic, while a step runs.
    static EXPECTED: RefCell<Option<Option<String>>> = const { RefCell::new(None) };
}

static SEEN: Mutex<BTreeMap<String, Vec<String>>> = Mutex::new(BTreeMap::new());

/// Begins to count; the second call does nothing.
pub fn watch() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let shown = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let text = panic.payload_as_str().unwrap_or("a panic without a text");
            let expected = EXPECTED.with_borrow_mut(|expected| match expected {
                Some(kept) => {
                    *kept = Some(text.to_owned());
                    true
                }
                None => false,
            });
            if expected {
                return;
            }
            let thread = std::thread::current();
            let name = thread.name().unwrap_or("unnamed").to_owned();
            let place = panic.location().map(ToString::to_string);
            let line = format!("{}: {text}", place.unwrap_or_default());
            let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
            seen.entry(name).or_default().push(line);
            drop(seen);
            shown(panic);
        }));
    });
}

/// Keeps quiet about panics on this thread until [`kept`].
pub(crate) fn keep() {
    EXPECTED.set(Some(None));
}

/// Ends [`keep`] and gives the text of the panic, if there was one.
pub(crate) fn kept() -> Option<String> {
    EXPECTED.take().flatten()
}

/// Panics by where they were.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// On threads of zones, which their scenarios tell of.
    pub in_zones: Vec<String>,
    /// On any other thread.
    pub elsewhere: Vec<String>,
}

/// The panics so far; they are forgotten.
pub fn taken() -> Seen {
    let seen = std::mem::take(&mut *SEEN.lock().unwrap_or_else(PoisonError::into_inner));
    let mut taken = Seen::default();
    for (thread, panics) in seen {
        match is_of_zone(&thread) {
            true => taken.in_zones.extend(panics),
            false => taken.elsewhere.extend(panics),
        }
    }
    taken
}

/// Whether a zone's threads have such a name.
fn is_of_zone(thread: &str) -> bool {
    thread == "zone" || thread.starts_with("unix-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_counted_on_its_thread_unless_a_step_runs_there() {
        watch();
        let on = |name: &str, body: fn()| {
            let thread = std::thread::Builder::new().name(name.to_owned());
            drop(thread.spawn(body).expect("a thread").join());
        };
        on("counted", || panic!("one"));
        on("zone", || panic!("two"));
        on("unix-0", || panic!("three"));
        on("counted", || {
            keep();
            drop(std::panic::catch_unwind(|| panic!("four")));
            assert_eq!(kept().as_deref(), Some("four"));
        });
        let seen = taken();
        let ends = |panics: &[String]| -> Vec<String> {
            let text = |panic: &String| panic.rsplit(": ").next().map(str::to_owned);
            panics.iter().filter_map(text).collect()
        };
        assert_eq!(ends(&seen.elsewhere), ["one"]);
        assert_eq!(ends(&seen.in_zones), ["three", "two"]);
        assert_eq!(taken(), Seen::default());
    }
}
