//! A server that goes down and comes up again (containers.md 7, CTR-10).

use super::Purpose;
use crate::change::Change;
use crate::{Effect, Error, Reply, RestartPolicy};
use runtime::clock::{TimerOwner, TimerReason};
use runtime::{ExitStatus, InstanceId, NodeId, Signal};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Between TERM and KILL, when a server goes down in order.
const SHUTDOWN: Duration = Duration::from_secs(10);

/// How a server goes down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reboot {
    /// First processes are told to end and have 10 s.
    Orderly,
    /// Everything stops at once and no exit status is recorded.
    Crash,
}

impl RestartPolicy {
    /// Whether a container that ran comes up with its server. `None`: no status was recorded.
    fn boots(self, status: Option<ExitStatus>) -> bool {
        match self {
            RestartPolicy::Always => true,
            RestartPolicy::OnFailure { .. } => status.is_some_and(|status| status.0 != 0),
        }
    }
}

impl Change {
    /// Every container of the server ends, and starts again when its policy says so.
    pub(crate) fn reboot_server(&mut self, server: NodeId, how: Reboot) -> Result<Reply, Error> {
        if !self.state.servers.iter().any(|known| known.id == server) {
            return Err(Error::NoSuchServer(server.to_string()));
        }
        let containers = self.state.containers.values();
        let of_server = containers.filter(|container| container.node == server);
        let instances: Vec<InstanceId> = of_server.map(|container| container.instance()).collect();
        for instance in instances {
            if self.is_alive(instance) {
                self.shut_down(instance, how);
            }
        }
        Ok(Reply::Empty)
    }

    fn shut_down(&mut self, instance: InstanceId, how: Reboot) {
        let Some(container) = self.container_mut(instance) else {
            return;
        };
        let before = container.lifecycle.rebooting.replace(how);
        let timer = container.lifecycle.shutdown_timer;
        let held = container.lifecycle.held.is_some();
        match timer {
            // It goes down already.
            Some(_) if before == Some(how) => return,
            Some(timer) => self.cancel_timer(timer),
            None => {}
        }
        if let Some(container) = self.container_mut(instance) {
            container.lifecycle.shutdown_timer = None;
        }
        match how {
            Reboot::Crash if held => self.end_hold(instance, ExitStatus(-9)),
            Reboot::Crash => self.effects.push(Effect::HaltInstance { instance }),
            Reboot::Orderly => {
                let owner = TimerOwner::Instance(instance);
                let purpose = Purpose::ShutDown(instance);
                let timer = self.set_timer(SHUTDOWN, owner, TimerReason::Stop, purpose);
                if let Some(container) = self.container_mut(instance) {
                    container.lifecycle.shutdown_timer = Some(timer);
                }
                self.signal(instance, Signal::Term);
            }
        }
    }

    /// A first process has not ended in time.
    pub(crate) fn shut_down_now(&mut self, instance: InstanceId) {
        if let Some(container) = self.container_mut(instance) {
            container.lifecycle.shutdown_timer = None;
            self.signal(instance, Signal::Kill);
        }
    }

    /// A container has ended; gives how its server goes down, if it does. A crash leaves no status.
    pub(super) fn end_shutdown(&mut self, instance: InstanceId) -> Option<Reboot> {
        let container = self.container_mut(instance)?;
        let how = container.lifecycle.rebooting.take();
        let timer = container.lifecycle.shutdown_timer.take();
        if how == Some(Reboot::Crash) {
            container.exit = None;
        }
        if let Some(timer) = timer {
            self.cancel_timer(timer);
        }
        how
    }

    /// The server is up again.
    pub(super) fn boot(&mut self, instance: InstanceId) {
        let Some(container) = self.state.container_of(instance) else {
            return;
        };
        let status = container.exit.map(|exit| exit.status);
        let policy = container.config.restart_policy;
        let wanted =
            container.lifecycle.autoboot && policy.is_some_and(|policy| policy.boots(status));
        if wanted && !self.is_alive(instance) {
            self.launch(instance);
        }
    }
}
