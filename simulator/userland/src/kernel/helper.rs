//! The process that sends a container's output elsewhere (containers.md 9). The container does not end before it has sent
//! what the others wrote, and they do not outlive it (CTR-55).

use super::container::{Kernel, RootProcess};
use super::exit::Halts;
use super::process::Credentials;
use super::signal::Origin;
use super::state::State;
use super::{BoxFuture, Charge, Errno, ExecImage, Exit, Pid, Stdio, Sys};
use bytes::Bytes;
use runtime::clock::TimerOwner;
use runtime::console::Cursor;
use runtime::{LogDriver, Signal};
use std::sync::Arc;

/// What the process shows as its program; no container has that file.
const PATH: &[u8] = b"/native/usr/sbin/logger";

/// What a helper is told.
#[derive(Debug)]
pub(crate) struct LogJob {
    /// Where the output goes.
    pub(crate) driver: LogDriver,
    /// The output.
    pub(crate) output: Cursor,
}

/// A container's helper.
#[derive(Debug)]
pub(super) struct Helper {
    pid: Pid,
    /// Until the process has taken it.
    job: Option<LogJob>,
    /// Nobody else lives who could write more.
    output_ended: bool,
}

impl State {
    /// Whether a process is the helper, and has not ended.
    pub(super) fn is_helper(&self, pid: Pid) -> bool {
        self.helper.as_ref().is_some_and(|helper| helper.pid == pid)
    }

    /// Whether all is written that the helper has to send.
    pub(super) fn has_output_ended(&self) -> bool {
        self.helper
            .as_ref()
            .is_none_or(|helper| helper.output_ended)
    }

    /// A process has ended: the helper is told when it is the last one, and the others go when it was the helper.
    pub(super) fn look_after_helper(&mut self, ended: Pid) -> Halts {
        if self.is_helper(ended) {
            let sent_all = self.has_output_ended();
            self.helper = None;
            return match sent_all {
                true => Halts::No,
                false => Halts::Yes,
            };
        }
        if self.dying
            && self.live == 1
            && let Some(helper) = &mut self.helper
        {
            helper.output_ended = true;
            let pid = helper.pid;
            // One that was stopped would keep the container for ever.
            self.post(pid, Signal::Cont, Origin::Outside);
            self.wake_all(&[pid]);
        }
        Halts::No
    }
}

impl Kernel {
    /// Kills the helper, as the node may lose it; whether there was one.
    pub(crate) fn kill_helper(&self) -> bool {
        let mut state = self.lock();
        let pid = state.helper.as_ref().map(|helper| helper.pid);
        if let Some(pid) = pid {
            state.post(pid, Signal::Kill, Origin::Outside);
        }
        pid.is_some()
    }

    /// As [`Kernel::start`] of a container's first process, with a helper beside it that runs `program`. Without its
    /// helper a container does not go on.
    pub(crate) fn start_with_helper(
        self: &Arc<Self>,
        root: RootProcess,
        owner: TimerOwner,
        job: LogJob,
        program: fn(Sys) -> BoxFuture<'static, Exit>,
    ) -> Result<Pid, Errno> {
        let argv =
            ["logger", job.driver.form.name()].map(|word| Bytes::from_static(word.as_bytes()));
        let first = self.enlist(root)?;
        let helper = self.enlist(RootProcess {
            credentials: Credentials::new(0, 0, &[]),
            cwd: rootfs::ROOT,
            image: ExecImage {
                main: program,
                argv: argv.into(),
                env: Arc::from([]),
                charge: Charge::new(),
                path: Bytes::from_static(PATH),
                comm: Bytes::from_static(b"logger"),
            },
            stdio: Stdio::Nothing,
            owner,
            on_start: Box::new(|| {}),
            on_exit: Box::new(|_| {}),
        });
        match helper {
            Ok(helper) => {
                self.lock().helper = Some(Box::new(Helper {
                    pid: helper.pid(),
                    job: Some(job),
                    output_ended: false,
                }));
                self.go(helper);
            }
            Err(_) => self.halt(),
        }
        Ok(self.go(first))
    }

    /// What the calling helper has to do; told once.
    pub(super) fn take_log_job(&self, pid: Pid) -> Option<LogJob> {
        let mut state = self.lock();
        let helper = state.helper.as_mut().filter(|helper| helper.pid == pid)?;
        helper.job.take()
    }
}
