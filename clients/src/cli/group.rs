//! Process groups: each command has one, and it has to go.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};

/// Time between two looks at a group that was killed.
const LOOK_EVERY: Duration = Duration::from_millis(1);

/// The groups a client has started and not yet seen gone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Groups(Arc<Mutex<Vec<Tracked>>>);

#[derive(Debug)]
struct Tracked {
    id: Pid,
    /// Its command is over, or its handle was dropped.
    should_be_gone: bool,
}

impl Groups {
    pub(super) fn started(&self, id: Pid) {
        self.with(|groups| {
            groups.push(Tracked {
                id,
                should_be_gone: false,
            });
        });
    }

    pub(super) fn should_be_gone(&self, id: Pid) {
        self.with(|groups| {
            for group in groups.iter_mut().filter(|group| group.id == id) {
                group.should_be_gone = true;
            }
        });
    }

    pub(super) fn gone(&self, id: Pid) {
        self.with(|groups| groups.retain(|group| group.id != id));
    }

    pub(crate) fn leftover(&self) -> Vec<i32> {
        self.with(|groups| {
            groups
                .iter()
                .filter(|group| group.should_be_gone)
                .map(|group| group.id.as_raw_nonzero().get())
                .collect()
        })
    }

    fn with<T>(&self, act: impl FnOnce(&mut Vec<Tracked>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Kills every member of the group.
///
/// To be called only while the leader is not reaped: until then the id is the group's.
pub(super) fn kill(id: Pid) {
    // A group that is gone already is what is wanted.
    let _ = kill_process_group(id, Signal::KILL);
}

/// Waits until no member of the group runs; says whether that came true.
pub(super) fn wait_gone(id: Pid, within: Duration) -> bool {
    let until = Instant::now() + within;
    loop {
        if test_kill_process_group(id).is_err() || !any_member_runs(id) {
            return true;
        }
        if Instant::now() >= until {
            return false;
        }
        thread::sleep(LOOK_EVERY);
    }
}

/// Whether a process of the group is more than a zombie that waits for its parent.
fn any_member_runs(id: Pid) -> bool {
    let Ok(processes) = std::fs::read_dir("/proc") else {
        // No /proc to look closer: the group exists, so something of it does.
        return true;
    };
    let group = id.as_raw_nonzero().to_string();
    processes.filter_map(Result::ok).any(|process| {
        let stat = std::fs::read_to_string(process.path().join("stat")).unwrap_or_default();
        // `pid (name) state parent group …`; the name may hold anything but its last `)`.
        let Some((_, rest)) = stat.rsplit_once(')') else {
            return false;
        };
        let mut fields = rest.split_ascii_whitespace();
        let state = fields.next().unwrap_or("Z");
        fields.nth(1) == Some(&group) && !matches!(state, "Z" | "X")
    })
}
