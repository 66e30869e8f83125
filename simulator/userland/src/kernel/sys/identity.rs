//! Who a process is and what surrounds it.

use super::super::process::{Arguments, Credentials, MAX_NICENESS, MIN_NICENESS, Process};
use super::super::{Charge, CpuTimes, Errno, Limit, Pid, ProcessStat, Resource, Sys, limits};
use super::CALL_FUEL;
use crate::exec::fuel;
use bytes::Bytes;
use runtime::Timestamp;
use std::sync::Arc;

impl Sys {
    /// Reads something of the process itself, which is in the table as long as its task runs.
    pub(super) fn own<T: Default>(&self, read: impl FnOnce(&Process) -> T) -> T {
        fuel::spend(CALL_FUEL);
        let state = self.kernel.lock();
        state.process(self.pid).map(read).unwrap_or_default()
    }

    fn change_own<T: Default>(&self, change: impl FnOnce(&mut Process) -> T) -> T {
        fuel::spend(CALL_FUEL);
        let mut state = self.kernel.lock();
        state.process_mut(self.pid).map(change).unwrap_or_default()
    }

    /// Process id.
    pub fn pid(&self) -> Pid {
        self.pid
    }

    /// Parent's process id; 0 when it was started from outside.
    pub fn ppid(&self) -> Pid {
        self.own(|process| process.parent)
    }

    /// Process group.
    pub fn pgid(&self) -> Pid {
        self.own(|process| process.pgid)
    }

    /// Session.
    pub fn sid(&self) -> Pid {
        self.own(|process| process.sid)
    }

    /// Real user.
    pub fn uid(&self) -> u32 {
        self.own(|process| process.credentials.uid)
    }

    /// Effective user.
    pub fn euid(&self) -> u32 {
        self.own(|process| process.credentials.euid)
    }

    /// Real group.
    pub fn gid(&self) -> u32 {
        self.own(|process| process.credentials.gid)
    }

    /// Effective group.
    pub fn egid(&self) -> u32 {
        self.own(|process| process.credentials.egid)
    }

    /// Supplementary groups.
    pub fn groups(&self) -> Vec<u32> {
        self.own(|process| process.credentials.groups.to_vec())
    }

    /// Arguments, the program's name first.
    pub fn argv(&self) -> &[Bytes] {
        &self.argv
    }

    /// Environment, `NAME=value` each, as it was when the program was executed.
    pub fn environ(&self) -> Vec<Bytes> {
        self.own(|process| process.arguments.environ.to_vec())
    }

    /// The executed file's base name, at most 15 bytes.
    pub fn exe_name(&self) -> Bytes {
        self.own(|process| process.comm.clone())
    }

    /// Shows `title` in place of the arguments.
    pub fn set_title(&self, title: &[u8]) {
        let argv: Arc<[Bytes]> = [Bytes::copy_from_slice(title)].into();
        let environ = self.own(|process| Some(process.arguments.environ.clone()));
        let Some(environ) = environ else {
            return;
        };
        let charge = Charge::of(Arguments::cost(&argv, &environ));
        let arguments = Arc::new(Arguments {
            argv,
            environ,
            charge,
        });
        self.change_own(|process| process.arguments = arguments);
    }

    /// The container's host name.
    pub fn hostname(&self) -> Bytes {
        fuel::spend(CALL_FUEL);
        self.kernel.lock().hostname.clone()
    }

    /// Permission bits that new files do not get.
    pub fn umask(&self) -> u32 {
        self.own(|process| process.umask)
    }

    /// Sets the umask; gives the one before.
    pub fn set_umask(&self, umask: u32) -> u32 {
        self.change_own(|process| std::mem::replace(&mut process.umask, umask & 0o777))
    }

    /// How much this process lets others go before it: -20 to 19.
    pub fn niceness(&self) -> i32 {
        self.own(|process| process.task.niceness())
    }

    /// Sets the niceness, as near as it can be. EACCES: less nice than before without being root.
    pub fn set_niceness(&self, niceness: i32) -> Result<(), Errno> {
        let niceness = niceness.clamp(MIN_NICENESS, MAX_NICENESS);
        self.change_own(|process| {
            if niceness < process.task.niceness() && process.credentials.euid != 0 {
                return Some(Errno::EACCES);
            }
            process.task.set_niceness(niceness);
            None
        })
        .map_or(Ok(()), Err)
    }

    /// Zone time.
    pub fn now(&self) -> Timestamp {
        self.kernel.clock.now()
    }

    /// When the container was started.
    pub fn booted_at(&self) -> Timestamp {
        self.kernel.booted_at
    }

    /// CPU time of this process and of the children it has waited for.
    pub fn cpu_times(&self) -> CpuTimes {
        self.own(|process| CpuTimes {
            own_ns: process.task.account.cpu_ns() + fuel::spent(),
            children_ns: process.children_cpu_ns,
        })
    }

    /// A resource's limits.
    pub fn limit(&self, resource: Resource) -> Limit {
        self.own(|process| Some(process.limit(resource)))
            .unwrap_or(Limit {
                soft: None,
                hard: None,
            })
    }

    /// Sets a resource's limits. EPERM: raises the hard limit without being root; EINVAL: soft above hard.
    pub fn set_limit(&self, resource: Resource, limit: Limit) -> Result<(), Errno> {
        let above = |a: Option<u64>, b: Option<u64>| a.unwrap_or(u64::MAX) > b.unwrap_or(u64::MAX);
        if above(limit.soft, limit.hard) {
            return Err(Errno::EINVAL);
        }
        self.change_own(|process| {
            let raises = above(limit.hard, process.limit(resource).hard);
            // Not even root may: containers lack that privilege.
            if raises {
                return Some(Errno::EPERM);
            }
            Arc::make_mut(&mut process.limits)[resource as usize] = limit;
            None
        })
        .map_or(Ok(()), Err)
    }

    /// Becomes another user for good. EPERM: not root, and not a change back to what the process is.
    pub fn set_credentials(&self, uid: u32, gid: u32, groups: &[u32]) -> Result<(), Errno> {
        if groups.len() > limits::GROUPS {
            return Err(Errno::EINVAL);
        }
        self.change_own(|process| {
            let credentials = &process.credentials;
            let same = (uid, gid) == (credentials.uid, credentials.gid);
            if credentials.euid != 0 && !same {
                return Some(Errno::EPERM);
            }
            process.credentials = Credentials::new(uid, gid, groups);
            None
        })
        .map_or(Ok(()), Err)
    }

    /// Every process of the container, by number.
    pub fn processes(&self) -> Vec<ProcessStat> {
        let rows = self.kernel.process_stats(self.pid);
        fuel::spend(CALL_FUEL * (1 + rows.len() as u64));
        rows
    }

    /// Names of the programs that exist, sorted.
    pub fn programs(&self) -> Vec<&'static str> {
        self.kernel.registry.names().collect()
    }

    /// Memory of the container, bytes.
    pub fn memory_bytes(&self) -> u64 {
        self.kernel.allowance.limit_bytes()
    }

    /// A random UUID's text, from the zone's seed.
    pub fn random_uuid(&self) -> String {
        self.kernel.random.uuid()
    }
}
