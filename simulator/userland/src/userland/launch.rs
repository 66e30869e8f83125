//! Starting containers and execs.

use super::container::{Container, Run, Silence};
use super::{Shared, Userland, accounts, environment, files, report};
use crate::exec::{CpuCap, GroupConfig};
use crate::kernel::{Kernel, KernelConfig, LogJob, RootProcess, StartFailure, Stdio, WaitStatus};
use crate::logger;
use bytes::Bytes;
use runtime::clock::TimerOwner;
use runtime::console::{Console, Stream, StreamSet};
use runtime::{
    ExecId, ExecSpec, ExitStatus, Incarnation, InstanceId, RuntimeError, RuntimeEvent, StartSpec,
    Timestamp,
};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use time::OffsetDateTime;
use time::macros::format_description;

/// What a process of the runtime's is made from.
struct Command {
    argv: Vec<Bytes>,
    env: Vec<Bytes>,
    user: Bytes,
    workdir: Bytes,
    /// Put into the environment of a container's first process only.
    hostname: Option<String>,
}

/// The status the zone shows for how a process ended (CTR-06).
fn exit_status(status: WaitStatus) -> ExitStatus {
    ExitStatus(match status {
        WaitStatus::Exited(code) => i32::from(code),
        // Nothing dumps core here: the limit of a core's size is 0.
        WaitStatus::Signaled(signal) | WaitStatus::Stopped(signal) => {
            -i32::from(signal.zone_number())
        }
    })
}

/// The terminal or the streams of a process.
fn stdio(console: Console, tty: bool, stdin: bool) -> Stdio {
    if tty {
        Stdio::Terminal(console)
    } else {
        Stdio::Streams { console, stdin }
    }
}

/// A working directory: anchored at `/`, with `~` for the home directory.
fn anchored(workdir: &[u8], home: &[u8]) -> Bytes {
    let path = match workdir.strip_prefix(b"~") {
        Some(rest) if rest.is_empty() || rest[0] == b'/' => [home, rest].concat(),
        _ if workdir.first() == Some(&b'/') => workdir.to_vec(),
        _ => [b"/", workdir].concat(),
    };
    path.into()
}

impl Command {
    /// Everything but descriptors and callbacks, or why it cannot run.
    fn prepare(
        self,
        kernel: &Kernel,
        fs: &Mutex<rootfs::RootFs>,
    ) -> Result<(crate::kernel::Credentials, u64, crate::kernel::ExecImage), StartFailure> {
        let identity = {
            let fs = fs.lock().unwrap_or_else(PoisonError::into_inner);
            accounts::identify(&fs, &self.user)?
        };
        let env = environment::environment(&identity.home, self.hostname.as_deref(), &self.env);
        let workdir = anchored(&self.workdir, &identity.home);
        let cwd = kernel.working_directory(&identity.credentials, &workdir)?;
        let image = kernel.command(&identity.credentials, cwd, self.argv, env)?;
        Ok((identity.credentials, cwd, image))
    }
}

/// The line of a command that cannot run: `<ISO time> FATAL (code: 17): …`.
fn fatal_line(at: Timestamp, failure: &StartFailure) -> Vec<u8> {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
    let time = i64::try_from(at.as_secs())
        .ok()
        .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
        .and_then(|time| time.format(&format).ok())
        .unwrap_or_default();
    let mut line = format!("{time} FATAL (code: {}): ", failure.code()).into_bytes();
    line.extend_from_slice(&failure.text());
    line.push(b'\n');
    line
}

/// What every container of SmartOS runs besides (CTR-95).
const DAEMON: &[u8] = b"/lib/inet/ipmgmtd";

/// Starts it; an image that lacks it goes without.
fn start_daemon(kernel: &Arc<Kernel>, fs: &Mutex<rootfs::RootFs>, owner: TimerOwner) {
    let command = Command {
        argv: vec![Bytes::from_static(DAEMON)],
        env: Vec::new(),
        user: Bytes::new(),
        workdir: Bytes::new(),
        hostname: None,
    };
    let Ok((credentials, cwd, image)) = command.prepare(kernel, fs) else {
        return;
    };
    let begun = kernel.start(RootProcess {
        credentials,
        cwd,
        image,
        stdio: stdio(Console::new(None), false, false),
        owner,
        on_start: Box::new(|| {}),
        on_exit: Box::new(|_| {}),
    });
    if let Err(error) = begun {
        tracing::debug!(?error, "the container ended before its daemon began");
    }
}

impl Shared {
    /// The container's run is over.
    fn forget_run(&self, instance: InstanceId, incarnation: Incarnation) {
        let run = {
            let mut containers = self.lock();
            let Ok(container) = containers.get_mut(instance) else {
                return;
            };
            match &container.run {
                Some(run) if run.incarnation == incarnation => container.run.take(),
                _ => None,
            }
        };
        // The kernel may end here: not under the lock.
        drop(run);
    }

    fn forget_exec(&self, instance: InstanceId, exec: ExecId) {
        let mut containers = self.lock();
        if let Ok(container) = containers.get_mut(instance)
            && let Some(run) = &mut container.run
        {
            run.execs.remove(&exec);
        }
    }
}

impl Userland {
    pub(super) fn start_container(
        &self,
        instance: InstanceId,
        incarnation: Incarnation,
        spec: StartSpec,
        console: Console,
    ) -> Result<(), RuntimeError> {
        let shared = &self.shared;
        let silence = Silence::default();
        let (kernel, fs) = {
            let mut containers = shared.lock();
            let container = containers.get_mut(instance)?;
            if container.run.is_some() {
                return Err(RuntimeError::AlreadyRunning);
            }
            let fs = container.fs.clone();
            let now_ns = shared.clock.now().0;
            files::write(
                &mut fs.lock().unwrap_or_else(PoisonError::into_inner),
                &spec.files,
                spec.smartos,
                now_ns,
            );
            let kernel = self.kernel(instance, incarnation, &spec, container);
            container.run = Some(Run {
                incarnation,
                kernel: kernel.clone(),
                env: spec.env.clone(),
                user: spec.user.clone(),
                workdir: spec.workdir.clone(),
                execs: BTreeMap::new(),
                silence: silence.clone(),
            });
            (kernel, fs)
        };
        let run = RunReports {
            shared: shared.clone(),
            instance,
            incarnation,
            silence,
        };
        kernel.note(b"");
        let command = Command {
            argv: spec.argv,
            env: spec.env,
            user: spec.user,
            workdir: spec.workdir,
            hostname: Some(spec.hostname),
        };
        match command.prepare(&kernel, &fs) {
            Ok((credentials, cwd, image)) => {
                let status = run.expect_end(&kernel);
                let started = run.clone();
                let owner = TimerOwner::Instance(instance);
                // Before the first process writes anything.
                let job = spec.log_driver.map(|driver| LogJob {
                    driver,
                    output: console.attach(StreamSet::BOTH),
                });
                let root = RootProcess {
                    credentials,
                    cwd,
                    image,
                    stdio: stdio(console, spec.tty, spec.open_stdin),
                    owner,
                    on_start: Box::new(move || started.started()),
                    on_exit: Box::new(move |ended| status.set(ended)),
                };
                let begun = match job {
                    Some(job) => kernel.start_with_helper(root, owner, job, logger::main),
                    None => kernel.start(root),
                };
                if begun.is_err() {
                    // Halted before it began.
                    run.end_without_process(&kernel, ExitStatus(-9));
                } else if spec.smartos {
                    start_daemon(&kernel, &fs, owner);
                }
            }
            Err(failure) => {
                kernel.note(&fatal_line(shared.clock.now(), &failure));
                run.end_without_process(&kernel, ExitStatus(i32::from(failure.code())));
            }
        }
        Ok(())
    }

    fn kernel(
        &self,
        instance: InstanceId,
        incarnation: Incarnation,
        spec: &StartSpec,
        container: &Container,
    ) -> Arc<Kernel> {
        let shared = &self.shared;
        let (high, low) = instance.0.as_u64_pair();
        let seed = shared.seed ^ high.rotate_left(17) ^ low ^ incarnation.0.rotate_left(40);
        let group = self.executor.group(
            container.node,
            GroupConfig {
                seed,
                shares: spec.cpu_shares,
                cap: spec.cpu_cap_percent.map(|percent| CpuCap {
                    percent,
                    owner: TimerOwner::Instance(instance),
                }),
            },
        );
        Kernel::new(KernelConfig {
            clock: shared.clock.clone(),
            registry: shared.registry.clone(),
            fs: container.fs.clone(),
            group,
            hostname: spec.hostname.clone().into(),
            memory_bytes: spec.memory_bytes,
            swap_bytes: spec.swap_bytes,
            max_processes: usize::try_from(spec.max_processes).unwrap_or(usize::MAX),
            pool: shared.process_memory.clone(),
            cpus: spec
                .cpu_cap_percent
                .map_or(1, |percent| percent.div_ceil(100)),
            seed,
            stack: shared.internet.attach(instance, spec.memory_bytes, seed),
            zone_metadata: spec.metadata.clone(),
            metadata: container.metadata.clone(),
            counters: shared.counters.clone(),
            on_panic: shared.on_panic.clone(),
        })
    }

    pub(super) fn start_exec(
        &self,
        instance: InstanceId,
        exec: ExecId,
        spec: ExecSpec,
        console: Console,
    ) -> Result<(), RuntimeError> {
        let shared = self.shared.clone();
        let (kernel, fs, silence, command) = {
            let containers = shared.lock();
            let container = containers.get(instance)?;
            let run = container.run.as_ref().ok_or(RuntimeError::NotRunning)?;
            let command = Command {
                argv: spec.argv,
                env: run.env.clone(),
                // CTRX-12: the exec's own user, else the container's.
                user: Some(spec.user)
                    .filter(|user| !user.is_empty())
                    .unwrap_or_else(|| run.user.clone()),
                workdir: run.workdir.clone(),
                hostname: None,
            };
            (
                run.kernel.clone(),
                container.fs.clone(),
                run.silence.clone(),
                command,
            )
        };
        let ended = {
            let shared = shared.clone();
            move |status| {
                shared.forget_exec(instance, exec);
                let event = RuntimeEvent::ExecExited {
                    exec,
                    instance,
                    status,
                    at: shared.clock.now(),
                };
                report(&shared, &silence, event);
            }
        };
        let (credentials, cwd, image) = match command.prepare(&kernel, &fs) {
            Ok(prepared) => prepared,
            Err(failure) => {
                let at = shared.clock.now();
                let line = fatal_line(at, &failure);
                kernel.spawn_report(move || {
                    console.push(Stream::Stderr, at, line.into());
                    ended(ExitStatus(i32::from(failure.code())));
                });
                return Ok(());
            }
        };
        let root = RootProcess {
            credentials,
            cwd,
            image,
            // A pseudo-terminal needs a connected stdin (containers.md 15).
            stdio: stdio(console, spec.tty && spec.attach_stdin, spec.attach_stdin),
            owner: TimerOwner::Exec(exec),
            on_start: Box::new(|| {}),
            on_exit: Box::new(move |status| ended(exit_status(status))),
        };
        let mut containers = shared.lock();
        let pid = kernel.start(root).map_err(|_| RuntimeError::NotRunning)?;
        if let Some(run) = &mut containers.get_mut(instance)?.run {
            run.execs.insert(exec, pid);
        }
        Ok(())
    }
}

/// Reports the start and the end of a run.
#[derive(Clone)]
struct RunReports {
    shared: Arc<Shared>,
    instance: InstanceId,
    incarnation: Incarnation,
    silence: Silence,
}

/// How the first process ended.
#[derive(Clone, Default)]
struct FirstStatus(Arc<Mutex<Option<WaitStatus>>>);

impl FirstStatus {
    fn set(&self, status: WaitStatus) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(status);
    }

    /// A container halted without a status of its first process has 0 (12.6).
    fn exit_status(&self) -> ExitStatus {
        let status = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        status.map_or(ExitStatus(0), exit_status)
    }
}

impl RunReports {
    fn started(&self) {
        let event = RuntimeEvent::Started {
            instance: self.instance,
            incarnation: self.incarnation,
            at: self.shared.clock.now(),
        };
        report(&self.shared, &self.silence, event);
    }

    fn exited(&self, status: ExitStatus) {
        self.shared.forget_run(self.instance, self.incarnation);
        let event = RuntimeEvent::Exited {
            instance: self.instance,
            incarnation: self.incarnation,
            status,
            at: self.shared.clock.now(),
        };
        report(&self.shared, &self.silence, event);
    }

    /// Reports the end when the last process is gone, with the status that the first one leaves in the result.
    fn expect_end(&self, kernel: &Kernel) -> FirstStatus {
        let status = FirstStatus::default();
        let (reports, first) = (self.clone(), status.clone());
        kernel.on_empty(move || reports.exited(first.exit_status()));
        status
    }

    /// A run that never had a process.
    fn end_without_process(&self, kernel: &Kernel, status: ExitStatus) {
        let reports = self.clone();
        kernel.spawn_report(move || {
            reports.started();
            reports.exited(status);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use runtime::Signal;

    #[test]
    fn statuses_are_negative_for_signals() {
        let check = |status, expected| assert_eq!(exit_status(status), ExitStatus(expected));
        check(WaitStatus::Exited(3), 3);
        check(WaitStatus::Signaled(Signal::Kill), -9);
        check(WaitStatus::Signaled(Signal::Term), -15);
        check(WaitStatus::Signaled(Signal::Quit), -3);
        check(WaitStatus::Signaled(Signal::Usr1), -16);
    }

    #[test]
    fn working_directories_are_anchored() {
        assert_eq!(&anchored(b"", b"/root")[..], b"/");
        assert_eq!(&anchored(b"a/b", b"/root")[..], b"/a/b");
        assert_eq!(&anchored(b"/a", b"/root")[..], b"/a");
        assert_eq!(&anchored(b"~/x", b"/root")[..], b"/root/x");
        assert_eq!(&anchored(b"~x", b"/root")[..], b"/~x");
    }

    #[test]
    fn the_line_of_an_exec_that_cannot_run_has_time_code_and_name() {
        let failure = StartFailure::NotInPath("nope".into());
        let line = fatal_line(Timestamp::from_secs(1_500_000_000), &failure);
        let expected = "2017-07-14T02:40:00Z FATAL (code: 17): 'nope' not found in PATH\n";
        assert_eq!(String::from_utf8_lossy(&line), expected);
    }
}
