//! Several containers of one image on one worker and one network, each of which runs a script.

use bytes::Bytes;
use rootfs::{Tree, TreeBuilder};
use runtime::clock::{Clock, Mode};
use runtime::console::{Console, Cursor, StreamSet};
use runtime::net::{Fabric, Interface, Packet, Path, PathEnd};
use runtime::{
    Disk, ExitStatus, Incarnation, InstanceId, ManagedFiles, NodeId, PROGRAM_MARKER, Runtime,
    RuntimeEvent, StartSpec, Timestamp, service_program,
};
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use userland::Userland;

/// How long anything here may take, in real time.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Container N, counted from 1, has 10.0.0.N, and reaches every other one.
#[derive(Debug)]
struct OneNetwork;

impl Fabric for OneNetwork {
    fn interfaces(&self, instance: InstanceId) -> Vec<Interface> {
        let number = u8::try_from(instance.0.as_u128() & 0xff).unwrap_or(0);
        vec![Interface {
            name: "net0".into(),
            mac: [2, 0, 0, 0, 0, number],
            address: Ipv4Addr::new(10, 0, 0, number),
            prefix_len: 24,
            gateway: None,
            primary: true,
            mtu: 1500,
        }]
    }

    fn path(&self, packet: &Packet) -> Path {
        let [.., number] = packet.to.octets();
        Path {
            routers: Vec::new(),
            end: PathEnd::Instance {
                instance: InstanceId(uuid::Uuid::from_u128(u128::from(number))),
                seen_as: packet.from,
            },
        }
    }

    fn resolve(&self, _: InstanceId, _: &[u8]) -> Option<Vec<u8>> {
        None
    }
}

/// How containers have ended, in their order: which one, when, and its status.
pub(crate) type Ends = Vec<(u128, Timestamp, i32)>;

pub(crate) struct Fleet {
    pub(crate) userland: Userland,
    pub(crate) clock: Clock,
    ends: Arc<Mutex<Ends>>,
    /// What each container that starts may use of the processor: 100 is one core.
    pub(crate) cpu_cap_percent: Option<u32>,
    image: Arc<Tree>,
    cursors: Vec<Cursor>,
}

impl Fleet {
    pub(crate) fn new(seed: u64, mode: Mode) -> Self {
        let clock = Clock::starting_at(mode, Timestamp::from_secs(1_500_000_000));
        let registry = userland::registry::standard();
        let mut builder = TreeBuilder::new(1_400_000_000_000_000_000);
        for name in registry.names() {
            builder
                .file(format!("bin/{name}"), PROGRAM_MARKER.to_vec(), 0o755)
                .expect("a new file");
        }
        for service in ["redis-server", "redis-cli"] {
            let program = service_program(service, "3.2.8");
            builder
                .file(format!("bin/{service}"), program, 0o755)
                .expect("a new file");
        }
        for directory in ["dev", "proc", "tmp", "work"] {
            builder
                .directory(directory, 0o777)
                .expect("a new directory");
        }
        let ends = Arc::<Mutex<Ends>>::default();
        let noted = ends.clone();
        let sink = Arc::new(move |event| {
            if let RuntimeEvent::Exited {
                instance,
                status: ExitStatus(status),
                at,
                ..
            } = event
            {
                let mut ends = noted.lock().expect("nobody panics with it");
                ends.push((instance.0.as_u128(), at, status));
            }
        });
        Self {
            userland: Userland::on_fabric(
                seed,
                clock.clone(),
                1,
                u64::MAX,
                registry,
                sink,
                Arc::new(OneNetwork),
            ),
            clock,
            ends,
            cpu_cap_percent: None,
            image: Arc::new(builder.build()),
            cursors: Vec::new(),
        }
    }

    /// Starts containers, all at one instant, each of which runs a script.
    pub(crate) fn start(&mut self, scripts: &[&str]) {
        let held = self.userland.hold();
        for script in scripts {
            let number = self.cursors.len() as u128 + 1;
            let instance = InstanceId(uuid::Uuid::from_u128(number));
            let node = NodeId(uuid::Uuid::from_u128(1));
            self.userland
                .create(instance, node, self.image.clone(), Disk::of(1 << 28), &[])
                .expect("it is new");
            let console = Console::new(None);
            self.cursors.push(console.attach(StreamSet::BOTH));
            let spec = StartSpec {
                cpu_cap_percent: self.cpu_cap_percent,
                ..shell(script)
            };
            self.userland
                .start(instance, Incarnation(1), spec, console)
                .expect("it does not run");
        }
        drop(held);
    }

    /// Waits until nothing can run.
    pub(crate) fn settle(&self) {
        assert!(self.userland.wait_idle(PATIENCE), "busy without end");
    }

    /// Lets everything go on to its end, jumping over every wait.
    pub(crate) fn finish(&self) -> Ends {
        loop {
            self.settle();
            let held = self.userland.hold();
            let jumped = self.clock.jump(|_| true);
            drop(held);
            if jumped.is_none() {
                return self.ends();
            }
        }
    }

    pub(crate) fn ends(&self) -> Ends {
        self.ends.lock().expect("nobody panics with it").clone()
    }

    /// What container `number`, counted from 1, has printed on both streams since the last look.
    pub(crate) fn output(&mut self, number: usize) -> String {
        let mut text = Vec::new();
        let context = &mut Context::from_waker(Waker::noop());
        while let Poll::Ready(Some(chunk)) = self.cursors[number - 1].poll_next(context) {
            text.extend_from_slice(&chunk.bytes);
        }
        String::from_utf8_lossy(&text).into_owned()
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        for number in 1..=self.cursors.len() {
            let instance = InstanceId(uuid::Uuid::from_u128(number as u128));
            let destroyed = self.userland.destroy(instance);
            destroyed.expect("it exists");
        }
        if std::thread::panicking() {
            return;
        }
        self.settle();
        self.clock.stop();
        assert_eq!(self.userland.leaks(), (0, 0), "something was left behind");
        assert_eq!(self.userland.panics(), 0, "a process panicked");
    }
}

fn shell(script: &str) -> StartSpec {
    StartSpec {
        argv: [&b"sh"[..], b"-c", script.as_bytes()]
            .map(Bytes::copy_from_slice)
            .to_vec(),
        env: vec![Bytes::from_static(b"PATH=/bin")],
        user: Bytes::new(),
        workdir: Bytes::from_static(b"/work"),
        hostname: "box".into(),
        tty: false,
        open_stdin: false,
        files: ManagedFiles::default(),
        memory_bytes: 1 << 28,
        swap_bytes: 1 << 28,
        max_processes: 4000,
        cpu_cap_percent: None,
        cpu_shares: 100,
        metadata: Vec::new(),
        log_driver: None,
        smartos: false,
    }
}
