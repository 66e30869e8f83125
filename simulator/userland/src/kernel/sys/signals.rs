//! Signals.

use super::super::{Disposition, Errno, KillTarget, Sys};
use super::CALL_FUEL;
use crate::exec::fuel;
use runtime::Signal;

impl Sys {
    /// Sends a signal, or with `None` only asks whether it could be sent. ESRCH: no such process; EPERM: none that
    /// the sender may signal. A signal that ends the sender itself does so at its next async call.
    pub fn kill(&self, target: KillTarget, signal: Option<Signal>) -> Result<(), Errno> {
        fuel::spend(CALL_FUEL);
        self.kernel.lock().kill(self.pid, target, signal)
    }

    /// Decides what a signal does; gives what it did before. KILL and STOP stay as they are.
    pub fn set_disposition(&self, signal: Signal, disposition: Disposition) -> Disposition {
        fuel::spend(CALL_FUEL);
        let mut state = self.kernel.lock();
        state
            .process_mut(self.pid)
            .map_or(Disposition::Default, |process| {
                process.signals.set_disposition(signal, disposition)
            })
    }

    /// What a signal does.
    pub fn disposition(&self, signal: Signal) -> Disposition {
        self.own(|process| process.signals.disposition(signal))
    }

    /// Whether a caught signal waits to be taken; no call will answer EINTR for it.
    pub(in crate::kernel) fn has_caught_signal(&self) -> bool {
        let mut state = self.kernel.lock();
        let Some(process) = state.process_mut(self.pid) else {
            return false;
        };
        let caught = process.signals.has_caught();
        if caught {
            process.signals.interrupt = false;
        }
        caught
    }

    /// The next caught signal that has arrived, lowest Linux number first.
    pub fn take_caught(&self) -> Option<Signal> {
        if !self.task.may_have_caught() {
            return None;
        }
        let mut state = self.kernel.lock();
        let signals = &mut state.process_mut(self.pid)?.signals;
        let signal = signals.take_caught();
        self.task.set_caught(signals.has_caught());
        signal
    }
}
