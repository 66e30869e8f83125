//! The zone's task: the one writer of the model.
//!
//! It applies commands in the order in which they arrive, publishes the new view, then carries out the effects:
//! runtime calls, timers, consoles, replies. Handlers only wait for a reply and may go away at any time.

mod attachment;
mod copying;
mod events;
mod io;
mod keeper;
mod log_limit;
mod task;
mod terminal_sizes;
mod trees;
mod waiting;

pub(crate) use attachment::{Attachment, ExecAttachment};
pub(crate) use copying::Files;
pub(crate) use events::{Heard, Listener};
pub(crate) use io::InstanceIo;
pub(crate) use keeper::Keeper;
pub(crate) use log_limit::{charge_log, log_limit_bytes};
pub(crate) use terminal_sizes::TerminalSizes;
pub(crate) use trees::Trees;

use crate::http::flight::Register;
use crate::network::ZoneFabric;
use arc_swap::ArcSwap;
use events::Events;
use images::Hub;
use images::store::{Layer, Store};
use io::IoTable;
use journal::{External, Journal, Process};
use rootfs::Tree;
use runtime::console::StreamSet;
use runtime::{EventSink, ExecId, InstanceId, Runtime, Timestamp, TtySize, clock::Clock};
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use task::{Message, Task};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use zone::{AccountId, Command, Error, FaultKind, FaultPoint, Operation, Reply, View, Zone};

/// A handle to the zone's task; clones are the same.
#[derive(Clone)]
pub(crate) struct Driver(Arc<Shared>);

struct Shared {
    inbox: Inbox,
    view: Arc<ArcSwap<View>>,
    views: watch::Sender<()>,
    clock: Clock,
    io: IoTable,
    events: Events,
    trees: Trees,
    runtime: Arc<dyn Runtime>,
    requests: Register,
    terminal_sizes: TerminalSizes,
    journal: Option<Journal>,
    task: Mutex<Option<JoinHandle<()>>>,
}

/// The sending end of the task's queue, with the number of messages in it.
#[derive(Clone)]
struct Inbox {
    sender: mpsc::UnboundedSender<Message>,
    queued: Arc<AtomicUsize>,
}

impl Inbox {
    /// Queues a message; lost when the zone has stopped.
    fn send(&self, message: Message) {
        self.queued.fetch_add(1, Ordering::SeqCst);
        if self.sender.send(message).is_err() {
            self.queued.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

/// Why the driver has no reply: the zone has stopped.
fn stopped() -> Error {
    Error::Plain("the zone has stopped".to_owned())
}

impl Driver {
    /// Starts the task of `zone` on the current tokio runtime. `make_runtime` gets the place for its
    /// reports and the zone's networks. What the zone is told goes to `journal`, which is about nothing yet.
    pub(crate) fn start(
        zone: Zone,
        journal: Option<Journal>,
        clock: Clock,
        hub: Hub,
        requests: Register,
        make_runtime: impl FnOnce(EventSink, ZoneFabric) -> Arc<dyn Runtime>,
    ) -> Self {
        let (sender, receiver) = mpsc::unbounded_channel();
        let inbox = Inbox {
            sender,
            queued: Arc::default(),
        };
        let reports = inbox.clone();
        let sink = Arc::new(move |event| reports.send(Message::report(event)));
        let view = Arc::new(ArcSwap::from_pointee(zone.view()));
        let runtime = make_runtime(sink, ZoneFabric::new(Arc::clone(&view)));
        let driver = Self(Arc::new(Shared {
            inbox,
            view,
            views: watch::Sender::new(()),
            clock,
            io: IoTable::default(),
            events: Events::default(),
            trees: Trees::new(hub),
            runtime,
            requests,
            terminal_sizes: TerminalSizes::default(),
            journal,
            task: Mutex::new(None),
        }));
        let task = tokio::spawn(Task::new(zone, driver.clone()).run(receiver));
        *driver.task_slot() = Some(task);
        driver
    }

    fn task_slot(&self) -> std::sync::MutexGuard<'_, Option<JoinHandle<()>>> {
        self.0.task.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Applies a command and waits for its reply. Dropping the future cancels nothing.
    pub(crate) async fn run(&self, command: Command) -> Result<Reply, Error> {
        let (sender, receiver) = oneshot::channel();
        self.0.inbox.send(Message::Command {
            command: Box::new(command),
            begun: None,
            reply: Some(sender),
        });
        receiver.await.unwrap_or(Err(stopped()))
    }

    /// As [`Driver::run`], of a command that makes a container; `begun` is told which when its node takes time.
    pub(crate) async fn create(
        &self,
        command: Command,
        begun: impl FnOnce(InstanceId),
    ) -> Result<Reply, Error> {
        let (begun_sender, instance) = oneshot::channel();
        let (sender, receiver) = oneshot::channel();
        self.0.inbox.send(Message::Command {
            command: Box::new(command),
            begun: Some(begun_sender),
            reply: Some(sender),
        });
        // None comes when the command is refused.
        if let Ok(instance) = instance.await {
            begun(instance);
        }
        receiver.await.unwrap_or(Err(stopped()))
    }

    /// Does something to one container of an account.
    pub(crate) async fn operate(
        &self,
        account: AccountId,
        reference: &str,
        operation: Operation,
    ) -> Result<Reply, Error> {
        self.run(Command::Container {
            account,
            reference: reference.to_owned(),
            operation,
        })
        .await
    }

    /// Connects a client to the streams of a container, from its first byte on if it has not started yet.
    pub(crate) async fn attach(
        &self,
        account: AccountId,
        reference: &str,
        streams: StreamSet,
    ) -> Result<Attachment, Error> {
        let (sender, receiver) = oneshot::channel();
        self.0.inbox.send(Message::Attach {
            account,
            reference: reference.to_owned(),
            streams,
            reply: sender,
        });
        receiver.await.unwrap_or(Err(stopped()))
    }

    /// Starts an exec and connects to it.
    pub(crate) async fn start_exec(
        &self,
        account: AccountId,
        exec: ExecId,
    ) -> Result<ExecAttachment, Error> {
        let (sender, receiver) = oneshot::channel();
        self.0.inbox.send(Message::StartExec {
            account,
            exec,
            reply: sender,
        });
        receiver.await.unwrap_or(Err(stopped()))
    }

    /// What goes wrong where a reader has come. Without a fault there the zone's task is not asked.
    pub(crate) async fn meet(
        &self,
        point: FaultPoint,
        instance: Option<InstanceId>,
    ) -> Result<Option<FaultKind>, Error> {
        let view = self.view();
        if view
            .operator_faults()
            .iter()
            .all(|fault| fault.point != point)
        {
            return Ok(None);
        }
        match self.run(Command::Meet { point, instance }).await? {
            Reply::Met(met) => Ok(met),
            _ => Ok(None),
        }
    }

    /// What the zone was told, if it is kept.
    pub(crate) fn journal(&self) -> Option<&Journal> {
        self.0.journal.as_ref()
    }

    /// Keeps what a container is about to get from outside, if that is kept.
    pub(crate) fn note(&self, external: impl FnOnce() -> External) {
        if let Some(journal) = &self.0.journal {
            journal.external(external(), || self.now());
        }
    }

    /// Gives something to a container, and keeps what was given, if that is kept. Nothing that the zone hears of it is
    /// kept before. `give` must not wait for the zone nor note anything.
    pub(crate) fn note_given<T>(&self, give: impl FnOnce() -> (T, Option<External>)) -> T {
        match &self.0.journal {
            Some(journal) => journal.given(give, || self.now()),
            None => give().0,
        }
    }

    /// Sets the size of a terminal; one that is not there has none.
    pub(crate) fn resize(&self, of: Process, size: TtySize) {
        self.note(|| External::Resize { of, size });
        let (instance, exec) = match of {
            Process::Container(instance) => (instance, None),
            Process::Exec(instance, exec) => (instance, Some(exec)),
        };
        let _ = self.0.runtime.resize(instance, exec, size);
    }

    /// The newest view. Reads never wait for the writer.
    pub(crate) fn view(&self) -> Arc<View> {
        self.0.view.load_full()
    }

    /// Tells of every new view.
    pub(crate) fn view_changes(&self) -> watch::Receiver<()> {
        self.0.views.subscribe()
    }

    /// Zone time.
    pub(crate) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// The zone's clock.
    pub(crate) fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Terminal sizes that wait for input.
    pub(crate) fn terminal_sizes(&self) -> TerminalSizes {
        self.0.terminal_sizes.clone()
    }

    /// The requests in flight.
    pub(crate) fn requests(&self) -> &Register {
        &self.0.requests
    }

    /// The runtime, for reads that change nothing.
    pub(crate) fn runtime(&self) -> &dyn Runtime {
        &*self.0.runtime
    }

    /// Console and log of a container that the caller has found through its account.
    pub(crate) fn io(&self, instance: InstanceId) -> Option<InstanceIo> {
        self.0.io.instance(instance)
    }

    /// Listens to what happens in an account, and with `kept` to what has happened.
    pub(crate) fn listen(&self, account: AccountId, kept: bool) -> Listener {
        self.0.events.listen(account, kept)
    }

    /// The embedded hub.
    pub(crate) fn hub(&self) -> &Hub {
        self.0.trees.hub()
    }

    /// The layers of the zone.
    pub(crate) fn store(&self) -> &Store {
        self.0.trees.store()
    }

    /// Keeps an image with its layers, base first; `command` records it. Dropping the future cancels nothing.
    pub(crate) async fn record_image(
        &self,
        command: Command,
        layers: Vec<Arc<Layer>>,
        tree: Option<Arc<Tree>>,
    ) -> Result<Reply, Error> {
        let (reply, receiver) = oneshot::channel();
        self.0.inbox.send(Message::Record {
            command: Box::new(command),
            layers,
            tree,
            reply,
        });
        receiver.await.unwrap_or(Err(stopped()))
    }

    /// How many messages the task has not dealt with.
    pub(crate) fn queued(&self) -> usize {
        self.0.inbox.queued.load(Ordering::SeqCst)
    }

    /// How many consoles of containers and execs there are.
    pub(crate) fn consoles(&self) -> (usize, usize) {
        self.0.io.counts()
    }

    /// Ends every container and every stream, then the task.
    pub(crate) async fn stop(&self) {
        let (sender, receiver) = oneshot::channel();
        self.0.inbox.send(Message::Stop(sender));
        let _ = receiver.await;
        let task = self.task_slot().take();
        if let Some(task) = task {
            let _ = task.await;
        }
        self.processes_gone().await;
        self.0.clock.stop();
    }

    /// Waits until the last slices of killed processes have been run.
    async fn processes_gone(&self) {
        /// What is left after so much real time is a leak.
        const PATIENCE: Duration = Duration::from_secs(5);
        const LOOK: Duration = Duration::from_micros(200);
        let gone = async {
            while self.0.runtime.leaks() != (0, 0) {
                tokio::time::sleep(LOOK).await;
            }
        };
        let _ = tokio::time::timeout(PATIENCE, gone).await;
    }
}

impl fmt::Debug for Driver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Driver")
            .field("queued", &self.queued())
            .finish_non_exhaustive()
    }
}
