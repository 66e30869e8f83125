//! Actions of `trap` and signals that wait for them.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;

use crate::kernel::{Disposition, Signal, Sys};
use crate::signal_names;

pub(crate) use signal_names::EXIT;

/// The number that stands for commands that fail.
pub(crate) const ERR: u8 = 65;

/// Actions by Linux signal number.
#[derive(Debug, Clone, Default)]
pub(crate) struct Traps {
    /// An empty action ignores the signal.
    actions: BTreeMap<u8, Bytes>,
    pending: BTreeSet<u8>,
    /// An action was set once: busybox stays from then on even when it is taken away again.
    had_action: bool,
    /// Signals that were ignored when the shell began, which scripts cannot change.
    fixed: BTreeSet<u8>,
    /// Signals the shell ignores or catches for itself; forks get their default action back.
    own: BTreeSet<u8>,
    /// What the shell around `$(trap)` had set, for the listing.
    listed: Option<BTreeMap<u8, Bytes>>,
}

impl Traps {
    pub(crate) fn action(&self, number: u8) -> Option<&Bytes> {
        self.actions.get(&number)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (u8, &Bytes)> {
        let listed = self.listed.as_ref().unwrap_or(&self.actions);
        listed.iter().map(|(number, action)| (*number, action))
    }

    /// Keeps what is set for a listing in the subshell that comes next.
    pub(crate) fn keep_listed(&mut self) {
        self.listed = Some(self.actions.clone());
    }

    /// Takes the action for commands that fail away.
    pub(crate) fn take_error(&mut self) -> Option<Bytes> {
        self.actions.remove(&ERR)
    }

    /// Puts an action back that was taken away, unless there is another by now.
    pub(crate) fn put_error_back(&mut self, action: Bytes) {
        self.actions.entry(ERR).or_insert(action);
    }

    /// Whether something must still run in this process when signals come or it ends.
    pub(crate) fn has_actions(&self) -> bool {
        self.had_action || self.actions.values().any(|action| !action.is_empty())
    }

    pub(crate) fn take_exit(&mut self) -> Option<Bytes> {
        self.actions
            .remove(&EXIT)
            .filter(|action| !action.is_empty())
    }

    /// Sets or removes an action and the process's disposition with it.
    pub(crate) fn set(&mut self, sys: &Sys, number: u8, action: Option<Bytes>, interactive: bool) {
        if let Some(signal) = Signal::from_linux_number(number)
            && !matches!(signal, Signal::Kill | Signal::Stop)
        {
            let untouched = !self.actions.contains_key(&number) && !self.own.contains(&number);
            if untouched && sys.disposition(signal) == Disposition::Ignore {
                self.fixed.insert(number);
            }
            if !self.fixed.contains(&number) || interactive {
                let disposition = match &action {
                    None => self.own_disposition(number),
                    Some(action) if action.is_empty() => Disposition::Ignore,
                    Some(_) => Disposition::Catch,
                };
                sys.set_disposition(signal, disposition);
            }
        }
        self.had_action |= action.as_ref().is_some_and(|action| !action.is_empty());
        match action {
            Some(action) => self.actions.insert(number, action),
            None => self.actions.remove(&number),
        };
    }

    fn own_disposition(&self, number: u8) -> Disposition {
        if !self.own.contains(&number) {
            Disposition::Default
        } else if Signal::from_linux_number(number) == Some(Signal::Int) {
            Disposition::Catch
        } else {
            Disposition::Ignore
        }
    }

    /// What a shell does with signals meant for its jobs. `interrupts`: Ctrl-C is acted on between commands.
    pub(crate) fn guard(&mut self, sys: &Sys, interrupts: bool, interactive: bool) {
        let mut own = vec![Signal::Quit];
        if interrupts {
            own.push(Signal::Int);
        }
        if interactive {
            own.push(Signal::Term);
        }
        for signal in own {
            let Some(number) = signal.linux_number() else {
                continue;
            };
            if sys.disposition(signal) == Disposition::Ignore && !interactive {
                self.fixed.insert(number);
                continue;
            }
            self.own.insert(number);
            sys.set_disposition(signal, self.own_disposition(number));
        }
    }

    /// Signals of the terminal do not stop a shell that controls jobs.
    pub(crate) fn guard_terminal(&mut self, sys: &Sys, on: bool) {
        for signal in [Signal::Tstp, Signal::Ttin, Signal::Ttou] {
            let Some(number) = signal.linux_number() else {
                continue;
            };
            if on {
                self.own.insert(number);
            } else {
                self.own.remove(&number);
            }
            if !self.actions.contains_key(&number) {
                sys.set_disposition(signal, self.own_disposition(number));
            }
        }
    }

    /// Gives a program that takes over the signals the shell ignored for itself.
    pub(crate) fn release(&self, sys: &Sys) {
        for number in &self.own {
            if !self.actions.contains_key(number)
                && let Some(signal) = Signal::from_linux_number(*number)
            {
                sys.set_disposition(signal, Disposition::Default);
            }
        }
    }

    /// Whether the shell catches Ctrl-C for itself.
    pub(crate) fn catches_interrupts(&self) -> bool {
        Signal::Int
            .linux_number()
            .is_some_and(|number| self.own.contains(&number) && !self.actions.contains_key(&number))
    }

    /// Signals whose default action a fork restores before it goes on.
    pub(crate) fn enter_subshell(&mut self) -> Vec<Signal> {
        let mut reset: BTreeSet<u8> = std::mem::take(&mut self.own);
        self.pending.clear();
        self.had_action = false;
        self.actions.retain(|number, action| {
            if action.is_empty() {
                reset.remove(number);
                return true;
            }
            reset.insert(*number);
            false
        });
        reset
            .into_iter()
            .filter_map(Signal::from_linux_number)
            .collect()
    }

    /// Notes a caught signal; false when no action is set for it.
    pub(crate) fn note(&mut self, signal: Signal) -> bool {
        let Some(number) = signal.linux_number() else {
            return false;
        };
        let known = self
            .actions
            .get(&number)
            .is_some_and(|action| !action.is_empty());
        if known {
            self.pending.insert(number);
        }
        known
    }

    pub(crate) fn has_pending(&self) -> bool {
        !self.pending.is_empty()
    }

    /// The lowest pending signal.
    pub(crate) fn first_pending(&self) -> Option<u8> {
        self.pending.first().copied()
    }

    /// The next pending signal's action.
    pub(crate) fn take_pending(&mut self) -> Option<(u8, Bytes)> {
        while let Some(number) = self.pending.pop_first() {
            if let Some(action) = self.actions.get(&number) {
                return Some((number, action.clone()));
            }
        }
        None
    }
}

/// The number of what `trap` takes: a signal or `ERR`.
pub(crate) fn trap_number(text: &[u8]) -> Option<u8> {
    if text == b"ERR" {
        return Some(ERR);
    }
    signal_names::number(text)
}

/// How `trap` names it.
pub(crate) fn trap_name(number: u8) -> String {
    match number {
        ERR => "ERR".to_owned(),
        _ => signal_names::name(number),
    }
}

/// What the shell says of a process that a signal ended.
pub(crate) fn signal_text(signal: Signal) -> &'static str {
    match signal {
        Signal::Hup => "Hangup",
        Signal::Int => "Interrupt",
        Signal::Quit => "Quit",
        Signal::Ill => "Illegal instruction",
        Signal::Trap => "Trace/breakpoint trap",
        Signal::Abrt => "Aborted",
        Signal::Fpe => "Floating point exception",
        Signal::Kill => "Killed",
        Signal::Bus => "Bus error",
        Signal::Segv => "Segmentation fault",
        Signal::Sys => "Bad system call",
        Signal::Pipe => "Broken pipe",
        Signal::Alrm => "Alarm clock",
        Signal::Term => "Terminated",
        Signal::Usr1 => "User defined signal 1",
        Signal::Usr2 => "User defined signal 2",
        Signal::Chld => "Child exited",
        Signal::Pwr => "Power failure",
        Signal::Winch => "Window changed",
        Signal::Urg => "Urgent I/O condition",
        Signal::Poll => "I/O possible",
        Signal::Stop => "Stopped (signal)",
        Signal::Tstp => "Stopped",
        Signal::Cont => "Continued",
        Signal::Ttin => "Stopped (tty input)",
        Signal::Ttou => "Stopped (tty output)",
        Signal::Vtalrm => "Virtual timer expired",
        Signal::Prof => "Profiling timer expired",
        Signal::Xcpu => "CPU time limit exceeded",
        Signal::Xfsz => "File size limit exceeded",
        Signal::Emt => "Stack fault",
        Signal::Lost => "Unknown signal",
    }
}
