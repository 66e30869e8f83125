//! Panics inside a zone: a scenario during which one happens has failed.

use crate::machine::Gauge;
use std::any::Any;
use std::cell::RefCell;
use std::sync::{Arc, Mutex, MutexGuard, Once, OnceLock, PoisonError};
use tokio::task::JoinError;

/// How many panics are kept with their text.
const KEPT: usize = 64;

/// The panics of one zone. Clones are the same list.
#[derive(Clone, Debug, Default)]
pub(crate) struct Panics(Arc<Mutex<Vec<String>>>, Arc<OnceLock<Gauge>>);

thread_local! {
    static OF_THIS_THREAD: RefCell<Option<Panics>> = const { RefCell::new(None) };
}

impl Panics {
    fn lock(&self) -> MutexGuard<'_, Vec<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, text: String) {
        let mut panics = self.lock();
        if panics.len() < KEPT {
            panics.push(text);
        }
    }

    /// Counts the panics of a runtime's processes too.
    pub(crate) fn watch(&self, gauge: Gauge) {
        let _ = self.1.set(gauge);
    }

    /// What has panicked so far.
    pub(crate) fn texts(&self) -> Vec<String> {
        let mut texts = self.lock().clone();
        let of_processes = self.1.get().map_or(0, Gauge::panics);
        if of_processes > 0 {
            texts.push(format!("{of_processes} panics of processes in containers"));
        }
        texts
    }

    /// From now on every panic of the calling thread is noted here, wherever it is caught.
    pub(crate) fn adopt_thread(&self) {
        static HOOK: Once = Once::new();
        HOOK.call_once(|| {
            let previous = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |info| {
                // A panic while the thread ends finds no list; there is nobody left to tell.
                let _ = OF_THIS_THREAD.try_with(|panics| {
                    if let Ok(panics) = panics.try_borrow()
                        && let Some(panics) = &*panics
                    {
                        panics.push(info.to_string());
                    }
                });
                previous(info);
            }));
        });
        OF_THIS_THREAD.with(|panics| *panics.borrow_mut() = Some(self.clone()));
    }

    /// Whether the calling thread's panics are noted by the hook.
    fn is_adopted(&self) -> bool {
        OF_THIS_THREAD.with(|panics| panics.borrow().is_some())
    }

    /// Notes how a task has ended.
    pub(crate) fn note(&self, ended: Result<(), JoinError>) {
        if let Err(error) = ended
            && let Ok(panic) = error.try_into_panic()
        {
            self.note_panic(panic.as_ref());
        }
    }

    /// Notes what was caught; a thread that is adopted has done so already.
    pub(crate) fn note_panic(&self, panic: &(dyn Any + Send)) {
        if self.is_adopted() {
            return;
        }
        let text = panic
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| panic.downcast_ref::<String>().cloned());
        self.push(text.unwrap_or_else(|| "a panic without a text".to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panics_of_an_adopted_thread_are_noted_once() {
        let panics = Panics::default();
        let inside = panics.clone();
        let thread = std::thread::spawn(move || {
            inside.adopt_thread();
            let caught = std::panic::catch_unwind(|| panic!("on purpose"));
            inside.note_panic(caught.expect_err("it panicked").as_ref());
        });
        thread.join().expect("the panic was caught");
        let texts = panics.texts();
        assert_eq!(texts.len(), 1);
        assert!(texts[0].contains("on purpose"), "{texts:?}");
    }

    #[test]
    fn panics_elsewhere_are_noted_when_caught() {
        let panics = Panics::default();
        let caught = std::panic::catch_unwind(|| panic!("number {}", 7));
        panics.note_panic(caught.expect_err("it panicked").as_ref());
        assert_eq!(panics.texts(), ["number 7"]);
    }
}
