//! The loop that applies commands and carries out effects.

use super::attachment::{Attachment, ExecAttachment, Registration};
use super::copying::CopyTicket;
use super::{Driver, Inbox, charge_log, log_limit_bytes};
use images::store::Layer;
use rootfs::Tree;
use runtime::clock::ScheduleId;
use runtime::console::{Console, Cursor, StreamSet};
use runtime::{ExecId, InstanceId, RuntimeError, RuntimeEvent};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::sync::{mpsc, oneshot};
use zone::{
    AccountId, AttachId, AttachState, Command, Copying, Effect, Error, ExecStart, JobId, LayerId,
    Operation, Outcome, Reply, TimerId, Zone,
};

pub(super) type ReplyTo = oneshot::Sender<Result<Reply, Error>>;

/// What the task is asked to do.
pub(super) enum Message {
    /// Apply a command.
    Command {
        command: Box<Command>,
        /// Who is told which container the job is about that begins.
        begun: Option<oneshot::Sender<InstanceId>>,
        reply: Option<ReplyTo>,
    },
    /// Announce a connection and join it to the console in the same step, so that no output is lost.
    Attach {
        account: AccountId,
        reference: String,
        streams: StreamSet,
        reply: oneshot::Sender<Result<Attachment, Error>>,
    },
    /// Start an exec, joined to its console before its process runs.
    StartExec {
        account: AccountId,
        exec: ExecId,
        reply: oneshot::Sender<Result<ExecAttachment, Error>>,
    },
    /// Wait for a container's end. A job that begins is told to `begun`, so that it can be abandoned.
    Wait {
        account: AccountId,
        reference: String,
        begun: oneshot::Sender<JobId>,
        reply: ReplyTo,
    },
    /// Take a container's ticket to copy files. `begun` gets what gives it back, be the ticket there or waited for.
    Copy {
        account: AccountId,
        reference: String,
        copying: Copying,
        begun: oneshot::Sender<CopyTicket>,
        reply: ReplyTo,
    },
    /// Keep an image with its layers, base first, and their tree.
    Record {
        command: Box<Command>,
        layers: Vec<Arc<Layer>>,
        tree: Option<Arc<Tree>>,
        reply: ReplyTo,
    },
    /// End everything.
    Stop(oneshot::Sender<()>),
}

impl Message {
    pub(super) fn report(event: RuntimeEvent) -> Self {
        Self::internal(Command::Runtime(event))
    }

    pub(super) fn internal(command: Command) -> Self {
        Message::Command {
            command: Box::new(command),
            begun: None,
            reply: None,
        }
    }
}

pub(super) struct Task {
    zone: Zone,
    driver: Driver,
    jobs: HashMap<JobId, ReplyTo>,
    timers: HashMap<TimerId, ScheduleId>,
    attached: HashMap<AttachId, oneshot::Sender<()>>,
}

impl Task {
    pub(super) fn new(zone: Zone, driver: Driver) -> Self {
        Self {
            zone,
            driver,
            jobs: HashMap::new(),
            timers: HashMap::new(),
            attached: HashMap::new(),
        }
    }

    pub(super) async fn run(mut self, mut messages: mpsc::UnboundedReceiver<Message>) {
        let queued = Arc::clone(&self.driver.0.inbox.queued);
        while let Some(message) = messages.recv().await {
            let stop = self.handle(message);
            queued.fetch_sub(1, Ordering::SeqCst);
            if let Some(stopped) = stop {
                self.end();
                let _ = stopped.send(());
                return;
            }
        }
    }

    fn handle(&mut self, message: Message) -> Option<oneshot::Sender<()>> {
        match message {
            Message::Command {
                command,
                begun,
                reply,
            } => {
                let pending = self.command(*command, reply);
                let instance = pending.and_then(|job| self.zone.view().operator_job(job));
                if let (Some(begun), Some(instance)) = (begun, instance) {
                    let _ = begun.send(instance);
                }
            }
            Message::Attach {
                account,
                reference,
                streams,
                reply,
            } => {
                let result = self.attach(account, reference, streams);
                let _ = reply.send(result);
            }
            Message::StartExec {
                account,
                exec,
                reply,
            } => {
                let result = self.start_exec(account, exec);
                let _ = reply.send(result);
            }
            Message::Wait {
                account,
                reference,
                begun,
                reply,
            } => self.wait(account, reference, begun, reply),
            Message::Copy {
                account,
                reference,
                copying,
                begun,
                reply,
            } => self.copy(account, reference, copying, begun, reply),
            Message::Record {
                command,
                layers,
                tree,
                reply,
            } => self.record(*command, &layers, tree, reply),
            Message::Stop(stopped) => return Some(stopped),
        }
        None
    }

    /// Applies a command and answers it, or gives the job that will.
    fn command(&mut self, command: Command, reply: Option<ReplyTo>) -> Option<JobId> {
        match &command {
            Command::DetachAttach { attach } => drop(self.attached.remove(attach)),
            Command::AbandonWait { job } | Command::EndCopy { job } => drop(self.jobs.remove(job)),
            Command::Timer(timer) => drop(self.timers.remove(timer)),
            _ => {}
        }
        let (outcome, effects) = self.apply(command);
        match (outcome, reply) {
            (Outcome::Done(result), reply) => {
                self.carry_out(effects);
                if let Some(reply) = reply {
                    let _ = reply.send(result);
                }
                None
            }
            (Outcome::Pending(job), reply) => {
                self.jobs.extend(reply.map(|reply| (job, reply)));
                self.carry_out(effects);
                Some(job)
            }
        }
    }

    /// Applies and publishes; the caller carries out the effects.
    fn apply(&mut self, command: Command) -> (Outcome, Vec<Effect>) {
        let now = || self.driver.now();
        let applied = match self.driver.journal() {
            Some(journal) => journal.apply(&mut self.zone, command, now),
            None => self.zone.apply(command, now()),
        };
        self.driver.0.view.store(Arc::new(self.zone.view()));
        self.driver.0.views.send_replace(());
        (applied.outcome, applied.effects)
    }

    fn attach(
        &mut self,
        account: AccountId,
        reference: String,
        streams: StreamSet,
    ) -> Result<Attachment, Error> {
        let (outcome, effects) = self.apply(Command::Container {
            account,
            reference,
            operation: Operation::Attach,
        });
        let Reply::Attach {
            instance,
            attach,
            state,
        } = settled(outcome)?
        else {
            return Err(super::stopped());
        };
        let io = self.driver.0.io.instance(instance);
        let console = match io {
            Some(io) => io.console,
            // Of a container that is still being made.
            None if state == AttachState::Closed => Console::new(None),
            None => {
                self.carry_out(effects);
                return Err(super::stopped());
            }
        };
        let cursor: Option<Cursor> =
            (state != AttachState::Closed).then(|| console.attach(streams));
        let (cut, cut_receiver) = oneshot::channel();
        self.attached.insert(attach, cut);
        self.carry_out(effects);
        Ok(Attachment {
            instance,
            cursor,
            console,
            cut: cut_receiver,
            registration: Registration {
                inbox: self.driver.0.inbox.clone(),
                attach,
            },
        })
    }

    fn wait(
        &mut self,
        account: AccountId,
        reference: String,
        begun: oneshot::Sender<JobId>,
        reply: ReplyTo,
    ) {
        let (outcome, effects) = self.apply(Command::Container {
            account,
            reference,
            operation: Operation::Wait,
        });
        self.carry_out(effects);
        match outcome {
            Outcome::Done(result) => drop(reply.send(result)),
            Outcome::Pending(job) => {
                self.jobs.insert(job, reply);
                if begun.send(job).is_err() {
                    self.command(Command::AbandonWait { job }, None);
                }
            }
        }
    }

    fn copy(
        &mut self,
        account: AccountId,
        reference: String,
        copying: Copying,
        begun: oneshot::Sender<CopyTicket>,
        reply: ReplyTo,
    ) {
        let (outcome, effects) = self.apply(Command::Container {
            account,
            reference,
            operation: Operation::Copy(copying),
        });
        self.carry_out(effects);
        let job = match outcome {
            Outcome::Done(result) => {
                let job = match &result {
                    Ok(Reply::Ticket { job, .. }) => Some(*job),
                    _ => None,
                };
                let _ = reply.send(result);
                job
            }
            Outcome::Pending(job) => {
                self.jobs.insert(job, reply);
                Some(job)
            }
        };
        if let Some(job) = job {
            // Given back at once when the client has gone.
            let _ = begun.send(CopyTicket::new(self.driver.0.inbox.clone(), job));
        }
    }

    /// Layers are there before an image is, and those that none needs after it are not.
    fn record(
        &mut self,
        command: Command,
        layers: &[Arc<Layer>],
        tree: Option<Arc<Tree>>,
        reply: ReplyTo,
    ) {
        let shared = Arc::clone(&self.driver.0);
        let store = shared.trees.store();
        store.keep(layers);
        let descriptors: Vec<_> = layers.iter().map(|layer| layer.descriptor).collect();
        if let Some(tree) = tree {
            store.keep_tree(&descriptors, tree);
        }
        let (outcome, effects) = self.apply(command);
        self.carry_out(effects);
        let result = settled(outcome);
        // One that is refused has none in the zone, and one that is known keeps its own.
        let view = self.zone.view();
        if !view.has_layer(LayerId::of_chain(&descriptors)) {
            let counts = 1..=descriptors.len();
            let ids = counts.map(|count| LayerId::of_chain(&descriptors[..count]));
            let unneeded = ids.filter(|id| !view.has_layer(*id));
            store.forget(&unneeded.collect::<Vec<_>>());
        }
        let _ = reply.send(result);
    }

    fn start_exec(&mut self, account: AccountId, exec: ExecId) -> Result<ExecAttachment, Error> {
        let (outcome, effects) = self.apply(Command::StartExec { account, exec });
        let Reply::ExecStarted { start, .. } = settled(outcome)? else {
            return Err(super::stopped());
        };
        let attachment = match start {
            ExecStart::Stream => {
                let console = self.driver.0.io.exec(exec);
                ExecAttachment::Stream {
                    cursor: console.attach(StreamSet::BOTH),
                    console,
                }
            }
            ExecStart::Detached => ExecAttachment::Detached,
            ExecStart::Closed => ExecAttachment::Closed,
        };
        self.carry_out(effects);
        Ok(attachment)
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            self.carry_out_one(effect);
        }
    }

    fn carry_out_one(&mut self, effect: Effect) {
        let shared = Arc::clone(&self.driver.0);
        match effect {
            Effect::CreateInstance { .. }
            | Effect::StartInstance { .. }
            | Effect::StartExec { .. } => self.begin(effect),
            Effect::SignalInstance { instance, signal } => {
                ended_meanwhile(shared.runtime.signal(instance, signal));
            }
            Effect::HaltInstance { instance } => ended_meanwhile(shared.runtime.halt(instance)),
            Effect::DestroyInstance { instance } => {
                ended_meanwhile(shared.runtime.destroy(instance));
                shared.io.remove(instance);
            }
            Effect::DropLayers { layers } => shared.trees.store().forget(&layers),
            Effect::Tell(event) => shared.events.add(*event),
            Effect::ResetInstance {
                instance,
                image,
                disk,
            } => {
                let reset = shared.trees.tree(&image).map(|tree| {
                    let runtime = &shared.runtime;
                    runtime.reset(instance, tree, disk)
                });
                if !matches!(reset, Some(Ok(()))) {
                    tracing::error!(image = %image.id, ?reset, "an instance cannot be of an image");
                }
            }
            Effect::CloseConsole { instance } => shared.io.close(instance),
            Effect::CloseExecConsole { exec } => shared.io.close_exec(exec),
            Effect::CutAttach { attach } => {
                if let Some(cut) = self.attached.remove(&attach) {
                    let _ = cut.send(());
                }
            }
            Effect::SetTimer {
                timer,
                at,
                owner,
                reason,
            } => {
                let inbox: Inbox = shared.inbox.clone();
                let fire = move || inbox.send(Message::internal(Command::Timer(timer)));
                let schedule = shared.clock.schedule(at, owner, reason, fire);
                self.timers.insert(timer, schedule);
            }
            Effect::CancelTimer { timer } => {
                if let Some(schedule) = self.timers.remove(&timer) {
                    shared.clock.cancel(schedule);
                }
            }
            Effect::Finish { job, result } => {
                if let Some(reply) = self.jobs.remove(&job) {
                    let _ = reply.send(result);
                }
            }
        }
    }

    /// Effects whose result is a command.
    fn begin(&mut self, effect: Effect) {
        let shared = Arc::clone(&self.driver.0);
        match effect {
            Effect::CreateInstance {
                instance,
                node,
                image,
                disk,
                volumes,
            } => {
                let log_bytes = log_limit_bytes(&self.zone.view(), instance);
                shared.io.add(instance, log_bytes);
                let succeeded = shared.trees.tree(&image).is_some_and(|tree| {
                    let runtime = &shared.runtime;
                    runtime.create(instance, node, tree, disk, &volumes).is_ok()
                });
                if let Some(log) = shared.io.instance(instance).and_then(|io| io.log) {
                    charge_log(&log, &*shared.runtime, instance);
                }
                shared
                    .inbox
                    .send(Message::internal(Command::InstanceCreated {
                        instance,
                        succeeded,
                    }));
            }
            Effect::StartInstance {
                instance,
                incarnation,
                spec,
            } => {
                let started = shared.io.instance(instance).is_some_and(|io| {
                    if let Some(log) = &io.log {
                        log.open();
                    }
                    shared
                        .runtime
                        .start(instance, incarnation, *spec, io.console)
                        .is_ok()
                });
                if !started {
                    shared.inbox.send(Message::internal(Command::StartRefused {
                        instance,
                        incarnation,
                    }));
                }
            }
            Effect::StartExec {
                instance,
                exec,
                spec,
            } => {
                let console = shared.io.exec(exec);
                if shared.runtime.exec(instance, exec, *spec, console).is_err() {
                    shared
                        .inbox
                        .send(Message::internal(Command::ExecRefused { exec }));
                }
            }
            _ => {}
        }
    }

    /// Every container and every stream ends and every waiting handler is told.
    fn end(&mut self) {
        for container in self.zone.view().operator_containers() {
            ended_meanwhile(self.driver.0.runtime.destroy(container.instance()));
        }
        self.driver.0.io.close_all();
        self.driver.0.events.close();
        self.attached.clear();
        for (_, schedule) in self.timers.drain() {
            self.driver.0.clock.cancel(schedule);
        }
        for (_, reply) in self.jobs.drain() {
            let _ = reply.send(Err(super::stopped()));
        }
    }
}

/// The reply of a command that never waits.
fn settled(outcome: Outcome) -> Result<Reply, Error> {
    match outcome {
        Outcome::Done(result) => result,
        Outcome::Pending(_) => Err(super::stopped()),
    }
}

/// An instance that has ended by itself needs no signal any more.
fn ended_meanwhile(result: Result<(), RuntimeError>) {
    if let Err(error) = result {
        tracing::debug!(%error, "the instance had already ended");
    }
}
