//! What the zone's containers run on.

use images::Hub;
use rootfs::Tree;
use runtime::clock::Clock;
use runtime::console::Console;
use runtime::{
    EventSink, ExecId, ExecSpec, Incarnation, InstanceId, NodeId, ProcessInfo, Runtime,
    RuntimeError, Signal, StartSpec, TtySize, Usage,
};
use std::sync::Arc;

/// Makes the runtime that reports to the zone's task.
pub(crate) type MakeRuntime = Box<dyn FnOnce(EventSink) -> Arc<dyn Runtime> + Send>;

/// A runtime that is about to start, and what belongs to it.
pub(crate) struct Machine {
    /// The images whose programs it has.
    pub(crate) hub: Hub,
    /// Whether nothing is runnable in it.
    pub(crate) idle: Arc<dyn Fn() -> bool + Send + Sync>,
    /// Makes it.
    pub(crate) make_runtime: MakeRuntime,
}

/// Prepares the runtime of a zone.
pub(crate) fn prepare(_clock: &Clock, _seed: u64) -> Machine {
    Machine {
        hub: Hub::new(["sh".to_owned()]),
        idle: Arc::new(|| true),
        make_runtime: Box::new(|_| Arc::new(Standstill)),
    }
}

/// A node on which nothing starts, until the in-process Unix is there.
#[derive(Debug)]
struct Standstill;

impl Runtime for Standstill {
    fn create(
        &self,
        _: InstanceId,
        _: NodeId,
        _: Arc<Tree>,
        _: u64,
    ) -> Result<(), RuntimeError> {
        Ok(())
    }

    fn start(
        &self,
        _: InstanceId,
        _: Incarnation,
        _: StartSpec,
        _: Console,
    ) -> Result<(), RuntimeError> {
        Err(RuntimeError::UnknownInstance)
    }

    fn signal(&self, _: InstanceId, _: Signal) -> Result<(), RuntimeError> {
        Err(RuntimeError::NotRunning)
    }

    fn exec(&self, _: InstanceId, _: ExecId, _: ExecSpec, _: Console) -> Result<(), RuntimeError> {
        Err(RuntimeError::NotRunning)
    }

    fn resize(&self, _: InstanceId, _: Option<ExecId>, _: TtySize) -> Result<(), RuntimeError> {
        Err(RuntimeError::NotRunning)
    }

    fn processes(&self, _: InstanceId) -> Result<Vec<ProcessInfo>, RuntimeError> {
        Err(RuntimeError::NotRunning)
    }

    fn usage(&self, _: InstanceId) -> Result<Usage, RuntimeError> {
        Ok(Usage::default())
    }

    fn halt(&self, _: InstanceId) -> Result<(), RuntimeError> {
        Ok(())
    }

    fn destroy(&self, _: InstanceId) -> Result<(), RuntimeError> {
        Ok(())
    }

    fn leaks(&self) -> (usize, usize) {
        (0, 0)
    }
}
