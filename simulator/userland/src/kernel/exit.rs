//! The one way a process dies, and how one comes to be.

use super::container::Kernel;
use super::mount::Files;
use super::process::Process;
use super::signal::Origin;
use super::state::State;
use super::vfs::Node;
use super::{Disposition, Pid, WaitStatus};
use runtime::Signal;
use std::sync::Arc;

/// Whether the end of a process is the end of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Halts {
    Yes,
    No,
}

impl State {
    /// Adds a process to the table.
    pub(super) fn add_process(&mut self, process: Process) {
        if let Some(parent) = self.process_mut(process.parent) {
            parent.children.push(process.pid);
        }
        self.live += 1;
        self.counters.born();
        self.processes.insert(process.pid, Box::new(process));
    }

    /// Gives the children of `pid` to the first process, or to nobody.
    fn reparent_children(&mut self, pid: Pid) {
        let children = match self.process_mut(pid) {
            Some(process) => std::mem::take(&mut process.children),
            None => return,
        };
        let heir = match self.process(1) {
            Some(init) if pid != 1 && !init.is_zombie() => 1,
            _ => 0,
        };
        for child_pid in children {
            let Some(child) = self.process_mut(child_pid) else {
                continue;
            };
            child.parent = heir;
            let zombie = child.is_zombie();
            match self.process_mut(heir) {
                Some(heir) => heir.children.push(child_pid),
                None if zombie => self.reap(child_pid),
                None => {}
            }
            if zombie {
                self.child_ended(child_pid);
            }
        }
    }

    /// Tells the parent, or takes the zombie away when nobody will wait for it.
    fn child_ended(&mut self, pid: Pid) {
        let Some(parent) = self.process(pid).map(|process| process.parent) else {
            return;
        };
        let ignores = self.process(parent).is_none_or(|parent| {
            parent.is_zombie() || parent.signals.disposition(Signal::Chld) == Disposition::Ignore
        });
        if ignores {
            self.reap(pid);
        }
        self.notify_parent(parent);
    }

    /// The end of a session's leader hangs up its terminal and the foreground, also that of a terminal it has lost.
    fn end_session(&mut self, pid: Pid) {
        let mut foreground = self.process(pid).and_then(|leader| leader.left_foreground);
        if let Some(number) = self.session_tty(pid) {
            foreground = self.ttys.get(&number).and_then(|tty| tty.foreground);
            self.hang_up(number);
        }
        if let Some(group) = foreground {
            self.post_group(group, Signal::Hup, Origin::Inside);
            self.post_group(group, Signal::Cont, Origin::Inside);
        }
    }

    /// Groups that lose their last watcher and hold a stopped process are hung up.
    fn release_orphans(&mut self, watched: &[Pid]) {
        for group in watched {
            let stopped = self
                .processes
                .values()
                .any(|process| process.pgid == *group && process.stopped.is_some());
            if stopped && self.is_orphaned(*group) {
                self.post_group(*group, Signal::Hup, Origin::Inside);
                self.post_group(*group, Signal::Cont, Origin::Inside);
            }
        }
    }

    fn child_groups(&self, pid: Pid) -> Vec<Pid> {
        let children = self.process(pid).map(|process| process.children.as_slice());
        let mut groups: Vec<Pid> = children
            .unwrap_or_default()
            .iter()
            .filter_map(|child| self.process(*child))
            .map(|child| child.pgid)
            .collect();
        groups.sort_unstable();
        groups.dedup();
        groups
    }

    /// Turns a process into a zombie; `None` when it is one already.
    fn bury(&mut self, pid: Pid, status: WaitStatus, fs: &mut Files<'_>) -> Option<()> {
        let process = self.process_mut(pid).filter(|p| !p.is_zombie())?;
        process.waker = None;
        process.stopped = None;
        let directories = [process.cwd, process.root];
        let leads_session = process.sid == pid;
        self.close_all(pid, fs);
        for node in directories {
            if let Node::Fs(ino) = node {
                fs.release(ino);
            }
        }
        if leads_session {
            self.end_session(pid);
        }
        let groups = self.child_groups(pid);
        self.reparent_children(pid);
        self.process_mut(pid)?.status = Some(status);
        self.live -= 1;
        self.release_orphans(&groups);
        self.child_ended(pid);
        if pid == 1 {
            self.kill_rest();
        }
        Some(())
    }

    /// The first process is gone: everything else goes too, but what has to send their output.
    fn kill_rest(&mut self) {
        self.dying = true;
        let pids: Vec<Pid> = self.processes.keys().copied().collect();
        for pid in pids {
            if !self.is_helper(pid) {
                self.post(pid, Signal::Kill, Origin::Outside);
            }
        }
    }

    /// Forgets what is left when no process lives any more.
    fn clear(&mut self) {
        let zombies: Vec<Pid> = self.processes.keys().copied().collect();
        for pid in zombies {
            self.reap(pid);
        }
        let ttys: Vec<u32> = self.ttys.keys().copied().collect();
        for number in ttys {
            self.hang_up(number);
        }
    }
}

impl Kernel {
    /// Ends a process: closes its descriptors, wakes who waits for them, gives its children away, tells its
    /// parent. The container is gone with its last process.
    pub(super) fn exit(self: &Arc<Self>, pid: Pid, status: WaitStatus) {
        let mut state = self.lock();
        let on_exit = state.process_mut(pid).and_then(|p| p.on_exit.take());
        let buried = {
            let mut fs = self.lock_fs();
            state.bury(pid, status, &mut fs)
        };
        if buried.is_none() {
            return;
        }
        let halts = state.look_after_helper(pid);
        let mut on_empty = None;
        if state.live == 0 && state.dying {
            state.clear();
            self.stack.detach();
            on_empty = state.on_empty.take();
        }
        drop(state);
        if let Some(on_exit) = on_exit {
            on_exit(status);
        }
        if let Some(on_empty) = on_empty {
            on_empty();
        }
        if halts == Halts::Yes {
            self.halt();
        }
    }
}
