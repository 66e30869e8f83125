//! Doing something with each of a list, several at once.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;

/// Does `work` with each of a list on `workers` threads, and `take` on this one with what comes of it, as it comes. A
/// worker ends when `work` gives nothing; all do when `take` fails.
///
/// # Errors
///
/// That of `take`.
pub(crate) fn each<T: Send, R: Send, E>(
    list: Vec<T>,
    workers: usize,
    work: impl Fn(T) -> Option<R> + Sync,
    mut take: impl FnMut(R) -> Result<(), E>,
) -> Result<(), E> {
    let queue = Mutex::new(VecDeque::from(list));
    let (sender, received) = mpsc::channel();
    thread::scope(|scope| {
        for place in 0..workers.max(1) {
            let (queue, work, sender) = (&queue, &work, sender.clone());
            let next = || {
                let mut queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
                queue.pop_front()
            };
            let each = move || {
                while let Some(done) = next().and_then(work) {
                    if sender.send(done).is_err() {
                        break;
                    }
                }
            };
            thread::Builder::new()
                .name(format!("suite-{place}"))
                .spawn_scoped(scope, each)
                .expect("a machine that runs clients has a thread to spare");
        }
        drop(sender);
        received.into_iter().try_for_each(&mut take)
    })
}
