//! A zone with a driver that answers effects at once, for tests.

use runtime::{ExitStatus, Incarnation, InstanceId, RuntimeEvent, StartSpec, Timestamp};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Duration;
use zone::{
    AccountId, Applied, Command, Container, ContainerId, CreateRequest, Digest, Effect, Error,
    ImageDefaults, JobId, LayerDescriptor, NewAccount, NewImage, NewName, Operation, Origin,
    Outcome, Reply, TimerId, Zone, ZoneConfig,
};

pub(crate) struct World {
    pub(crate) zone: Zone,
    pub(crate) now: Timestamp,
    pub(crate) timers: BTreeMap<TimerId, Timestamp>,
    pub(crate) finished: HashMap<JobId, Result<Reply, Error>>,
    /// What was started last in each instance.
    pub(crate) starts: HashMap<InstanceId, (Incarnation, StartSpec)>,
    /// What runtime and nodes have yet to say.
    reports: VecDeque<Command>,
    /// Everything that happened, as text.
    pub(crate) log: Vec<String>,
    /// Answer `StartInstance` with `Started`.
    pub(crate) answer_starts: bool,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(ZoneConfig::default(), 7)
    }

    pub(crate) fn with(config: ZoneConfig, seed: u64) -> Self {
        Self {
            zone: Zone::new(config, seed),
            now: Timestamp::from_secs(1_000),
            timers: BTreeMap::new(),
            finished: HashMap::new(),
            starts: HashMap::new(),
            reports: VecDeque::new(),
            log: Vec::new(),
            answer_starts: true,
        }
    }

    /// Applies a command and answers what the zone asks for.
    pub(crate) fn apply(&mut self, command: Command) -> Outcome {
        let outcome = self.apply_one(command);
        while let Some(report) = self.reports.pop_front() {
            let _ = self.apply_one(report);
        }
        outcome
    }

    fn apply_one(&mut self, command: Command) -> Outcome {
        let Applied { outcome, effects } = self.zone.apply(command, self.now);
        for effect in effects {
            self.log.push(line(&effect));
            self.carry_out(effect);
        }
        outcome
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::CreateInstance { instance, .. } => {
                let succeeded = true;
                self.reports.push_back(Command::InstanceCreated {
                    instance,
                    succeeded,
                });
            }
            Effect::StartInstance {
                instance,
                incarnation,
                spec,
            } => {
                self.starts.insert(instance, (incarnation, *spec));
                if self.answer_starts {
                    let report = self.start_report(instance);
                    self.reports.push_back(report);
                }
            }
            Effect::SetTimer { timer, at, .. } => {
                self.timers.insert(timer, at);
            }
            Effect::CancelTimer { timer } => {
                assert!(self.timers.remove(&timer).is_some(), "{timer:?} is not set");
            }
            Effect::Finish { job, result } => {
                let before = self.finished.insert(job, result);
                assert!(before.is_none(), "{job:?} is answered twice");
            }
            _ => {}
        }
    }

    fn start_report(&self, instance: InstanceId) -> Command {
        Command::Runtime(RuntimeEvent::Started {
            instance,
            incarnation: self.starts[&instance].0,
            at: self.now,
        })
    }

    pub(crate) fn started(&mut self, instance: InstanceId) {
        let report = self.start_report(instance);
        let _ = self.apply(report);
    }

    pub(crate) fn exit(&mut self, instance: InstanceId, status: i32) {
        let incarnation = self.starts[&instance].0;
        let at = self.now;
        let _ = self.apply(Command::Runtime(RuntimeEvent::Exited {
            instance,
            incarnation,
            status: ExitStatus(status),
            at,
        }));
    }

    /// Moves time and fires what is due, in order.
    pub(crate) fn advance(&mut self, by: Duration) {
        let until = self.now + by;
        while let Some((timer, at)) = self.next_timer().filter(|(_, at)| *at <= until) {
            self.timers.remove(&timer);
            self.now = self.now.max(at);
            let _ = self.apply(Command::Timer(timer));
        }
        self.now = until;
    }

    pub(crate) fn next_timer(&self) -> Option<(TimerId, Timestamp)> {
        let timers = self.timers.iter().map(|(timer, at)| (*timer, *at));
        timers.min_by_key(|(timer, at)| (*at, *timer))
    }

    /// The answer to a command that is finished at once or by what follows at once.
    pub(crate) fn run(&mut self, command: Command) -> Result<Reply, Error> {
        match self.apply(command) {
            Outcome::Done(result) => result,
            Outcome::Pending(job) => self.answer(job).expect("the job is finished"),
        }
    }

    pub(crate) fn answer(&mut self, job: JobId) -> Option<Result<Reply, Error>> {
        self.finished.remove(&job)
    }

    pub(crate) fn account(&mut self, login: &str) -> AccountId {
        let new = Box::new(NewAccount::approved(login));
        let Ok(Reply::Account(account)) = self.run(Command::CreateAccount(new)) else {
            panic!("the account is made");
        };
        let _ = self.run(pull(account));
        account
    }

    pub(crate) fn create(
        &mut self,
        account: AccountId,
        name: &str,
        request: CreateRequest,
    ) -> Result<ContainerId, Error> {
        let name = Some(name.to_owned()).filter(|name| !name.is_empty());
        let request = Box::new(request);
        let command = Command::CreateContainer {
            account,
            name,
            request,
        };
        match self.run(command)? {
            Reply::Created { id } => Ok(id),
            other => panic!("created, not {other:?}"),
        }
    }

    pub(crate) fn operate(
        &mut self,
        account: AccountId,
        reference: &str,
        operation: Operation,
    ) -> Outcome {
        self.apply(Command::Container {
            account,
            reference: reference.to_owned(),
            operation,
        })
    }

    /// An operation that is answered at once.
    pub(crate) fn done(
        &mut self,
        account: AccountId,
        reference: &str,
        operation: Operation,
    ) -> Result<Reply, Error> {
        match self.operate(account, reference, operation) {
            Outcome::Done(result) => result,
            Outcome::Pending(job) => self.answer(job).expect("the job is finished"),
        }
    }

    /// An operation that has to wait.
    pub(crate) fn pending(
        &mut self,
        account: AccountId,
        reference: &str,
        operation: Operation,
    ) -> JobId {
        match self.operate(account, reference, operation) {
            Outcome::Pending(job) if !self.finished.contains_key(&job) => job,
            other => panic!("pending, not {other:?}"),
        }
    }

    pub(crate) fn container(&self, account: AccountId, reference: &str) -> Container {
        let view = self.zone.view();
        view.container(account, reference)
            .expect("the container is there")
            .clone()
    }

    /// What has happened since the last call, as text.
    pub(crate) fn happened(&mut self) -> Vec<String> {
        std::mem::take(&mut self.log)
    }
}

/// `busybox:latest` with command `sh` and one layer.
pub(crate) fn pull(account: AccountId) -> Command {
    let layer = LayerDescriptor {
        digest: Digest::of(b"layer"),
        size_bytes: 1000,
        diff_id: Digest::of(b"archive"),
    };
    let defaults = ImageDefaults {
        cmd: vec!["sh".to_owned()],
        env: ["PATH=/bin".to_owned(), "A=image".to_owned()].into(),
        exposed_ports: vec!["80/tcp".to_owned()],
        ..ImageDefaults::default()
    };
    let image = Box::new(NewImage {
        id: Digest::of(b"config"),
        manifest_digest: Digest::of(b"manifest"),
        alias: Some(Digest::of(b"list")),
        head: true,
        parent: None,
        size_bytes: 1000,
        layers: [layer].into(),
        defaults: defaults.into(),
        created_at: Timestamp::from_secs(1),
        config: (*b"config").into(),
        manifest: (*b"manifest").into(),
    });
    let name = NewName::Tag {
        repo: "busybox".to_owned(),
        tag: "latest".to_owned(),
    };
    Command::RecordImage {
        account,
        image,
        names: vec![name],
        origin: Origin::Pull,
    }
}

pub(crate) fn busybox() -> CreateRequest {
    CreateRequest {
        image: "busybox".to_owned(),
        ..CreateRequest::default()
    }
}

pub(crate) fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn line(effect: &Effect) -> String {
    match effect {
        Effect::DropLayers { layers } => format!("drop {} layers", layers.len()),
        Effect::Tell(event) => format!("tell {}", event.action),
        Effect::CreateInstance { .. } => "create".to_owned(),
        Effect::ResetInstance { .. } => "reset".to_owned(),
        Effect::StartInstance { incarnation, .. } => format!("start {}", incarnation.0),
        Effect::SignalInstance { signal, .. } => format!("signal {}", signal.name()),
        Effect::HaltInstance { .. } => "halt".to_owned(),
        Effect::DestroyInstance { .. } => "destroy".to_owned(),
        Effect::StartExec { .. } => "exec".to_owned(),
        Effect::CloseConsole { .. } => "close".to_owned(),
        Effect::CloseExecConsole { .. } => "close exec".to_owned(),
        Effect::CutAttach { .. } => "cut".to_owned(),
        Effect::SetTimer { reason, .. } => format!("timer {reason:?}"),
        Effect::CancelTimer { .. } => "cancel".to_owned(),
        Effect::Finish { result, .. } => match result {
            Ok(_) => "finish".to_owned(),
            Err(error) => format!("finish: {error}"),
        },
    }
}
