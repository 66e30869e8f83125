//! What the zone's containers run on: the in-process Unix.

use crate::config::Config;
use crate::network::ZoneFabric;
use images::Hub;
use runtime::clock::Clock;
use runtime::{EventSink, InstanceId, Runtime};
use std::fmt;
use std::sync::{Arc, OnceLock, Weak};
use userland::Userland;
use userland::kernel::Internet;

/// Makes the runtime that reports to the zone's task.
pub(crate) type MakeRuntime = Box<dyn FnOnce(EventSink, ZoneFabric) -> Arc<dyn Runtime> + Send>;

/// A runtime that is about to start, and what belongs to it.
pub(crate) struct Machine {
    /// The images whose programs it has.
    pub(crate) hub: Hub,
    /// Makes it.
    pub(crate) make_runtime: MakeRuntime,
    /// Looks at it once it is made.
    pub(crate) gauge: Gauge,
}

/// Looks at a runtime without keeping it alive.
#[derive(Clone, Default)]
pub(crate) struct Gauge(Arc<OnceLock<Weak<Userland>>>);

impl Gauge {
    fn userland(&self) -> Option<Arc<Userland>> {
        self.0.get().and_then(Weak::upgrade)
    }

    /// The networks of the containers; `None` before the runtime is made.
    pub(crate) fn internet(&self) -> Option<Internet> {
        self.userland().map(|userland| userland.internet().clone())
    }

    /// Kills the process that sends a container's output elsewhere; whether there was one.
    pub(crate) fn kill_helper(&self, instance: InstanceId) -> bool {
        self.userland()
            .is_some_and(|userland| userland.kill_helper(instance))
    }

    /// Whether no process is runnable, and none waits for the host to answer its connection attempt.
    pub(crate) fn is_idle(&self) -> bool {
        self.userland()
            .is_none_or(|userland| userland.is_idle() && !userland.internet().is_calling())
    }

    /// Runs `act` while no process may begin to run, so that what it wakes at one instant of a stepped clock runs
    /// in an order that follows from the seed.
    pub(crate) fn while_held<T>(&self, act: impl FnOnce() -> T) -> T {
        let userland = self.userland();
        let _hold = userland.as_ref().map(|userland| userland.hold());
        act()
    }

    /// How often a process has panicked.
    pub(crate) fn panics(&self) -> u64 {
        self.userland().map_or(0, |userland| userland.panics())
    }

    /// Whether the CPU time of processes moves a stepped clock.
    pub(crate) fn let_cpu_time_pass(&self, passes: bool) {
        if let Some(userland) = self.userland() {
            userland.let_cpu_time_pass(passes);
        }
    }
}

impl fmt::Debug for Gauge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gauge")
            .field("idle", &self.is_idle())
            .finish_non_exhaustive()
    }
}

/// Prepares the runtime of a zone.
pub(crate) fn prepare(clock: &Clock, config: &Config) -> Machine {
    let registry = userland::registry::standard();
    let hub = Hub::new(registry.names().map(str::to_owned));
    let gauge = Gauge::default();
    let made = gauge.clone();
    let (clock, seed, workers) = (clock.clone(), config.seed, config.workers);
    let memory_bytes = config.memory_limit_bytes;
    Machine {
        hub,
        gauge,
        make_runtime: Box::new(move |sink, fabric| {
            let fabric = Arc::new(fabric);
            let userland =
                Userland::on_fabric(seed, clock, workers, memory_bytes, registry, sink, fabric);
            let userland = Arc::new(userland);
            let _ = made.0.set(Arc::downgrade(&userland));
            userland
        }),
    }
}

#[cfg(test)]
mod tests {
    use images::Hub;
    use rootfs::{ArchiveLimits, FileKind, ROOT, RootFs, Tree};
    use runtime::{PROGRAM_MARKER, service_of};
    use std::sync::Arc;

    /// A file that says it is a program of the in-process Unix is one.
    #[test]
    fn every_program_of_an_embedded_image_runs() {
        let registry = userland::registry::standard();
        let hub = Hub::new(registry.names().map(str::to_owned));
        let mut count = 0;
        for image in hub.repositories() {
            let layers = hub.by_tag(image, "latest");
            let layers = layers.expect("it is embedded").layers.clone();
            let tars = layers.iter().map(|layer| layer.tar.clone().into());
            let tree = Tree::from_layers(tars, &ArchiveLimits::default());
            let files = RootFs::new(Arc::new(tree.expect("sound layers")), 0);
            let mut directories = vec![ROOT];
            while let Some(directory) = directories.pop() {
                for entry in files.entries(directory).expect("a directory") {
                    match entry.kind {
                        FileKind::Directory => directories.push(entry.ino),
                        FileKind::File => {}
                        _ => continue,
                    }
                    let mut head = [0; 256];
                    let read = files.read(entry.ino, 0, &mut head).unwrap_or(0);
                    if !head[..read].starts_with(PROGRAM_MARKER) {
                        continue;
                    }
                    let runs = match service_of(&head[..read]) {
                        Some((service, _)) => registry.service(service).is_some(),
                        None => registry.program(&entry.name).is_some(),
                    };
                    assert!(runs, "{image}: {:?}", entry.name);
                    count += 1;
                }
            }
        }
        assert!(count > 200, "{count} programs");
    }
}
