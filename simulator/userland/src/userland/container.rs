//! What the runtime knows of a container.

use crate::kernel::{Kernel, Metadata, Pid};
use bytes::Bytes;
use rootfs::RootFs;
use runtime::{ExecId, Incarnation};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// A container, running or not.
pub(super) struct Container {
    /// Its compute node, counted in the order in which nodes were first used.
    pub(super) node: usize,
    pub(super) fs: Arc<Mutex<RootFs>>,
    /// What its programs keep from one start to the next.
    pub(super) metadata: Arc<Metadata>,
    pub(super) run: Option<Run>,
}

impl Container {
    pub(super) fn new(node: usize, fs: RootFs) -> Self {
        Self {
            node,
            fs: Arc::new(Mutex::new(fs)),
            metadata: Arc::default(),
            run: None,
        }
    }
}

/// Whether a run's reports are wanted no more.
#[derive(Clone, Default)]
pub(super) struct Silence(Arc<AtomicBool>);

impl Silence {
    pub(super) fn is_set(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// One run of a container: from a start to the end of its last process.
pub(super) struct Run {
    pub(super) incarnation: Incarnation,
    pub(super) kernel: Arc<Kernel>,
    /// What execs inherit.
    pub(super) env: Vec<Bytes>,
    pub(super) user: Bytes,
    pub(super) workdir: Bytes,
    /// Execs that run, by their first process.
    pub(super) execs: BTreeMap<ExecId, Pid>,
    pub(super) silence: Silence,
}

impl Run {
    /// No more reports.
    pub(super) fn silence(&self) {
        self.silence.0.store(true, Ordering::SeqCst);
    }
}
