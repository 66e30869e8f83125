//! One command at work: the state it changes and what it makes happen.

use crate::job::{Purpose, ZoneTimer};
use crate::random::Random;
use crate::state::State;
use crate::{Command, Container, Effect, Error, JobId, Reply, TimerId};
use runtime::clock::{TimerOwner, TimerReason};
use runtime::{InstanceId, Timestamp};
use std::sync::Arc;
use std::time::Duration;

/// A change in the making. It becomes the zone's state when the command is not refused; else it is dropped
/// with everything in it.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) state: State,
    pub(crate) now: Timestamp,
    pub(crate) effects: Vec<Effect>,
    pub(crate) random: Random,
}

/// How far an accepted command is.
#[derive(Debug)]
pub(crate) enum Progress {
    Done(Reply),
    Pending(JobId),
}

impl Change {
    pub(crate) fn new(state: &State, now: Timestamp) -> Self {
        Self {
            random: Random::new(state.seed, state.sequence),
            state: State {
                sequence: state.sequence + 1,
                ..state.clone()
            },
            now,
            effects: Vec::new(),
        }
    }

    /// Carries a command out.
    pub(crate) fn run(&mut self, command: Command) -> Result<Progress, Error> {
        match command {
            Command::CreateAccount(new) => self.create_account(*new, Some(self.now)),
            Command::UpdateAccount { account, change } => self.update_account(account, *change),
            Command::AddKey { holder, key } => self.add_key(holder, &key),
            Command::RemoveKey { holder, key } => self.remove_key(holder, &key),
            Command::CreateUser { account, new } => self.create_user(account, *new),
            Command::RemoveUser { account, user } => self.remove_user(account, user),
            Command::SetRole {
                account,
                name,
                members,
            } => self.set_role(account, &name, members),
            Command::RemoveRole { account, name } => self.remove_role(account, &name),
            Command::RememberAuthentication {
                login,
                subject_key_sha512,
            } => self.remember_authentication(&login, subject_key_sha512),
            Command::UseAuthentication { login } => self.use_authentication(&login),
            Command::CreateContainer {
                account,
                name,
                request,
            } => return self.create_container(account, name.as_deref(), &request),
            Command::Container {
                account,
                reference,
                operation,
            } => return self.operate(account, &reference, operation),
            Command::DetachAttach { attach } => self.detach(attach),
            Command::AbandonWait { job } => self.abandon_wait(job),
            Command::Resized {
                account,
                reference,
                size,
            } => self.tell_size(account, &reference, size),
            Command::EndCopy { job } => self.end_copy(job),
            Command::PrepareBuild {
                account,
                reference,
                preparation,
            } => self.prepare_build(account, &reference, preparation),
            Command::StartExec { account, exec } => self.start_exec(account, exec),
            Command::RecordImage {
                account,
                image,
                names,
                origin,
            } => self.record_image(account, *image, names, origin),
            Command::RecordLegacyImage {
                account,
                registry,
                images,
                repo,
                tag,
            } => self.record_legacy_image(account, &registry, images, (&repo, &tag)),
            Command::TagImage {
                account,
                source,
                target,
            } => self.tag_image(account, &source, &target),
            Command::LoseLayer { account, image } => self.lose_layer(account, &image),
            Command::DeleteImage {
                account,
                reference,
                force,
            } => self.delete_image(account, &reference, force),
            Command::InstanceCreated {
                instance,
                succeeded,
            } => self.instance_created(instance, succeeded),
            Command::StartRefused {
                instance,
                incarnation,
            } => self.start_refused(instance, incarnation),
            Command::ExecRefused { exec } => self.exec_refused(exec),
            Command::Runtime(event) => self.report(event),
            Command::Timer(timer) => self.fire(timer),
            Command::Set(setting) => self.set(setting),
            Command::AddFault(fault) => self.add_fault(fault),
            Command::RemoveFaults => self.remove_faults(),
            Command::Meet { point, instance } => Ok(Reply::Met(self.strike(point, instance))),
            Command::OfferPackage { package, active } => self.offer_package(package, active),
            Command::RebootServer { server, how } => self.reboot_server(server, how),
        }
        .map(Progress::Done)
    }

    /// The next number of a job, timer, attach or link.
    pub(crate) fn number(&mut self) -> u64 {
        self.state.next_number += 1;
        self.state.next_number
    }

    /// Asks for a timer.
    pub(crate) fn set_timer(
        &mut self,
        delay: Duration,
        owner: TimerOwner,
        reason: TimerReason,
        purpose: Purpose,
    ) -> TimerId {
        let timer = TimerId(self.number());
        let at = self.now + delay;
        let entry = ZoneTimer {
            at,
            owner,
            reason,
            purpose,
        };
        self.state.timers.insert(timer, entry);
        self.effects.push(Effect::SetTimer {
            timer,
            at,
            owner,
            reason,
        });
        timer
    }

    /// Takes a timer back; one that has fired already is not there any more.
    pub(crate) fn cancel_timer(&mut self, timer: TimerId) {
        if self.state.timers.remove(&timer).is_some() {
            self.effects.push(Effect::CancelTimer { timer });
        }
    }

    /// Answers a pending command and forgets its job.
    pub(crate) fn finish(&mut self, job: JobId, result: Result<Reply, Error>) {
        if self.state.jobs.remove(&job).is_some() {
            self.effects.push(Effect::Finish { job, result });
        }
    }

    /// The container behind an instance, to change it.
    pub(crate) fn container_mut(&mut self, instance: InstanceId) -> Option<&mut Container> {
        self.state.containers.get_mut(&instance).map(Arc::make_mut)
    }
}
