//! Waiting for children.

use super::state::State;
use super::{Errno, Pid, WaitFlags, WaitFor, WaitStatus};
use std::task::Poll;

impl State {
    /// One look at the children of `pid`: a zombie is taken out of the table.
    pub(super) fn poll_wait(
        &mut self,
        pid: Pid,
        who: WaitFor,
        flags: WaitFlags,
    ) -> Poll<Result<Option<(Pid, WaitStatus)>, Errno>> {
        let Some(parent) = self.process(pid) else {
            return Poll::Ready(Err(Errno::ESRCH));
        };
        let mut any = false;
        let mut found = None;
        for child in parent
            .children
            .iter()
            .filter_map(|child| self.process(*child))
        {
            let wanted = match who {
                WaitFor::Any => true,
                WaitFor::Pid(wanted) => child.pid == wanted,
                WaitFor::Group(pgid) => child.pgid == pgid,
            };
            if !wanted {
                continue;
            }
            any = true;
            if let Some(status) = child.status {
                found = Some((child.pid, status));
                break;
            }
            if let (true, true, Some(signal)) =
                (flags.untraced, child.stop_unreported, child.stopped)
            {
                found = Some((child.pid, WaitStatus::Stopped(signal)));
                break;
            }
        }
        match found {
            Some((child, status @ WaitStatus::Stopped(_))) => {
                if let Some(child) = self.process_mut(child) {
                    child.stop_unreported = false;
                }
                Poll::Ready(Ok(Some((child, status))))
            }
            Some((child, status)) => {
                self.reap(child);
                Poll::Ready(Ok(Some((child, status))))
            }
            None if !any => Poll::Ready(Err(Errno::ECHILD)),
            None if flags.nohang => Poll::Ready(Ok(None)),
            None => Poll::Pending,
        }
    }

    /// Takes a zombie out of the table and adds its CPU time to its parent's.
    pub(super) fn reap(&mut self, pid: Pid) {
        let Some(child) = self.processes.remove(&pid) else {
            return;
        };
        self.counters.reaped();
        let cpu_ns = child.task.account.cpu_ns() + child.children_cpu_ns;
        if let Some(parent) = self.process_mut(child.parent) {
            parent.children.retain(|other| *other != pid);
            parent.children_cpu_ns += cpu_ns;
        }
    }
}
