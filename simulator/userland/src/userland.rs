//! The runtime: containers by instance, on one executor.

mod accounts;
mod container;
mod environment;
mod files;
mod launch;
#[cfg(test)]
mod tests;
mod volume;

use crate::exec::{Executor, Hold};
use crate::kernel::{Counters, Internet, Pool};
use crate::registry::Registry;
use bytes::Bytes;
use container::Container;
use rootfs::{Memory, RootFs, Tree};
use runtime::clock::Clock;
use runtime::console::Console;
use runtime::net::{Fabric, NoFabric};
use runtime::{
    Disk, EventSink, ExecId, ExecSpec, Freeze, Incarnation, InstanceId, InterfaceTraffic, NodeId,
    ProcessInfo, Runtime, RuntimeError, RuntimeEvent, Signal, StartSpec, TtySize, Usage,
};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Longest time that dropping a runtime waits for its processes to end.
const LAST_SLICES: Duration = Duration::from_secs(5);

/// Memory that what the containers have changed of their files may take, all together. Their quotas are those of a
/// data centre; beyond this their disks are full.
const FILE_MEMORY_BYTES: u64 = 4 << 30;

/// The in-process Unix as a container runtime.
pub struct Userland {
    shared: Arc<Shared>,
    executor: Executor,
}

/// What callbacks of processes need.
struct Shared {
    seed: u64,
    clock: Clock,
    registry: Arc<Registry>,
    sink: EventSink,
    internet: Internet,
    counters: Arc<Counters>,
    file_memory: Memory,
    process_memory: Arc<Pool>,
    on_panic: Arc<dyn Fn(&str) + Send + Sync>,
    containers: Mutex<Containers>,
}

#[derive(Default)]
struct Containers {
    by_id: BTreeMap<InstanceId, Container>,
    nodes: BTreeMap<NodeId, usize>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Containers> {
        self.containers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Containers {
    fn get(&self, instance: InstanceId) -> Result<&Container, RuntimeError> {
        self.by_id
            .get(&instance)
            .ok_or(RuntimeError::UnknownInstance)
    }

    fn get_mut(&mut self, instance: InstanceId) -> Result<&mut Container, RuntimeError> {
        self.by_id
            .get_mut(&instance)
            .ok_or(RuntimeError::UnknownInstance)
    }

    fn kernel(&self, instance: InstanceId) -> Result<Arc<crate::kernel::Kernel>, RuntimeError> {
        let run = self.get(instance)?.run.as_ref();
        Ok(run.ok_or(RuntimeError::NotRunning)?.kernel.clone())
    }
}

impl Userland {
    /// A runtime without containers. `seed` decides the order in which processes run and what `/dev/random` gives;
    /// `workers` is the number of threads (one: every order depends on the seed only); reports go to `sink`.
    pub fn new(
        seed: u64,
        clock: Clock,
        workers: usize,
        registry: Registry,
        sink: EventSink,
    ) -> Self {
        let fabric = Arc::new(NoFabric);
        Self::on_fabric(seed, clock, workers, u64::MAX, registry, sink, fabric)
    }

    /// As [`Userland::new`], with networks between the containers and `memory_bytes` for all processes together:
    /// beyond it the largest is killed.
    pub fn on_fabric(
        seed: u64,
        clock: Clock,
        workers: usize,
        memory_bytes: u64,
        registry: Registry,
        sink: EventSink,
        fabric: Arc<dyn Fabric>,
    ) -> Self {
        let executor = Executor::new(clock.clone(), workers);
        Self {
            shared: Arc::new(Shared {
                seed,
                internet: Internet::new(clock.clone(), fabric),
                clock,
                registry: Arc::new(registry),
                sink,
                counters: Arc::default(),
                on_panic: Arc::new(executor.panic_counter()),
                file_memory: Memory::new(FILE_MEMORY_BYTES),
                process_memory: Pool::new(memory_bytes),
                containers: Mutex::default(),
            }),
            executor,
        }
    }

    /// Whether no process is runnable.
    pub fn is_idle(&self) -> bool {
        self.executor.is_idle()
    }

    /// Waits until no process is runnable; `false` when that did not happen within `deadline` of real time.
    pub fn wait_idle(&self, deadline: Duration) -> bool {
        self.executor.wait_idle(deadline)
    }

    /// Sets who is told (from any thread, possibly late) that [`Userland::is_idle`] may have changed.
    pub fn on_idle_change(&self, listener: impl Fn(bool) + Send + Sync + 'static) {
        self.executor.on_idle_change(listener);
    }

    /// Keeps processes from running while several things happen at one instant of a stepped clock.
    pub fn hold(&self) -> Hold<'_> {
        self.executor.hold()
    }

    /// Whether the CPU time of processes moves a stepped clock, and what they wait at their CPU cap passes on it; off at
    /// first.
    pub fn let_cpu_time_pass(&self, passes: bool) {
        self.executor.let_cpu_time_pass(passes);
    }

    /// How often a process has panicked.
    pub fn panics(&self) -> u64 {
        self.executor.panics()
    }

    /// CPU time of all processes so far, nanoseconds of a nominal core.
    pub fn spent_nanos(&self) -> u64 {
        self.executor.spent_nanos()
    }

    /// The most CPU time that a process has used so far before it let others run, nanoseconds of a nominal core.
    pub fn largest_slice_nanos(&self) -> u64 {
        self.executor.largest_slice_nanos()
    }

    /// Bytes that system calls have copied between processes and pipes or consoles.
    pub fn copied_bytes(&self) -> u64 {
        self.shared.counters.copied_bytes()
    }

    /// Memory that the processes of all containers hold, and the most they have held so far, bytes.
    pub fn process_memory(&self) -> (u64, u64) {
        let memory = &self.shared.process_memory;
        (memory.used_bytes(), memory.peak_bytes())
    }

    /// Kills the process that sends a container's output elsewhere; whether there was one.
    pub fn kill_helper(&self, instance: InstanceId) -> bool {
        let kernel = self.shared.lock().kernel(instance);
        kernel.is_ok_and(|kernel| kernel.kill_helper())
    }

    /// What connects the containers with each other and with the host.
    pub fn internet(&self) -> &Internet {
        &self.shared.internet
    }

    /// How often worker threads have been woken.
    pub fn wake_ups(&self) -> u64 {
        self.executor.wake_ups()
    }

    /// A digest of which process ran when.
    pub fn trace(&self) -> u64 {
        self.executor.trace()
    }
}

impl Runtime for Userland {
    fn create(
        &self,
        instance: InstanceId,
        node: NodeId,
        image: Arc<Tree>,
        disk: Disk,
        volumes: &[String],
    ) -> Result<(), RuntimeError> {
        let mut containers = self.shared.lock();
        if containers.by_id.contains_key(&instance) {
            return Err(RuntimeError::AlreadyRunning);
        }
        let next_node = containers.nodes.len();
        let node = *containers.nodes.entry(node).or_insert(next_node);
        let mut fs = files::fresh(image, disk.quota_bytes, &self.shared.file_memory);
        fs.take(disk.taken_bytes);
        let now_ns = self.shared.clock.now().0;
        for path in volumes {
            volume::make(&mut fs, path, now_ns).map_err(|_| RuntimeError::NoPlaceForVolume)?;
        }
        containers.by_id.insert(instance, Container::new(node, fs));
        Ok(())
    }

    fn reset(
        &self,
        instance: InstanceId,
        image: Arc<Tree>,
        disk: Disk,
    ) -> Result<(), RuntimeError> {
        let containers = self.shared.lock();
        let container = containers.get(instance)?;
        if container.run.is_some() {
            return Err(RuntimeError::AlreadyRunning);
        }
        let mut fs = files::fresh(image, disk.quota_bytes, &self.shared.file_memory);
        fs.take(disk.taken_bytes);
        *container.fs.lock().unwrap_or_else(PoisonError::into_inner) = fs;
        Ok(())
    }

    fn start(
        &self,
        instance: InstanceId,
        incarnation: Incarnation,
        spec: StartSpec,
        console: Console,
    ) -> Result<(), RuntimeError> {
        self.start_container(instance, incarnation, spec, console)
    }

    fn signal(&self, instance: InstanceId, signal: Signal) -> Result<(), RuntimeError> {
        let kernel = self.shared.lock().kernel(instance)?;
        kernel.signal_init(signal);
        Ok(())
    }

    fn exec(
        &self,
        instance: InstanceId,
        exec: ExecId,
        spec: ExecSpec,
        console: Console,
    ) -> Result<(), RuntimeError> {
        self.start_exec(instance, exec, spec, console)
    }

    fn resize(
        &self,
        instance: InstanceId,
        exec: Option<ExecId>,
        size: TtySize,
    ) -> Result<(), RuntimeError> {
        let (kernel, pid) = {
            let containers = self.shared.lock();
            let run = containers.get(instance)?.run.as_ref();
            let run = run.ok_or(RuntimeError::NotRunning)?;
            let pid = match exec {
                None => 1,
                Some(exec) => *run.execs.get(&exec).ok_or(RuntimeError::UnknownExec)?,
            };
            (run.kernel.clone(), pid)
        };
        kernel.resize(pid, size);
        Ok(())
    }

    fn processes(&self, instance: InstanceId) -> Result<Vec<ProcessInfo>, RuntimeError> {
        let kernel = self.shared.lock().kernel(instance)?;
        let scheduler = ProcessInfo {
            pid: 0,
            ppid: 0,
            uid: 0,
            started_at: kernel.booted_at(),
            tty_device: 0,
            cpu_nanos: 0,
            command_line: Bytes::from_static(b"zsched"),
        };
        let rows = kernel.processes().into_iter().map(|row| ProcessInfo {
            pid: row.pid,
            ppid: row.ppid,
            uid: row.uid,
            started_at: row.started_at,
            tty_device: row.tty_device,
            cpu_nanos: row.cpu_ns,
            command_line: if row.argv.is_empty() {
                row.comm
            } else {
                row.argv.join(&b' ').into()
            },
        });
        Ok([scheduler].into_iter().chain(rows).collect())
    }

    fn usage(&self, instance: InstanceId) -> Result<Usage, RuntimeError> {
        let (fs, kernel) = {
            let containers = self.shared.lock();
            let container = containers.get(instance)?;
            let kernel = container.run.as_ref().map(|run| run.kernel.clone());
            (container.fs.clone(), kernel)
        };
        let disk_bytes = fs
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .charged_bytes();
        Ok(match kernel {
            None => Usage {
                disk_bytes,
                ..Usage::default()
            },
            Some(kernel) => Usage {
                memory_bytes: kernel.memory_used_bytes(),
                memory_refusals: kernel.memory_refusals(),
                cpu_nanos: kernel.cpu_ns(),
                throttled_nanos: kernel.throttled_ns(),
                disk_bytes,
            },
        })
    }

    fn traffic(&self, instance: InstanceId) -> Result<Vec<InterfaceTraffic>, RuntimeError> {
        let kernel = self.shared.lock().kernel(instance)?;
        Ok(kernel.traffic())
    }

    fn files(&self, instance: InstanceId) -> Result<Arc<Mutex<RootFs>>, RuntimeError> {
        Ok(self.shared.lock().get(instance)?.fs.clone())
    }

    fn pristine(&self, instance: InstanceId) -> Result<RootFs, RuntimeError> {
        let files = self.files(instance)?;
        let image = {
            let files = files.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(files.tree())
        };
        Ok(files::fresh(image, u64::MAX, &Memory::new(u64::MAX)))
    }

    fn lay(&self, instance: InstanceId) -> Result<(), RuntimeError> {
        let files = self.files(instance)?;
        files::lay(&mut files.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(())
    }

    fn freeze(&self, instance: InstanceId) -> Result<Freeze, RuntimeError> {
        let kernel = self.shared.lock().kernel(instance)?;
        kernel.freeze();
        Ok(Freeze::until(move || kernel.thaw()))
    }

    fn halt(&self, instance: InstanceId) -> Result<(), RuntimeError> {
        let kernel = self.shared.lock().kernel(instance)?;
        kernel.halt();
        Ok(())
    }

    fn destroy(&self, instance: InstanceId) -> Result<(), RuntimeError> {
        let container = {
            let mut containers = self.shared.lock();
            let container = containers.by_id.remove(&instance);
            container.ok_or(RuntimeError::UnknownInstance)?
        };
        if let Some(run) = &container.run {
            run.silence();
            run.kernel.halt();
        }
        Ok(())
    }

    fn leaks(&self) -> (usize, usize) {
        self.shared.counters.now()
    }
}

impl Drop for Userland {
    fn drop(&mut self) {
        let kernels: Vec<_> = {
            let mut containers = self.shared.lock();
            let all = std::mem::take(&mut containers.by_id);
            all.into_values()
                .filter_map(|container| container.run)
                .collect()
        };
        for run in &kernels {
            run.silence();
            run.kernel.halt();
        }
        // What does not end now is dropped with the executor.
        self.executor.wait_idle(LAST_SLICES);
    }
}

impl fmt::Debug for Userland {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Userland")
            .field("executor", &self.executor)
            .finish_non_exhaustive()
    }
}

/// Reports `event` unless the run is silent.
fn report(shared: &Shared, silent: &container::Silence, event: RuntimeEvent) {
    if !silent.is_set() {
        (shared.sink)(event);
    }
}
