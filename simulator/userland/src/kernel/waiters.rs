//! Who waits for something.

use super::Pid;

/// Processes that want to look again when something changes. A process that has gone meanwhile is skipped when
/// the others are woken.
#[derive(Debug, Default)]
pub(super) struct Waiters(Vec<Pid>);

impl Waiters {
    pub(super) fn add(&mut self, pid: Pid) {
        if !self.0.contains(&pid) {
            self.0.push(pid);
        }
    }

    /// Everybody, to be woken; nobody waits after that.
    pub(super) fn take(&mut self) -> Vec<Pid> {
        std::mem::take(&mut self.0)
    }
}
