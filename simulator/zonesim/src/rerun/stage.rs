//! The in-process Unix in which recorded containers run again.

use super::archives::Archives;
use super::connections::Connections;
use super::printed::{Consoles, Printed};
use super::reports::Reports;
use crate::driver::{Trees, charge_log, log_limit_bytes};
use crate::network::ZoneFabric;
use arc_swap::ArcSwap;
use bytes::Bytes;
use images::Hub;
use journal::{External, Input, Process, Taken};
use runtime::clock::{Clock, Mode};
use runtime::console::{Console, Log};
use runtime::{Runtime, RuntimeEvent, Timestamp};
use std::collections::BTreeSet;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::Duration;
use userland::Userland;
use zone::{Command, Effect, View};

/// How long the processes are waited for at a time, real time.
const LOOK: Duration = Duration::from_millis(1);
/// CPU time after which processes that still run are taken to run for ever, nanoseconds of a nominal core.
const ENDLESS_NS: u64 = 1_000_000_000;
/// CPU time that such processes have whenever they would be waited for, nanoseconds.
const ENDLESS_SHARE_NS: u64 = 1_000_000;
/// How much later than recorded an end may come: a process that is killed while its container waits at its CPU cap ends
/// in the next period.
const LATE: Duration = Duration::from_millis(200);
/// How often input waits until its reader has read.
const INPUT_TRIES: usize = 16;

/// Containers that run again.
pub(crate) struct Stage {
    userland: Userland,
    clock: Clock,
    view: Arc<ArcSwap<View>>,
    trees: Trees,
    consoles: Consoles,
    archives: Archives,
    reports: Reports,
    recorded: Vec<RuntimeEvent>,
    connections: Connections,
    /// Images that containers were made of and whose files are not at hand.
    strangers: BTreeSet<String>,
    /// Some process has not rested when it was waited for.
    endless: bool,
    /// Of the last step.
    at: Timestamp,
}

impl Stage {
    /// One without containers, whose processes hold `memory_bytes` at most. It is the time of the recording's first
    /// step.
    pub(crate) fn new(seed: u64, at: Timestamp, view: View, memory_bytes: u64) -> Self {
        let registry = userland::registry::standard();
        let trees = Trees::new(Hub::new(registry.names().map(str::to_owned)));
        let clock = Clock::starting_at(Mode::Stepped, at);
        let reports = Reports::default();
        let heard = reports.clone();
        let view = Arc::new(ArcSwap::from_pointee(view));
        let userland = Userland::on_fabric(
            seed,
            clock.clone(),
            1,
            memory_bytes,
            registry,
            Arc::new(move |event| heard.hear(&event)),
            Arc::new(ZoneFabric::new(Arc::clone(&view))),
        );
        Self {
            connections: Connections::new(userland.internet().clone()),
            userland,
            clock,
            view,
            trees,
            consoles: Consoles::default(),
            archives: Archives::default(),
            reports,
            recorded: Vec::new(),
            strangers: BTreeSet::new(),
            endless: false,
            at,
        }
    }

    /// Lets the containers go on to the time of a step that the zone has taken, which has led to `view`, and does to
    /// them what the step asks for.
    pub(crate) fn follow(&mut self, taken: &Taken<'_>, view: View) {
        self.at = taken.step.at;
        self.go_on_to(self.at);
        self.view.store(Arc::new(view));
        match &taken.step.input {
            Input::Command(Command::Runtime(event)) => self.expect(event),
            Input::Command(_) => {}
            Input::External(external) => self.deliver(external),
        }
        let effects = taken.applied.iter().flat_map(|applied| &applied.effects);
        for effect in effects {
            self.carry_out(effect);
        }
        self.settle();
    }

    /// What was printed since the last call.
    pub(crate) fn take_printed(&mut self) -> Vec<Printed> {
        self.consoles.take_printed()
    }

    /// How many recorded connections could not be made again.
    pub(crate) fn missing_connections(&self) -> usize {
        self.connections.missing()
    }

    /// In which way the runtime has not reported what is recorded up to the last step, and why some of it cannot be.
    pub(crate) fn differences(&self) -> Vec<String> {
        let strangers = self.strangers.iter().map(|image| {
            format!(
                "the image {image} is none of the embedded hub's: its containers do not run again"
            )
        });
        let reports = self.reports.differences(&self.recorded, self.at);
        strangers.chain(reports).collect()
    }

    /// Waits for a report that was made at this step.
    fn expect(&mut self, event: &RuntimeEvent) {
        let limit = self.clock.now() + LATE;
        while !self.reports.have(event) && self.fire_next(limit) {}
        self.recorded.push(event.clone());
    }

    /// Fires every timer on the way, one instant after the other.
    fn go_on_to(&mut self, at: Timestamp) {
        while self.fire_next(at) {}
        self.clock.advance_to(at);
        self.settle();
    }

    /// Goes on to the next timer; `false` when there is none up to `limit`.
    fn fire_next(&mut self, limit: Timestamp) -> bool {
        let held = self.userland.hold();
        let fired = self.clock.fire_next(limit);
        drop(held);
        self.settle();
        fired.is_some()
    }

    /// Lets processes run until all wait. While some never do they have their share of CPU time.
    fn settle(&mut self) {
        let limit_ns = match self.endless {
            true => ENDLESS_SHARE_NS,
            false => ENDLESS_NS,
        };
        let until_ns = self.userland.spent_nanos().saturating_add(limit_ns);
        loop {
            let idle = self.userland.wait_idle(LOOK);
            self.consoles.read();
            if idle && !self.connections.pump() {
                self.endless = false;
                return;
            }
            if self.userland.spent_nanos() >= until_ns {
                self.endless = true;
                return;
            }
        }
    }

    fn deliver(&mut self, external: &External) {
        match external {
            External::Input { to, bytes } => self.write_input(*to, bytes),
            External::InputEnd { to } => self.console(*to).close_input(),
            External::Resize { of, size } => {
                let (instance, exec) = match *of {
                    Process::Container(instance) => (instance, None),
                    Process::Exec(instance, exec) => (instance, Some(exec)),
                };
                // A terminal that is not there has no size.
                let _ = self.userland.resize(instance, exec, *size);
            }
            External::Archive {
                upload,
                instance,
                directory,
                keeps_directories,
            } => {
                let archives = &mut self.archives;
                archives.begin(*upload, *instance, directory, *keeps_directories);
            }
            External::ArchiveBytes { upload, bytes } => self.archives.add(*upload, bytes),
            External::ArchiveEnd { upload, whole } => {
                let now = self.clock.now();
                self.archives.end(*upload, *whole, &self.userland, now);
            }
            External::Connection { connection, ends } => self.connections.begin(*connection, *ends),
            External::Unreachable { to, refused } => self.connections.fail(*to, *refused),
            External::ConnectionBytes { connection, bytes } => {
                self.connections.send(*connection, bytes);
            }
            External::ConnectionEnd { connection, reset } => {
                self.connections.end(*connection, *reset);
            }
            External::Message { connection, bytes } => {
                self.connections.deliver(*connection, bytes);
            }
        }
    }

    fn console(&mut self, process: Process) -> Console {
        match process {
            Process::Container(instance) => self.consoles.of_instance(instance),
            Process::Exec(instance, exec) => self.consoles.of_exec(instance, exec),
        }
    }

    /// Input that nobody reads is lost in the end, as a client would wait for ever.
    fn write_input(&mut self, to: Process, bytes: &Bytes) {
        let console = self.console(to);
        for _ in 0..INPUT_TRIES {
            let written = pin!(console.write_input(bytes.clone()));
            let mut context = Context::from_waker(Waker::noop());
            if written.poll(&mut context).is_ready() {
                return;
            }
            self.settle();
        }
    }

    /// Timers, replies and connections of clients are the recording's.
    fn carry_out(&mut self, effect: &Effect) {
        // What a runtime refuses was refused then, too, and the recording says so.
        let _ = match effect {
            Effect::CreateInstance {
                instance,
                node,
                image,
                disk,
                volumes,
            } => match self.trees.tree_of_hub(image) {
                Some(tree) => {
                    let log = log_limit_bytes(&self.view.load(), *instance).map(Log::new);
                    self.consoles.keep_log(*instance, log.clone());
                    let created = self.userland.create(*instance, *node, tree, *disk, volumes);
                    if let Some(log) = log {
                        charge_log(&log, &self.userland, *instance);
                    }
                    created
                }
                None => {
                    self.strangers.insert(image.id.to_string());
                    Ok(())
                }
            },
            Effect::ResetInstance {
                instance,
                image,
                disk,
            } => match self.trees.tree_of_hub(image) {
                Some(tree) => self.userland.reset(*instance, tree, *disk),
                None => {
                    self.strangers.insert(image.id.to_string());
                    Ok(())
                }
            },
            Effect::StartInstance {
                instance,
                incarnation,
                spec,
            } => {
                let console = self.consoles.of_instance(*instance);
                let spec = (**spec).clone();
                self.userland.start(*instance, *incarnation, spec, console)
            }
            Effect::StartExec {
                instance,
                exec,
                spec,
            } => {
                let console = self.consoles.of_exec(*instance, *exec);
                let spec = (**spec).clone();
                self.userland.exec(*instance, *exec, spec, console)
            }
            Effect::SignalInstance { instance, signal } => self.userland.signal(*instance, *signal),
            Effect::HaltInstance { instance } => self.userland.halt(*instance),
            Effect::DestroyInstance { instance } => {
                let destroyed = self.userland.destroy(*instance);
                self.consoles.forget_instance(*instance);
                destroyed
            }
            Effect::CloseConsole { instance } => {
                self.consoles.end_instance(*instance);
                Ok(())
            }
            Effect::CloseExecConsole { exec } => {
                self.consoles.end_exec(*exec);
                Ok(())
            }
            Effect::Tell(_)
            | Effect::DropLayers { .. }
            | Effect::CutAttach { .. }
            | Effect::SetTimer { .. }
            | Effect::CancelTimer { .. }
            | Effect::Finish { .. } => Ok(()),
        };
    }
}

impl std::fmt::Debug for Stage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stage")
            .field("userland", &self.userland)
            .field("endless", &self.endless)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use runtime::{Disk, Incarnation, InstanceId, ManagedFiles, NodeId, Signal, StartSpec};
    use uuid::Uuid;
    use zone::{Zone, ZoneConfig};

    #[test]
    fn once_all_processes_wait_they_are_waited_for_again() {
        let view = Zone::new(ZoneConfig::default(), 7).view();
        let mut stage = Stage::new(7, Timestamp(0), view, u64::MAX);
        let instance = InstanceId(Uuid::from_u128(1));
        let programs = userland::registry::standard();
        let hub = Hub::new(programs.names().map(str::to_owned));
        let busybox = hub.by_tag("library/busybox", "latest");
        let tars = &busybox.expect("it is embedded").layers;
        let tars = tars.iter().map(|layer| layer.tar.clone().into());
        let tree = rootfs::Tree::from_layers(tars, &rootfs::ArchiveLimits::default());
        let tree = Arc::new(tree.expect("sound layers"));
        let created =
            stage
                .userland
                .create(instance, NodeId(Uuid::nil()), tree, Disk::of(1 << 30), &[]);
        created.expect("there is room");
        let spec = StartSpec {
            argv: ["sh", "-c", "while :; do :; done"].map(Bytes::from).into(),
            env: Vec::new(),
            user: Bytes::new(),
            workdir: Bytes::new(),
            hostname: "busy".to_owned(),
            tty: false,
            open_stdin: false,
            files: ManagedFiles::default(),
            memory_bytes: 1 << 28,
            swap_bytes: 0,
            max_processes: 100,
            cpu_cap_percent: None,
            cpu_shares: 100,
            metadata: Vec::new(),
            log_driver: None,
            smartos: false,
        };
        let console = stage.consoles.of_instance(instance);
        let started = stage
            .userland
            .start(instance, Incarnation(1), spec, console);
        started.expect("it is created");
        stage.settle();
        assert!(stage.endless);
        let killed = stage.userland.signal(instance, Signal::Kill);
        killed.expect("it runs");
        stage.settle();
        assert!(!stage.endless);
    }
}
