//! What holds whatever happens: random commands, answered in random order.

use crate::world::{busybox, pull, seconds};
use journal::{Journal, Recording, Replay, StateDigest};
use proptest::prelude::*;
use runtime::{ExecId, ExitStatus, Incarnation, InstanceId, RuntimeEvent, Signal, Timestamp};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;
use zone::{
    AccountId, Cause, Command, Copying, CreateRequest, Effect, Fault, FaultKind, FaultPoint, JobId,
    NewAccount, Operation, Outcome, PortBinding, Reboot, RestartPolicyRequest, Setting,
    StopTimeout, TimerId, View, Zone, ZoneConfig,
};

/// One step of a run. Numbers choose among what is there.
#[derive(Clone, Debug)]
enum Step {
    Create {
        account: usize,
        name: u8,
        size: u8,
        published: bool,
        link: Option<u8>,
        policy: u8,
    },
    Operate {
        account: usize,
        name: u8,
        operation: u8,
    },
    StartExec {
        account: usize,
        exec: usize,
    },
    Detach {
        attach: usize,
    },
    EndCopy {
        copy: usize,
    },
    Report {
        which: usize,
    },
    Exit {
        which: usize,
        status: i32,
    },
    Fault {
        point: usize,
        hangs: bool,
        times: u32,
    },
    Timing {
        job: u8,
        seconds: u64,
    },
    Reboot {
        server: usize,
        crash: bool,
    },
    Timer,
    Wait,
}

fn step() -> impl Strategy<Value = Step> {
    let name = 0_u8..6;
    prop_oneof![
        3 => (0_usize..2, name.clone(), 0_u8..4, any::<bool>(), prop::option::of(name.clone()), 0_u8..4)
            .prop_map(|(account, name, size, published, link, policy)| Step::Create {
                account, name, size, published, link, policy,
            }),
        8 => (0_usize..2, name, 0_u8..15).prop_map(|(account, name, operation)| Step::Operate {
            account, name, operation,
        }),
        1 => (0_usize..2, any::<usize>()).prop_map(|(account, exec)| Step::StartExec { account, exec }),
        1 => any::<usize>().prop_map(|attach| Step::Detach { attach }),
        2 => any::<usize>().prop_map(|copy| Step::EndCopy { copy }),
        6 => any::<usize>().prop_map(|which| Step::Report { which }),
        3 => (any::<usize>(), prop_oneof![Just(0), Just(1), Just(-9)])
            .prop_map(|(which, status)| Step::Exit { which, status }),
        1 => (0..FaultPoint::ALL.len(), any::<bool>(), 1_u32..4)
            .prop_map(|(point, hangs, times)| Step::Fault { point, hangs, times }),
        1 => (0_u8..4, prop_oneof![Just(0), Just(5), Just(700)])
            .prop_map(|(job, seconds)| Step::Timing { job, seconds }),
        1 => (0_usize..2, any::<bool>()).prop_map(|(server, crash)| Step::Reboot { server, crash }),
        2 => Just(Step::Timer),
        1 => Just(Step::Wait),
    ]
}

/// A zone whose effects are answered when a step says so.
struct Machine {
    zone: Zone,
    now: Timestamp,
    accounts: Vec<AccountId>,
    reports: VecDeque<Command>,
    /// Processes that run as far as a runtime knows.
    running: BTreeMap<InstanceId, Incarnation>,
    execs: Vec<(ExecId, InstanceId)>,
    attaches: Vec<zone::AttachId>,
    /// Copies that have or had a ticket, or wait for one.
    copies: Vec<JobId>,
    timers: BTreeMap<TimerId, Timestamp>,
    pending: BTreeSet<JobId>,
    commands: Vec<(Command, Timestamp)>,
    journal: Journal,
}

const SEED: u64 = 3;

fn small_zone() -> ZoneConfig {
    let mut config = ZoneConfig::default();
    config.servers.truncate(2);
    config.servers[0].memory_mib = 3_000;
    config.servers[1].memory_mib = 6_000;
    config.fabric_range = [192, 168, 128, 5].into()..=[192, 168, 128, 8].into();
    config.public_range = [203, 0, 113, 10].into()..=[203, 0, 113, 12].into();
    config
}

impl Machine {
    fn new() -> Self {
        let zone = Zone::new(small_zone(), SEED);
        let mut machine = Self {
            journal: Journal::new(small_zone(), &zone.view()),
            zone,
            now: Timestamp::from_secs(1_000),
            accounts: Vec::new(),
            reports: VecDeque::new(),
            running: BTreeMap::new(),
            execs: Vec::new(),
            attaches: Vec::new(),
            copies: Vec::new(),
            timers: BTreeMap::new(),
            pending: BTreeSet::new(),
            commands: Vec::new(),
        };
        machine.add_account("one");
        machine.add_account("two");
        machine
    }

    fn add_account(&mut self, login: &str) {
        let new = Box::new(NewAccount::approved(login));
        self.apply(Command::CreateAccount(new));
        let view = self.zone.view();
        let account = view.account_by_login_or_id(login).expect("just made").id;
        self.apply(pull(account));
        self.accounts.push(account);
    }

    fn apply(&mut self, command: Command) {
        self.commands.push((command.clone(), self.now));
        let is_copy = matches!(
            command,
            Command::Container {
                operation: Operation::Copy(_),
                ..
            }
        );
        let before = self.zone.clone();
        let now = self.now;
        let applied = self.journal.apply(&mut self.zone, command, || now);
        match applied.outcome {
            Outcome::Done(Err(_)) => {
                let faults = |zone: &Zone| zone.view().operator_faults().to_vec();
                let met = faults(&before) != faults(&self.zone);
                assert!(before == self.zone || met, "a refusal changes nothing");
                assert!(applied.effects.is_empty());
            }
            Outcome::Done(Ok(zone::Reply::Attach { attach, .. })) => self.attaches.push(attach),
            Outcome::Done(Ok(zone::Reply::Ticket { job, .. })) => self.copies.push(job),
            Outcome::Done(Ok(_)) => {}
            Outcome::Pending(job) => {
                if is_copy {
                    self.copies.push(job);
                }
                assert!(self.pending.insert(job));
            }
        }
        for effect in applied.effects {
            self.carry_out(effect);
        }
        self.check();
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::CreateInstance { instance, .. } => {
                // Every seventh node fails.
                let succeeded = instance.0.as_u128() % 7 != 0;
                self.reports.push_back(Command::InstanceCreated {
                    instance,
                    succeeded,
                });
            }
            Effect::StartInstance {
                instance,
                incarnation,
                ..
            } => {
                if incarnation.0 % 4 == 3 {
                    // Every fourth start is refused.
                    self.reports.push_back(Command::StartRefused {
                        instance,
                        incarnation,
                    });
                    return;
                }
                assert!(
                    self.running.insert(instance, incarnation).is_none(),
                    "one process at a time"
                );
                let at = self.now;
                let started = RuntimeEvent::Started {
                    instance,
                    incarnation,
                    at,
                };
                self.reports.push_back(Command::Runtime(started));
            }
            Effect::SignalInstance {
                instance,
                signal: Signal::Kill,
            }
            | Effect::HaltInstance { instance } => self.end(instance, -9),
            Effect::DestroyInstance { instance } => {
                self.running.remove(&instance);
            }
            Effect::StartExec { instance, exec, .. } if self.running.contains_key(&instance) => {
                self.execs.push((exec, instance));
            }
            Effect::StartExec { exec, .. } => {
                self.reports.push_back(Command::ExecRefused { exec });
            }
            Effect::SetTimer { timer, at, .. } => {
                assert!(self.timers.insert(timer, at).is_none());
            }
            Effect::CancelTimer { timer } => {
                assert!(
                    self.timers.remove(&timer).is_some(),
                    "only set timers are cancelled"
                );
            }
            Effect::Finish { job, .. } => {
                assert!(self.pending.remove(&job), "each job is answered once");
            }
            _ => {}
        }
    }

    /// Puts the first report behind all others unless one of these is about the same instance.
    fn put_first_behind(&mut self) {
        let instance = |report: &Command| match report {
            Command::InstanceCreated { instance, .. }
            | Command::StartRefused { instance, .. }
            | Command::Runtime(
                RuntimeEvent::Started { instance, .. }
                | RuntimeEvent::Exited { instance, .. }
                | RuntimeEvent::ExecExited { instance, .. },
            ) => Some(*instance),
            _ => None,
        };
        let first = self.reports.front().and_then(instance);
        let others = self.reports.iter().skip(1);
        if first.is_some() && others.into_iter().all(|other| instance(other) != first) {
            self.reports.rotate_left(1);
        }
    }

    /// The process ends; what was said before is heard before.
    fn end(&mut self, instance: InstanceId, status: i32) {
        if let Some(incarnation) = self.running.remove(&instance) {
            let (status, at) = (ExitStatus(status), self.now);
            let ended = |(exec, _): &(ExecId, _)| {
                Command::Runtime(RuntimeEvent::ExecExited {
                    exec: *exec,
                    instance,
                    status,
                    at,
                })
            };
            let execs = self.execs.iter().filter(|(_, inside)| *inside == instance);
            self.reports.extend(execs.map(ended));
            self.execs.retain(|(_, inside)| *inside != instance);
            let exited = RuntimeEvent::Exited {
                instance,
                incarnation,
                status,
                at,
            };
            self.reports.push_back(Command::Runtime(exited));
        }
    }

    fn fire_next(&mut self) -> bool {
        let next = self.timers.iter().min_by_key(|(timer, at)| (**at, **timer));
        let Some((timer, at)) = next.map(|(timer, at)| (*timer, *at)) else {
            return false;
        };
        self.timers.remove(&timer);
        self.now = self.now.max(at);
        self.apply(Command::Timer(timer));
        true
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Create {
                account,
                name,
                size,
                published,
                link,
                policy,
            } => {
                let account = self.accounts[account];
                let request = request(size, published, link, policy);
                let name = Some(format!("name{name}"));
                self.apply(Command::CreateContainer {
                    account,
                    name,
                    request,
                });
            }
            Step::Operate {
                account,
                name,
                operation,
            } => self.apply(Command::Container {
                account: self.accounts[account],
                reference: format!("name{name}"),
                operation: operations(operation),
            }),
            Step::StartExec { account, exec } => {
                let account = self.accounts[account];
                let view = self.zone.view();
                let execs: Vec<ExecId> = view
                    .operator_containers()
                    .flat_map(|container| view.operator_execs(container))
                    .map(|exec| exec.id)
                    .collect();
                if let Some(exec) = execs.get(exec % execs.len().max(1)).copied() {
                    self.apply(Command::StartExec { account, exec });
                }
            }
            Step::Detach { attach } => {
                let count = self.attaches.len().max(1);
                if let Some(attach) = self.attaches.get(attach % count).copied() {
                    self.apply(Command::DetachAttach { attach });
                }
            }
            Step::EndCopy { copy } => {
                let count = self.copies.len().max(1);
                if let Some(job) = self.copies.get(copy % count).copied() {
                    self.apply(Command::EndCopy { job });
                }
            }
            Step::Report { which } => {
                // Reports of one instance stay in order; those of others may overtake.
                for _ in 0..which % 3 {
                    self.put_first_behind();
                }
                if let Some(report) = self.reports.pop_front() {
                    self.apply(report);
                }
            }
            Step::Exit { which, status } => {
                let running: Vec<InstanceId> = self.running.keys().copied().collect();
                if let Some(instance) = running.get(which % running.len().max(1)).copied() {
                    self.end(instance, status);
                }
            }
            Step::Fault {
                point,
                hangs,
                times,
            } => {
                let point = FaultPoint::ALL[point];
                // A container whose node never makes it is never there.
                let kind = match hangs && point != FaultPoint::Provision {
                    true => FaultKind::Hangs,
                    false => FaultKind::Fails(Cause::Internal),
                };
                self.apply(Command::AddFault(Fault {
                    point,
                    kind,
                    container: None,
                    times: Some(times),
                }));
            }
            Step::Timing { job, seconds } => {
                let time = Duration::from_secs(seconds);
                let mut timing = self.zone.view().settings().timing;
                *[
                    &mut timing.provision,
                    &mut timing.start,
                    &mut timing.stop,
                    &mut timing.delete,
                ][usize::from(job)] = time;
                self.apply(Command::Set(Setting::Timing(timing)));
            }
            Step::Reboot { server, crash } => {
                let how = if crash {
                    Reboot::Crash
                } else {
                    Reboot::Orderly
                };
                let servers: Vec<_> = self.zone.view().operator_servers().map(|s| s.id).collect();
                let server = servers[server];
                self.apply(Command::RebootServer { server, how });
            }
            Step::Timer => {
                self.fire_next();
            }
            Step::Wait => self.now = self.now + seconds(1),
        }
    }

    /// Everything that was asked for is answered, and every process ends.
    fn settle(&mut self) {
        for job in self.copies.clone() {
            self.apply(Command::EndCopy { job });
        }
        for _ in 0..10_000 {
            if let Some(report) = self.reports.pop_front() {
                self.apply(report);
            } else if self.pending.is_empty() {
                return;
            } else if let Some(instance) = self.running.keys().next().copied() {
                self.end(instance, 0);
            } else if !self.fire_next() {
                break;
            }
        }
        panic!("jobs are left: {:?}", self.pending);
    }

    fn check(&self) {
        let view = self.zone.view();
        no_address_twice(&view);
        no_server_over_capacity(&view);
        accounts_are_apart(&view, &self.accounts);
        // A copy that is under way is a job that nobody waits for.
        let copies = view.operator_pending_jobs() - self.pending.len();
        assert!(copies <= self.copies.len());
        view.operator_check().expect("indexes and sums agree");
        self.check_reconcile();
    }
}

impl Machine {
    /// What a load would have to ask for again is what has not been answered.
    fn check_reconcile(&self) {
        let mut timers = BTreeMap::new();
        let mut unanswered = BTreeSet::new();
        for effect in self.zone.reconcile() {
            match effect {
                Effect::SetTimer { timer, at, .. } => {
                    timers.insert(timer, at);
                }
                Effect::CreateInstance { instance, .. }
                | Effect::StartInstance { instance, .. } => {
                    unanswered.insert(instance);
                }
                other => panic!("nothing else is asked for again: {other:?}"),
            }
        }
        assert_eq!(timers, self.timers);
        for instance in unanswered {
            let about = |report: &Command| match report {
                Command::InstanceCreated {
                    instance: other, ..
                }
                | Command::StartRefused {
                    instance: other, ..
                }
                | Command::Runtime(RuntimeEvent::Started {
                    instance: other, ..
                }) => *other == instance,
                _ => false,
            };
            assert!(self.reports.iter().any(about), "{instance} was answered");
        }
    }
}

fn no_address_twice(view: &View) {
    let mut seen = BTreeSet::new();
    let mut macs = BTreeSet::new();
    for nic in view
        .operator_containers()
        .flat_map(|container| container.nics.iter())
    {
        assert!(
            seen.insert((nic.network, nic.ip)),
            "{} is given twice",
            nic.ip
        );
        assert!(macs.insert(nic.mac), "{} is given twice", nic.mac);
    }
}

fn no_server_over_capacity(view: &View) {
    for server in view.operator_servers() {
        let there = view
            .operator_containers()
            .filter(|container| container.node == server.id);
        let used_mib: u64 = there.map(|container| container.resources.memory_mib).sum();
        assert!(used_mib as f64 <= server.memory_mib as f64 * 0.85);
    }
}

fn accounts_are_apart(view: &View, accounts: &[AccountId]) {
    for container in view.operator_containers() {
        for account in accounts {
            let listed = view
                .containers(*account)
                .any(|listed| listed.id == container.id);
            let found = view.container(*account, &container.id.to_string()).is_ok();
            let own = container.owner == *account;
            assert_eq!((listed, found), (own, own));
        }
    }
}

fn request(size: u8, published: bool, link: Option<u8>, policy: u8) -> Box<CreateRequest> {
    let binding = || PortBinding {
        key: "80/tcp".into(),
        host_ports: Some(Vec::new()),
    };
    Box::new(CreateRequest {
        memory_bytes: Some(f64::from(1 << 20) * [1.0, 512.0, 1024.0, 2048.0][usize::from(size)]),
        port_bindings: published.then(binding).into_iter().collect(),
        links: link
            .map(|link| format!("name{link}:other"))
            .into_iter()
            .collect(),
        restart_policy: (policy < 2).then(|| RestartPolicyRequest {
            name: ["always", "on-failure"][usize::from(policy)].to_owned(),
            maximum_retry_count: 2,
        }),
        ..busybox()
    })
}

fn operations(number: u8) -> Operation {
    let exec = |detach| {
        let cmd = vec!["true".to_owned()];
        Operation::CreateExec(Box::new(zone::ExecRequest {
            cmd,
            detach,
            ..Default::default()
        }))
    };
    let timeout = StopTimeout::DEFAULT;
    match number {
        0..=2 => Operation::Start,
        3 => Operation::Stop { timeout },
        4 => Operation::Stop {
            timeout: StopTimeout::Seconds(0),
        },
        5 => Operation::Restart { timeout },
        6 => Operation::Kill {
            signal: Some(Signal::Kill),
        },
        7 => Operation::Wait,
        8 => Operation::Rename {
            name: "name5".to_owned(),
        },
        9 => Operation::Delete {
            force: true,
            link: false,
        },
        10 => Operation::Attach,
        11 => exec(false),
        12 => exec(true),
        13 => Operation::Copy(Copying::In),
        _ => Operation::DeleteLink {
            alias: "other".to_owned(),
        },
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_run_keeps_the_promises_and_every_job_ends(steps in prop::collection::vec(step(), 1..80)) {
        let mut machine = Machine::new();
        for step in steps {
            machine.take(step);
        }
        machine.settle();
        let mut again = Zone::new(small_zone(), SEED);
        for (command, now) in &machine.commands {
            let _ = again.apply(command.clone(), *now);
        }
        prop_assert!(machine.zone == again, "same seed and commands, same state");
        let recording = Recording::read(&machine.journal.text()).expect("it is whole");
        let mut replay = Replay::new(&recording, SEED);
        while let Some(taken) = replay.step() {
            prop_assert!(taken.agrees != Some(false), "{:?}", taken.step);
        }
        prop_assert_eq!(replay.taken(), machine.commands.len());
        prop_assert_eq!(replay.digest(), StateDigest::of(&machine.zone.view()));
    }
}
