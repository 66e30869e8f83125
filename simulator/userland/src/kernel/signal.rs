//! Signals: what each does to a process.

use super::state::State;
use super::{Disposition, Errno, KillTarget, Pid};
use runtime::Signal;

/// What a signal does that a process has not decided about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DefaultAction {
    Terminate,
    Ignore,
    Stop,
    Continue,
}

fn default_action(signal: Signal) -> DefaultAction {
    match signal {
        Signal::Chld | Signal::Winch | Signal::Urg => DefaultAction::Ignore,
        Signal::Stop | Signal::Tstp | Signal::Ttin | Signal::Ttou => DefaultAction::Stop,
        Signal::Cont => DefaultAction::Continue,
        _ => DefaultAction::Terminate,
    }
}

/// Who sends a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// A process or a terminal of the container; the first process cannot be killed by it.
    Inside,
    /// The zone.
    Outside,
}

/// A process's dispositions and what has arrived.
#[derive(Clone, Debug)]
pub(super) struct SignalState {
    dispositions: [Disposition; 32],
    /// Caught and not yet taken; bit by Linux number.
    caught: u64,
    /// A caught signal has arrived that no call has answered with EINTR.
    pub(super) interrupt: bool,
    /// It ends the process at its next step; a stopped one only when it is continued, unless it is a KILL.
    pub(super) fatal: Option<Signal>,
}

impl Default for SignalState {
    fn default() -> Self {
        Self {
            dispositions: [Disposition::Default; 32],
            caught: 0,
            interrupt: false,
            fatal: None,
        }
    }
}

/// Sorts signals as Linux numbers them; those that Linux lacks come last.
fn rank(signal: Signal) -> u8 {
    signal
        .linux_number()
        .unwrap_or_else(|| 32 + signal.zone_number().min(31))
}

impl SignalState {
    pub(super) fn disposition(&self, signal: Signal) -> Disposition {
        self.dispositions[signal as usize]
    }

    pub(super) fn set_disposition(
        &mut self,
        signal: Signal,
        disposition: Disposition,
    ) -> Disposition {
        if matches!(signal, Signal::Kill | Signal::Stop) {
            return Disposition::Default;
        }
        if disposition != Disposition::Catch {
            self.caught &= !(1 << rank(signal));
        }
        std::mem::replace(&mut self.dispositions[signal as usize], disposition)
    }

    /// The lowest caught signal that has arrived.
    pub(super) fn take_caught(&mut self) -> Option<Signal> {
        if self.caught == 0 {
            return None;
        }
        let lowest = self.caught.trailing_zeros();
        self.caught &= !(1 << lowest);
        if self.caught == 0 {
            self.interrupt = false;
        }
        Signal::all().find(|signal| u32::from(rank(*signal)) == lowest)
    }

    pub(super) fn has_caught(&self) -> bool {
        self.caught != 0
    }

    fn catch(&mut self, signal: Signal) {
        self.caught |= 1 << rank(signal);
        self.interrupt = true;
    }

    /// What a child starts with: dispositions, nothing pending.
    pub(super) fn for_child(&self) -> Self {
        Self {
            dispositions: self.dispositions,
            ..Self::default()
        }
    }

    /// Another program cannot catch what this one caught.
    pub(super) fn reset_for_exec(&mut self) {
        for disposition in &mut self.dispositions {
            if *disposition == Disposition::Catch {
                *disposition = Disposition::Default;
            }
        }
        self.caught = 0;
        self.interrupt = false;
    }

    /// The ignored and caught sets as `/proc/PID/status` shows them: bit by Linux number minus one.
    pub(super) fn masks(&self) -> (u64, u64) {
        let mask = |wanted| {
            Signal::all()
                .filter(|signal| self.disposition(*signal) == wanted)
                .filter_map(Signal::linux_number)
                .fold(0u64, |mask, number| mask | 1 << (number - 1))
        };
        (mask(Disposition::Ignore), mask(Disposition::Catch))
    }
}

impl State {
    /// Delivers a signal to one process. Zombies and unknown numbers ignore it.
    pub(super) fn post(&mut self, pid: Pid, signal: Signal, origin: Origin) {
        let Some(process) = self.processes.get_mut(&pid) else {
            return;
        };
        let fatal = process.signals.fatal;
        let ends = match process.stopped {
            Some(_) => fatal == Some(Signal::Kill),
            None => fatal.is_some(),
        };
        if process.is_zombie() || ends {
            return;
        }
        if signal == Signal::Cont || signal == Signal::Kill {
            process.stop_unreported = false;
            if signal == Signal::Cont && process.stopped.take().is_some() {
                process.wake();
            }
        }
        match process.signals.disposition(signal) {
            Disposition::Ignore => return,
            Disposition::Catch => {
                process.signals.catch(signal);
                process.task.set_caught(true);
                process.wake();
                return;
            }
            Disposition::Default => {}
        }
        // The first process ignores what it does not handle, except a KILL from outside (12.4).
        if pid == 1 && (signal != Signal::Kill || origin == Origin::Inside) {
            return;
        }
        match default_action(signal) {
            DefaultAction::Ignore | DefaultAction::Continue => {}
            DefaultAction::Terminate => {
                // Of those that a stopped process has got, the lowest ends it.
                let first = |other| signal == Signal::Kill || rank(signal) < rank(other);
                if fatal.is_none_or(first) {
                    process.signals.fatal = Some(signal);
                }
                process.task.set_attention(true);
                process.wake();
            }
            DefaultAction::Stop => self.stop(pid, signal),
        }
    }

    fn stop(&mut self, pid: Pid, signal: Signal) {
        let Some(process) = self.process(pid) else {
            return;
        };
        let pgid = process.pgid;
        // Nobody could continue a group that no parent of the session watches.
        if signal != Signal::Stop && self.is_orphaned(pgid) {
            return;
        }
        let Some(process) = self.processes.get_mut(&pid) else {
            return;
        };
        process.stopped = Some(signal);
        process.stop_unreported = true;
        process.task.set_attention(true);
        process.wake();
        let parent = process.parent;
        self.notify_parent(parent);
    }

    /// Whether no member of the group has a parent in the same session but another group.
    pub(super) fn is_orphaned(&self, pgid: Pid) -> bool {
        let members = self.processes.values().filter(|p| p.pgid == pgid);
        !members.into_iter().any(|member| {
            self.process(member.parent)
                .is_some_and(|parent| parent.sid == member.sid && parent.pgid != pgid)
        })
    }

    /// A child has ended or stopped.
    pub(super) fn notify_parent(&mut self, parent: Pid) {
        self.post(parent, Signal::Chld, Origin::Inside);
        if let Some(parent) = self.process(parent) {
            parent.wake();
        }
    }

    /// Delivers a signal to every member of a process group.
    pub(super) fn post_group(&mut self, pgid: Pid, signal: Signal, origin: Origin) {
        let members: Vec<Pid> = self
            .processes
            .values()
            .filter(|process| process.pgid == pgid)
            .map(|process| process.pid)
            .collect();
        for pid in members {
            self.post(pid, signal, origin);
        }
    }

    /// `kill(2)`: signals those of the target that `sender` may signal.
    pub(super) fn kill(
        &mut self,
        sender: Pid,
        target: KillTarget,
        signal: Option<Signal>,
    ) -> Result<(), Errno> {
        let own = self.process(sender).ok_or(Errno::ESRCH)?;
        let (own_group, credentials) = (own.pgid, own.credentials.clone());
        let is_target = |process: &super::process::Process| match target {
            KillTarget::Pid(pid) => process.pid == pid,
            KillTarget::Group(pgid) => process.pgid == pgid,
            KillTarget::OwnGroup => process.pgid == own_group,
            KillTarget::All => process.pid != 1 && process.pid != sender,
        };
        let mut found = false;
        let mut allowed = Vec::new();
        for process in self.processes.values().filter(|p| is_target(p)) {
            found = true;
            let owner = &process.credentials;
            let same_session_cont = signal == Some(Signal::Cont)
                && self.process(sender).is_some_and(|s| s.sid == process.sid);
            if credentials.euid == 0
                || [credentials.uid, credentials.euid].contains(&owner.uid)
                || same_session_cont
            {
                allowed.push(process.pid);
            }
        }
        match (found, allowed.is_empty()) {
            (false, _) => return Err(Errno::ESRCH),
            (true, true) => return Err(Errno::EPERM),
            _ => {}
        }
        if let Some(signal) = signal {
            for pid in allowed {
                self.post(pid, signal, Origin::Inside);
            }
        }
        Ok(())
    }
}
