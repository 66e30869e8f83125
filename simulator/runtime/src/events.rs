//! What a runtime reports.

use crate::{ExecId, ExitStatus, Incarnation, InstanceId, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// One report. A runtime sends each exactly once and in the order things happened; a console is complete
/// (all output recorded) before the exit of its process is reported (CLI-46).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuntimeEvent {
    /// The container's first process runs, or could not be executed and has already ended (CTR-07): an
    /// `Exited` follows in that case.
    Started {
        instance: InstanceId,
        incarnation: Incarnation,
        at: Timestamp,
    },
    /// Every process of the container is gone.
    Exited {
        instance: InstanceId,
        incarnation: Incarnation,
        status: ExitStatus,
        at: Timestamp,
    },
    /// The process of an exec has ended and its console is complete.
    ExecExited {
        exec: ExecId,
        instance: InstanceId,
        status: ExitStatus,
        at: Timestamp,
    },
}

/// Where a runtime sends its reports; called from the runtime's threads, must not block.
pub type EventSink = Arc<dyn Fn(RuntimeEvent) + Send + Sync>;
