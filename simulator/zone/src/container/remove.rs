//! Removing containers (containers.md 18).

use super::Container;
use crate::change::Change;
use crate::job::Begun;
use crate::{Action, Cause, Effect, Error, Operation, Reply, State};
use runtime::{ExitStatus, InstanceId};
use std::sync::Arc;

impl Container {
    /// What the front end refuses before an operation asks for the ticket, and again when it has it.
    pub(crate) fn admit(&self, operation: &Operation) -> Result<(), Error> {
        let provisioning = self.state == State::Provisioning;
        match operation {
            Operation::Delete { force, link } => self.admit_removal(*force, *link),
            Operation::Rename { name } if !super::name::is_new_name(name) => {
                Err(Error::InvalidNewName(name.clone()))
            }
            Operation::Copy(_) if provisioning => Err(Error::StateNotAllowed(self.state.name())),
            _ if provisioning => Err(operation.failed(Cause::Conflict)),
            _ => Ok(()),
        }
    }

    fn admit_removal(&self, force: bool, link: bool) -> Result<(), Error> {
        if self.state == State::Provisioning {
            Err(Error::StateNotAllowed(self.state.name()))
        } else if link {
            Err(Error::DefaultName)
        } else if (self.is_running() || self.lifecycle.starting) && !force {
            Err(Error::RemoveRunning)
        } else {
            Ok(())
        }
    }
}

impl Change {
    /// A user removes a container.
    pub(crate) fn delete(&mut self, instance: InstanceId) -> Begun {
        self.remove_container(instance);
        Begun::Done(Reply::Empty)
    }

    /// Forgets a container and everything that belongs to it. Waiting clients hear -9 when it ran (CTRX-15).
    pub(crate) fn remove_container(&mut self, instance: InstanceId) {
        self.cancel_restart(instance);
        let last_status = self.last_status(instance);
        let Some(container) = self.state.containers.get(&instance).map(Arc::clone) else {
            return;
        };
        let lifecycle = &container.lifecycle;
        self.effects.push(Effect::DestroyInstance { instance });
        self.effects.push(Effect::CloseConsole { instance });
        self.cut_attaches(lifecycle.attaches.clone());
        self.forget_execs(&lifecycle.execs);
        for timer in [lifecycle.held, lifecycle.shutdown_timer] {
            timer.into_iter().for_each(|timer| self.cancel_timer(timer));
        }
        let status = if container.is_running() {
            ExitStatus(-9)
        } else {
            last_status
        };
        for job in lifecycle.waits.clone() {
            self.finish(job, Ok(Reply::Waited { status }));
        }
        for job in lifecycle.overdue.clone() {
            self.finish_without_container(job);
        }
        if container.is_running() {
            self.tell_end(instance, status);
        }
        if container.state != State::Provisioning {
            self.tell_container(instance, "destroy", &[]);
        }
        self.remove_links_of(instance);
        self.release_nics(&container.nics);
        self.state.unindex_container(&container);
    }

    /// The node has made a container, or could not.
    pub(crate) fn instance_created(
        &mut self,
        instance: InstanceId,
        succeeded: bool,
    ) -> Result<Reply, Error> {
        if !succeeded {
            self.creation_failed(instance, Cause::Internal);
            return Ok(Reply::Empty);
        }
        let Some(container) = self.container_mut(instance) else {
            return Ok(Reply::Empty);
        };
        let id = container.id;
        let Some(job) = container.lifecycle.create_job.take() else {
            return Ok(Reply::Empty);
        };
        container.state = State::Stopped;
        self.tell_container(instance, "create", &[]);
        self.save_links(job);
        self.finish(job, Ok(Reply::Created { id }));
        Ok(Reply::Empty)
    }

    /// The node could not make a container: it is gone, its name and addresses are free. Firewall rules remain.
    pub(crate) fn creation_failed(&mut self, instance: InstanceId, cause: Cause) {
        let Some(container) = self.container_mut(instance) else {
            return;
        };
        let Some(job) = container.lifecycle.create_job.take() else {
            return;
        };
        self.remove_container(instance);
        let action = Action::Create;
        self.finish(job, Err(Error::Failed { action, cause }));
    }
}
