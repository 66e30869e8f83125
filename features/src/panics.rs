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

/// The panics so far on threads whose name begins so; they are forgotten.
pub(crate) fn taken(prefix: &str) -> Vec<String> {
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    let names: Vec<String> = seen
        .keys()
        .filter(|name| name.starts_with(prefix))
        .cloned()
        .collect();
    names
        .into_iter()
        .flat_map(|name| seen.remove(&name).unwrap_or_default())
        .collect()
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
        on("counted-1", || panic!("one"));
        on("counted-2", || panic!("two"));
        on("counted-3", || {
            keep();
            drop(std::panic::catch_unwind(|| panic!("three")));
            assert_eq!(kept().as_deref(), Some("three"));
        });
        let seen = taken("counted-");
        assert_eq!(seen.len(), 2, "{seen:?}");
        assert!(seen[0].ends_with(": one") && seen[1].ends_with(": two"));
        assert!(taken("counted-").is_empty());
    }
}
