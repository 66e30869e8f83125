//! Whatever a zone can be told is read again as it was told.

use bytes::Bytes;
use journal::{Ends, External, Input, Journal, Process, Recording};
use runtime::{
    ExecId, ExitStatus, Incarnation, InstanceId, NodeId, RuntimeEvent, Signal, Timestamp, TtySize,
};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use uuid::Uuid;
use zone::{
    AccountChange, AccountId, AttachId, BuildStep, Cause, Command, Copying, CreateRequest, Digest,
    ExecRequest, Fault, FaultKind, FaultPoint, ImageDefaults, JobId, KeyHolder, LabelValue,
    LayerDescriptor, LogConfigRequest, Member, MemberId, NewAccount, NewImage, NewKey, NewName,
    NewUser, Operation, Origin, Outside, PackageId, PortBinding, Preparation, Profile, ReadOnly,
    Reboot, Registries, RestartPolicyRequest, Setting, StopTimeout, TimerId, Timing, UserId, Zone,
    ZoneConfig,
};

const ACCOUNT: AccountId = AccountId(Uuid::from_u128(1));
const USER: UserId = UserId(Uuid::from_u128(2));
const INSTANCE: InstanceId = InstanceId(Uuid::from_u128(3));
const EXEC: ExecId = ExecId([0xe4; 32]);
const AT: Timestamp = Timestamp(u64::MAX);

fn operation(operation: Operation) -> Command {
    Command::Container {
        account: ACCOUNT,
        reference: "web \u{1f600}\n\"".to_owned(),
        operation,
    }
}

fn of_accounts() -> Vec<Command> {
    let key = || NewKey::line("ssh-rsa AAAA x");
    let user = NewUser {
        login: "jill".into(),
        email: String::new(),
        profile: Profile {
            city: Some("Bergen".into()),
            ..Profile::default()
        },
        keys: vec![key()],
    };
    let changes = [None, Some(None), Some(Some(vec!["ro-1".to_owned()]))];
    let changes = changes.map(|allowed_dcs| Command::UpdateAccount {
        account: ACCOUNT,
        change: Box::new(AccountChange {
            allowed_dcs,
            disabled: Some(false),
            ..AccountChange::default()
        }),
    });
    let member = |who| Member { who, default: true };
    [
        Command::CreateAccount(Box::new(NewAccount::approved("demo"))),
        Command::AddKey {
            holder: KeyHolder::User(ACCOUNT, USER),
            key: key(),
        },
        Command::RemoveKey {
            holder: KeyHolder::Account(ACCOUNT),
            key: "x".into(),
        },
        Command::CreateUser {
            account: ACCOUNT,
            new: Box::new(user),
        },
        Command::RemoveUser {
            account: ACCOUNT,
            user: USER,
        },
        Command::SetRole {
            account: ACCOUNT,
            name: "administrator".into(),
            members: vec![
                member(MemberId::User(USER)),
                member(MemberId::Account(ACCOUNT)),
            ],
        },
        Command::RemoveRole {
            account: ACCOUNT,
            name: "x".into(),
        },
        Command::RememberAuthentication {
            login: "demo".into(),
            subject_key_sha512: [0xab; 64],
        },
        Command::UseAuthentication {
            login: "demo".into(),
        },
    ]
    .into_iter()
    .chain(changes)
    .collect()
}

fn request(memory_bytes: Option<f64>) -> Command {
    Command::CreateContainer {
        account: ACCOUNT,
        name: None,
        request: Box::new(CreateRequest {
            image: "busybox".into(),
            cmd: Some(Vec::new()),
            labels: vec![
                ("a".into(), LabelValue::Text("b".into())),
                ("c".into(), LabelValue::Json("[1.10]".into())),
            ],
            memory_bytes,
            port_bindings: vec![PortBinding {
                key: "80/tcp".into(),
                host_ports: None,
            }],
            restart_policy: Some(RestartPolicyRequest {
                name: "always".into(),
                maximum_retry_count: i64::MIN,
            }),
            log_config: Some(LogConfigRequest {
                driver: "syslog".into(),
                options: vec![("tag".into(), None), ("x".into(), Some(String::new()))],
            }),
            ..CreateRequest::default()
        }),
    }
}

fn of_containers() -> Vec<Command> {
    let operations = [
        Operation::Start,
        Operation::Stop {
            timeout: StopTimeout::Forever,
        },
        Operation::Restart {
            timeout: StopTimeout::Seconds(u64::MAX),
        },
        Operation::Kill { signal: None },
        Operation::Kill {
            signal: Some(Signal::Usr1),
        },
        Operation::Wait,
        Operation::Rename { name: "/b".into() },
        Operation::Delete {
            force: true,
            link: false,
        },
        Operation::DeleteLink { alias: "db".into() },
        Operation::Copy(Copying::File),
        Operation::Attach,
        Operation::CreateExec(Box::new(ExecRequest {
            cmd: vec!["true".into()],
            ..ExecRequest::default()
        })),
    ];
    // What numbers of JSON lose.
    let sizes = [0.1 + 0.2, 1e300, f64::INFINITY, f64::NAN, -0.0, 5e-324];
    let sizes = sizes.map(|size| request(Some(size)));
    operations
        .map(operation)
        .into_iter()
        .chain(sizes)
        .chain([
            request(None),
            Command::DetachAttach {
                attach: AttachId(1),
            },
            Command::AbandonWait { job: JobId(2) },
            Command::Resized {
                account: ACCOUNT,
                reference: "web".into(),
                size: TtySize {
                    rows: 24,
                    columns: 80,
                },
            },
            Command::EndCopy { job: JobId(3) },
            Command::StartExec {
                account: ACCOUNT,
                exec: EXEC,
            },
        ])
        .collect()
}

fn of_nodes() -> Vec<Command> {
    let (instance, incarnation, status) = (INSTANCE, Incarnation(4), ExitStatus(-137));
    vec![
        Command::InstanceCreated {
            instance,
            succeeded: false,
        },
        Command::StartRefused {
            instance,
            incarnation,
        },
        Command::ExecRefused { exec: EXEC },
        Command::Runtime(RuntimeEvent::Started {
            instance,
            incarnation,
            at: AT,
        }),
        Command::Runtime(RuntimeEvent::Exited {
            instance,
            incarnation,
            status,
            at: AT,
        }),
        Command::Runtime(RuntimeEvent::ExecExited {
            exec: EXEC,
            instance,
            status,
            at: AT,
        }),
        Command::Timer(TimerId(u64::MAX)),
    ]
}

fn pull() -> Command {
    let digest = Digest::of(b"x");
    Command::RecordImage {
        account: ACCOUNT,
        names: vec![
            NewName::Tag {
                repo: "busybox".into(),
                tag: "latest".into(),
            },
            NewName::Digest {
                repo: "localhost:5000/a".into(),
            },
        ],
        origin: Origin::Commit,
        image: Box::new(NewImage {
            id: digest,
            manifest_digest: digest,
            alias: Some(digest),
            head: true,
            parent: Some(digest),
            size_bytes: 1 << 60,
            layers: [LayerDescriptor {
                digest,
                size_bytes: 1 << 60,
                diff_id: digest,
            }]
            .into(),
            defaults: ImageDefaults {
                env: ["A=b".to_owned()].into(),
                labels: vec![("k".into(), "v".into())],
                ..ImageDefaults::default()
            }
            .into(),
            created_at: AT,
            config: (*b"{\"a\": 1}").into(),
            manifest: [0xff, 0x00].into(),
        }),
    }
}

fn old_image() -> Command {
    let images = match pull() {
        Command::RecordImage { image, .. } => vec![*image],
        _ => Vec::new(),
    };
    Command::RecordLegacyImage {
        account: ACCOUNT,
        registry: "docker.io".into(),
        images,
        repo: "busybox".into(),
        tag: "latest".into(),
    }
}

fn of_operators() -> Vec<Command> {
    let outside = BTreeMap::from([("logs.example.com:514".into(), "127.0.0.1:5514".into())]);
    let names = BTreeMap::from([("db".to_owned(), vec![[10, 0, 0, 1].into()])]);
    let settings = [
        Setting::Extensions(true),
        Setting::AttachStallMs(1),
        Setting::ReadOnly(None),
        Setting::ReadOnly(Some(ReadOnly {
            message: None,
            until: Some(AT),
        })),
        Setting::Dependency {
            name: "vmapi".into(),
            down: true,
        },
        Setting::LogDrivers(vec!["syslog".into()]),
        Setting::PackagePrefix(String::new()),
        Setting::DefaultMemoryMib(1),
        Setting::AccountAllowedDcs {
            enabled: true,
            message: None,
        },
        Setting::ServerInstanceLimit(3),
        Setting::FailPlacement(true),
        Setting::Timing(Timing {
            provision: Duration::from_nanos(1_000_000_001),
            ..Timing::default()
        }),
        Setting::DiskFreeBytes(5),
        Setting::Build(false),
        Setting::Registries(Box::new(Registries {
            ca_file: Some("/ca.pem".into()),
            map: BTreeMap::from([("a:1".into(), "http://b".into())]),
            ..Registries::default()
        })),
        Setting::Names(names),
        Setting::Outside(Outside::read(&outside).expect("a list")),
    ];
    let faults = FaultPoint::ALL.map(|point| {
        Command::AddFault(Fault {
            point,
            kind: FaultKind::Fails(Cause::NetworkFull),
            container: Some((ACCOUNT, "web".into())),
            times: None,
        })
    });
    settings
        .map(Command::Set)
        .into_iter()
        .chain(faults)
        .chain([
            Command::RemoveFaults,
            Command::Meet {
                point: FaultPoint::Stats,
                instance: Some(INSTANCE),
            },
            Command::OfferPackage {
                package: PackageId(Uuid::from_u128(6)),
                active: false,
            },
            Command::RebootServer {
                server: NodeId(Uuid::from_u128(5)),
                how: Reboot::Orderly,
            },
        ])
        .collect()
}

/// One of each kind at least; a new kind does not compile until it is here.
fn kind(command: &Command) -> u32 {
    match command {
        Command::CreateAccount(_) => 0,
        Command::UpdateAccount { .. } => 1,
        Command::AddKey { .. } => 2,
        Command::RemoveKey { .. } => 3,
        Command::CreateUser { .. } => 4,
        Command::RemoveUser { .. } => 5,
        Command::SetRole { .. } => 6,
        Command::RemoveRole { .. } => 7,
        Command::RememberAuthentication { .. } => 8,
        Command::UseAuthentication { .. } => 9,
        Command::CreateContainer { .. } => 10,
        Command::Container { .. } => 11,
        Command::DetachAttach { .. } => 12,
        Command::AbandonWait { .. } => 13,
        Command::Resized { .. } => 14,
        Command::EndCopy { .. } => 15,
        Command::StartExec { .. } => 16,
        Command::RecordImage { .. } => 17,
        Command::InstanceCreated { .. } => 18,
        Command::StartRefused { .. } => 19,
        Command::ExecRefused { .. } => 20,
        Command::Runtime(_) => 21,
        Command::Timer(_) => 22,
        Command::Set(_) => 23,
        Command::AddFault(_) => 24,
        Command::RemoveFaults => 25,
        Command::Meet { .. } => 26,
        Command::OfferPackage { .. } => 27,
        Command::RebootServer { .. } => 28,
        Command::TagImage { .. } => 29,
        Command::DeleteImage { .. } => 30,
        Command::PrepareBuild { .. } => 31,
        Command::RecordLegacyImage { .. } => 32,
        Command::LoseLayer { .. } => 33,
    }
}

const KINDS: usize = 34;

#[test]
fn every_command_is_read_as_it_was_told() {
    let commands = [
        of_accounts(),
        of_containers(),
        of_nodes(),
        vec![
            pull(),
            old_image(),
            Command::TagImage {
                account: ACCOUNT,
                source: "a".into(),
                target: "b:c".into(),
            },
            Command::LoseLayer {
                account: ACCOUNT,
                image: "a".into(),
            },
            Command::DeleteImage {
                account: ACCOUNT,
                reference: "a".into(),
                force: true,
            },
            Command::PrepareBuild {
                account: ACCOUNT,
                reference: "a".into(),
                preparation: Preparation::Image(Some(Digest::of(b"x"))),
            },
            Command::PrepareBuild {
                account: ACCOUNT,
                reference: "a".into(),
                preparation: Preparation::Step(Box::new(BuildStep {
                    argv: vec!["true".into()],
                    env: vec!["A=b".into()],
                    user: "me".into(),
                    workdir: "/".into(),
                })),
            },
        ],
        of_operators(),
    ]
    .concat();
    let kinds: BTreeSet<u32> = commands.iter().map(kind).collect();
    assert_eq!(kinds.len(), KINDS, "{kinds:?}");
    let mut zone = Zone::new(ZoneConfig::default(), 7);
    let journal = Journal::new(ZoneConfig::default(), &zone.view());
    for command in &commands {
        let _ = journal.apply(&mut zone, command.clone(), || AT);
    }
    let recording = Recording::read(&journal.text()).expect("it is whole");
    let read = recording.steps().iter().map(|recorded| {
        assert_eq!(recorded.step.at, AT);
        format!("{:?}", recorded.step.input)
    });
    let told = commands.into_iter();
    let told = told.map(|command| format!("{:?}", Input::<Command>::Command(command)));
    assert_eq!(read.collect::<Vec<_>>(), told.collect::<Vec<_>>());
}

#[test]
fn whatever_comes_from_outside_is_read_as_it_came() {
    let every_byte: Bytes = (0..=255).collect::<Vec<u8>>().into();
    let bytes = || every_byte.clone();
    let (to, of) = (Process::Container(INSTANCE), Process::Exec(INSTANCE, EXEC));
    let size = TtySize {
        rows: 1,
        columns: u16::MAX,
    };
    let outside = "[::1]:514".parse().expect("an address");
    let came = [
        External::Input { to, bytes: bytes() },
        External::InputEnd { to: of },
        External::Resize { of, size },
        External::Archive {
            upload: 1,
            instance: INSTANCE,
            directory: "tmp/\u{e9}".into(),
            keeps_directories: true,
        },
        External::ArchiveBytes {
            upload: 1,
            bytes: bytes(),
        },
        External::ArchiveEnd {
            upload: 1,
            whole: false,
        },
        External::Connection {
            connection: 2,
            ends: Ends::In {
                account: Some(ACCOUNT),
                from: "198.18.0.1:40000".parse().expect("an address"),
                to: "203.0.113.10:80".parse().expect("an address"),
            },
        },
        External::Connection {
            connection: 3,
            ends: Ends::Out(outside),
        },
        External::Connection {
            connection: 4,
            ends: Ends::Messages(outside),
        },
        External::Unreachable {
            to: outside,
            refused: true,
        },
        External::ConnectionBytes {
            connection: 2,
            bytes: Bytes::new(),
        },
        External::ConnectionEnd {
            connection: 2,
            reset: true,
        },
        External::Message {
            connection: 3,
            bytes: bytes(),
        },
    ];
    let zone = Zone::new(ZoneConfig::default(), 7);
    let journal = Journal::new(ZoneConfig::default(), &zone.view());
    for external in came.clone() {
        journal.external(external, || AT);
    }
    let recording = Recording::read(&journal.text()).expect("it is whole");
    let read: Vec<External> = recording
        .steps()
        .iter()
        .filter_map(|recorded| match &recorded.step.input {
            Input::External(external) => Some(external.clone()),
            Input::Command(_) => None,
        })
        .collect();
    assert_eq!(read, came);
}

#[test]
fn a_zone_of_another_configuration_is_made_again() {
    let mut config = ZoneConfig::default();
    config.servers.truncate(2);
    config.servers[0].reservation_ratio = 0.1 + 0.2;
    config.public_subnet = "198.51.100.0/25".parse().expect("a network");
    config.public_range = [198, 51, 100, 3].into()..=[198, 51, 100, 9].into();
    let zone = Zone::new(config.clone(), u64::MAX);
    let journal = Journal::new(config, &zone.view());
    let recording = Recording::read(&journal.text()).expect("it is whole");
    let again = Zone::new(recording.config().clone(), recording.seed());
    assert!(again == zone);
    assert_eq!(recording.digest().0, zone.view().operator_digest());
}
